"""Commands that talk to a docai server, and ``docai batch``, which can do without one.

Names, options and explanations; what the commands do is in `docai.client` and `docai.batches`.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from docai import commands
from docai.errors import ClientError, JobFailed, LoadError, SettingsError
from docai.formats import Format, printable, safe_json

if TYPE_CHECKING:
    from docai.client import Client
    from docai.jobs import Job

LONG_POLL_S = 10  # short enough that progress is told meanwhile
TABLE_WIDTH = 160  # where nobody knows how wide the paper is

Item = TypeVar("Item")
Made = TypeVar("Made")

Debug = Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")]
Url = Annotated[
    str | None, typer.Option(help="The server; default: DOCAI_URL, or http://127.0.0.1:8000.")
]
Key = Annotated[
    str | None,
    typer.Option(help="API key. Better in DOCAI_KEY: everyone here sees a process's arguments."),
]
RemoteSchema = Annotated[
    str,
    typer.Option(
        help="What to extract: a name that the server knows, or name@version; "
        "package.module:Class; or the path of a JSON Schema file."
    ),
]


def submit(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents to send.")],
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait, and print the results as JSON lines.")
    ] = False,
    schema: RemoteSchema = "receipt",
    split: Annotated[
        bool,
        typer.Option(
            "--split",
            help="A file may hold several documents: each has a result of its own, with its pages.",
        ),
    ] = False,
    webhook_url: Annotated[
        str | None, typer.Option(help="Called by the server when a job ends.")
    ] = None,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Send documents to a docai server, and print the id and name of each job.

    What is wrong with one document is reported on standard error, and the others go on.
    """

    def run() -> int:
        from docai.client import Client
        from docai.dispatch import schema_text

        text = schema_text(schema)
        tally = _Tally()
        with Client(url, key) as client:
            jobs = tally.each(
                files,
                str,
                lambda path: client.submit(path, schema=text, split=split, webhook_url=webhook_url),
            )
            if wait:
                _print_results(client, list(jobs), tally)
            else:
                for job in jobs:
                    sys.stdout.write(printable(f"{job.id}  {job.name}") + "\n")
                    sys.stdout.flush()
                    tally.num_done += 1
        return tally.exit_code()

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


def again(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="As docai submit printed it.")],
    schema: Annotated[
        str | None, typer.Option(help="What to extract this time: as for docai submit.")
    ] = None,
    ask: Annotated[str | None, typer.Option(help="A question, instead of a schema.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait, and print the result as a JSON line.")
    ] = False,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Extract another schema from a document that a docai server has read, or ask it a question.

    Nothing is read again. With --schema, the id and name of a new job are printed; with --ask, the
    answer as JSON: words of the document and where they are printed, or null.
    """

    def run() -> int:
        from docai.client import Client
        from docai.dispatch import schema_text

        if (schema is None) == (ask is None):
            raise SettingsError("give either --schema or --ask")
        with Client(url, key) as client:
            if ask is not None:
                sys.stdout.write(_pretty(json.loads(client.ask_text(job_id, ask))))
                return commands.FINE
            job = client.submit_again(job_id, schema=schema_text(schema or ""))
            tally = _Tally()
            if wait:
                _print_results(client, [job], tally)
                return tally.exit_code()
            sys.stdout.write(printable(f"{job.id}  {job.name}") + "\n")
        return commands.FINE

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


def jobs(
    status: Annotated[
        str | None,
        typer.Option(help="Those only that are queued, running, succeeded, failed ..."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest.")] = 20,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """List the newest jobs of a docai server."""

    def run() -> int:
        from docai.client import Client

        with Client(url, key) as client:
            found = client.jobs(status=status, page_size=min(limit, 100))
            _print_table(islice(found, limit))
        return commands.FINE

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


def result(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="As docai submit printed it.")],
    format_: Annotated[
        Format, typer.Option("--format", help="json; jsonl, on one line; csv; or markdown.")
    ] = Format.JSON,
    url: Url = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Print what a docai server found on the document of a job."""

    def run() -> int:
        from docai.client import Client
        from docai.dispatch import read_result, result_lines

        asks_json = format_ in (Format.JSON, Format.JSONL)
        with Client(url, key) as client:
            text = client.result_text(job_id, "json" if asks_json else format_.value)
        if format_ is Format.JSON:
            text = _pretty(read_result(text))
        elif format_ is Format.JSONL:
            text = result_lines(read_result(text))
        sys.stdout.write(text)
        return commands.FINE

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


