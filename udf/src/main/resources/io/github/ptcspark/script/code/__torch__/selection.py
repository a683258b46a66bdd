# Which tokens of a document stay, by their places among those that there are. The first and the last
# place are [CLS] and [SEP], which always stay.

def share(ratio: float,
    n: int) -> int:
  # floor(ratio * n), where a product such as 0.7 * 10 counts as 7.
  return torch.floor(ratio * n + 1e-9)

def left(ratio: float,
    n: int,
    minimum: int) -> int:
  # How many of n tokens stay.
  return max(__torch__.selection.share(ratio, n), min(n, minimum))

def first_of(order: Tensor,
    n: int,
    left: int) -> Tensor:
  # So many of n places, ascending. In order are those between the ends, counted from 0: first what stays.
  chosen = torch.sort(torch.narrow(order, 0, 0, left - 2))[0]
  return __torch__.selection.between_ends(chosen + 1, n)

def between_ends(inner: Tensor,
    n: int) -> Tensor:
  # These places, with the first and the last of n.
  return torch.cat([torch.new_zeros(inner, [1]), inner, torch.new_full(inner, [1], n - 1)])
