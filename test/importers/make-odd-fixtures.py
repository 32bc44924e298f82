"""Writes fixtures/odd.pth: the weights of gru.pth stored as PyTorch may store them: transposed, as parts of one larger storage, in
float64, with storages that are shared. Needs python3-torch (Debian). Run it in this folder; the tests read what is committed.
"""
from collections import OrderedDict

import torch

state = torch.load("fixtures/gru.pth")["model_state_dict"]
odd = OrderedDict()
for name, tensor in state.items():
    if tensor.dim() == 2:
        odd[name] = tensor.t().contiguous().t()
    else:
        odd[name] = torch.cat([torch.full((5,), 9.0), tensor, torch.full((3,), 9.0)])[5:-3]
odd["fc.weight"] = state["fc.weight"].double()
joint = torch.cat([state["rnn.bias_ih_l1"], state["rnn.bias_hh_l1"]])
odd["rnn.bias_ih_l1"], odd["rnn.bias_hh_l1"] = joint.split(len(joint) // 2)
assert not odd["rnn.weight_ih_l0"].is_contiguous() and odd["rnn.bias_hh_l1"].storage_offset() > 0
torch.save(odd, "fixtures/odd.pth")
