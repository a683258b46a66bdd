# Practical token pruning: of a document that is long enough, what is below a quantile of its scores goes.
#
# Settings: least word pieces of a document that is pruned; the quantile; 1 if whole tokens go, 0 if keys
# and values alone; the layer from which on fewer tokens are seen, or 0; least tokens of a document.

def wants(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float]) -> int:
  return int(layer + 1 == int(s[3]))

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if layer + 1 == int(s[3]):
    survivors = annotate(List[Tensor], [])
    at = 0
    for d in range(len(documents.kept)):
      n = documents.kept[d]
      if documents.lengths[d] < int(s[0]):
        survivors.append(torch.arange(n, device=x.device))
      else:
        survivors.append(__torch__.steps.quantile.survivors(torch.narrow(attention.scores, 0, at, n), s[1], int(s[4])))
      at = at + n + documents.carried
    return documents.keep(layer, survivors, s[2] > 0., x, attention)
  return x

def survivors(scores: Tensor,
    q: float,
    minimum: int) -> Tensor:
  # The places that stay. With linear interpolation the q-quantile of m scores lies between those of the
  # ranks floor(q (m - 1)) and ceil(q (m - 1)), counted from 0, and on the latter only where both are
  # one rank or equal: below it are the scores that are less than that of the latter rank.
  n = torch.size(scores, 0)
  m = n - 2
  pruned = 0
  ordered, order = torch.sort(torch.narrow(scores, 0, 1, m), stable=True, dim=0, descending=True)
  if m > 0:
    rank = torch.ceil(q * (m - 1) - 1e-9)
    below = torch.sum(ordered < torch.select(ordered, 0, m - 1 - rank))
    pruned = max(0, min(int(torch.item(below)), n - minimum))
  return __torch__.selection.first_of(order, n, n - pruned)
