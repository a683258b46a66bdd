# Linear compression: a learned linear map of the word pieces to a fixed number of tokens, in place of a
# layer.
#
# Settings: the layer that it replaces. Its tensors, from an offset into the weights: the map [m, parts],
# of so many equal parts of a document, and the bias [m, hidden].

def replaces(layer: int,
    s: List[float]) -> bool:
  return layer == int(s[0])

def replace(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    eps: float,
    training: bool) -> Tensor:
  # The m tokens of every document [documents * m, hidden].
  map = torch.to(w[o], 6)
  m = torch.size(map, 0)
  tokens = annotate(List[Tensor], [])
  used = annotate(List[int], [])
  groups = annotate(List[Tensor], [])
  for words in torch.split_with_sizes(x, documents.words):
    overlaps = __torch__.steps.linear.overlaps(torch.size(map, 1), torch.size(words, 0), x)
    weights = torch.matmul(map, overlaps)
    tokens.append(torch.matmul(torch.to(weights, x.dtype), words) + torch.to(w[o + 1], x.dtype))
    used.append(m)
    # The token that a word piece counts most in, the first of equals.
    groups.append(torch.argmax(torch.abs(torch.detach(weights)), 0, True))
  documents.combine(layer, m, used, groups)
  return torch.cat(tokens)

def overlaps(parts: int,
    n: int,
    like: Tensor) -> Tensor:
  # The share of every part of a document that each of its n tokens takes up, [parts, n]: as many parts
  # and as many tokens, all of the same length, lie one below the other.
  part = torch.unsqueeze(torch.arange(parts, device=like.device) * n, 1)
  token = torch.unsqueeze(torch.arange(n, device=like.device) * parts, 0)
  common = torch.minimum(part + n, token + parts) - torch.maximum(part, token)
  return torch.to(torch.clamp_min(common, 0), 6) / n

def most(w: List[Tensor],
    o: int,
    inputs: Tensor) -> Tensor:
  # No output is larger, of tokens that are not larger than these.
  return inputs * torch.amax(torch.sum(torch.abs(w[o]), [1])) + torch.amax(torch.abs(w[o + 1]), [0])
