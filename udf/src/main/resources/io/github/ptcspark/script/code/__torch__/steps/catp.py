# Votes of all layers before, where every voter counts as much as the votes that it received.
#
# Settings: share of its tokens that a layer which prunes keeps; 1 if whole tokens go, 0 if keys and
# values alone; the first and the last layer that work on fewer tokens; of those between them every
# so-manieth prunes; least tokens of a document; how many tokens are carried beside the word pieces and
# vote alone, or 0.

def begin(documents: __torch__.documents.Documents,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int) -> Tensor:
  carried = int(s[6])
  if carried > 0:
    voters = annotate(List[Tensor], [])
    for n in documents.lengths:
      voters.append(torch.zeros([n], device=x.device))
      voters.append(torch.ones([carried], device=x.device))
    documents.voters = torch.cat(voters)
  return x

def wants(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float]) -> int:
  # Votes are counted up to the layer before the last that prunes.
  return int(layer + 1 <= int(s[3]))

def after_attention(documents: __torch__.documents.Documents,
    layer: int,
    s: List[float],
    x: Tensor,
    w: List[Tensor],
    o: int,
    attention: __torch__.attention.Attention) -> Tensor:
  next = layer + 1
  first = int(s[2])
  if next > int(s[3]):
    return x
  votes = __torch__.steps.catp.count(documents, attention.scores, torch.size(x, 0))
  documents.votes = votes
  if next >= first and (next - first) % int(s[4]) == 0:
    keys = documents.keys
    if keys is not None:
      votes = torch.index_select(votes, 0, keys)
    survivors = annotate(List[Tensor], [])
    at = 0
    for n in documents.kept:
      order = torch.argsort(torch.narrow(votes, 0, at + 1, n - 2), stable=True, dim=0, descending=True)
      left = __torch__.selection.left(s[0], n, int(s[5]))
      survivors.append(__torch__.selection.first_of(order, n, left))
      at = at + n + documents.carried
    x = documents.keep(layer, survivors, s[1] > 0., x, attention)
  if int(s[6]) == 0:
    documents.voters = documents.votes
  return x

def count(documents: __torch__.documents.Documents,
    scores: Tensor,
    rows: int) -> Tensor:
  # What every row received, in this layer and before. A row without a key receives nothing more.
  keys = documents.keys
  votes = documents.votes
  if keys is None:
    if votes is None:
      return scores
    return votes + scores
  if votes is None:
    votes = torch.zeros([rows], device=scores.device)
  return torch.index_add(votes, 0, keys, scores)
