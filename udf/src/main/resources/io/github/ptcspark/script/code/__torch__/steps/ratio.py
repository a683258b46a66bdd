# Token pruning of PTC, equations 5 to 7.
#
# Settings: share of its tokens that a layer which prunes keeps; fuzzy sets (0 off, 1 fuzzy, 2
# fuzzy-quota); 1 if whole tokens go, 0 if keys and values alone; the first and the last layer that
# work on fewer tokens; of those between them every so-manieth prunes; least tokens of a document.

def wants(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float]) -> int:
  return int(__torch__.steps.ratio.prunes(layer, s))

def prunes(layer: int,
    s: List[float]) -> bool:
  next = layer + 1
  first = int(s[3])
  return next >= first and next <= int(s[4]) and (next - first) % int(s[5]) == 0

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if __torch__.steps.ratio.prunes(layer, s):
    survivors = __torch__.steps.ratio.survivors(attention.scores, documents.kept, documents.carried, s[0], int(s[1]), int(s[6]))
    return documents.keep(layer, survivors, s[2] > 0., x, attention)
  return x

def survivors(scores: Tensor,
    kept: List[int],
    carried: int,
    keep_ratio: float,
    fuzzy: int,
    minimum: int) -> List[Tensor]:
  # By document, the places among its kept word pieces that stay, in document order. Scores are those
  # of every document's kept word pieces, followed by those of the rows that are carried, which are not ranked.
  survivors = annotate(List[Tensor], [])
  at = 0
  for n in kept:
    survivors.append(__torch__.steps.ratio.survivors_of_one(torch.narrow(scores, 0, at, n), keep_ratio, fuzzy, minimum))
    at = at + n + carried
  return survivors

def survivors_of_one(scores: Tensor,
    keep_ratio: float,
    fuzzy: int,
    minimum: int) -> Tensor:
  n = torch.size(scores, 0)
  ordered, order = torch.sort(torch.narrow(scores, 0, 1, n - 2), stable=True, dim=0, descending=True)
  pruned = __torch__.steps.ratio.pruned_count(ordered, n, keep_ratio, fuzzy, minimum)
  return __torch__.selection.first_of(order, n, n - pruned)

def pruned_count(ordered: Tensor,
    n: int,
    keep_ratio: float,
    fuzzy: int,
    minimum: int) -> int:
  # How many of the lowest scores go. Candidates are the lowest scores under every rule, so the rules
  # differ in this number only.
  by_ratio = n - __torch__.selection.share(keep_ratio, n)
  if fuzzy == 0:
    pruned = by_ratio
  else:
    candidates = __torch__.steps.ratio.candidates(ordered)
    if fuzzy == 1:
      pruned = candidates - __torch__.selection.share(keep_ratio, candidates)
    else:
      pruned = min(candidates, by_ratio)
  return max(0, min(pruned, n - minimum))

def candidates(ordered: Tensor) -> int:
  # The complement of I - U: with a and b the quartiles of the scores, I is the set of the scores above
  # a (alpha cut 0.01 of equation 6, never binding beside U) and U the alpha cut 0.9 of equation 7,
  # S <= a + 0.1 (b - a).
  n = torch.size(ordered, 0)
  if n == 0:
    return 0
  a = __torch__.steps.ratio.quantile(ordered, 0.25)
  b = __torch__.steps.ratio.quantile(ordered, 0.75)
  return int(torch.item(torch.sum(ordered <= a + 0.1 * (b - a))))

def quantile(descending: Tensor,
    q: float) -> float:
  # Linear interpolation between the two nearest ranks.
  last = torch.size(descending, 0) - 1
  at = q * last
  low = torch.floor(at)
  high = min(low + 1, last)
  x = float(torch.item(torch.select(descending, 0, last - low)))
  y = float(torch.item(torch.select(descending, 0, last - high)))
  return x + (at - low) * (y - x)
