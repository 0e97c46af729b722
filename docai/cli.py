"""The command line: names, options and their explanations. What they do is in `docai.commands`.

Imports that take time stand where they are needed: ``docai --help`` should be quick.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from api import cli as service
from docai import commands, look_commands, remote
from docai.finetune.command import finetune
from docai.formats import Format
from docai.options import (
    CacheFolder,
    MaxImageTokens,
    VlmDevice,
    VlmDtype,
    VlmName,
    VlmUrl,
    said,
)

EXIT_CODES = (
    "Exit codes: 0 every document was extracted; 1 some failed; 2 wrong usage; "
    "3 all failed, or docai cannot run; 130 interrupted."
)

app = typer.Typer(
    help="Receipts, invoices and forms in; structured JSON with evidence out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Debug = Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")]
SchemaName = Annotated[
    str,
    typer.Option(
        help="What to extract: receipt, invoice, form; auto, the schema of the document's kind, or "
        "none if that is not sure; package.module:Class, a pydantic model; or the path of a JSON "
        "Schema file."
    ),
]
Classifier = Annotated[
    str | None,
    typer.Option(
        help="What tells kinds for --schema auto: builtin, the default; or hf:FOLDER, hf:ID "
        "or hf:ID@REVISION of a CLIP or SigLIP."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=0, help="Documents read at the same time; 0, the default: one per core."),
]


def main() -> None:
    """Run the command line; the entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # whatever the locale: receipts hold any script
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()


def _print_version(is_wanted: bool) -> None:
    """Print the version and stop."""
    if is_wanted:
        from importlib.metadata import version

        print(f"docai {version('docai')}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command(epilog=EXIT_CODES)
def extract(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="A file; a folder, with those below it; a quoted pattern such as "
            "'receipts/**/*.jpg'; or - for standard input.",
        ),
    ],
    schema: SchemaName = "receipt",
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="json: an object, or a list of them for a collection. jsonl: one per line. "
            "csv: a row per document; with --output x.csv also x.items.csv, a row per line item. "
            "markdown: tables for people.",
        ),
    ] = Format.JSON,
    output: Annotated[
        Path | None,
        typer.Option(help="File to write, whole, at the end; left alone if nothing was extracted."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(
            help="PNG file to draw words and evidence into; out-1.png, out-2.png ... where "
            "out.png has several pages; a folder for a collection."
        ),
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write every table into that is found on a page, as CSV and as "
            "Markdown: a.pdf-p1-t1.csv is the first on the first page of a.pdf."
        ),
    ] = None,
    split: Annotated[
        bool,
        typer.Option(
            "--split",
            help="A file may hold several documents: cut stacks of pages at their borders, and "
            "scans of several receipts. Each document has a result; --schema auto gives each its "
            "own schema.",
        ),
    ] = False,
    ocr: Annotated[
        str | None,
        typer.Option(help="OCR engine: ppocr (the default), paddleocr or tesseract."),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(help="Language of the documents, such as kor, where the engine must know."),
    ] = None,
    jobs: Jobs = None,
    classifier: Classifier = None,
    vlm: VlmName = None,
    vlm_url: VlmUrl = None,
    vlm_device: VlmDevice = None,
    vlm_dtype: VlmDtype = None,
    max_image_tokens: MaxImageTokens = None,
    cache: CacheFolder = None,
    debug: Debug = False,
) -> None:
    """Find the fields of documents, and where they are printed, as JSON, CSV or Markdown.

    Everything is read on this machine, unless --vlm names a model on a server. A document that
    cannot be read is reported on standard error, and the others go on.
    """
    request = commands.Request(
        sources=tuple(sources),
        schema=schema,
        format=format_,
        output=output,
        overlay=overlay,
        tables=tables,
        settings=said(
            ocr=ocr,
            lang=lang,
            jobs=jobs,
            classifier=classifier,
            vlm=vlm,
            vlm_url=vlm_url,
            vlm_device=vlm_device,
            vlm_dtype=vlm_dtype,
            max_image_tokens=max_image_tokens,
            cache=cache,
        ),
        splits=split,
        shows_traces=debug,
    )
    raise typer.Exit(commands.guarded(lambda: commands.extract(request), shows_traces=debug))


@app.command()
def evaluate(
    datasets: Annotated[
        list[Path], typer.Argument(metavar="DATASET...", help="Folders of labelled documents.")
    ],
    split: Annotated[str, typer.Option(help="Which part of the data sets.")] = "dev",
    predictions: Annotated[
        Path | None, typer.Option(help="JSONL file to write what was found into.")
    ] = None,
    oracle: Annotated[
        bool,
        typer.Option(
            "--oracle", help="Choose the right words among those read: what no model can beat."
        ),
    ] = False,
    no_xml: Annotated[
        bool, typer.Option("--no-xml", help="Do not hear the e-invoices inside hybrid PDFs.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="JSON file to write the scores into.")] = None,
    schema: Annotated[
        str | None,
        typer.Option(
            help="As for docai extract; by default the one for the kind that a document is "
            "labelled as."
        ),
    ] = None,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="Score what kind each document is taken for, alone.")
    ] = False,
    jobs: Jobs = None,
    debug: Debug = False,
) -> None:
    """Score extraction on labelled data sets."""

    def run() -> int:
        return commands.evaluate(
            datasets,
            split,
            jobs=jobs,
            schema=schema,
            is_oracle=oracle,
            with_invoice_xml=not no_xml,
            only_kinds=kinds,
            predictions=predictions,
            report=report,
        )

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


@app.command()
def doctor(debug: Debug = False) -> None:
    """Tell which engines, weights and tools are here; exit with 1 if docai cannot run."""

    def run() -> int:
        from docai.doctor import examine, show

        checks = examine()
        show(checks)
        return int(any(check.is_wrong for check in checks))

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


@app.command("schema")
def schema_command(
    name: Annotated[str, typer.Argument(help="As for docai extract --schema.")] = "receipt",
    debug: Debug = False,
) -> None:
    """Print a schema as JSON Schema."""

    def run() -> int:
        import json

        from docai import build

        print(json.dumps(build.schema(name).json_schema, indent=2, ensure_ascii=False))
        return commands.FINE

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


service.mount(app)


_OF_ONE_DOCUMENT: tuple[Callable[..., None], ...] = (
    look_commands.ask,
    look_commands.describe,
    look_commands.find,
)
for _command in (remote.batch, remote.submit, remote.again, remote.jobs, remote.result):
    app.command(epilog=EXIT_CODES)(_command)
for _command_of_one in (*_OF_ONE_DOCUMENT, finetune):
    app.command()(_command_of_one)
