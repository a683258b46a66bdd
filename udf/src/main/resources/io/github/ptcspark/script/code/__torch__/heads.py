# What the classifier reads.

def pool(x: Tensor,
    rows: List[int],
    first: bool) -> Tensor:
  # The first output token of every document, or the mean of them all: [documents, hidden].
  pooled = annotate(List[Tensor], [])
  for tokens in torch.split_with_sizes(x, rows):
    if first:
      pooled.append(torch.narrow(tokens, 0, 0, 1))
    else:
      pooled.append(torch.mean(tokens, [0], True))
  return torch.cat(pooled)
