# The token combining module of PTC, equations 9 to 11.
#
# Settings: the layer that it replaces. Its 13 tensors, from an offset into the weights: the combination
# tokens [m, hidden]; weight and bias of the normalisation of the combination tokens, of that of the
# words, of W_q, W_k, W_v and W_o.

def begin(documents: __torch__.documents.Documents,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int) -> Tensor:
  # The combination tokens go behind the word pieces of every document.
  parts = annotate(List[Tensor], [])
  for words in torch.split_with_sizes(x, documents.lengths):
    parts.append(words)
    parts.append(w[o])
  documents.carry(torch.size(w[o], 0))
  return torch.cat(parts)

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
  # The m combined tokens of every document [documents * m, hidden].
  m = torch.size(w[o], 0)
  combined = annotate(List[Tensor], [])
  used = annotate(List[int], [])
  groups = annotate(List[Tensor], [])
  sizes = annotate(List[int], [])
  for n in documents.words:
    sizes.append(n)
    sizes.append(m)
  parts = torch.split_with_sizes(x, sizes)
  for d in range(len(documents.words)):
    tokens, received, group = __torch__.steps.combining.combine_one(parts[2 * d + 1], parts[2 * d], w, o, eps, training)
    combined.append(tokens)
    used.append(received)
    groups.append(group)
  documents.combine(layer, m, used, groups)
  return torch.cat(combined)

def most(w: List[Tensor],
    o: int,
    inputs: Tensor) -> Tensor:
  # No output is larger, of tokens that are not larger than these.
  values = __torch__.layers.most(w[o + 9], w[o + 10], inputs)
  return inputs + __torch__.layers.most(w[o + 11], w[o + 12], values)

def combine_one(tokens: Tensor,
    words: Tensor,
    w: List[Tensor],
    o: int,
    eps: float,
    training: bool) -> Tuple[Tensor, int, Tensor]:
  # W_k moves to the side of the m queries: q . (W_k e + b_k) = (W_k^T q) . e + q . b_k; W_v behind the
  # mean: mean(W_v e + b_v) = W_v mean(e) + b_v. No product is left that is as large as words times
  # hidden times hidden.
  hidden = torch.size(tokens, 1)
  m = torch.size(tokens, 0)
  tn = torch.layer_norm(tokens, [hidden], w[o + 1], w[o + 2], eps)
  wn = torch.layer_norm(words, [hidden], w[o + 3], w[o + 4], eps)
  q = torch.linear(tn, w[o + 5], w[o + 6])
  logits = torch.matmul(torch.matmul(q, w[o + 7]), torch.t(wn)) + torch.unsqueeze(torch.mv(q, w[o + 8]), 1)
  if training:
    # Straight-through Gumbel softmax over the combination tokens (equations 9 and 10).
    noise = torch.neg(torch.log(torch.neg(torch.log(torch.clamp(torch.rand_like(logits), 1e-9, 0.99999994)))))
    soft = torch.softmax(logits + noise, 0)
    group = torch.argmax(soft, 0, True)
    hard = torch.scatter(torch.zeros_like(soft), 0, group, 1.)
    assignment = hard + soft - torch.detach(soft)
  else:
    group = torch.argmax(logits, 0, True)
    hard = torch.scatter(torch.zeros_like(logits), 0, group, 1.)
    assignment = hard
  received = torch.sum(hard, [1], True) > 0.
  sizes = torch.where(received, torch.sum(assignment, [1], True), torch.new_ones(tokens, [m, 1]))
  means = torch.matmul(assignment, words) / sizes
  values = torch.linear(means, w[o + 9], w[o + 10])
  change = torch.linear(values, w[o + 11], w[o + 12])
  combined = tokens + torch.where(received, change, torch.zeros_like(change))
  return (combined, int(torch.item(torch.sum(received))), group)
