# What every transformer has.

def embed(ids: Tensor,
    lengths: List[int],
    words: Tensor,
    positions: Tensor,
    type: Tensor,
    norm_weight: Tensor,
    norm_bias: Tensor,
    eps: float) -> Tensor:
  # Sum of word, position and type embeddings, normalised: [rows, hidden].
  if len(lengths) == 1:
    at = torch.narrow(positions, 0, 0, lengths[0])
  else:
    places = annotate(List[Tensor], [])
    for n in lengths:
      places.append(torch.narrow(positions, 0, 0, n))
    at = torch.cat(places)
  sum = torch.embedding(words, ids) + at + type
  return torch.layer_norm(sum, [torch.size(sum, 1)], norm_weight, norm_bias, eps)

def add_and_normalise(change: Tensor,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float) -> Tensor:
  # Layer normalisation of change + x in the type of x. The change is not read again: the sum takes its
  # place, which spares a write to memory that is not in the cache.
  if torch.is_grad_enabled() or change.dtype != x.dtype:
    sum = change + x
  else:
    sum = torch.add_(change, x)
  return torch.layer_norm(sum, [torch.size(x, 1)], weight, bias, eps)

def gelu(x: Tensor) -> Tensor:
  # The same of GELU.
  if torch.is_grad_enabled():
    return torch.gelu(x)
  return torch.gelu_(x)

def dropout(x: Tensor,
    rate: float) -> Tensor:
  # Each activation takes 16 bits of a random number: a number for each takes six times as long.
  if rate > 0.:
    n = torch.numel(x)
    numbers = torch.random_(torch.empty([(n + 3) // 4], dtype=4), -9223372036854775807 - 1, None)
    bits = torch.narrow(torch.view_copy(numbers, 2), 0, 0, n)
    dropped = min(int(torch.round(rate * 65536)), 65535)  # of 65536 values
    kept = torch.view(bits, torch.size(x)) >= dropped - 32768
    return x * (kept * (65536. / (65536 - dropped)))
  return x

def linear_bf16(x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
  # The product and those of its gradient read and round to 16 bits and add up in 32; what goes in and
  # comes out, gradients included, has 32.
  product = torch.matmul(torch.to(x, 15), torch.t(torch.to(weight, 15)))
  return torch.add_(torch.to(product, 6), bias)

def quantize(weight: Tensor) -> Tensor:
  # Symmetric int8 with one scale an output channel, of which -63 to 63 is used. Processors without
  # VNNI add two products of an unsigned byte and a signed one in 16 bits, which then never overflow:
  # 2 * 255 * 63 < 2^15. With all of int8 they do, and some documents lose a tenth of their cosine.
  scales = torch.clamp_min(torch.amax(torch.abs(weight), [1]) / 63., 1e-12)
  return torch.quantize_per_channel(torch.contiguous(weight), scales, torch.zeros_like(scales, dtype=4), 0, 12)

def most_normalised(weight: Tensor,
    bias: Tensor) -> Tensor:
  # No output of a normalisation is larger: of n numbers none lies further than sqrt(n) standard
  # deviations from their mean.
  return torch.abs(weight) * torch.sqrt(torch.size(weight, 0)) + torch.abs(bias)

def most(weight: Tensor,
    bias: Tensor,
    inputs: Tensor) -> Tensor:
  # No output of a linear layer is larger, of inputs that are not larger than these.
  return torch.mv(torch.abs(weight), inputs) + torch.abs(bias)
