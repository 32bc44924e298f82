"""Writes fixtures/conv.*, causal.* and same.*: small networks of convolutions, pooling and a cell with random weights, and what
PyTorch computes of them.

Needs python3-torch, python3-h5py, python3-onnx (Debian). The weights are random numbers, so the files are nobody's work.
Run it in this folder; the tests read what is committed.
"""
import json

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(11)
STEPS, INPUTS = 23, 3


class Conv(nn.Module):
    """Normalization in front and behind, strides, both kinds of pooling, an LSTM, the output after the last step."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(INPUTS)
        self.conv1 = nn.Conv1d(INPUTS, 6, 3)
        self.norm1 = nn.BatchNorm1d(6)
        self.conv2 = nn.Conv1d(6, 5, 2, stride=2)
        self.rnn = nn.LSTM(5, 4, batch_first=True)
        self.fc = nn.Linear(4, 2)

    def features(self, x):
        y = F.max_pool1d(torch.relu(self.norm1(self.conv1(self.norm(x)))), 2, stride=1)
        return F.avg_pool1d(torch.tanh(self.conv2(y)), 2)

    def forward(self, x):
        y, _ = self.rnn(self.features(x.transpose(1, 2)).transpose(1, 2))
        return self.fc(y[:, -1])


class Channels(Conv):
    """The same, its input batch x channels x time."""

    def forward(self, x):
        y, _ = self.rnn(self.features(x).transpose(1, 2))
        return self.fc(y[:, -1])


class Causal(nn.Module):
    """Zeros in front, groups, a separable convolution, a GRU, outputs after every step."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(INPUTS, 4, 3)
        self.grouped = nn.Conv1d(4, 6, 2, groups=2)
        self.depth = nn.Conv1d(6, 12, 2, groups=6, bias=False)
        self.point = nn.Conv1d(12, 5, 1)
        self.rnn = nn.GRU(5, 4, batch_first=True)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        y = torch.relu(self.conv(F.pad(x.transpose(1, 2), (2, 0))))
        y = self.point(self.depth(F.pad(self.grouped(F.pad(y, (1, 0))), (1, 0))))
        y, _ = self.rnn(y.transpose(1, 2))
        return self.fc(y)


def kernel(conv):
    return conv.weight.detach().numpy().transpose(2, 1, 0)  # filters, inputs, taps -> taps, inputs, filters


def vector(values):
    return values.detach().numpy()


def depth_kernel(conv, each):
    """filters (input by input), 1, taps -> taps, inputs, filters of an input."""
    w = conv.weight.detach().numpy()[:, 0, :]
    return w.reshape(-1, each, w.shape[1]).transpose(2, 0, 1)


def cell_weights(rnn, order):
    gates = lambda t: np.concatenate([np.split(vector(t), len(order))[k] for k in order])
    bias = np.stack([gates(rnn.bias_ih_l0), gates(rnn.bias_hh_l0)])
    return [gates(rnn.weight_ih_l0).T, gates(rnn.weight_hh_l0).T, bias if len(order) == 3 else bias.sum(0)]


def norm_weights(norm):
    return [vector(v) for v in [norm.weight, norm.bias, norm.running_mean, norm.running_var]]


def write_h5(path, layers):
    """Layers of a Sequential: class, configuration, weights."""
    configs = [{"class_name": "InputLayer", "config": {"name": "input", "batch_input_shape": [None, STEPS, INPUTS]}}]
    configs += [{"class_name": kind, "config": {"name": f"layer{k}"} | config} for k, (kind, config, _) in enumerate(layers)]
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_("2.9.0")
        f.attrs["model_config"] = np.bytes_(json.dumps({"class_name": "Sequential", "config": {"name": "net", "layers": configs}}))
        root = f.create_group("model_weights")
        for k, (_, _, weights) in enumerate(layers):
            group = root.create_group(f"layer{k}")
            names = [f"layer{k}/w{i}:0" for i in range(len(weights))]
            group.attrs.create("weight_names", np.array([n.encode() for n in names], dtype="S40"))
            for name, w in zip(names, weights):
                group.create_dataset(name, data=w.astype(np.float32))


def expected(name, net, x):
    with torch.no_grad():
        y = net.double()(x.double())
    net.float()
    json.dump({"x": x.flatten().tolist(), "y": y.flatten().tolist()}, open(f"fixtures/{name}.expected.json", "w"))


def dense(fc):
    return ("Dense", {"units": 2, "activation": "linear"}, [vector(fc.weight).T, vector(fc.bias)])


x = torch.rand(1, STEPS, INPUTS) * 2 - 1
conv = Conv().eval()
for norm in [conv.norm, conv.norm1]:
    norm.running_mean.uniform_(-0.5, 0.5), norm.running_var.uniform_(0.5, 2)
    norm.weight.data.uniform_(-1.5, 1.5), norm.bias.data.uniform_(-0.5, 0.5)
expected("conv", conv, x)
torch.save(conv.state_dict(), "fixtures/conv.pth")
torch.onnx.export(conv, x, "fixtures/conv.onnx", input_names=["x"], output_names=["y"], opset_version=14, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
channels = Channels().eval()
channels.load_state_dict(conv.state_dict())
torch.onnx.export(channels, x.transpose(1, 2), "fixtures/conv.channels.onnx", input_names=["x"], output_names=["y"], opset_version=14)
normal = {"epsilon": 1e-5, "scale": True, "center": True}
write_h5("fixtures/conv.h5", [
    ("BatchNormalization", normal, norm_weights(conv.norm)),
    ("Conv1D", {"filters": 6, "kernel_size": [3], "strides": [1], "padding": "valid", "activation": "linear"}, [kernel(conv.conv1), vector(conv.conv1.bias)]),
    ("BatchNormalization", normal, norm_weights(conv.norm1)),
    ("Activation", {"activation": "relu"}, []),
    ("MaxPooling1D", {"pool_size": [2], "strides": [1], "padding": "valid"}, []),
    ("Conv1D", {"filters": 5, "kernel_size": [2], "strides": [2], "padding": "valid", "activation": "tanh"}, [kernel(conv.conv2), vector(conv.conv2.bias)]),
    ("AveragePooling1D", {"pool_size": 2, "padding": "valid"}, []),
    ("LSTM", {"units": 4, "activation": "tanh", "recurrent_activation": "sigmoid"}, cell_weights(conv.rnn, [0, 1, 2, 3])),
    dense(conv.fc),
])

causal = Causal().eval()
expected("causal", causal, x)
write_h5("fixtures/causal.h5", [
    ("Conv1D", {"filters": 4, "kernel_size": [3], "padding": "causal", "activation": "relu"}, [kernel(causal.conv), vector(causal.conv.bias)]),
    ("Conv1D", {"filters": 6, "kernel_size": [2], "padding": "causal", "groups": 2}, [kernel(causal.grouped), vector(causal.grouped.bias)]),
    ("SeparableConv1D", {"filters": 5, "kernel_size": [2], "padding": "causal"}, [depth_kernel(causal.depth, 2), kernel(causal.point), vector(causal.point.bias)]),
    ("GRU", {"units": 4, "reset_after": True, "return_sequences": True}, cell_weights(causal.rnn, [1, 0, 2])),
    dense(causal.fc),
])
