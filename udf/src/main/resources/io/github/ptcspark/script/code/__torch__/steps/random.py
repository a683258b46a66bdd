# Tokens that are drawn by chance, by the document's own word pieces.
#
# Settings: share of its tokens that a document keeps; 1 if whole tokens go, 0 if keys and values alone;
# the layer from which on fewer tokens are seen, or 0; least tokens of a document; seed.

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if layer + 1 == int(s[2]):
    survivors = annotate(List[Tensor], [])
    ids = torch.split_with_sizes(documents.ids, documents.lengths)
    for d in range(len(ids)):
      n = documents.kept[d]
      left = __torch__.selection.left(s[0], n, int(s[3]))
      start = __torch__.steps.random.mix(__torch__.steps.random.hash(ids[d]) + int(s[4]))
      numbers = __torch__.steps.random.mix(start + torch.arange(1, n - 1, device=x.device))
      survivors.append(__torch__.selection.first_of(torch.argsort(numbers), n, left))
    return documents.keep(layer, survivors, s[1] > 0., x, attention)
  return x

def hash(ids: Tensor) -> Tensor:
  # Of word pieces in their order.
  places = torch.arange(torch.size(ids, 0), device=ids.device)
  return torch.sum(__torch__.steps.random.mix(ids + places * 4294967296))

def mix(numbers: Tensor) -> Tensor:
  # A step of SplitMix64, which takes different numbers to different numbers.
  z = numbers + -7046029254386353131
  z = torch.bitwise_xor(z, __torch__.steps.random.shift(z, 30, 17179869183)) * -4658895280553007687
  z = torch.bitwise_xor(z, __torch__.steps.random.shift(z, 27, 137438953471)) * -7723592293110705685
  return torch.bitwise_xor(z, __torch__.steps.random.shift(z, 31, 8589934591))

def shift(z: Tensor,
    bits: int,
    left: int) -> Tensor:
  # To the right; the sign, which would come in, is not among the bits that are left.
  return torch.bitwise_and(torch.bitwise_right_shift(z, bits), left)
