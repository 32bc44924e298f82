"""Writes fixtures/: two small networks with random weights in every format that rnnq imports, and what PyTorch computes of them.

Needs python3-torch, python3-h5py, python3-onnx (Debian). TFLite and TF.js files are written here, without those tools. The weights are random numbers, so the files are nobody's work.
Run it in this folder; the tests read what is committed.
"""
import json
import os
import struct
import zipfile

import h5py
import numpy as np
import torch

torch.manual_seed(7)
STEPS, INPUTS, UNITS, OUTPUTS = 6, 3, 4, 2


class Net(torch.nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.rnn = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell](INPUTS, UNITS, num_layers=2, batch_first=True)
        self.fc = torch.nn.Linear(UNITS, OUTPUTS)

    def forward(self, x):
        y, _ = self.rnn(x)
        return self.fc(y[:, -1])


def keras_weights(cell, state, level):
    """Kernel, recurrent kernel and bias as Keras has them."""
    order = {"gru": [1, 0, 2], "lstm": [0, 1, 2, 3]}[cell]  # r, z, n -> z, r, h; i, f, g, o as they are
    gates = lambda t: np.concatenate([np.split(t, len(order))[k] for k in order])
    get = lambda kind: gates(state[f"rnn.{kind}_l{level}"].numpy())
    bias = np.stack([get("bias_ih"), get("bias_hh")])
    return [get("weight_ih").T, get("weight_hh").T, bias if cell == "gru" else bias.sum(0)]


def keras_config(cell, version3):
    name = {"gru": "GRU", "lstm": "LSTM"}[cell]
    shape = "batch_shape" if version3 else "batch_input_shape"
    layers = [{"class_name": "InputLayer", "config": {"name": "input", shape: [None, STEPS, INPUTS]}}]
    for level in range(2):
        config = {"name": f"{cell}_{level}", "units": UNITS, "activation": "tanh", "recurrent_activation": "sigmoid"}
        config |= {"return_sequences": level == 0, "use_bias": True} | ({"reset_after": True} if cell == "gru" else {})
        layers.append({"class_name": name, "config": config})
    layers.append({"class_name": "Dropout", "config": {"name": "drop", "rate": 0.5}})
    layers.append({"class_name": "Dense", "config": {"name": "out", "units": OUTPUTS, "activation": "linear"}})
    return {"class_name": "Sequential", "config": {"name": "net", "layers": layers}}


def write_h5(path, cell, state):
    """As Keras 2 writes it; names are padded with zeros, as versions up to 2.10 leave them."""
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_("2.9.0")
        f.attrs["model_config"] = np.bytes_(json.dumps(keras_config(cell, False)))
        root = f.create_group("model_weights")
        parts = [(f"{cell}_{k}", keras_weights(cell, state, k)) for k in range(2)]
        parts.append(("out", [state["fc.weight"].numpy().T, state["fc.bias"].numpy()]))
        for name, weights in parts:
            group = root.create_group(name)
            names = [f"{name}/{w}:0" for w in ["kernel", "recurrent_kernel", "bias"]] if len(weights) == 3 else [f"{name}/kernel:0", f"{name}/bias:0"]
            group.attrs.create("weight_names", np.array([n.encode() for n in names], dtype="S40"))
            for n, w in zip(names, weights):
                group.create_dataset(n, data=w.astype(np.float32))
        root.create_group("drop").attrs.create("weight_names", np.array([], dtype="S1"))


def write_keras1(path, state):
    """As Keras 1.2 writes an LSTM: the matrices of each gate apart, in the order i, c, f, o; a Sequential is a list."""
    gates = {"i": 0, "c": 2, "f": 1, "o": 3}
    layers = []
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_("1.2.2")
        root = f.create_group("model_weights")
        for level in range(2):
            name = f"lstm_{level + 1}"
            own = [np.split(w, 4, axis=-1) for w in keras_weights("lstm", state, level)]
            put_group(root, name, {f"{name}_{kind}_{gate}": own[k][place] for gate, place in gates.items() for k, kind in enumerate("WUb")})
            config = {"name": name, "output_dim": UNITS, "activation": "tanh", "inner_activation": "sigmoid", "return_sequences": level == 0}
            layers.append({"class_name": "LSTM", "config": config | ({"batch_input_shape": [None, STEPS, INPUTS]} if level == 0 else {})})
        put_group(root, "dense_1", {"dense_1_W": state["fc.weight"].numpy().T, "dense_1_b": state["fc.bias"].numpy()})
        layers.append({"class_name": "Dense", "config": {"name": "dense_1", "output_dim": OUTPUTS, "activation": "linear"}})
        f.attrs["model_config"] = np.bytes_(json.dumps({"class_name": "Sequential", "config": layers}))


