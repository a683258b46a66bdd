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
  left = __torch__.selection.left(s[0], n, int(s[12]))
  if left == n:
    return places
  half = (n - 2) // 2
  similar = min(torch.floor(s[1] * (n - left) + 1e-9), half)
  ranked = torch.narrow(places, 0, 1, n - 2)
  there = annotate(Optional[Tensor], None)
  if similar > 0:
    # I': one round of votes gives the order. S: of the worse half those go that are most similar to a
    # token of the better half, the later one of equals.
    order = __torch__.steps.zero_tprune.order(__torch__.steps.zero_tprune.scores(graph, there, ranked, 1, s))
    units = torch.to(keys, 6) / torch.clamp_min(torch.linalg_vector_norm(keys, 2, [1], True, dtype=6), 1e-12)
    better = torch.narrow(order, 0, 0, n - 2 - half) + 1
    worse = torch.sort(torch.narrow(order, 0, n - 2 - half, half))[0] + 1
    cosines = torch.matmul(torch.index_select(units, 0, worse), torch.t(torch.index_select(units, 0, better)))
    distinct = torch.argsort(torch.amax(cosines, [1]), stable=True, dim=0, descending=False)
    gone = torch.index_select(worse, 0, torch.narrow(distinct, 0, half - similar, similar))
    nodes = torch.ones([torch.size(graph, 1)], device=keys.device)
    torch.index_fill_(nodes, 0, gone, 0)
    there = nodes
    ranked = torch.squeeze(torch.nonzero(torch.narrow(nodes, 0, 1, n - 2)), 1) + 1
  # I: of those that are left the best stay, after all rounds.
  scores = __torch__.steps.zero_tprune.scores(graph, there, ranked, __torch__.steps.zero_tprune.rounds(layer, s), s)
  best = torch.narrow(__torch__.steps.zero_tprune.order(scores), 0, 0, left - 2)
  inner = torch.index_select(ranked, 0, torch.sort(best)[0])
  return __torch__.selection.between_ends(inner, n)

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
    there: Optional[Tensor],
    ranked: Tensor,
    rounds: int,
    s: List[float]) -> Tensor:
  # Of the ranked nodes: the root of the mean square, over heads, of what they have after so many rounds
  # in which every token hands what it has on to those that it attends to. Where only some nodes are
  # there, 1 for these, it is among them alone: their rows are taken by what they give to each other,
  # which spares copies of the graph. Heads whose variance is out of bounds do not count, unless all are.
  heads = torch.size(graph, 0)
  nodes = torch.size(graph, 1)
  present = nodes
  votes = torch.ones([heads, 1, nodes], device=graph.device)
  given = votes
  if there is not None:
    present = int(torch.item(torch.sum(there)))
    votes = votes * there
    given = torch.unsqueeze(there / torch.clamp_min(torch.matmul(graph, there), 1e-30), 1)
  if s[2] > 0.:
    torch.fill_(torch.select(votes, 2, 0), torch.sqrt(present))
  votes = votes * (present / torch.sum(votes, [2], True))
  for i in range(rounds):
    if there is not None:
      votes = votes * given
    votes = torch.bmm(votes, graph)
  shares = torch.index_select(torch.squeeze(votes, 1), 1, ranked)
  variance = torch.var(shares / torch.mean(shares, [1], True), [1], False)
  counts = torch.to(torch.logical_and(variance >= s[6], variance <= s[7]), 6)
  counts = torch.where(torch.any(counts), counts, torch.ones_like(counts))
  squares = torch.sum(shares * shares * torch.unsqueeze(counts, 1), [0])
  return torch.sqrt(squares / torch.sum(counts))
