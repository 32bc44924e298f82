"""Baselines of docs/experiments.md on the splits of rnnq's default command: scikit-learn, and a float GRU of the same size in PyTorch.

Debian: apt install python3-torch python3-sklearn
    /usr/bin/python3 examples/experiments/baselines.py ecg <folder with ECG200_TRAIN.txt, ECG200_TEST.txt>
    /usr/bin/python3 examples/experiments/baselines.py turbofan <cmapss.csv of turbofan.ts>
    /usr/bin/python3 examples/experiments/baselines.py ecg-normal <folder with ECG200_TRAIN.txt, ECG200_TEST.txt>
    /usr/bin/python3 examples/experiments/baselines.py machine <table with the columns sequence, split, label, value>
    /usr/bin/python3 examples/experiments/baselines.py battery <folder with train, validation and test, CSV files of the Panasonic cell>
    /usr/bin/python3 examples/experiments/baselines.py codes <codes.npy of `rnnq data --export`>:<validation items>:<test items>
A second argument is a file to which classifiers add a JSON line each, for paired.ts.
The GRU trains as rnnq does: Adam at 0.005, 5 % warm-up, cosine, gradients clipped to norm 1, batches of 64, 2,000 updates or ten
passes, evaluated 100 times; the network that is best on the validation part is kept.
"""
import csv
import glob
import json
import sys

import numpy as np
import torch
from sklearn.covariance import LedoitWolf
from sklearn.ensemble import IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

UNITS, BATCH, RATE, SEEDS = 32, 64, 0.005, (1, 2, 3)
torch.set_num_threads(1)


class Network(torch.nn.Module):
    """A GRU and a dense layer; outputs of the last step, or of every step."""

    def __init__(self, inputs, outputs, every_step):
        super().__init__()
        self.every_step = every_step
        self.gru = torch.nn.GRU(inputs, UNITS, batch_first=True)
        self.head = torch.nn.Linear(UNITS, outputs)

    def forward(self, x):
        states = self.gru(x)[0]
        return self.head(states if self.every_step else states[:, -1])


