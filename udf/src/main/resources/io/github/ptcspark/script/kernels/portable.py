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