def batch(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="A file; a folder, with those below it; a quoted pattern such as "
            "'receipts/**/*.jpg'; or a .zip archive, which is read without unpacking it.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Results, a JSON line each: x.jsonl. Failures go to x.failed.jsonl, which each "
            "run writes anew."
        ),
    ],
    schema: Annotated[
        str,
        typer.Option(
            help="What to extract: receipt, invoice, form; package.module:Class, a pydantic model; "
            "or the path of a JSON Schema file. With --url also a name that the server knows."
        ),
    ] = "receipt",
    jobs: Annotated[
        int | None,
        typer.Option(
            min=0, help="Documents read at the same time here; 0, the default: one per core."
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Let the docai server there do it, instead of this machine."),
    ] = None,
    key: Key = None,
    debug: Debug = False,
) -> None:
    """Extract from thousands of documents, and go on where an earlier run stopped.

    Whatever stops it, the same command does what is left: documents that failed, too. A document
    is done when the results have a line with its name and the SHA-256 of its content. A file that
    has changed is done again, and its old line goes at the end of the run.

    Lines stand in the order of the sources; with --url, documents that take long come later.
    """

    def run() -> int:
        from docai import batches

        return batches.run(
            batches.Request(
                sources=tuple(sources),
                schema=schema,
                out=out,
                url=url,
                key=key,
                settings={} if jobs is None else {"jobs": jobs},
                shows_traces=debug,
            )
        )

    raise typer.Exit(commands.guarded(run, shows_traces=debug))


def _pretty(plain: dict[str, Any]) -> str:
    """Return JSON for people."""
    return safe_json(json.dumps(plain, ensure_ascii=False, indent=2)) + "\n"


@dataclass
class _Tally:
    """Counts documents that were done and those that failed, and complains about the latter."""

    num_done: int = 0
    num_failed: int = 0

    def each(
        self, items: Iterable[Item], name_of: Callable[[Item], str], make: Callable[[Item], Made]
    ) -> Iterator[Made]:
        """Yield what is made of each item, but for those where it fails.

        Raises:
            ClientError: the server is gone or refuses us, rather than a document.
            SchemaError: it refuses the schema.
        """
        from docai.dispatch import check_is_about_document

        for item in items:
            try:
                made = make(item)
            except (LoadError, ClientError) as error:
                if isinstance(error, ClientError) and not isinstance(error, JobFailed):
                    check_is_about_document(error)
                self.num_failed += 1
                commands.complain(f"{name_of(item)}: {type(error).__name__}: {error}")
            else:
                yield made

    def exit_code(self) -> int:
        """Return the exit code that tells how it went."""
        if not self.num_failed:
            return commands.FINE
        return commands.SOME_FAILED if self.num_done else commands.ALL_FAILED


def _print_results(client: "Client", jobs: list["Job"], tally: _Tally) -> None:
    """Wait for jobs and print what was found, a line per document, with a bar on standard error."""
    from docai.dispatch import read_result, result_lines
    from docai.progress import Progress

    progress = Progress(len(jobs))

    def fetch(job: "Job") -> str:
        while not client.job(job.id, wait_s=LONG_POLL_S).is_final:
            progress.tick()
        return result_lines(read_result(client.result_text(job.id)))

    with progress:
        for lines in tally.each(jobs, lambda job: job.name or job.id, fetch):
            sys.stdout.write(lines)
            sys.stdout.flush()
            tally.num_done += 1
            progress.count()


def _print_table(jobs: Iterable["Job"]) -> None:
    """Print jobs as a table; nothing of it is cut off, and names stay text."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in ("id", "status", "stage", "pages", "created", "name", "error"):
        table.add_column(title, overflow="fold", no_wrap=title == "id")
    for job in jobs:
        error = f"{job.error.code}: {job.error.detail}".rstrip(": ") if job.error else ""
        cells = (
            job.id,
            job.status,
            job.stage or "",
            "" if job.num_pages is None else str(job.num_pages),
            f"{job.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
            job.name or "",
            error,
        )
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console(width=None if sys.stdout.isatty() else TABLE_WIDTH, highlight=False).print(table)
