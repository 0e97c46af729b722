"""Start training from weights that were exported, instead of from chance.

A network that has learnt new tags, heads or layers since takes what it knows from the old one:
tables and layers by name, tags by what they stand for. A layer that the old one lacks begins as one
that changes nothing.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from docai.errors import VlmError
from docai.vlm.builtin.inference import ABOUT_FILE, TAGGER_FILE, VISION_FILE
from docai.vlm.builtin.model import Tagger, VisionEncoder
from docai.vlm.builtin.tags import TAGS

Arrays = dict[str, NDArray[np.float32]]


def start_from(folder: Path, vision: VisionEncoder, tagger: Tagger) -> None:
    """Fill networks with the exported weights in ``folder``.

    Raises:
        VlmError: they are of a network of another width.
    """
    known = json.loads((folder / ABOUT_FILE).read_text("utf8"))["tags"]
    _fill_vision(vision, onnx.load(str(folder / VISION_FILE)))
    model = onnx.load(str(folder / TAGGER_FILE))
    arrays = _arrays(model)
    weights = _by_name(model, arrays)
    state = tagger.state_dict()
    for name, value in weights.items():
        if name.startswith("tags."):
            _copy_tags(state[name], value, known)
        elif name in state:
            if state[name].shape != value.shape:
                raise VlmError(
                    f"{folder} holds {name} of {value.shape}, not of {tuple(state[name].shape)}: "
                    "these weights are of another network"
                )
            state[name].copy_(value)
    for number in range(tagger.config.num_layers):
        if f"blocks.{number}.out.weight" not in weights:
            for layer in ("out", "feed.3"):
                state[f"blocks.{number}.{layer}.weight"].zero_()
                state[f"blocks.{number}.{layer}.bias"].zero_()


def _copy_tags(into: Tensor, value: Tensor, known: list[str]) -> None:
    """Copy what is known of each tag; a new one starts as unlikely."""
    for number, tag in enumerate(TAGS):
        if tag in known:
            into[number] = value[known.index(tag)]
        elif into.ndim == 1:
            into[number] = -4.0


def _arrays(model: onnx.ModelProto) -> Arrays:
    """Return the weights of a graph by name, widened to single precision."""
    return {
        tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor).astype(np.float32)
        for tensor in model.graph.initializer
    }


def _by_name(model: onnx.ModelProto, arrays: Arrays) -> dict[str, Tensor]:
    """Return the tagger's weights by the names that torch has for them.

    The export keeps names but for the matrices of linear layers, which it turns over and numbers:
    each feeds a node whose output is added to the bias, and the bias has kept its name.
    """
    adds = {i: node for node in model.graph.node if node.op_type == "Add" for i in node.input}
    found = {n.removeprefix("tagger."): a for n, a in arrays.items() if n.startswith("tagger.")}
    for node in model.graph.node:
        matrix = next((i for i in node.input if i in arrays), None)
        if node.op_type != "MatMul" or matrix is None or node.output[0] not in adds:
            continue
        bias = next(i for i in adds[node.output[0]].input if i != node.output[0])
        layer = bias.removeprefix("tagger.").removesuffix(".bias")
        found[f"{layer}.weight"] = np.ascontiguousarray(arrays[matrix].T)
    return {name: torch.from_numpy(array.copy()) for name, array in found.items()}


def _fill_vision(vision: VisionEncoder, model: onnx.ModelProto) -> None:
    """Copy convolutions, into which the export has folded the norms behind them."""
    arrays = _arrays(model)
    convolutions = [m for m in vision.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in vision.modules() if isinstance(m, nn.BatchNorm2d)]
    nodes = [node for node in model.graph.node if node.op_type == "Conv"]
    with torch.no_grad():
        for convolution, node in zip(convolutions, nodes, strict=True):
            convolution.weight.copy_(torch.from_numpy(arrays[node.input[1]]))
            bias = convolution.bias
            assert bias is not None
            bias.copy_(torch.from_numpy(arrays[node.input[2]]))
        for norm in norms:  # neutral but for the epsilon that it divides by
            norm.weight.fill_((1 + norm.eps) ** 0.5)