def put_group(root, name, weights):
    group = root.create_group(name)
    group.attrs["weight_names"] = np.array([own.encode() for own in weights])
    for own, w in weights.items():
        group.create_dataset(own, data=w.astype(np.float32))


def write_keras(path, cell, state, windows=False):
    weights = [keras_weights(cell, state, k) for k in range(2)]
    with h5py.File("weights.tmp", "w") as f:
        def put(folder, list_):
            group = f.create_group(folder.replace("/", "\\") if windows else folder)
            vars_ = group.create_group("vars")
            for k, w in enumerate(list_):
                vars_.create_dataset(str(k), data=w.astype(np.float32))
        put(f"layers/{cell}/cell", weights[0])
        put(f"layers/{cell}_1/cell", weights[1])
        put("layers/dense", [state["fc.weight"].numpy().T, state["fc.bias"].numpy()])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("metadata.json", json.dumps({"keras_version": "2.15.0" if windows else "3.9.2"}))
        z.writestr("config.json", json.dumps(keras_config(cell, not windows)))
        z.write("weights.tmp", "model.weights.h5")


def write_safetensors(path, state):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        data = tensor.numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)


def write_rtneural(path, cell, state):
    layers = []
    for level in range(2):
        weights = [w.astype(float).tolist() for w in keras_weights(cell, state, level)]
        layers.append({"type": cell, "activation": "tanh", "shape": [None, None, UNITS], "weights": weights})
    dense = [state["fc.weight"].numpy().T.astype(float).tolist(), state["fc.bias"].numpy().astype(float).tolist()]
    layers.append({"type": "dense", "activation": "", "shape": [None, None, OUTPUTS], "weights": dense})
    json.dump({"in_shape": [None, None, INPUTS], "layers": layers}, open(path, "w"))


def write_tfjs(path, cell, state):
    """A layers model, its weights in a file for each layer."""
    parts = [(f"{cell}_{k}", keras_weights(cell, state, k)) for k in range(2)]
    parts.append(("out", [state["fc.weight"].numpy().T, state["fc.bias"].numpy()]))
    groups = []
    for file, (name, weights) in enumerate(parts):
        entries, body = [], b""
        for kind, w in zip(["kernel", "recurrent_kernel", "bias"] if len(weights) == 3 else ["kernel", "bias"], weights):
            entries.append({"name": f"{name}/{kind}", "shape": list(w.shape), "dtype": "float32"})
            body += w.astype("<f4").tobytes()
        own = f"{cell}.tfjs{file}.bin"
        open(f"fixtures/{own}", "wb").write(body)
        groups.append({"paths": [own], "weights": entries})
    topology = {"keras_version": "tfjs-layers 4.22.0", "backend": "tensor_flow.js"} | keras_config(cell, False)
    model = {"format": "layers-model", "generatedBy": "test", "modelTopology": topology, "weightsManifest": groups}
    json.dump(model, open(path, "w"))


