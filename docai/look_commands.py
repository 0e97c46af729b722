"""Commands that look at one document: ``docai ask``, ``docai describe`` and ``docai find``.

Names, options and explanations; what the commands do is in `docai.looking` and `docai.finding`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from docai import commands, looking, options
from docai.looking import Look, Shape

File = Annotated[str, typer.Argument(metavar="FILE", help="The document; - for standard input.")]
ShapeOption = Annotated[
    Shape | None,
    typer.Option(
        "--format", help="text, for people; or json. By default text on a terminal, else json."
    ),
]
Ocr = Annotated[
    str | None, typer.Option(help="OCR engine: ppocr (the default), paddleocr or tesseract.")
]
Lang = Annotated[
    str | None,
    typer.Option(help="Language of the document, such as kor, where the engine must know."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")]


def ask(
    file: File,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language.")],
    format_: ShapeOption = None,
    vlm: options.VlmName = None,
    vlm_url: options.VlmUrl = None,
    vlm_device: options.VlmDevice = None,
    vlm_dtype: options.VlmDtype = None,
    max_image_tokens: options.MaxImageTokens = None,
    cache: options.CacheFolder = None,
    ocr: Ocr = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Ask a free question about a document.

    The answer is words of a page, with where they are printed, or that the pages do not tell. It
    takes a model that writes: --vlm hf:… or openai:…
    """
    look = Look(
        file,
        format_,
        options.said(
            vlm=vlm,
            vlm_url=vlm_url,
            vlm_device=vlm_device,
            vlm_dtype=vlm_dtype,
            max_image_tokens=max_image_tokens,
            cache=cache,
            ocr=ocr,
            lang=lang,
        ),
    )
    _exit(lambda: looking.ask(look, question), debug)


def describe(
    file: File,
    format_: ShapeOption = None,
    vlm: options.VlmName = None,
    vlm_url: options.VlmUrl = None,
    vlm_device: options.VlmDevice = None,
    vlm_dtype: options.VlmDtype = None,
    max_image_tokens: options.MaxImageTokens = None,
    cache: options.CacheFolder = None,
    ocr: Ocr = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Say in a model's own words what each page shows.

    A caption is never evidence: nothing on the page bears it out, and it is marked so. It takes a
    model that writes: --vlm hf:… or openai:…
    """
    look = Look(
        file,
        format_,
        options.said(
            vlm=vlm,
            vlm_url=vlm_url,
            vlm_device=vlm_device,
            vlm_dtype=vlm_dtype,
            max_image_tokens=max_image_tokens,
            cache=cache,
            ocr=ocr,
            lang=lang,
        ),
    )
    _exit(lambda: looking.describe(look), debug)


def find(
    file: File,
    labels: Annotated[
        list[str],
        typer.Argument(
            metavar="LABEL...", help='What to find, in plain words: "signature" "stamp" "logo".'
        ),
    ],
    detector: Annotated[
        str | None,
        typer.Option(
            help="The model that looks: hf:FOLDER, hf:ID or hf:ID@REVISION of an OWL-ViT, OWLv2 "
            "or Grounding DINO; an OWLv2 by default."
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Least confidence of a region; by default as the model's authors do.",
        ),
    ] = None,
    crops: Annotated[
        Path | None, typer.Option(help="Folder for the regions as PNG files: 0001.png ...")
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            help="PNG file to draw the boxes into; out-1.png, out-2.png ... where there are "
            "several pages."
        ),
    ] = None,
    format_: ShapeOption = None,
    vlm_device: options.VlmDevice = None,
    debug: Debug = False,
) -> None:
    """Find regions of a document that look like what you name, as boxes and crops.

    A region is what a picture looks like. Nothing is read, and its confidence is the model's own.
    """

    def run() -> None:
        from docai.finding import Wanted
        from docai.finding import find as find_regions

        look = Look(file, format_, options.said(detector=detector, vlm_device=vlm_device))
        find_regions(look, Wanted(tuple(labels), threshold, crops, overlay))

    _exit(run, debug)


def _exit(run: Callable[[], None], shows_traces: bool) -> NoReturn:
    """Run a command, and end with the exit code that tells how it went."""

    def done() -> int:
        run()
        return commands.FINE

    raise typer.Exit(commands.guarded(done, shows_traces=shows_traces))
