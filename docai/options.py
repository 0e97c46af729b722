"""Options that several commands share: which model says what words mean, and what it may cost."""

from pathlib import Path
from typing import Annotated

import typer

_MODEL = "The model"

VlmName = Annotated[
    str | None,
    typer.Option(
        "--vlm",
        rich_help_panel=_MODEL,
        help="builtin, the default: receipts, invoices and forms, on a CPU. hf:FOLDER, hf:ID or "
        "hf:ID@REVISION: a vision-language model of the Hugging Face hub, such as "
        "hf:Qwen/Qwen3-VL-4B-Instruct. "
        "openai:MODEL: a model on a server that speaks OpenAI's protocol, such as vLLM.",
    ),
]
VlmUrl = Annotated[
    str | None,
    typer.Option(
        "--vlm-url",
        rich_help_panel=_MODEL,
        help="That server, such as http://gpu-1:8000/v1; its key belongs in DOCAI_VLM_KEY.",
    ),
]
VlmDevice = Annotated[
    str | None,
    typer.Option(
        "--vlm-device",
        rich_help_panel=_MODEL,
        help="What a model of hf: runs on: auto, the default, takes a GPU if there is one; "
        "cuda, cuda:1, mps or cpu.",
    ),
]
VlmDtype = Annotated[
    str | None,
    typer.Option(
        "--vlm-dtype",
        rich_help_panel=_MODEL,
        help="Numbers it calculates with: auto, bf16, fp16, fp32 or 4bit.",
    ),
]
MaxImageTokens = Annotated[
    int | None,
    typer.Option(
        "--max-image-tokens",
        rich_help_panel=_MODEL,
        min=16,
        help="What the picture of a page may cost; fewer are quicker, more show smaller print. "
        "1280 by default.",
    ),
]
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        rich_help_panel=_MODEL,
        help="Folder that keeps what was read and seen of pages, so that the next question about "
        "the same document costs neither OCR nor vision. It holds what the documents say.",
    ),
]


def said(**options: str | int | Path | None) -> dict[str, str | int]:
    """Return the options that were given, by the name of the setting they outweigh."""
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in options.items()
        if value is not None
    }
