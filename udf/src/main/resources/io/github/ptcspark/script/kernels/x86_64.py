# Linear layers on x86-64: FBGEMM for int8, oneDNN for fp32.

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
  product = ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(inner / scale, 0.004588235294117647, 37, packed)
  return torch.addcmul(bias, product, scale)

def pack_fp32(weight: Tensor) -> Tensor:
  return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight), 256)

def linear_fp32(x: Tensor,
    packed: Tensor,
    bias: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, packed, bias, "none", annotate(List[Optional[number]], []), "none")
