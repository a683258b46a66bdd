# The linear layers of an encoder and nothing else, on made-up weights: how fast they are alone is the
# rate that a whole forward pass can come close to. They run on the same kernels as the encoder.
class LinearLayers(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]
  # As the encoder has them, four a layer: query-key-value, attention output, intermediate, output.
  arithmetic : int
  packed_objects : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  packed : List[Tensor]
  scales : List[Tensor]
  zero_points : List[Tensor]
  sums : List[Tensor]
  biases : List[Tensor]
  # Inputs for the most tokens: of width hidden, and of width intermediate as GELU leaves them.
  inputs : List[Tensor]

  def prepare(self: __torch__.LinearLayers,
    layers: int,
    hidden: int,
    intermediate: int,
    tokens: int,
    arithmetic: int) -> int:
    self.arithmetic = arithmetic
    for index in range(layers):
      for part in range(4):
        outputs = [3 * hidden, hidden, intermediate, hidden][part]
        width = [hidden, hidden, hidden, intermediate][part]
        weight = torch.randn([outputs, width]) / torch.sqrt(width)
        bias = torch.zeros([outputs])
        if arithmetic == 2:
          if part == 3:
            self.packed_objects.append(__torch__.kernels.pack_int8_output(weight, bias))
          else:
            self.packed_objects.append(__torch__.kernels.pack_int8(weight, bias))
        elif arithmetic == 3:
          packed, scales, zero_points, sums = __torch__.kernels.pack_int8_rows(weight)
          self.packed.append(packed)
          self.scales.append(scales)
          self.zero_points.append(zero_points)
          self.sums.append(sums)
        elif arithmetic == 4:
          self.packed.append(__torch__.kernels.pack_bf16(weight))
          bias = torch.to(bias, 15)
        else:
          # As in the encoder, the plain product is the faster one for the output.
          if part == 3:
            self.packed.append(weight)
          else:
            self.packed.append(__torch__.kernels.pack_fp32(weight))
        self.biases.append(bias)
    type = 6
    if arithmetic == 4:
      type = 15
    self.inputs.append(torch.to(torch.randn([tokens, hidden]), type))
    self.inputs.append(torch.to(torch.gelu(torch.randn([tokens, intermediate])), type))
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
      if self.arithmetic == 2:
        if part == 3:
          product = __torch__.kernels.linear_int8_output(input, self.packed_objects[index], bias)
        else:
          product = __torch__.kernels.linear_int8(input, self.packed_objects[index])
      elif self.arithmetic == 3:
        product = __torch__.kernels.linear_int8_rows(input, self.packed[index], self.scales[index], self.zero_points[index], self.sums[index], bias)
      elif self.arithmetic == 4:
        product = __torch__.kernels.linear_bf16(input, self.packed[index], bias, part == 2)
      else:
        if part == 3:
          product = torch.linear(input, self.packed[index], bias)
        else:
          product = __torch__.kernels.linear_fp32(input, self.packed[index], bias)
      rows = rows + torch.size(product, 0)
    return rows
