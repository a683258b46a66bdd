# Multi-head self-attention, document by document.

def attend(q: Tensor,
    k: Tensor,
    v: Tensor,
    rows: List[int],
    key_rows: List[int],
    heads: int,
    scored: bool) -> Tuple[Tensor, Tensor]:
  # Context [rows, hidden] and the score of every key, [sum of key rows]; no scores unless asked for.
  if len(rows) == 1:
    return __torch__.attention.attend_one(q, k, v, heads, scored)
  contexts = annotate(List[Tensor], [])
  scores = annotate(List[Tensor], [])
  qs = torch.split_with_sizes(q, rows)
  ks = torch.split_with_sizes(k, key_rows)
  vs = torch.split_with_sizes(v, key_rows)
  for d in range(len(rows)):
    context, score = __torch__.attention.attend_one(qs[d], ks[d], vs[d], heads, scored)
    contexts.append(context)
    scores.append(score)
  return (torch.cat(contexts), torch.cat(scores))

def attend_one(q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: int,
    scored: bool) -> Tuple[Tensor, Tensor]:
  # Softmax(Q K^T / sqrt(d)) V by head; the score of key j is the mean of column j of the attention
  # matrix over all queries (equation 4) and over heads.
  n = torch.size(q, 0)
  hidden = torch.size(q, 1)
  d = hidden // heads
  qh = torch.unsqueeze(torch.transpose(torch.view(q, [n, heads, d]), 0, 1), 0)
  kh = torch.unsqueeze(torch.transpose(torch.view(k, [-1, heads, d]), 0, 1), 0)
  vh = torch.unsqueeze(torch.transpose(torch.view(v, [-1, heads, d]), 0, 1), 0)
  if scored and (q.requires_grad or q.dtype != 6):
    attention = torch.softmax(torch.matmul(qh / torch.sqrt(d), torch.transpose(kh, 2, 3)), -1)
    context = torch.matmul(attention, vh)
    scores = torch.mean(torch.detach(attention), [0, 1, 2], dtype=6)
  elif scored:
    return __torch__.attention.attend_scored(qh[0], kh[0], vh[0])
  else:
    context = torch.scaled_dot_product_attention(qh, kh, vh)
    scores = torch.new_zeros(q, [0])
  return (torch.reshape(torch.transpose(context, 1, 2), [n, hidden]), scores)

def attend_scored(q: Tensor,
    k: Tensor,
    v: Tensor) -> Tuple[Tensor, Tensor]:
  # The same without gradients in 32 bits: head by head in one matrix, which stays in the processor's
  # cache.
  heads = torch.size(q, 0)
  n = torch.size(q, 1)
  d = torch.size(q, 2)
  t = torch.size(k, 1)
  scaled = q / torch.sqrt(d)
  sums = torch.zeros([1, t])
  ones = torch.ones([1, n])
  attention = torch.empty([n, t])
  context = torch.empty([n, heads, d])
  for h in range(heads):
    torch.mm(scaled[h], torch.t(k[h]), out=attention)
    torch._softmax(attention, -1, False, out=attention)
    torch.addmm_(sums, ones, attention)
    torch.mm(attention, v[h], out=torch.select(context, 1, h))
  return (torch.view(context, [n, heads * d]), torch.squeeze(sums, 0) / (heads * n))