def train(seed, train_part, validation_part, outputs, loss_of, score_of, every_step=False):
    """The score on the test part of the network that has the lowest `score_of` on the validation part."""
    torch.manual_seed(seed)
    x, y = train_part
    network = Network(x.shape[2], outputs, every_step)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    per_epoch = -(-len(x) // BATCH)
    updates = max(2000, 10 * per_epoch)
    warm = int(0.05 * updates)
    schedule = lambda u: (u + 1) / warm if u < warm else 0.5 * (1 + np.cos(np.pi * (u - warm) / (updates - warm)))
    every = max(per_epoch, updates // 100)
    best, kept, order = np.inf, None, []
    for update in range(updates):
        if not order:
            order = list(torch.randperm(len(x)).split(BATCH))
        batch = order.pop()
        for group in optimizer.param_groups:
            group["lr"] = RATE * schedule(update)
        optimizer.zero_grad()
        loss_of(network(x[batch]), y[batch]).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if (update + 1) % every == 0:
            with torch.no_grad():
                score = score_of(network(validation_part[0]), validation_part[1])
            if score < best:
                best, kept = score, {k: v.clone() for k, v in network.state_dict().items()}
    network.load_state_dict(kept)
    return network.eval()


def report(name, values, unit):
    spread = f" +- {np.std(values, ddof=1):.2f}" if len(values) > 1 else ""
    print(f"{name}: {np.mean(values):.2f}{spread} {unit}", flush=True)


def note(row, seed, right):
    """Which test items were decided wrongly: what paired.ts compares."""
    if len(sys.argv) > 3:
        line = {"row": row, "seed": seed, "count": len(right), "wrong": np.flatnonzero(~right).tolist()}
        with open(sys.argv[3], "a") as file:
            file.write(json.dumps(line) + "\n")


def tensors(x, y, kind):
    return torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=kind)


def ecg(folder):
    parts = [np.loadtxt(f"{folder}/ECG200_{part}.txt") for part in ("TRAIN", "TEST")]
    (x, y), (xt, yt) = [(part[:, 1:], (part[:, 0] > 0).astype(int)) for part in parts]

    def right(name, model, seed=1):
        own = model.fit(x, y).predict(xt) == yt
        note(name, seed, own)
        return 100 * np.mean(own)

    for name, model in ("nearest neighbour", KNeighborsClassifier(1)), ("logistic regression", LogisticRegression(max_iter=5000)):
        report(name, [right(name, model)], "%")
    name = "random forest, 500 trees"
    report(name, [right(name, RandomForestClassifier(500, random_state=s), s) for s in SEEDS], "%")
    scores = []
    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(len(x))
        parts = [tensors(x[part][:, :, None], y[part], torch.long) for part in (order[10:], order[:10])]
        # ties of the accuracy by the loss, as in rnnq
        loss = torch.nn.functional.cross_entropy
        score = lambda out, t: float((out.argmax(1) != t).float().mean()) + 1e-3 * float(loss(out, t))
        network = train(seed, *parts, 2, loss, score)
        with torch.no_grad():
            own = network(tensors(xt[:, :, None], yt, torch.long)[0]).argmax(1).numpy() == yt
        note("PyTorch, GRU 32", seed, own)
        scores.append(100 * np.mean(own))
    report("PyTorch, GRU 32", scores, "%")


def codes(argument):
    """Sequences of different lengths, as the codes that rnnq trains with: a forest on mean, deviation, least and most of each value, and the GRU."""
    path, validation, test = argument.rsplit(":", 2)
    x, y, lengths = [np.load(path.replace(".npy", end)) for end in (".npy", "_labels.npy", "_lengths.npy")]
    first, second = len(x) - int(validation) - int(test), len(x) - int(test)
    of = lambda step: [step(own[:n].astype(float), 0) for own, n in zip(x, lengths)]
    simple = np.concatenate([of(step) for step in (np.mean, np.std, np.min, np.max)], 1)
    for weight, name in (None, "random forest, 500 trees"), ("balanced", "random forest, 500 trees, class weights"):
        scores = []
        for seed in SEEDS:
            forest = RandomForestClassifier(500, random_state=seed, class_weight=weight).fit(simple[:second], y[:second])
            out = forest.predict(simple[second:])
            note(name, seed, out == y[second:])
            scores.append((100 * np.mean(out == y[second:]), 100 * f1_score(y[second:], out, average="macro")))
        report(name, [score for score, _ in scores], "%")
        report(f"{name}, macro F1", [score for _, score in scores], "%")
    # codes of 8 bits hold four deviations; what comes before a sequence that is shorter than the longest is zero
    values = np.zeros(x.shape, np.float32)
    for own, code, n in zip(values, x, lengths):
        own[len(own) - n :] = code[:n] / 32
    scores = []
    for seed in SEEDS:
        parts = [tensors(values[part], y[part], torch.long) for part in (slice(0, first), slice(first, second))]
        loss = torch.nn.functional.cross_entropy
        score = lambda out, t: float((out.argmax(1) != t).float().mean()) + 1e-3 * float(loss(out, t))
        network = train(seed, *parts, int(y.max()) + 1, loss, score)
        with torch.no_grad():
            out = network(torch.tensor(values[second:])).argmax(1).numpy()
        note("PyTorch, GRU 32", seed, out == y[second:])
        scores.append((100 * np.mean(out == y[second:]), 100 * f1_score(y[second:], out, average="macro")))
        print(scores, flush=True)
    report("PyTorch, GRU 32", [score for score, _ in scores], "%")
    report("PyTorch, GRU 32, macro F1", [score for _, score in scores], "%")


def turbofan(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    parts = {"train": ([], []), "validation": ([], []), "test": ([], [])}
    engines = {}
    for name, split, life, *values in rows:
        engines.setdefault((name, split), []).append((float(life), [float(v) for v in values]))
    for (_, split), steps in engines.items():
        for end in range(30, len(steps) + 1):
            parts[split][0].append([v for _, v in steps[end - 30 : end]])
            parts[split][1].append(steps[end - 1][0])
    (x, y), (xv, yv), (xt, yt) = [(np.array(x), np.array(y)) for x, y in parts.values()]
    print({name: len(part[0]) for name, part in parts.items()}, flush=True)
    mean, deviation = x.mean((0, 1)), x.std((0, 1))
    x, xv, xt = [(part - mean) / deviation for part in (x, xv, xt)]
    flat = [part.reshape(len(part), -1) for part in (x, xt)]
    rmse = lambda out: float(np.sqrt(np.mean((out - yt) ** 2)))
    report("ridge", [rmse(Ridge(1.0).fit(flat[0], y).predict(flat[1]))], "cycles")
    scores = []
    m, s = y.mean(), y.std()
    for seed in SEEDS:
        parts = [tensors(a, (b[:, None] - m) / s, torch.float32) for a, b in ((x, y), (xv, yv))]
        loss = torch.nn.functional.mse_loss
        network = train(seed, *parts, 1, loss, lambda out, t: float(loss(out, t)))
        with torch.no_grad():
            scores.append(rmse(network(torch.tensor(xt, dtype=torch.float32)).numpy()[:, 0] * s + m))
    report("PyTorch, GRU 32", scores, "cycles")
    forest = lambda seed: RandomForestRegressor(50, max_features="sqrt", random_state=seed).fit(flat[0], y)
    report("random forest, 50 trees", [rmse(forest(seed).predict(flat[1])) for seed in SEEDS], "cycles")


def anomalies(normal, test, anomalous):
    """ROC areas of windows `test`, from what is learned of windows that are normal alone."""
    distance = LedoitWolf().fit(normal).mahalanobis(test)
    report("Mahalanobis distance, ROC area * 100", [100 * roc_auc_score(anomalous, distance)], "")
    forest = lambda seed: IsolationForest(n_estimators=200, random_state=seed).fit(normal).score_samples(test)
    report("isolation forest, ROC area * 100", [100 * roc_auc_score(anomalous, -forest(seed)) for seed in SEEDS], "")


def ecg_normal(folder):
    (x, y), (xt, yt) = [
        (part[:, 1:], part[:, 0] > 0) for part in (np.loadtxt(f"{folder}/ECG200_{p}.txt") for p in ("TRAIN", "TEST"))
    ]
    anomalies(x[y], xt, ~yt)


def machine(path, rows=24):
    """Windows that end with each row of a recording; those of the test part have the label of that row."""
    with open(path, newline="") as file:
        table = list(csv.DictReader(file))
    recordings = {}
    for row in table:
        recordings.setdefault(row["sequence"], []).append(row)
    windows = {"train": [], "validation": [], "test": []}
    anomalous = []
    for own in recordings.values():
        values = np.array([float(row["value"]) for row in own])
        for end in range(rows, len(own) + 1):
            windows[own[0]["split"]].append(values[end - rows : end])
            if own[0]["split"] == "test":
                anomalous.append(own[end - 1]["label"] != "normal")
    anomalies(np.array(windows["train"]), np.array(windows["test"]), np.array(anomalous))


def battery(folder):
    """State of charge at every second, in windows of 300 s: every 100 s one, as `--window 300 --stride 100` cuts them."""
    columns = ("voltage_V", "current_A", "temp_C")
    parts = {}
    for part in ("train", "validation", "test"):
        x, y = [], []
        for path in sorted(glob.glob(f"{folder}/{part}/*.csv")):
            with open(path, newline="") as file:
                rows = list(csv.DictReader(file))
            values = np.array([[float(row[name]) for name in columns] for row in rows], np.float32)
            charge = np.array([[float(row["soc"])] for row in rows], np.float32)
            for begin in range(0, len(rows) - 299, 100):
                x.append(values[begin : begin + 300])
                y.append(charge[begin : begin + 300])
        parts[part] = np.array(x), np.array(y)
    (x, y), (xv, yv), (xt, yt) = parts.values()
    print({name: len(part[0]) for name, part in parts.items()}, flush=True)
    mean, deviation, m, s = x.mean((0, 1)), x.std((0, 1)), y.mean(), y.std()
    x, xv, xt = [(part - mean) / deviation for part in (x, xv, xt)]
    rmse = lambda out: 100 * float(np.sqrt(np.mean((out - yt) ** 2)))
    flat = [part.reshape(-1, 3) for part in (x, xt)]
    report("ridge on the values of one second", [rmse(Ridge(1.0).fit(flat[0], y.reshape(-1)).predict(flat[1]).reshape(yt.shape))], "% of charge")
    scores = []
    for seed in SEEDS:
        parts = [tensors(a, (b - m) / s, torch.float32) for a, b in ((x, y), (xv, yv))]
        loss = torch.nn.functional.mse_loss
        network = train(seed, *parts, 1, loss, lambda out, t: float(loss(out, t)), every_step=True)
        with torch.no_grad():
            scores.append(rmse(network(torch.tensor(xt)).numpy() * s + m))
        print(scores, flush=True)
    report("PyTorch, GRU 32", scores, "% of charge")


{"battery": battery, "codes": codes, "ecg": ecg, "ecg-normal": ecg_normal, "machine": machine, "turbofan": turbofan}[sys.argv[1]](sys.argv[2])
