# PruMerge and PruMerge+ (Shang et al., ICCV 2025).
#
# Settings: the layer after whose attention tokens are merged; 1 to add evenly spaced tokens; how many
# neighbours a token takes up at most; least tokens of a document.

def wants(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float]) -> int:
  return 2 * int(layer == int(s[0]))

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if layer != int(s[0]):
    return x
  keys = torch.split_with_sizes(torch.detach(attention.keys), documents.rows)
  staying = annotate(List[Tensor], [])
  merging = annotate(List[Tensor], [])
  for d in range(len(keys)):
    n = documents.words[d]
    places, weights = __torch__.steps.prumerge.merged(attention.matrices[d], keys[d], n, s)
    staying.append(places)
    merging.append(weights)
  return documents.merge(layer, staying, merging, x, attention)

def merged(matrix: Tensor,
    keys: Tensor,
    n: int,
    s: List[float]) -> Tuple[Tensor, Tensor]:
  # The places that stay among n word pieces and what takes them, [after, before]. Tokens between [CLS]
  # and [SEP] are kept, with their nearest neighbours, or go, all into one token in the place of that
  # which [CLS] attends to most.
  c = n - 2
  places = torch.arange(n, device=keys.device)
  same = torch.diag(torch.ones([n], device=keys.device))
  if n <= int(s[3]):
    return (places, same)
  votes = torch.clamp_min(torch.mean(torch.narrow(torch.select(matrix, 1, 0), 1, 1, c), [0]), 1e-30)
  kept = __torch__.steps.prumerge.kept(votes, s[1] > 0., int(s[3]) - 2)
  others = torch.squeeze(torch.nonzero(torch.logical_not(kept)), 1)
  gone = torch.size(others, 0)
  if gone < 2:
    return (places, same)
  ours = torch.squeeze(torch.nonzero(kept), 1)
  weights = torch.narrow(torch.narrow(same, 0, 1, c), 1, 1, c)
  weights = torch.index_select(weights, 0, ours)
  k = min(int(s[2]), c // 8)
  if k > 0:
    units = torch.to(torch.narrow(keys, 0, 1, c), 6)
    units = units / torch.clamp_min(torch.linalg_vector_norm(units, 2, [1], True), 1e-12)
    # The nearest first, the earlier one of equals, and none is its own neighbour.
    cosines = torch.matmul(torch.index_select(units, 0, ours), torch.t(units)) - 4. * weights
    nearest = torch.narrow(torch.argsort(cosines, stable=True, dim=1, descending=True), 1, 0, k)
    weights = torch.scatter(weights, 1, nearest, 1.)
  rest = torch.unsqueeze(1. - torch.to(kept, 6), 0)
  weights = torch.cat([weights, rest]) * votes
  weights = weights / torch.sum(weights, [1], True)
  most = torch.argmax(votes * torch.squeeze(rest, 0), 0, True)
  middle, order = torch.sort(torch.cat([ours, most]))
  all = torch.new_zeros(same, [torch.size(order, 0) + 2, n])
  torch.copy_(torch.narrow(torch.narrow(all, 0, 1, torch.size(order, 0)), 1, 1, c), torch.index_select(weights, 0, order))
  torch.fill_(torch.select(torch.select(all, 0, 0), 0, 0), 1.)
  torch.fill_(torch.select(torch.select(all, 0, -1), 0, -1), 1.)
  return (torch.cat([torch.narrow(places, 0, 0, 1), middle + 1, torch.narrow(places, 0, n - 1, 1)]), all)

def kept(votes: Tensor,
    plus: bool,
    minimum: int) -> Tensor:
  # Which tokens are kept: the outliers above the third quartile by 1.5 times the distance of the
  # quartiles, or so many of the best as a document needs. PruMerge+ adds every so-manieth token, about
  # three for each that is kept.
  c = torch.size(votes, 0)
  quartiles = torch.quantile(votes, torch.tensor([0.25, 0.75], dtype=6, device=votes.device))
  q1 = float(torch.item(torch.select(quartiles, 0, 0)))
  q3 = float(torch.item(torch.select(quartiles, 0, 1)))
  outliers = int(torch.item(torch.sum(votes > q3 + 1.5 * (q3 - q1))))
  count = max(outliers, minimum)
  best = torch.narrow(torch.argsort(votes, stable=True, dim=0, descending=True), 0, 0, count)
  kept = torch.zeros([c], dtype=11, device=votes.device)
  torch.index_fill_(kept, 0, best, 1)
  if plus:
    torch.index_fill_(kept, 0, torch.arange(0, c, max(1, c // (3 * count)), device=votes.device), 1)
  return kept
