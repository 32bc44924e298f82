"""Checks an ONNX file and runs it: run-onnx.py model.onnx input.json -> JSON of what each runtime that is installed computes.

input.json: {"shape": [batch, steps, size], "values": [...]}. Without a file: which of onnx and the runtimes are installed.
"""
import json
import sys


def installed():
    found = {}
    for name in ("onnx", "onnx.reference", "onnxruntime"):
        try:
            found[name] = __import__(name, fromlist=["x"])
        except ImportError:
            pass
    return found


def evaluator_knows(model):
    """The evaluator of onnx has a DequantizeLinear from 19 on, and refuses or ignores activations other than the default ones."""
    if model.opset_import[0].version < 19:
        return False
    functions = [a.strings for node in model.graph.node for a in node.attribute if a.name == "activations"]
    return all(f in (b"Sigmoid", b"Tanh") for own in functions for f in own)


def main(path, data):
    import numpy

    found = installed()
    with open(data) as file:
        given = json.load(file)
    x = numpy.array(given["values"], dtype=numpy.float32).reshape(given["shape"])
    outputs = {}
    model = found["onnx"].load(path)
    found["onnx"].checker.check_model(model, full_check=True)
    if "onnx.reference" in found and evaluator_knows(model):
        outputs["onnx.reference"] = found["onnx.reference"].ReferenceEvaluator(model).run(None, {"input": x})[0]
    if "onnxruntime" in found:
        runtime = found["onnxruntime"]
        session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
        outputs["onnxruntime"] = session.run(None, {"input": x})[0]
    return {name: {"shape": y.shape, "values": y.ravel().tolist()} for name, y in outputs.items()}


print(json.dumps(sorted(installed()) if len(sys.argv) == 1 else main(*sys.argv[1:])))
