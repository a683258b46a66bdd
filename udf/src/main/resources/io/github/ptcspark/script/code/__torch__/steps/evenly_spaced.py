# Tokens that are evenly spread over a document.
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
      # The middles of so many equal sections of what is between the ends.
      sections = __torch__.selection.left(s[0], n, int(s[3])) - 2
      middles = (torch.arange(sections, device=x.device) * 2 + 1) * (n - 2)
      inner = torch.div(middles, max(1, 2 * sections), rounding_mode="floor") + 1
      survivors.append(__torch__.selection.between_ends(inner, n))
    return documents.keep(layer, survivors, s[1] > 0., x, attention)
  return x
