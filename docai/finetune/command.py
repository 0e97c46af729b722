"""``docai finetune``: names, options and explanations; what it does is in `docai.finetune.run`."""

from pathlib import Path
from typing import Annotated

import typer

from docai import commands, options


def finetune(
    vlm: Annotated[str, typer.Option(help="What to teach: hf:FOLDER, hf:ID or hf:ID@REVISION.")],
    data: Annotated[
        list[Path],
        typer.Option(
            help="Folder with documents and labels.jsonl, a JSON object a line: "
            '{"file": "1.jpg", "data": {…}}, where data is what a result of docai holds, put '
            "right; may be repeated."
        ),
    ],
    output: Annotated[
        Path, typer.Option(help="Folder for the finished model; a run that lies there goes on.")
    ],
    schema: Annotated[
        str, typer.Option(help="What to teach it to find, as for docai extract --schema.")
    ] = "receipt",
    projector_epochs: Annotated[
        float, typer.Option(min=0.0, help="Rounds of the first stage, the projector alone.")
    ] = 1.0,
    language_epochs: Annotated[
        float, typer.Option(min=0.0, help="Rounds of the second, LoRA on the language model.")
    ] = 3.0,
    accumulate: Annotated[int, typer.Option(min=1, help="Documents per step.")] = 8,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the LoRA adapters.")] = 16,
    seed: Annotated[int, typer.Option(help="Of the order of documents.")] = 1,
    measured: Annotated[
        int, typer.Option(min=1, help="Held-out documents to measure by, before and after.")
    ] = 50,
    cache: Annotated[Path, typer.Option(help="Folder for readings.")] = Path(".cache/readings"),
    vlm_device: options.VlmDevice = None,
    vlm_dtype: options.VlmDtype = None,
    max_image_tokens: options.MaxImageTokens = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the code an error arose.")
    ] = False,
) -> None:
    """Teach a vision-language model from documents whose values people put right.

    First its projector learns, then LoRA adapters of its language model; both are merged into a
    checkpoint that --vlm hf:OUTPUT takes. Documents of split dev are never learned from: F1 on
    them is told before and after. The same command goes on where an earlier run stopped.
    """

    def run() -> int:
        try:
            from docai.finetune.run import Request, finetune
        except ModuleNotFoundError as error:
            from docai.errors import VlmError

            raise VlmError(
                f"fine-tuning needs {error.name}, which is not installed: "
                "pip install 'docai[finetune]'"
            ) from error
        finetune(
            Request(
                data=tuple(data),
                output=output,
                schema=schema,
                settings=options.said(
                    vlm=vlm,
                    vlm_device=vlm_device,
                    vlm_dtype=vlm_dtype,
                    max_image_tokens=max_image_tokens,
                ),
                cache=cache,
                projector_epochs=projector_epochs,
                language_epochs=language_epochs,
                accumulate=accumulate,
                rank=rank,
                seed=seed,
                most_measured=measured,
            )
        )
        return commands.FINE

    raise typer.Exit(commands.guarded(run, shows_traces=debug))
