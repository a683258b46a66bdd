# Zero-TPrune (Wang, Dedhia and Jha, CVPR 2024).
#
# Settings: share of its tokens that a layer which prunes keeps; share of those that go because they are
# similar to others; 1 if [CLS] begins with the root of the number of tokens, 0 if with as much as any;
# rounds of votes in the first quarter of the layers, between, and in the last; least and greatest
# variance of heads; 1 if whole tokens go, 0 if keys and values alone; the first and the last layer that
# work on fewer tokens; of those between them every so-manieth prunes; least tokens of a document; layers.

def wants(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float]) -> int:
  return 2 * int(__torch__.steps.zero_tprune.prunes(layer, s))

def prunes(layer: int,
    s: List[float]) -> bool:
  next = layer + 1
  first = int(s[9])
  return next >= first and next <= int(s[10]) and (next - first) % int(s[11]) == 0

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if not __torch__.steps.zero_tprune.prunes(layer, s):
    return x
  keys = torch.split_with_sizes(torch.detach(attention.keys), documents.key_rows())
  survivors = annotate(List[Tensor], [])
  at = 0
  key_at = 0
  for d in range(len(keys)):
    graph = attention.matrices[d]
    nodes = torch.size(keys[d], 0)
    rows = documents.keys
    if rows is not None:
      # Who has no key has no vote.
      graph = torch.index_select(graph, 1, torch.narrow(rows, 0, key_at, nodes) - at)
    survivors.append(__torch__.steps.zero_tprune.survivors(graph, keys[d], documents.kept[d], layer, s))
    at = at + documents.rows[d]
    key_at = key_at + nodes
  return documents.keep(layer, survivors, s[8] > 0., x, attention)

def survivors(graph: Tensor,
    keys: Tensor,
    n: int,
    layer: int,
    s: List[float]) -> Tensor:
  # The places that stay among n word pieces. The graph has their attention to each other and to what is
  # carried behind them, [heads, nodes, nodes]; every row sums to 1. [CLS], [SEP] and what is carried
  # vote and are not ranked.
  places = torch.arange(n, device=keys.device)
  left = max(torch.floor(s[0] * n + 1e-9), min(n, int(s[12])))
  if left == n:
    return places
  half = (n - 2) // 2
  similar = min(torch.floor(s[1] * (n - left) + 1e-9), half)
  if similar > 0:
    # I': one round of votes gives the order. S: of the worse half those go that are most similar to a
    # token of the better half, the later one of equals.
    order = __torch__.steps.zero_tprune.order(__torch__.steps.zero_tprune.scores(graph, n, 1, s))
    units = torch.to(keys, 6) / torch.clamp_min(torch.linalg_vector_norm(keys, 2, [1], True, dtype=6), 1e-12)
    better = torch.narrow(order, 0, 0, n - 2 - half) + 1
    worse = torch.sort(torch.narrow(order, 0, n - 2 - half, half))[0] + 1
    cosines = torch.matmul(torch.index_select(units, 0, worse), torch.t(torch.index_select(units, 0, better)))
    distinct = torch.argsort(torch.amax(cosines, [1]), stable=True, dim=0, descending=False)
    staying = torch.index_select(worse, 0, torch.narrow(distinct, 0, 0, half - similar))
    ends = torch.cat([torch.narrow(places, 0, 0, 1), torch.narrow(places, 0, n - 1, 1)])
    places = torch.sort(torch.cat([ends, better, staying]))[0]
    nodes = torch.cat([places, torch.arange(n, torch.size(graph, 1), device=keys.device)])
    graph = torch.index_select(torch.index_select(graph, 1, nodes), 2, nodes)
    graph = graph / torch.clamp_min(torch.sum(graph, [2], True), 1e-30)
  # I: of those that are left the best stay, after all rounds.
  m = torch.size(places, 0)
  scores = __torch__.steps.zero_tprune.scores(graph, m, __torch__.steps.zero_tprune.rounds(layer, s), s)
  best = torch.narrow(__torch__.steps.zero_tprune.order(scores), 0, 0, left - 2)
  middle = torch.sort(best)[0] + 1
  stay = torch.cat([torch.new_zeros(middle, [1]), middle, torch.new_full(middle, [1], m - 1)])
  return torch.index_select(places, 0, stay)

def rounds(layer: int,
    s: List[float]) -> int:
  layers = int(s[13])
  quarter = layers // 4
  if layer <= quarter:
    return int(s[3])
  if layer > layers - quarter:
    return int(s[5])
  return int(s[4])

def order(scores: Tensor) -> Tensor:
  # The best first, the earlier one of equals.
  return torch.argsort(scores, stable=True, dim=0, descending=True)

def scores(graph: Tensor,
    n: int,
    rounds: int,
    s: List[float]) -> Tensor:
  # Of the word pieces between [CLS] and [SEP]: the root of the mean square, over heads, of what they
  # have after so many rounds in which every token hands what it has on to those that it attends to.
  # Heads whose variance is out of bounds do not count, unless all are.
  heads = torch.size(graph, 0)
  nodes = torch.size(graph, 1)
  votes = torch.ones([heads, 1, nodes], device=graph.device)
  if s[2] > 0.:
    torch.fill_(torch.select(votes, 2, 0), torch.sqrt(nodes))
  votes = votes * (nodes / torch.sum(votes, [2], True))
  for i in range(rounds):
    votes = torch.bmm(votes, graph)
  ranked = torch.narrow(torch.squeeze(votes, 1), 1, 1, n - 2)
  variance = torch.var(ranked / torch.mean(ranked, [1], True), [1], False)
  counts = torch.to(torch.logical_and(variance >= s[6], variance <= s[7]), 6)
  counts = torch.where(torch.any(counts), counts, torch.ones_like(counts))
  squares = torch.sum(ranked * ranked * torch.unsqueeze(counts, 1), [0])
  return torch.sqrt(squares / torch.sum(counts))
