"""Checkpoints of every family of vision-language models, tiny and with random weights.

They prove plumbing and guarantees and say nothing of accuracy. By hand::

    python tests/tiny_checkpoints.py qwen3_vl build/tiny
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import tiny_families
import tiny_zero_shot
import torch
import transformers as hf
import typer
from tiny_tokenizer import tokenizer
from torch import nn

FAMILIES: tuple[str, ...] = tuple(tiny_families.FAMILIES)
CLASSIFIERS: tuple[str, ...] = tuple(tiny_zero_shot.CLASSIFIERS)
DETECTORS: tuple[str, ...] = tuple(tiny_zero_shot.DETECTORS)


def build(family: str, folder: Path, seed: int = 0) -> Path:
    """Write a checkpoint of ``family`` to ``folder`` and return the folder."""
    about = tiny_families.FAMILIES[family]
    tokens = tokenizer(about.special, about.named, byte_level=about.byte_level, begins=about.begins)
    config = about.config(len(tokens), tokens.convert_tokens_to_ids)
    tokens.save_pretrained(folder)
    _write(folder, "preprocessor_config.json", about.pictures)
    _write(folder, "processor_config.json", about.processor)
    if about.template:
        (folder / "chat_template.jinja").write_text(about.template, "utf8")
    donut = family == "donut"
    auto = hf.AutoModelForImageTextToText.from_config
    model = _model(hf.VisionEncoderDecoderModel if donut else auto, config, seed)
    ends = model.generation_config
    ends.pad_token_id, ends.bos_token_id, ends.eos_token_id = 0, 1, 2
    model.save_pretrained(folder)
    return folder


def build_classifier(kind: str, folder: Path, seed: int = 0) -> Path:
    """Write a model that tells kinds of pictures by name to ``folder`` and return the folder."""
    return _build_zero_shot(tiny_zero_shot.CLASSIFIERS[kind], folder, seed)


def build_detector(kind: str, folder: Path, seed: int = 0) -> Path:
    """Write a model that finds things by name to ``folder`` and return the folder."""
    return _build_zero_shot(tiny_zero_shot.DETECTORS[kind], folder, seed)


def _build_zero_shot(about: tiny_zero_shot.ZeroShot, folder: Path, seed: int) -> Path:
    """Write a checkpoint."""
    end = "<|endoftext|>"  # the highest number: CLIP goes by that
    tokens = tokenizer((end,), {}, byte_level=True, begins=True, ends=end)
    tokens.model_max_length = about.length
    tokens.save_pretrained(folder)
    _write(folder, "preprocessor_config.json", about.pictures)
    _write(folder, "processor_config.json", {"processor_class": about.processor})
    _model(about.model, about.config(len(tokens)), seed).save_pretrained(folder)
    return folder


def _model(make: Callable[..., Any], config: hf.PreTrainedConfig, seed: int) -> Any:
    """Return a model with random weights that let every input be felt in every output."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model = make(config=config)
        words = {id(part.weight) for part in model.modules() if isinstance(part, nn.Embedding)}
        for weights in model.parameters():
            if weights.dim() > 1:  # twice as strong as would keep sizes: no input drowns in others
                gain = 0.5 if id(weights) in words else 2.0
                weights.normal_(0, gain * weights[0].numel() ** -0.5)
    return model.eval()


def _write(folder: Path, name: str, about: dict[str, Any]) -> None:
    """Write a JSON file."""
    (folder / name).write_text(json.dumps(about, indent=2), "utf8")


def main(
    family: Annotated[str, typer.Argument(help=f"One of {', '.join(FAMILIES)}.")],
    folder: Annotated[Path, typer.Argument(help="A folder of that name is made in it.")],
    seed: Annotated[int, typer.Option(help="Of the random weights.")] = 0,
) -> None:
    """Write a tiny checkpoint with random weights."""
    if family not in FAMILIES:
        raise typer.BadParameter(f"there is no family {family!r}; choose from {FAMILIES}")
    typer.echo(build(family, folder / family, seed))


if __name__ == "__main__":
    typer.run(main)
