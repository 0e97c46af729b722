"""Export the trained networks to ONNX with half-precision weights."""

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from docai.vlm.builtin.features import GRID, MAX_NGRAMS, NUM_NUMBERS, PICTURE_SIDE
from docai.vlm.builtin.inference import (
    ABOUT_FILE,
    OUTPUTS,
    PER_WORD,
    TAGGER_FILE,
    VISION_FILE,
)
from docai.vlm.builtin.model import Tagger, VisionEncoder
from docai.vlm.builtin.tags import TAGS

WEIGHTS_FILES = (VISION_FILE, TAGGER_FILE)
SMALLEST_HALVED = 4096  # tensors with fewer values gain nothing
KNOWN_NOISE = (  # of torch 2.13 about itself; each is the start of a message
    "You are using the legacy TorchScript-based ONNX export",
    "The feature will be removed",
    "Constant folding - Only steps=1",
)


class _OnePage(torch.nn.Module):
    """The tagger for a single page without padding."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return what `OUTPUTS` names, as probabilities but for the vectors that link."""
        is_word = torch.ones_like(inputs[3], dtype=torch.bool)[None]
        said = self.tagger(*(x[None] for x in inputs), is_word=is_word)
        return (
            said.tags[0].softmax(-1),
            said.starts[0].sigmoid(),
            said.roles[0].softmax(-1),
            said.begins[0].sigmoid(),
            said.asks[0],
            said.offers[0],
            said.kinds[0].softmax(-1),
            said.opens.sigmoid(),
        )


def write(vision: VisionEncoder, tagger: Tagger, about: dict[str, Any], folder: Path) -> None:
    """Write both networks and what is known about them to ``folder``; both end in eval mode."""
    vision.eval(), tagger.eval()
    folder.mkdir(parents=True, exist_ok=True)
    picture = torch.zeros(1, 1, PICTURE_SIDE, PICTURE_SIDE)
    _trace(
        vision,
        (picture,),
        folder / VISION_FILE,
        input_names=["picture"],
        output_names=["tokens"],
    )
    _trace(
        _OnePage(tagger).eval(),  # torch puts the mode back that the outer module was in
        _sample_inputs(tagger.config.channels),
        folder / TAGGER_FILE,
        input_names=[*INPUTS, "tokens"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "N"} for name in [*INPUTS, *PER_WORD]},
        opset_version=17,
    )
    for name in WEIGHTS_FILES:
        _halve(folder / name)
    hashes = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in WEIGHTS_FILES}
    text = json.dumps({**about, "tags": TAGS, "sha256": hashes}, indent=1)
    (folder / ABOUT_FILE).write_text(text + "\n", "utf8")


def digest(folder: Path) -> str:
    """Return the hash of the tagger that was exported to a folder, for the record."""
    return hashlib.sha256((folder / TAGGER_FILE).read_bytes()).hexdigest()


def _trace(
    module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], path: Path, **names: Any
) -> None:
    """Export by tracing, without the warnings that torch has for everyone who still traces."""
    with warnings.catch_warnings():
        for noise in KNOWN_NOISE:
            warnings.filterwarnings("ignore", noise)
        torch.onnx.export(module, inputs, str(path), dynamo=False, **names)


INPUTS = ("ngrams", "numbers", "positions", "rows", "centres", "cells", "weights", "origins")


def _sample_inputs(channels: int) -> tuple[torch.Tensor, ...]:
    """Return inputs of the right shapes for a page of seven words."""
    n = 7
    return (
        torch.ones(n, MAX_NGRAMS, dtype=torch.int64),
        torch.zeros(n, NUM_NUMBERS),
        torch.zeros(n, 8, dtype=torch.int64),
        torch.arange(n),
        torch.rand(n),
        torch.zeros(n, 4, dtype=torch.int64),
        torch.zeros(n, 4),
        torch.rand(n, 2),
        torch.zeros(GRID * GRID, channels),
    )


def _halve(path: Path) -> None:
    """Store large weights in half precision; they are widened again when the model is opened."""
    model = onnx.load(str(path))
    graph = model.graph
    widened = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST_HALVED:
            continue
        name = tensor.name
        half = numpy_helper.from_array(values.astype(np.float16), name + "_half")
        tensor.CopyFrom(half)
        widened.append(onnx.helper.make_node("Cast", [name + "_half"], [name], to=1))
    for node in reversed(widened):
        graph.node.insert(0, node)
    onnx.save(model, str(path))
