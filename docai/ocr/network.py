"""The ONNX files of PP-OCRv6, changed in two ways as they are loaded.

Some weights of the detector have decayed to subnormal numbers, on which processors are slow: taken
for the zeros that they are, they cost two thirds less of detection's time.

Of the recogniser's 18,710 classes a page of Latin text needs a tenth. Its last layer takes a tenth
of the time and most of the memory, so it is taken out of the network and handed in at each run,
with as many of its columns as are wanted.

Of the ONNX format only the messages named below are described; protobuf carries everything else
through.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from numpy.typing import NDArray

FLOAT = 1  # TensorProto.DataType
NEGLIGIBLE = 1e-30  # weights smaller than this change no sum; the smallest normal one is 1e-38
_LABELS = {"optional": 1, "repeated": 3}
_INT64, _STRING, _MESSAGE, _BYTES = 3, 9, 11, 12  # FieldDescriptorProto.Type

# Message -> fields (label, name, number, type or message), from onnx.proto.
_SCHEMA: dict[str, list[tuple[str, str, int, int | str]]] = {
    "Model": [("optional", "graph", 7, "Graph")],
    "Graph": [
        ("repeated", "node", 1, "Node"),
        ("repeated", "initializer", 5, "Tensor"),
        ("repeated", "input", 11, "ValueInfo"),
        ("repeated", "output", 12, "ValueInfo"),
    ],
    "Node": [("repeated", "input", 1, _STRING), ("repeated", "output", 2, _STRING)],
    "Tensor": [
        ("repeated", "dims", 1, _INT64),
        ("optional", "data_type", 2, _INT64),
        ("optional", "name", 8, _STRING),
        ("optional", "raw_data", 9, _BYTES),
    ],
    "ValueInfo": [("optional", "name", 1, _STRING), ("optional", "type", 2, "Type")],
    "Type": [("optional", "tensor_type", 1, "TensorType")],
    "TensorType": [("optional", "elem_type", 1, _INT64)],
}


def open_whole(path: Path) -> bytes:
    """Return an ONNX file, negligible weights taken for zero."""
    model: bytes = _read(path).SerializeToString()
    return model


def open_headless(path: Path) -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    """Return the recogniser's ONNX file with its last layer as inputs, and that layer.

    Returns:
        The changed file, and by the name of each new input the array that it held: weights
        (D, V) and biases (V,).
    """
    model = _read(path)
    graph = model.graph
    names = {tensor.name for tensor in graph.initializer}
    used = [name for node in graph.node[-4:] for name in node.input if name in names]
    head = {t.name: _array(t) for t in graph.initializer if t.name in used}
    kept = [tensor for tensor in graph.initializer if tensor.name not in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for name in used:
        graph.input.add(name=name).type.tensor_type.elem_type = FLOAT
    output = graph.output[0].name
    del graph.output[:]  # it states the number of classes
    graph.output.add(name=output).type.tensor_type.elem_type = FLOAT
    return model.SerializeToString(), head


def _read(path: Path) -> Any:
    """Parse an ONNX file; take negligible weights for zero."""
    model = _model_class().FromString(path.read_bytes())
    for tensor in model.graph.initializer:
        if tensor.data_type == FLOAT and tensor.raw_data:
            weights = _array(tensor)
            is_negligible = (np.abs(weights) < NEGLIGIBLE) & (weights != 0)
            if is_negligible.any():
                tensor.raw_data = np.where(is_negligible, np.float32(0), weights).tobytes()
    return model


def _array(tensor: Any) -> NDArray[np.float32]:
    """Return the values of a float tensor."""
    return np.frombuffer(tensor.raw_data, np.float32).reshape(tuple(tensor.dims))


@cache
def _model_class() -> Any:
    """Describe the messages of `_SCHEMA` to protobuf and return the class of a model."""
    file = descriptor_pb2.FileDescriptorProto(name="docai_onnx.proto", package="docai_onnx")
    for message_name, fields in _SCHEMA.items():
        message = file.message_type.add(name=message_name)
        for label, name, number, kind in fields:
            field = message.field.add(name=name, number=number, label=_LABELS[label])
            field.type = kind if isinstance(kind, int) else _MESSAGE
            if isinstance(kind, str):
                field.type_name = f".docai_onnx.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("docai_onnx.Model"))
