# Local merging (Goetz et al., ICML 2025).
#
# Settings: pairs of a layer that merge at most, as a share of its tokens; the similarity that they are
# above; how far partners may be from each other in their halves, plus one; the first and the last layer
# that work on fewer tokens; least tokens of a document; attention heads.

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if layer + 1 < int(s[3]) or layer + 1 > int(s[4]):
    return x
  staying = annotate(List[Tensor], [])
  places = annotate(List[Tensor], [])
  keys = torch.split_with_sizes(torch.detach(attention.keys), documents.rows)
  for d in range(len(keys)):
    n = documents.words[d]
    here, there = __torch__.steps.local_merge.pairs(keys[d], n, s)
    stays = torch.ones([n], dtype=11, device=x.device)
    torch.index_fill_(stays, 0, here, 0)
    place = torch.cumsum(stays, 0) - 1
    staying.append(torch.squeeze(torch.nonzero(stays), 1))
    places.append(torch.index_copy(place, 0, here, torch.index_select(place, 0, there)))
  return documents.fold(layer, staying, places, x, attention)

def pairs(keys: Tensor,
    n: int,
    s: List[float]) -> Tuple[Tensor, Tensor]:
  # Places that merge, and those that each of them goes to. [CLS] and [SEP] are not among them; of those
  # between, A is the first, the third and so on and B the second, the fourth and so on. Only pairs A_i and
  # B_j with |i - j| < k are compared, each A merges into the most similar of its B, the most similar
  # pairs merge first, the earlier one of equals.
  none = torch.zeros([0], dtype=4, device=keys.device)
  most = min(torch.floor(s[0] * n + 1e-9), n - int(s[5]))
  a = (n - 1) // 2
  b = n - 2 - a
  if most < 1 or b < 1:
    return (none, none)
  k = min(int(s[2]), a)
  means = torch.mean(torch.view(torch.narrow(keys, 0, 1, n - 2), [n - 2, int(s[6]), -1]), [1], dtype=6)
  unit = means / torch.clamp_min(torch.linalg_vector_norm(means, 2, [1], True), 1e-12)
  reach = torch.arange(1 - k, k, device=keys.device)
  partner = torch.unsqueeze(torch.arange(a, device=keys.device), 1) + torch.unsqueeze(reach, 0)
  inside = torch.clamp(partner, 0, b - 1)
  left = torch.index_select(unit, 0, torch.arange(0, n - 2, 2, device=keys.device))
  right = torch.view(torch.index_select(unit, 0, torch.reshape(2 * inside + 1, [-1])), [a, 2 * k - 1, -1])
  cosines = torch.squeeze(torch.matmul(right, torch.unsqueeze(left, 2)), 2)
  similarities = torch.where(partner == inside, cosines, torch.full_like(cosines, -2.))
  # The first of the best.
  best, choice = torch.sort(similarities, stable=True, dim=1, descending=True)
  similarity = torch.select(best, 1, 0)
  ordered, order = torch.sort(similarity, stable=True, dim=0, descending=True)
  count = min(most, int(torch.item(torch.sum(ordered > s[1]))))
  merging = torch.narrow(order, 0, 0, count)
  chosen = torch.gather(inside, 1, torch.narrow(choice, 1, 0, 1))
  return (2 * merging + 1, 2 * torch.index_select(torch.squeeze(chosen, 1), 0, merging) + 2)
