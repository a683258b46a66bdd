# Linear layers on processors other than x86-64: operators that every build of PyTorch has.

def pack_int8(weight: Tensor,
    bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  return ops.quantized.linear_prepack(__torch__.layers.quantize(weight), torch.contiguous(bias))

def linear_int8(x: Tensor,
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
  return ops.quantized.linear_dynamic(x, packed, False)

def pack_int8_output(weight: Tensor,
    bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  return __torch__.kernels.pack_int8(weight, bias)

def linear_int8_output(inner: Tensor,
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase,
    bias: Tensor) -> Tensor:
  return __torch__.kernels.linear_int8(inner, packed)

def pack_fp32(weight: Tensor) -> Tensor:
  return torch.contiguous(weight)

def linear_fp32(x: Tensor,
    packed: Tensor,
    bias: Tensor) -> Tensor:
  return torch.linear(x, packed, bias)

def pack_int8_rows(weight: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  scales = torch.clamp_min(torch.amax(torch.abs(weight), [1]) / 127., 1e-12)
  steps = torch.round(weight / torch.unsqueeze(scales, 1))
  return (steps, scales, torch.zeros_like(scales, dtype=4), torch.sum(steps, [1]) * scales)

def linear_int8_rows(x: Tensor,
    packed: Tensor,
    scales: Tensor,
    zero_points: Tensor,
    sums: Tensor,
    bias: Tensor) -> Tensor:
  # Whole numbers in fp32: there is no product of bytes that every build has and that keeps rows apart.
  least = torch.amin(x, [1], True)
  step = (torch.amax(x, [1], True) - least) / 255.
  rounded = torch.round((x - least) / torch.clamp_min(step, 1e-12))
  return torch.addcmul(torch.addcmul(bias, torch.linear(rounded, packed) * scales, step), sums, least)

def pack_bf16(weight: Tensor) -> Tensor:
  return torch.to(torch.contiguous(weight), 15)

def linear_bf16(x: Tensor,
    packed: Tensor,
    bias: Tensor,
    gelu: bool) -> Tensor:
  product = torch.linear(torch.to(x, 15), packed, bias)
  if gelu:
    return torch.gelu_(product)
  return product
