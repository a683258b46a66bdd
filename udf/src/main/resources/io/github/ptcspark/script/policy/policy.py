# The steps of a policy, called in their order. A line with "each" stands for one a source that has such
# a function. As numbers a policy is how many steps it has and, for every step, the number of its source,
# the place of its first tensor among the weights, how many settings follow, and these.
class Policy:
  programs : List[int]
  offsets : List[int]
  settings : List[List[float]]

  def __init__(self: __torch__.policy.Policy,
    numbers: List[float]) -> NoneType:
    self.programs = annotate(List[int], [])
    self.offsets = annotate(List[int], [])
    self.settings = annotate(List[List[float]], [])
    at = 1
    while at < len(numbers):
      end = at + 3 + int(numbers[at + 2])
      self.programs.append(int(numbers[at]))
      self.offsets.append(int(numbers[at + 1]))
      self.settings.append(numbers[at + 3:end])
      at = end

  def begin(self: __torch__.policy.Policy,
    documents: __torch__.documents.Documents,
    x: Tensor,
    w: List[Tensor]) -> Tensor:
    # What enters the first layer.
    for i in range(len(self.programs)):
      each begin: x = NAME.begin(documents, self.settings[i], x, w, self.offsets[i])
    return x

  def replaces(self: __torch__.policy.Policy,
    layer: int) -> bool:
    # Whether a step takes the place of a layer.
    replaced = False
    for i in range(len(self.programs)):
      each replaces: replaced = replaced or NAME.replaces(layer, self.settings[i])
    return replaced

  def replace(self: __torch__.policy.Policy,
    documents: __torch__.documents.Documents,
    layer: int,
    x: Tensor,
    w: List[Tensor],
    eps: float,
    training: bool) -> Tensor:
    # What that step makes of the rows.
    for i in range(len(self.programs)):
      each replace: x = NAME.replace(documents, layer, self.settings[i], x, w, self.offsets[i], eps, training)
    return x

  def most(self: __torch__.policy.Policy,
    w: List[Tensor],
    inputs: Tensor) -> Tensor:
    # No output of a step that takes the place of a layer is larger, of inputs that are not larger than
    # these.
    for i in range(len(self.programs)):
      each most: inputs = NAME.most(w, self.offsets[i], inputs)
    return inputs

  def learns_saliencies(self: __torch__.policy.Policy) -> bool:
    # Whether a step learns what each token does for the label.
    learns = False
    for i in range(len(self.programs)):
      each learns_saliencies: learns = learns or NAME.learns_saliencies(self.settings[i])
    return learns

  def wants(self: __torch__.policy.Policy,
    documents: __torch__.documents.Documents,
    layer: int) -> int:
    # What the steps read of the attention of a layer: nothing (0), scores of keys (1), matrices (2).
    wanted = 0
    for i in range(len(self.programs)):
      each wants: wanted = max(wanted, NAME.wants(documents, layer, self.settings[i]))
    return wanted

  def after_attention(self: __torch__.policy.Policy,
    documents: __torch__.documents.Documents,
    layer: int,
    x: Tensor,
    w: List[Tensor],
    attention: __torch__.attention.Attention) -> Tensor:
    # The rows of x that go through the rest of a layer; those of the context are changed likewise.
    for i in range(len(self.programs)):
      each after_attention: x = NAME.after_attention(documents, layer, self.settings[i], x, w, self.offsets[i], attention)
    return x
