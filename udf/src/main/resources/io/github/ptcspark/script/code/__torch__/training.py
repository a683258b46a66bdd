# The optimiser.

def adamw(weights: List[Tensor],
    gradients: List[Optional[Tensor]],
    first_moments: List[Tensor],
    second_moments: List[Tensor],
    steps: List[Tensor],
    rate: float,
    decay: float,
    largest: float) -> NoneType:
  # AdamW on gradients clipped to a largest norm. Matrices decay, biases and normalisations do not.
  # Tensors without a gradient are left alone.
  #
  # TorchScript does not see that the fused operators write into the elements of their lists, and
  # drops a call whose results nobody reads: so the updated weights are put back into their list.
  present = annotate(List[Tensor], [])
  for gradient in gradients:
    if gradient is not None:
      present.append(gradient)
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(present)))
  divisor = torch.clamp_min((norm + 1e-6) / largest, 1.)
  for decaying in [True, False]:
    w = annotate(List[Tensor], [])
    g = annotate(List[Tensor], [])
    m = annotate(List[Tensor], [])
    v = annotate(List[Tensor], [])
    s = annotate(List[Tensor], [])
    places = annotate(List[int], [])
    for i in range(len(weights)):
      gradient = gradients[i]
      if gradient is not None:
        if (torch.dim(weights[i]) > 1) == decaying:
          w.append(weights[i])
          g.append(gradient)
          m.append(first_moments[i])
          v.append(second_moments[i])
          s.append(steps[i])
          places.append(i)
    torch._foreach_add_(s, 1)
    if decaying:
      weight_decay = decay
    else:
      weight_decay = 0.
    ops.aten._fused_adamw_(w, g, m, v, annotate(List[Tensor], []), s, lr=rate, beta1=0.9, beta2=0.999, weight_decay=weight_decay, eps=1e-8, amsgrad=False, maximize=False, grad_scale=divisor)
    for j in range(len(places)):
      weights[places[j]] = w[j]
