# Multi-head self-attention, document by document.

def attend(q: Tensor,
    k: Tensor,
    v: Tensor,
    rows: List[int],
    key_rows: List[int],
    heads: int,
    scored: bool) -> Tuple[Tensor, Tensor]:
  # Context [rows, hidden] and the score of every key, [sum of key rows]; no scores unless asked for.
  # Neighbours that have as many rows as each other go into one call, which treats them one by one;
  # those that need scores do not.
  if len(rows) == 1:
    return __torch__.attention.attend_one(q, k, v, heads, scored)
  contexts = annotate(List[Tensor], [])
  scores = annotate(List[Tensor], [])
  at = 0
  key_at = 0
  d = 0
  while d < len(rows):
    n = rows[d]
    t = key_rows[d]
    together = 1
    while not scored and d + together < len(rows) and rows[d + together] == n and key_rows[d + together] == t:
      together = together + 1
    q0 = torch.narrow(q, 0, at, together * n)
    k0 = torch.narrow(k, 0, key_at, together * t)
    v0 = torch.narrow(v, 0, key_at, together * t)
    if scored:
      context, score = __torch__.attention.attend_one(q0, k0, v0, heads, True)
      scores.append(score)
    else:
      context = __torch__.attention.attend_fused(q0, k0, v0, together, heads)
    contexts.append(context)
    at = at + together * n
    key_at = key_at + together * t
    d = d + together
  if scored:
    all_scores = torch.cat(scores)
  else:
    all_scores = torch.new_zeros(q, [0])
  return (torch.cat(contexts), all_scores)

def attend_fused(q: Tensor,
    k: Tensor,
    v: Tensor,
    documents: int,
    heads: int) -> Tensor:
  # Softmax(Q K^T / sqrt(d)) V by head, of documents that have as many rows as each other.
  hidden = torch.size(q, 1)
  d = hidden // heads
  qh = torch.transpose(torch.view(q, [documents, -1, heads, d]), 1, 2)
  kh = torch.transpose(torch.view(k, [documents, -1, heads, d]), 1, 2)
  vh = torch.transpose(torch.view(v, [documents, -1, heads, d]), 1, 2)
  context = torch.scaled_dot_product_attention(qh, kh, vh)
  return torch.reshape(torch.transpose(context, 1, 2), [-1, hidden])

def attend_one(q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: int,
    scored: bool) -> Tuple[Tensor, Tensor]:
  # The same of one document; the score of key j is the mean of column j of the attention matrix over
  # all queries (equation 4) and over heads.
  if not scored:
    return (__torch__.attention.attend_fused(q, k, v, 1, heads), torch.new_zeros(q, [0]))
  n = torch.size(q, 0)
  hidden = torch.size(q, 1)
  t = torch.size(k, 0)
  d = hidden // heads
  qh = torch.transpose(torch.view(q, [n, heads, d]), 0, 1)
  kh = torch.transpose(torch.view(k, [t, heads, d]), 0, 1)
  vh = torch.transpose(torch.view(v, [t, heads, d]), 0, 1)
  if torch.is_grad_enabled() or q.dtype == 5:
    attention = torch.softmax(torch.matmul(qh / torch.sqrt(d), torch.transpose(kh, 1, 2)), -1)
    context = torch.reshape(torch.transpose(torch.matmul(attention, vh), 0, 1), [n, hidden])
    return (context, torch.mean(torch.detach(attention), [0, 1], dtype=6))
  if q.dtype == 6 and n * t > 24576:
    return __torch__.attention.attend_by_head(qh, kh, vh)
  return __torch__.attention.attend_by_heads(qh, kh, vh)

def attend_by_heads(q: Tensor,
    k: Tensor,
    v: Tensor) -> Tuple[Tensor, Tensor]:
  # Scores without gradients: so many heads at once as stay in the processor's cache together.
  heads = torch.size(q, 0)
  n = torch.size(q, 1)
  d = torch.size(q, 2)
  t = torch.size(k, 1)
  scaled = q / torch.sqrt(d)
  columns = torch.transpose(k, 1, 2)
  most = max(1, 524288 // (n * t))
  sums = torch.zeros([t])
  contexts = annotate(List[Tensor], [])
  h = 0
  while h < heads:
    some = min(most, heads - h)
    products = torch.bmm(torch.narrow(scaled, 0, h, some), torch.narrow(columns, 0, h, some))
    attention = torch._softmax(products, -1, False, out=products)
    sums = sums + torch.sum(torch.view(attention, [some * n, t]), [0], dtype=6)
    contexts.append(torch.bmm(attention, torch.narrow(v, 0, h, some)))
    h = h + some
  if len(contexts) == 1:
    context = contexts[0]
  else:
    context = torch.cat(contexts)
  return (torch.reshape(torch.transpose(context, 0, 1), [n, heads * d]), sums / (heads * n))

def attend_by_head(q: Tensor,
    k: Tensor,
    v: Tensor) -> Tuple[Tensor, Tensor]:
  # The same head by head in one matrix, which is faster in 32 bits from some 150 tokens on.
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
