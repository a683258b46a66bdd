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

def pack_int8_rows(weight: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  # Symmetric int8 with one scale an output channel. oneDNN adds products of bytes in 32 bits, for which
  # the processor must have VNNI: nothing overflows. Behind every row stand zeros for the 8 bytes that
  # follow a token's.
  scales = torch.clamp_min(torch.amax(torch.abs(weight), [1]) / 127., 1e-12)
  steps = torch.round(weight / torch.unsqueeze(scales, 1))
  bytes = torch.constant_pad_nd(torch.to(steps, 1), [0, 8])
  sums = torch.sum(steps, [1]) * scales
  return (ops.onednn.qlinear_prepack(bytes, annotate(Optional[List[int]], None)), scales, torch.zeros_like(scales, dtype=4), sums)

def linear_int8_rows(x: Tensor,
    packed: Tensor,
    scales: Tensor,
    zero_points: Tensor,
    sums: Tensor,
    bias: Tensor) -> Tensor:
  # Every token has a range of its own, so that its product does not depend on what lies beside it.
  # A row of bytes is followed by what a step is worth and by the least value, in fp32.
  bytes = ops.quantized.embedding_bag_byte_prepack(x)
  n, width = torch.size(x)
  ranges = torch.view_copy(torch.contiguous(torch.narrow(bytes, 1, width, 8)), 6)
  step, least = torch.split_with_sizes(ranges, [1, 1], 1)
  # oneDNN makes a kernel for every number of rows and keeps a thousand: numbers are rounded up to
  # sixteens.
  missing = (16 - n % 16) % 16
  if missing > 0:
    bytes = torch.constant_pad_nd(bytes, [0, 0, 0, missing])
  product = ops.onednn.qlinear_pointwise(bytes, 1., 0, packed, scales, zero_points, annotate(Optional[Tensor], None), 1., 0, 6, "none", annotate(List[Optional[number]], []), "none")
  if missing > 0:
    product = torch.narrow(product, 0, 0, n)
  torch.addcmul(bias, product, step, out=product)
  return torch.addcmul_(product, sums, least)

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
