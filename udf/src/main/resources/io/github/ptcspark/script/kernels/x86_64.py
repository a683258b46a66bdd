# Linear layers on x86-64: FBGEMM for int8 with a scale a document, oneDNN for everything else.

def pack_int8(weight: Tensor,
    bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  return ops.quantized.linear_prepack(__torch__.layers.quantize(weight), torch.contiguous(bias))

def linear_int8(x: Tensor,
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase) -> Tensor:
  # Activations get one scale, from the document, and all eight bits: weights leave room for them.
  return ops.quantized.linear_dynamic(x, packed, False)

def pack_int8_output(weight: Tensor,
    bias: Tensor) -> __torch__.torch.classes.quantized.LinearPackedParamsBase:
  return __torch__.kernels.pack_int8(weight, torch.zeros_like(bias))

def linear_int8_output(inner: Tensor,
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase,
    bias: Tensor) -> Tensor:
  # The feed-forward output reads GELU, which is never below -0.17 and has a few large values. With a
  # scale for each token its rows lie in [-0.17, 1]: fixed quantisation parameters (1.17 / 255, zero
  # at 37) need no search for the range and lose less than one scale for the document.
  scale = torch.clamp_min(torch.amax(inner, [1], True), 1.)
  product = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(torch.div_(inner, scale), 0.004588235294117647, 37, packed)
  return torch.addcmul(bias, product, scale)

def pack_int8_rows(weight: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  # Symmetric int8 with one scale an output channel. oneDNN adds products of bytes in 32 bits, for which
  # the processor must have VNNI: nothing overflows.
  scales = torch.clamp_min(torch.amax(torch.abs(weight), [1]) / 127., 1e-12)
  bytes = torch.to(torch.round(weight / torch.unsqueeze(scales, 1)), 1)
  return (ops.onednn.qlinear_prepack(bytes, annotate(Optional[List[int]], None)), scales, torch.zeros_like(scales, dtype=4))

def linear_int8_rows(x: Tensor,
    packed: Tensor,
    scales: Tensor,
    zero_points: Tensor,
    bias: Tensor) -> Tensor:
  # Every token has a scale of its own, so that its product does not depend on what lies beside it.
  limits = torch.clamp_min(torch.maximum(torch.amax(x, [1], True), torch.neg(torch.amin(x, [1], True))), 1e-12)
  return __torch__.kernels.product_of_rows(x * (127. / limits), limits, 127., 128, packed, scales, zero_points, bias)

def linear_int8_rows_output(inner: Tensor,
    packed: Tensor,
    scales: Tensor,
    zero_points: Tensor,
    bias: Tensor) -> Tensor:
  # The range of linear_int8_output, [-0.17, 1] of a token's limit.
  limits = torch.clamp_min(torch.amax(inner, [1], True), 1.)
  return __torch__.kernels.product_of_rows(torch.mul_(inner, 217.94871794871796 / limits), limits, 217.94871794871796, 37, packed, scales, zero_points, bias)

def product_of_rows(stepped: Tensor,
    limits: Tensor,
    steps: float,
    zero_point: int,
    packed: Tensor,
    scales: Tensor,
    zero_points: Tensor,
    bias: Tensor) -> Tensor:
  # The product of rows in steps, of which their limits count so many. oneDNN makes a kernel for every
  # number of rows and keeps a thousand: numbers are rounded up to sixteens. The half makes cutting to
  # bytes rounding.
  bytes = torch.to(torch.add_(stepped, zero_point + 0.5), 0)
  n = torch.size(stepped, 0)
  missing = (16 - n % 16) % 16
  if missing > 0:
    bytes = torch.constant_pad_nd(bytes, [0, 0, 0, missing])
  product = ops.onednn.qlinear_pointwise(bytes, 1. / steps, zero_point, packed, scales, zero_points, annotate(Optional[Tensor], None), 1., 0, 6, "none", annotate(List[Optional[number]], []), "none")
  return torch.add_(torch.mul_(torch.narrow(product, 0, 0, n), limits), bias)

def pack_bf16(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(torch.to(torch.contiguous(weight), 15), 256)

def linear_bf16(x: Tensor,
    packed: Tensor,
    bias: Tensor,
    gelu: bool) -> Tensor:
  # The product in bf16, and GELU of it.
  attribute = "none"
  if gelu:
    attribute = "gelu"
  return ops.mkldnn._linear_pointwise(torch.to(x, 15), packed, bias, attribute, annotate(List[Optional[number]], []), "none")

def pack_fp32(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight), 256)

def linear_fp32(x: Tensor,
    packed: Tensor,
    bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, packed, bias, "none", annotate(List[Optional[number]], []), "none")
