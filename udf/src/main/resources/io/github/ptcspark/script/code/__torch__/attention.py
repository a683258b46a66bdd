# Multi-head self-attention, document by document.

# The attention of a layer.
class Attention:
  context : Tensor  # [rows, hidden]
  keys : Tensor  # of all documents, [sum of key rows, hidden]
  scores : Tensor  # of every key, if wanted: [sum of key rows]
  matrices : List[Tensor]  # a document, if wanted: [heads, rows, key rows], in 32 bits

  def __init__(self: __torch__.attention.Attention,
    context: Tensor,
    keys: Tensor,
    scores: Tensor,
    matrices: List[Tensor]) -> NoneType:
    self.context = context
    self.keys = keys
    self.scores = scores
    self.matrices = matrices

def attend(q: Tensor,
    k: Tensor,
    v: Tensor,
    rows: List[int],
    key_rows: List[int],
    heads: int,
    wants: int,
    voters: Optional[Tensor],
    sizes: Optional[Tensor]) -> __torch__.attention.Attention:
  # Wanted are contexts alone (0), and scores (1) or matrices (2). The score of key j is the mean
  # of column j of the attention matrix over all queries (equation 4) and over heads; queries count as
  # their voters say, [sum of rows], if there are any. A key stands for so many tokens as its size
  # says, [sum of key rows], if there are sizes: its logarithm is added to what the key is multiplied
  # to (Bolya et al., Token Merging, 2023, proportional attention).
  #
  # Neighbours that have as many rows as each other go into one call, which treats them one by one;
  # those of which more than the context is wanted do not.
  contexts = annotate(List[Tensor], [])
  scores = annotate(List[Tensor], [])
  matrices = annotate(List[Tensor], [])
  biases = annotate(Optional[Tensor], None)
  if sizes is not None:
    biases = torch.log(sizes)
  at = 0
  key_at = 0
  d = 0
  while d < len(rows):
    n = rows[d]
    t = key_rows[d]
    together = 1
    while wants == 0 and d + together < len(rows) and rows[d + together] == n and key_rows[d + together] == t:
      together = together + 1
    q0 = q
    k0 = k
    v0 = v
    bias = biases
    vote = voters
    if together < len(rows):
      q0 = torch.narrow(q, 0, at, together * n)
      k0 = torch.narrow(k, 0, key_at, together * t)
      v0 = torch.narrow(v, 0, key_at, together * t)
      if biases is not None:
        bias = torch.narrow(biases, 0, key_at, together * t)
      if voters is not None:
        vote = torch.narrow(voters, 0, at, n)
    if wants == 0:
      contexts.append(__torch__.attention.attend_fused(q0, k0, v0, together, heads, bias))
    else:
      context, score, matrix = __torch__.attention.attend_scored(q0, k0, v0, heads, wants, vote, bias)
      contexts.append(context)
      if wants == 1:
        scores.append(score)
      else:
        matrices.append(matrix)
    at = at + together * n
    key_at = key_at + together * t
    d = d + together
  attention = __torch__.attention.Attention.__new__(__torch__.attention.Attention)
  (attention).__init__(__torch__.attention.joined(contexts, q), k, __torch__.attention.joined(scores, q), matrices)
  return attention

def joined(parts: List[Tensor],
    like: Tensor) -> Tensor:
  # One below the other.
  if len(parts) == 0:
    return torch.new_zeros(like, [0])
  if len(parts) == 1:
    return parts[0]
  return torch.cat(parts)

def attend_fused(q: Tensor,
    k: Tensor,
    v: Tensor,
    documents: int,
    heads: int,
    bias: Optional[Tensor]) -> Tensor:
  # Softmax(Q K^T / sqrt(d)) V by head, of documents that have as many rows as each other.
  hidden = torch.size(q, 1)
  d = hidden // heads
  qh = torch.transpose(torch.view(q, [documents, -1, heads, d]), 1, 2)
  kh = torch.transpose(torch.view(k, [documents, -1, heads, d]), 1, 2)
  vh = torch.transpose(torch.view(v, [documents, -1, heads, d]), 1, 2)
  if bias is None:
    context = torch.scaled_dot_product_attention(qh, kh, vh)
  else:
    mask = torch.to(torch.view(bias, [documents, 1, 1, -1]), q.dtype)
    context = torch.scaled_dot_product_attention(qh, kh, vh, mask)
  return torch.reshape(torch.transpose(context, 1, 2), [-1, hidden])

def attend_scored(q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: int,
    wants: int,
    voters: Optional[Tensor],
    bias: Optional[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  # Context, and scores or the matrix of one document.
  n = torch.size(q, 0)
  hidden = torch.size(q, 1)
  t = torch.size(k, 0)
  d = hidden // heads
  qh = torch.transpose(torch.view(q, [n, heads, d]), 0, 1)
  kh = torch.transpose(torch.view(k, [t, heads, d]), 0, 1)
  vh = torch.transpose(torch.view(v, [t, heads, d]), 0, 1)
  if wants == 1 and bias is None and q.dtype != 5 and not torch.is_grad_enabled():
    if q.dtype == 6 and (n * t > 24576 or voters is not None):
      context, score = __torch__.attention.attend_by_head(qh, kh, vh, voters)
      return (context, score, score)
    if voters is None:
      context, score = __torch__.attention.attend_by_heads(qh, kh, vh)
      return (context, score, score)
  products = torch.matmul(qh / torch.sqrt(d), torch.transpose(kh, 1, 2))
  if bias is not None:
    products = products + torch.to(bias, q.dtype)
  if torch.is_grad_enabled() or q.dtype == 5:
    attention = torch.softmax(products, -1)
  else:
    attention = torch._softmax(products, -1, False, out=products)
  context = torch.reshape(torch.transpose(torch.matmul(attention, vh), 0, 1), [n, hidden])
  matrix = torch.detach(attention)
  if wants == 2:
    return (context, matrix, torch.to(matrix, 6))
  if voters is None:
    score = torch.mean(matrix, [0, 1], dtype=6)
  else:
    weighted = torch.to(matrix, 6) * torch.view(voters, [1, -1, 1])
    score = torch.sum(weighted, [0, 1]) / (heads * torch.sum(voters))
  return (context, score, matrix)

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
    v: Tensor,
    voters: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
  # The same head by head in one matrix, which is faster in 32 bits from some 150 tokens on.
  heads = torch.size(q, 0)
  n = torch.size(q, 1)
  d = torch.size(q, 2)
  t = torch.size(k, 1)
  scaled = q / torch.sqrt(d)
  sums = torch.zeros([1, t])
  if voters is None:
    votes = torch.ones([1, n])
    total = torch.tensor(n, dtype=6)
  else:
    votes = torch.unsqueeze(voters, 0)
    total = torch.sum(voters)
  attention = torch.empty([n, t])
  context = torch.empty([n, heads, d])
  for h in range(heads):
    torch.mm(scaled[h], torch.t(k[h]), out=attention)
    torch._softmax(attention, -1, False, out=attention)
    torch.addmm_(sums, votes, attention)
    torch.mm(attention, v[h], out=torch.select(context, 1, h))
  return (torch.view(context, [n, heads * d]), torch.squeeze(sums, 0) / (total * heads))
