"""Writes fixtures/autoencoder.*: an autoencoder of windows of 8 steps (two LSTMs and a dense layer in front of RepeatVector, a GRU and
an LSTM behind it), trained here on waves of random frequency, and what PyTorch gives back of three windows.

Needs python3-torch, python3-h5py (Debian). Run it in this folder; the tests read what is committed.
"""
import json
import os
import zipfile

import h5py
import numpy as np
import torch
from torch import nn

torch.manual_seed(5)
STEPS, INPUTS, UNITS, CODE = 8, 3, 12, 6


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(INPUTS, UNITS, batch_first=True)
        self.code = nn.Linear(UNITS, CODE)
        self.decoder = nn.GRU(CODE, UNITS, batch_first=True)
        self.second = nn.LSTM(UNITS, UNITS, batch_first=True)
        self.out = nn.Linear(UNITS, INPUTS)

    def forward(self, x):
        h = torch.tanh(self.code(self.encoder(x)[0][:, -1]))
        y, _ = self.decoder(h.unsqueeze(1).repeat(1, STEPS, 1))
        return self.out(self.second(y)[0])


def waves(count, steps):
    """Features 0 and 1 are a wave and the same later, feature 2 its double frequency, with an offset."""
    start, rate = torch.rand(count, 1) * 6.28, 0.3 + 0.3 * torch.rand(count, 1)
    t = start + rate * torch.arange(steps)
    x = torch.stack([torch.sin(t), 0.5 * torch.cos(t), 2 + 0.5 * torch.sin(2 * t)], -1)
    return x + 0.02 * torch.randn(x.shape)


def gates(t, cell):
    order = {"gru": [1, 0, 2], "lstm": [0, 1, 2, 3]}[cell]  # r, z, n -> z, r, h; i, f, g, o as they are
    parts = np.split(t.detach().numpy(), len(order))
    return np.concatenate([parts[k] for k in order])


def recurrent(layer, cell):
    bias = np.stack([gates(layer.bias_ih_l0, cell), gates(layer.bias_hh_l0, cell)])
    return [gates(layer.weight_ih_l0, cell).T, gates(layer.weight_hh_l0, cell).T, bias if cell == "gru" else bias.sum(0)]


def dense(layer):
    return [layer.weight.detach().numpy().T, layer.bias.detach().numpy()]


def layers(net):
    """Class, name, configuration, weights, and the folder of the weights in a .keras archive."""
    cell = {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True}
    inner = {"class_name": "Dense", "config": {"name": "out", "units": INPUTS, "activation": "linear"}}
    return [
        ("LSTM", "encoder", {"units": UNITS, "return_sequences": False} | cell, recurrent(net.encoder, "lstm"), "lstm/cell"),
        ("Dense", "code", {"units": CODE, "activation": "tanh"}, dense(net.code), "dense"),
        ("RepeatVector", "again", {"n": STEPS}, [], None),
        ("GRU", "decoder", {"units": UNITS, "return_sequences": True, "reset_after": True} | cell, recurrent(net.decoder, "gru"), "gru/cell"),
        ("LSTM", "second", {"units": UNITS, "return_sequences": True} | cell, recurrent(net.second, "lstm"), "lstm_1/cell"),
        ("TimeDistributed", "each", {"layer": inner}, dense(net.out), "time_distributed/layer"),
    ]


def configuration(net, shape):
    first = {"class_name": "InputLayer", "config": {"name": "input", shape: [None, STEPS, INPUTS]}}
    rest = [{"class_name": type_, "config": {"name": name} | config} for type_, name, config, _, _ in layers(net)]
    return {"class_name": "Sequential", "config": {"name": "autoencoder", "layers": [first] + rest}}


def write_h5(path, net):
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_("2.9.0")
        f.attrs["model_config"] = np.bytes_(json.dumps(configuration(net, "batch_input_shape")))
        root = f.create_group("model_weights")
        for _, name, _, weights, _ in layers(net):
            group = root.create_group(name)
            names = [f"{name}/w{k}:0" for k in range(len(weights))]
            group.attrs["weight_names"] = np.array([own.encode() for own in names], dtype="S40")
            for own, w in zip(names, weights):
                group.create_dataset(own, data=w.astype(np.float32))


def write_keras(path, net):
    with h5py.File("weights.tmp", "w") as f:
        for _, _, _, weights, folder in layers(net):
            for k, w in enumerate(weights):
                f.create_dataset(f"layers/{folder}/vars/{k}", data=w.astype(np.float32))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("metadata.json", json.dumps({"keras_version": "3.9.2"}))
        z.writestr("config.json", json.dumps(configuration(net, "batch_shape")))
        z.write("weights.tmp", "model.weights.h5")
    os.remove("weights.tmp")


net = Autoencoder()
for name, w in net.named_parameters():  # as Keras begins
    if "weight_hh" in name:
        for part in w.data.chunk(w.shape[0] // UNITS):
            nn.init.orthogonal_(part)
    elif w.dim() == 2:
        for part in w.data.chunk(w.shape[0] // UNITS) if "weight_ih" in name else [w.data]:
            nn.init.xavier_uniform_(part)
    else:
        nn.init.zeros_(w)
optimizer = torch.optim.Adam(net.parameters(), 0.01)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, 3000)
for step in range(3000):
    x = waves(64, STEPS)
    loss = ((net(x) - x) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    if step % 500 == 0:
        print(step, loss.item(), flush=True)
print("mean squared error", loss.item(), flush=True)
x = waves(1, 3 * STEPS)
with torch.no_grad():
    y = net.double()(x.double().reshape(3, STEPS, INPUTS)).flatten(0, 1).tolist()
net.float()
json.dump({"x": x.flatten().tolist(), "y": y}, open("fixtures/autoencoder.expected.json", "w"))
write_h5("fixtures/autoencoder.h5", net)
write_keras("fixtures/autoencoder.keras", net)
torch.save({k: v for k, v in net.state_dict().items()}, "fixtures/autoencoder.pth")
torch.onnx.export(net, x[:, :STEPS], "fixtures/autoencoder.onnx", input_names=["x"], output_names=["y"], opset_version=14)
