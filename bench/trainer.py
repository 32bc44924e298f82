"""Step times of the same cases as bench/trainer.mjs in PyTorch (forward, backward, Adam), median of many, ms.

Run with a Python that has torch and an optimized BLAS; on Debian: apt install python3-torch libopenblas0-pthread
    /usr/bin/python3 bench/trainer.py [threads]
"""
import sys
import time

import torch

CASES = {
    "a": dict(cell="gru", inputs=40, units=64, outputs=12, steps=50, batch=32, every_step=False),
    "b": dict(cell="lstm", inputs=50, units=128, outputs=50, steps=50, batch=50, every_step=True),
    "c": dict(cell="gru", inputs=40, units=128, outputs=12, steps=50, batch=32, every_step=False),
}


def measure(cell, inputs, units, outputs, steps, batch, every_step, repeats=60):
    net = (torch.nn.GRU if cell == "gru" else torch.nn.LSTM)(inputs, units)
    head = torch.nn.Linear(units, outputs)
    optimizer = torch.optim.Adam([*net.parameters(), *head.parameters()], lr=1e-3)
    if every_step:
        x = torch.nn.functional.one_hot(torch.randint(inputs, (steps, batch)), inputs).float()
        y = torch.randint(outputs, (steps * batch,))
    else:
        x = torch.randn(steps, batch, inputs)
        y = torch.randint(outputs, (batch,))

    def update():
        optimizer.zero_grad()
        h, _ = net(x)
        logits = head(h if every_step else h[-1]).reshape(-1, outputs)
        torch.nn.functional.cross_entropy(logits, y).backward()
        optimizer.step()

    for _ in range(10):
        update()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        update()
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return times[len(times) // 2], times[0]


threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
torch.set_num_threads(threads)
for name, case in CASES.items():
    median, least = measure(**case)
    print(f"({name}) PyTorch {torch.__version__}, {threads} threads: {median:.1f} (least {least:.1f}) ms")
