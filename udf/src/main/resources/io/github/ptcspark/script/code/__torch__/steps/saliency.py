# Pruning by the saliency that small scorers predict, after AdapLeR.
#
# Settings: how salient a token is that stays, as a share of what it would be if all were alike; 1 if
# whole tokens go, 0 if keys and values alone; the first and the last layer that work on fewer tokens;
# least tokens of a document; the last layer that any of these could let work on fewer tokens. Its tensor, at an offset into the weights: the scorers of all layers but the
# last, [layers - 1, hidden].

def learns_saliencies(s: List[float]) -> bool:
  return True

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  prunes = layer + 1 >= int(s[2]) and layer + 1 <= int(s[3])
  saliencies = documents.saliencies
  # Scorers of all layers learn, also of those that prune only under other settings.
  if not prunes and (saliencies is None or layer + 1 > int(s[5])):
    return x
  scorer = torch.to(torch.select(w[o], 0, layer - 1), 6)
  rows = x
  keys = documents.keys
  if keys is not None:
    rows = torch.index_select(rows, 0, keys)
    if saliencies is not None:
      saliencies = torch.index_select(saliencies, 0, keys)
  survivors = annotate(List[Tensor], [])
  at = 0
  for n in documents.kept:
    tokens = torch.to(torch.detach(torch.narrow(rows, 0, at + 1, n - 2)), 6)
    scores = torch.log_softmax(torch.mv(tokens, scorer), 0)
    survivors.append(__torch__.steps.saliency.survivors(scores, n, s[0], int(s[4])))
    if saliencies is not None:
      documents.losses.append(__torch__.steps.saliency.loss(scores, torch.narrow(saliencies, 0, at + 1, n - 2)))
    at = at + n + documents.carried
  if prunes:
    return documents.keep(layer, survivors, s[1] > 0., x, attention)
  return x

def survivors(scores: Tensor,
    n: int,
    threshold: float,
    minimum: int) -> Tensor:
  # The places that stay of n. Scores are logarithms of the shares of the tokens between [CLS] and [SEP].
  ordered, order = torch.sort(scores, stable=True, dim=0, descending=True)
  # Of tokens that are all alike none goes, however their even shares are rounded.
  below = torch.sum(torch.exp(ordered) * (n - 2) < threshold - 1e-6)
  pruned = max(0, min(int(torch.item(below)), n - minimum))
  return __torch__.selection.first_of(order, n, n - pruned)

def loss(scores: Tensor,
    saliencies: Tensor) -> Tensor:
  # The cross-entropy of the shares with those of the saliencies; nothing where no token is salient.
  shares = saliencies / torch.clamp_min(torch.sum(saliencies), 1e-30)
  return torch.neg(torch.dot(shares, scores))
