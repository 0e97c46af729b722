"""Export the trained networks to ONNX with half-precision weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from docai.vlm.builtin.features import GRID, MAX_NGRAMS, NUM_NUMBERS, PICTURE_SIDE
from docai.vlm.builtin.model import Tagger, VisionEncoder

VISION_FILE = "vision.onnx"
TAGGER_FILE = "tagger.onnx"
ABOUT_FILE = "about.json"
SMALLEST_HALVED = 4096  # tensors with fewer values gain nothing


class _OnePage(torch.nn.Module):
    """The tagger for a single page without padding."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return probabilities of tags (N, len(TAGS)) and of starting a line item (N,)."""
        is_word = torch.ones_like(inputs[3], dtype=torch.bool)[None]
        tags, starts = self.tagger(*(x[None] for x in inputs), is_word=is_word)
        return tags[0].softmax(-1), starts[0].sigmoid()


def write(vision: VisionEncoder, tagger: Tagger, about: dict[str, Any], folder: Path) -> None:
    """Write both networks and what is known about them to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = torch.zeros(1, 1, PICTURE_SIDE, PICTURE_SIDE)
    torch.onnx.export(
        vision,
        (picture,),
        str(folder / VISION_FILE),
        input_names=["picture"],
        output_names=["tokens"],
        dynamo=False,
    )
    torch.onnx.export(
        _OnePage(tagger),
        _sample_inputs(tagger.config.channels),
        str(folder / TAGGER_FILE),
        input_names=[*INPUTS, "tokens"],
        output_names=["tags", "starts"],
        dynamic_axes={name: {0: "N"} for name in [*INPUTS, "tags", "starts"]},
        opset_version=17,
        dynamo=False,
    )
    for name in (VISION_FILE, TAGGER_FILE):
        _halve(folder / name)
    (folder / ABOUT_FILE).write_text(json.dumps(about, indent=1) + "\n", "utf8")


INPUTS = ("ngrams", "numbers", "positions", "rows", "centres", "cells", "weights")


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