def flatbuffer(root):
    """Tables {field: value}, vectors of tables [..], bytes, text; numbers are (format, value), vectors of them (format, [..])."""
    out = bytearray(4)

    def align(size, ahead=0):
        while (len(out) + ahead) % size:
            out.append(0)

    def put(value):
        if isinstance(value, dict):
            return table(value)
        if isinstance(value, list):
            return vector(value)
        body = value.encode() + b"\0" if isinstance(value, str) else value
        fmt = None
        if isinstance(value, tuple):
            fmt, numbers = value
            body = struct.pack(f"<{len(numbers)}{fmt}", *numbers)
            align(struct.calcsize(fmt), 4)
        align(4)
        at = len(out)
        length = len(value[1]) if fmt else len(value.encode()) if isinstance(value, str) else len(body)
        out.extend(struct.pack("<I", length) + body)
        return at

    def vector(items):
        align(4)
        at = len(out)
        out.extend(struct.pack("<I", len(items)) + bytes(4 * len(items)))
        for k, item in enumerate(items):
            place = at + 4 + 4 * k
            struct.pack_into("<I", out, place, put(item) - place)
        return at

    def table(fields):
        slots = max(fields, default=-1) + 1
        sizes = {k: struct.calcsize(v[0]) if isinstance(v, tuple) and not isinstance(v[1], list) else 4 for k, v in fields.items()}
        offsets, end = {}, 4
        for k, size in sorted(sizes.items()):
            end = -(-end // size) * size
            offsets[k], end = end, end + size
        align(8)
        vtable = len(out)
        out.extend(struct.pack(f"<{2 + slots}H", 4 + 2 * slots, end, *[offsets.get(k, 0) for k in range(slots)]))
        align(8)
        at = len(out)
        out.extend(struct.pack("<i", at - vtable) + bytes(end - 4))
        for k, value in fields.items():
            place = at + offsets[k]
            if isinstance(value, tuple) and not isinstance(value[1], list):
                struct.pack_into(f"<{value[0]}", out, place, value[1])
            else:
                struct.pack_into("<I", out, place, put(value) - place)
        return at

    out.extend(b"TFL3")
    struct.pack_into("<I", out, 0, put(root))
    return bytes(out)


def write_tflite(path, state, half=False):
    """Fused LSTMs, the last step, a dense layer; numbers of fields and operators are those of TFLite's schema.fbs.
    half: weights in float16 behind DEQUANTIZE, as the converter's float16 quantization leaves them."""
    tensors, buffers, operators = [], [{}], []

    def tensor(shape, data=None, type_=0):
        if data is not None:
            buffers.append({0: data.astype("<f2" if type_ == 1 else "<f4").tobytes()})
        tensors.append({0: ("i", list(shape)), 1: ("b", type_), 2: ("I", len(buffers) - 1 if data is not None else 0), 3: f"t{len(tensors)}"})
        return len(tensors) - 1

    def operator(code, inputs, outputs, options=None):
        operators.append({0: ("I", code), 1: ("i", inputs), 2: ("i", outputs)} | ({4: options} if options else {}))

    def constant(w):
        if not half:
            return tensor(w.shape, w)
        packed, whole = tensor(w.shape, w, 1), tensor(w.shape)
        operator(3, [packed], [whole])
        return whole

    value = first = tensor((1, STEPS, INPUTS))
    for level in range(2):
        get = lambda kind: np.split(state[f"rnn.{kind}_l{level}"].numpy(), 4)
        bias = [a + b for a, b in zip(get("bias_ih"), get("bias_hh"))]
        own = [constant(w) for w in get("weight_ih")] + [constant(w) for w in get("weight_hh")]
        inputs = [value] + own + [-1] * 3 + [constant(w) for w in bias] + [-1] * 2
        inputs += [tensor((1, UNITS)), tensor((1, UNITS))] + [-1] * 4
        value = tensor((1, STEPS, UNITS))
        operator(0, inputs, [value], {0: ("b", 4), 1: ("f", 10.0)})
    places = []
    for place in [[0, -1, 0], [1, 0, UNITS], [1, 1, 1]]:
        buffers.append({0: np.array(place, "<i4").tobytes()})
        tensors.append({0: ("i", [3]), 1: ("b", 2), 2: ("I", len(buffers) - 1), 3: f"place{len(buffers)}"})
        places.append(len(tensors) - 1)
    last = tensor((1, UNITS))
    operator(1, [value, *places], [last], {0: ("i", 5), 1: ("i", 7), 4: ("i", 2)})
    out = tensor((1, OUTPUTS))
    operator(2, [last, constant(state["fc.weight"].numpy()), constant(state["fc.bias"].numpy())], [out], {0: ("b", 0)})
    codes = [{0: ("b", c), 3: ("i", c)} for c in [44, 45, 9, 6]]
    graph = {0: tensors, 1: ("i", [first]), 2: ("i", [out]), 3: operators}
    open(path, "wb").write(flatbuffer({0: ("I", 3), 1: codes, 2: [graph], 3: "rnnq fixture", 4: buffers}))


for cell in ["gru", "lstm"]:
    net = Net(cell).eval()
    state = net.state_dict()
    x = torch.rand(1, STEPS, INPUTS) * 2 - 1
    with torch.no_grad():
        y = net.double()(x.double()).tolist()[0]
    net.float()
    json.dump({"x": x.flatten().tolist(), "y": y}, open(f"fixtures/{cell}.expected.json", "w"))
    torch.save({"epoch": 3, "model_state_dict": state}, f"fixtures/{cell}.pth")
    torch.onnx.export(net, x, f"fixtures/{cell}.onnx", input_names=["x"], output_names=["y"], opset_version=14)
    np.savez(f"fixtures/{cell}.npz", **{k: v.numpy() for k, v in state.items()})
    write_safetensors(f"fixtures/{cell}.safetensors", state)
    json.dump({"state_dict": {k: v.tolist() for k, v in state.items()}}, open(f"fixtures/{cell}.state.json", "w"))
    write_rtneural(f"fixtures/{cell}.rtneural.json", cell, state)
    write_h5(f"fixtures/{cell}.h5", cell, state)
    write_keras(f"fixtures/{cell}.keras", cell, state)
    write_keras(f"fixtures/{cell}.windows.keras", cell, state, windows=True)
    if cell == "lstm":  # TF.js has no GRU with the reset after the product, TFLite no fused GRU
        write_tfjs("fixtures/lstm.tfjs.json", cell, state)
        write_keras1("fixtures/lstm.keras1.h5", state)
        write_tflite("fixtures/lstm.tflite", state)
        write_tflite("fixtures/half.tflite", state, half=True)
os.remove("weights.tmp")
with h5py.File("fixtures/empty.h5", "w"):
    pass
