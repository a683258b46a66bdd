# What is known of documents on their way through the encoder. All lists have an entry a document.
class Documents:
  ids : Tensor  # word pieces of all documents
  lengths : List[int]  # word pieces read
  words : List[int]  # word pieces that have a row
  rows : List[int]  # rows: those of the word pieces, then those that are carried beside them
  carried : int
  kept : List[int]  # word pieces that give keys and values
  keys : Optional[Tensor]  # rows that give keys and values; None: all of them
  sizes : Optional[Tensor]  # tokens that each row stands for, [rows]; None: one
  voters : Optional[Tensor]  # what each row counts in scores of keys, [rows]; None: all the same
  votes : Optional[Tensor]  # what each row received up to now, [rows]; None: nothing
  saliencies : Optional[Tensor]  # in training, what each row does for the label, [rows]; None: unknown
  losses : List[Tensor]  # in training, what steps lose beside the cross-entropy, summed over documents
  used : List[int]  # combination tokens that received a word
  # What each layer worked on, [layers * documents], layer by layer: kept and rows, and the rows that
  # went through the rest of the layer.
  kept_by_layer : List[int]
  rows_by_layer : List[int]
  staying_by_layer : List[int]
  # Decisions, a tensor a document: after the attention of a layer the places that stay among the word
  # pieces that were kept, of which the others are pruned (kind 0) or merged into them (kind 2); or the
  # combination token of every word piece that is left (kind 1).
  decisions : List[Tensor]
  decision_layers : List[int]
  decision_kinds : List[int]

  def __init__(self: __torch__.documents.Documents,
    ids: Tensor,
    lengths: List[int]) -> NoneType:
    self.ids = ids
    self.lengths = lengths
    self.words = torch.list(lengths)
    self.rows = torch.list(lengths)
    self.carried = 0
    self.kept = torch.list(lengths)
    self.keys = annotate(Optional[Tensor], None)
    self.sizes = annotate(Optional[Tensor], None)
    self.voters = annotate(Optional[Tensor], None)
    self.votes = annotate(Optional[Tensor], None)
    self.saliencies = annotate(Optional[Tensor], None)
    self.losses = annotate(List[Tensor], [])
    self.used = torch.mul([0], len(lengths))
    self.kept_by_layer = annotate(List[int], [])
    self.rows_by_layer = annotate(List[int], [])
    self.staying_by_layer = annotate(List[int], [])
    self.decisions = annotate(List[Tensor], [])
    self.decision_layers = annotate(List[int], [])
    self.decision_kinds = annotate(List[int], [])

  def carry(self: __torch__.documents.Documents,
    tokens: int) -> int:
    # So many rows follow the word pieces of every document from now on.
    self.carried = tokens
    for d in range(len(self.words)):
      self.rows[d] = self.words[d] + tokens
    saliencies = self.saliencies
    if saliencies is not None:
      parts = annotate(List[Tensor], [])
      for words in torch.split_with_sizes(saliencies, self.words):
        parts.append(words)
        parts.append(torch.new_zeros(words, [tokens]))
      self.saliencies = torch.cat(parts)
    return tokens

  def key_rows(self: __torch__.documents.Documents) -> List[int]:
    # How many rows give keys and values.
    counts = annotate(List[int], [])
    for n in self.kept:
      counts.append(n + self.carried)
    return counts

  def keep(self: __torch__.documents.Documents,
    layer: int,
    survivors: List[Tensor],
    whole_tokens: bool,
    x: Tensor,
    attention: __torch__.attention.Attention) -> Tensor:
    # Leaves, after the attention of a layer, only some of the word pieces that were kept, given by
    # their places, ascending. Either whole tokens go or their keys and values alone. Returns the rows
    # of x that are left, and leaves those of the context: nothing reads the rest of this layer for a
    # token that the next one does not see.
    selected = self.rows_of(survivors)
    for d in range(len(survivors)):
      self.kept[d] = torch.size(survivors[d], 0)
      self.decide(layer, 0, survivors[d])
    if not whole_tokens:
      self.keys = selected
      return x
    for d in range(len(survivors)):
      self.words[d] = self.kept[d]
      self.rows[d] = self.kept[d] + self.carried
    attention.context = torch.index_select(attention.context, 0, selected)
    sizes = self.sizes
    if sizes is not None:
      self.sizes = torch.index_select(sizes, 0, selected)
    voters = self.voters
    if voters is not None:
      self.voters = torch.index_select(voters, 0, selected)
    votes = self.votes
    if votes is not None:
      self.votes = torch.index_select(votes, 0, selected)
    saliencies = self.saliencies
    if saliencies is not None:
      self.saliencies = torch.index_select(saliencies, 0, selected)
    return torch.index_select(x, 0, selected)

  def merge(self: __torch__.documents.Documents,
    layer: int,
    staying: List[Tensor],
    merging: List[Tensor],
    x: Tensor,
    attention: __torch__.attention.Attention) -> Tensor:
    # Replaces, after the attention of a layer, the word pieces of every document by weighted sums of
    # them, [after, before], that take the places of those that stay, ascending. All word pieces have
    # keys and values. Returns the rows of x and changes those of the context.
    rows = torch.split_with_sizes(x, self.rows)
    contexts = torch.split_with_sizes(attention.context, self.rows)
    new_rows = annotate(List[Tensor], [])
    new_contexts = annotate(List[Tensor], [])
    for d in range(len(merging)):
      n = self.words[d]
      weights = merging[d]
      new_rows.append(torch.matmul(torch.to(weights, x.dtype), torch.narrow(rows[d], 0, 0, n)))
      new_contexts.append(torch.matmul(torch.to(weights, contexts[d].dtype), torch.narrow(contexts[d], 0, 0, n)))
      if self.carried > 0:
        new_rows.append(torch.narrow(rows[d], 0, n, self.carried))
        new_contexts.append(torch.narrow(contexts[d], 0, n, self.carried))
    self.merged(layer, staying)
    attention.context = torch.cat(new_contexts)
    return torch.cat(new_rows)

  def fold(self: __torch__.documents.Documents,
    layer: int,
    staying: List[Tensor],
    places: List[Tensor],
    x: Tensor,
    attention: __torch__.attention.Attention) -> Tensor:
    # The same where every word piece goes to one place, which takes the mean of those that it receives
    # by how many tokens they stand for.
    targets = annotate(List[Tensor], [])
    at = 0
    for d in range(len(places)):
      left = torch.size(staying[d], 0)
      targets.append(places[d] + at)
      targets.append(torch.arange(at + left, at + left + self.carried, device=places[d].device))
      at = at + left + self.carried
    target = torch.cat(targets)
    sizes = self.sizes
    if sizes is None:
      sizes = torch.ones([torch.size(x, 0)], device=x.device)
    sums = torch.index_add(torch.new_zeros(sizes, [at]), 0, target, sizes)
    weights = torch.unsqueeze(sizes / torch.index_select(sums, 0, target), 1)
    self.sizes = sums
    self.merged(layer, staying)
    context = attention.context
    zeros = torch.new_zeros(context, [at, torch.size(x, 1)])
    attention.context = torch.index_add(zeros, 0, target, context * torch.to(weights, context.dtype))
    return torch.index_add(torch.new_zeros(x, [at, torch.size(x, 1)]), 0, target, x * torch.to(weights, x.dtype))

  def merged(self: __torch__.documents.Documents,
    layer: int,
    staying: List[Tensor]) -> int:
    for d in range(len(staying)):
      left = torch.size(staying[d], 0)
      self.words[d] = left
      self.kept[d] = left
      self.rows[d] = left + self.carried
      self.decide(layer, 2, staying[d])
    return layer

  def rows_of(self: __torch__.documents.Documents,
    survivors: List[Tensor]) -> Tensor:
    # The rows of the surviving word pieces and of all that are carried.
    selected = annotate(List[Tensor], [])
    at = 0
    for d in range(len(survivors)):
      n = self.kept[d]
      selected.append(survivors[d] + at)
      selected.append(torch.arange(at + n, at + n + self.carried, device=survivors[d].device))
      at = at + n + self.carried
    places = torch.cat(selected)
    keys = self.keys
    if keys is None:
      return places
    return torch.index_select(keys, 0, places)

  def combine(self: __torch__.documents.Documents,
    layer: int,
    tokens: int,
    used: List[int],
    groups: List[Tensor]) -> int:
    # Every document has so many tokens from now on and no word pieces. Groups are the combination
    # tokens of the word pieces.
    for group in groups:
      self.decide(layer, 1, group)
    self.used = used
    for d in range(len(self.words)):
      self.words[d] = 0
      self.rows[d] = tokens
      self.kept[d] = tokens
    self.carried = 0
    self.keys = annotate(Optional[Tensor], None)
    self.sizes = annotate(Optional[Tensor], None)
    self.voters = annotate(Optional[Tensor], None)
    self.votes = annotate(Optional[Tensor], None)
    self.saliencies = annotate(Optional[Tensor], None)
    return tokens

  def decide(self: __torch__.documents.Documents,
    layer: int,
    kind: int,
    decision: Tensor) -> int:
    self.decisions.append(decision)
    self.decision_layers.append(layer)
    self.decision_kinds.append(kind)
    return kind

  def begin_layer(self: __torch__.documents.Documents,
    replaced: bool) -> bool:
    if replaced:
      self.kept_by_layer = self.kept_by_layer + self.words
    else:
      self.kept_by_layer = self.kept_by_layer + self.kept
    self.rows_by_layer = self.rows_by_layer + self.rows
    return replaced

  def end_attention(self: __torch__.documents.Documents) -> int:
    # What stays now goes through the rest of the layer.
    self.staying_by_layer = self.staying_by_layer + self.rows
    return 0
