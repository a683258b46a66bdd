# What the classifier reads.

def pool(x: Tensor,
    rows: List[int],
    first: bool) -> Tensor:
  # The first output token of every document, or the mean of them all: [documents, hidden].
  pooled = annotate(List[Tensor], [])
  at = 0
  for n in rows:
    if first:
      pooled.append(torch.narrow(x, 0, at, 1))
    else:
      pooled.append(torch.mean(torch.narrow(x, 0, at, n), [0], True))
    at = at + n
  return torch.cat(pooled)
