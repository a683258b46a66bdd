# The linear layers of an encoder and nothing else, on made-up weights: how fast they are alone is the
# rate that a whole forward pass can come close to. They run on the same kernels as the encoder.
class LinearLayers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]
  # As the encoder has them, four a layer: query-key-value, attention output, intermediate, output.
  # One of the lists.
  packed_int8 : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  packed_fp32 : List[Tensor]
  biases : List[Tensor]
  # Inputs for the most tokens: of width hidden, and of width intermediate as GELU leaves them.
  inputs : List[Tensor]

  def prepare(self: __torch__.LinearLayers,
    layers: int,
    hidden: int,
    intermediate: int,
    tokens: int,
    int8: bool) -> int:
    for index in range(layers):
      for part in range(4):
        outputs = [3 * hidden, hidden, intermediate, hidden][part]
        width = [hidden, hidden, hidden, intermediate][part]
        weight = torch.randn([outputs, width]) / torch.sqrt(width)
        bias = torch.zeros([outputs])
        self.biases.append(bias)
        if int8:
          if part == 3:
            self.packed_int8.append(__torch__.kernels.pack_int8_output(weight, bias))
          else:
            self.packed_int8.append(__torch__.kernels.pack_int8(weight, bias))
        else:
          # As in the encoder, the plain product is the faster one for the output.
          if part == 3:
            self.packed_fp32.append(weight)
          else:
            self.packed_fp32.append(__torch__.kernels.pack_fp32(weight))
    self.inputs.append(torch.randn([tokens, hidden]))
    self.inputs.append(torch.gelu(torch.randn([tokens, intermediate])))
    return layers

  def forward(self: __torch__.LinearLayers,
    tokens: int) -> int:
    # The layers on so many tokens. A product counts into the result, or it would be left out.
    x = torch.narrow(self.inputs[0], 0, 0, tokens)
    inner = torch.narrow(self.inputs[1], 0, 0, tokens)
    rows = 0
    for index in range(len(self.biases)):
      part = index % 4
      input = x
      if part == 3:
        input = inner
      bias = self.biases[index]
      if len(self.packed_int8) > 0:
        if part == 3:
          product = __torch__.kernels.linear_int8_output(input, self.packed_int8[index], bias)
        else:
          product = __torch__.kernels.linear_int8(input, self.packed_int8[index])
      else:
        if part == 3:
          product = torch.linear(input, self.packed_fp32[index], bias)
        else:
          product = __torch__.kernels.linear_fp32(input, self.packed_fp32[index], bias)
      rows = rows + torch.size(product, 0)
    return rows
