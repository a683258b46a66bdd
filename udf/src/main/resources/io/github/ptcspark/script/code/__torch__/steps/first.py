# Truncation.
#
# Settings: share of its tokens that a document keeps; 1 if whole tokens go, 0 if keys and values alone;
# the layer from which on fewer tokens are seen, or 0; least tokens of a document.

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  if layer + 1 == int(s[2]):
    survivors = annotate(List[Tensor], [])
    for n in documents.kept:
      left = __torch__.selection.left(s[0], n, int(s[3]))
      inner = torch.arange(1, left - 1, device=x.device)
      survivors.append(__torch__.selection.between_ends(inner, n))
    return documents.keep(layer, survivors, s[1] > 0., x, attention)
  return x
