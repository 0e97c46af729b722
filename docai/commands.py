"""What the commands do, once their arguments are known. Knows exit codes, not options.

Results go to standard output or a file, everything else to standard error.
"""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, tee
from pathlib import Path
from typing import TYPE_CHECKING

from docai.batch import Outcome, Task, Work, extract_all, extract_one
from docai.errors import DocaiError, SchemaError, SettingsError
from docai.extraction.part import SPLIT_UNSURE
from docai.formats import Format, Layout, items_layout, layout, printable
from docai.output import replacing
from docai.sources import STDIN, Sources, find_sources, overlay_paths, places_in

if TYPE_CHECKING:
    from docai.extraction.result import Extraction
    from docai.settings import Settings

FINE, SOME_FAILED, WRONG_USAGE, ALL_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True)
class Request:
    """What ``docai extract`` was asked to do.

    Attributes:
        sources: files, folders, patterns, and ``-`` for standard input.
        schema: name of what to extract; see `docai.build.schema`.
        format: how results are written.
        output: where to; None for standard output.
        overlay: where pictures of the evidence go, if they are wanted.
        tables: the folder that tables go into, if they are wanted.
        settings: what was said on the command line; it outweighs the environment.
        splits: whether a file may hold several documents.
        shows_traces: whether to tell where in the code an unexpected error arose.
    """

    sources: tuple[str, ...]
    schema: str
    format: Format
    output: Path | None = None
    overlay: Path | None = None
    tables: Path | None = None
    settings: dict[str, str | int] = field(default_factory=dict)
    splits: bool = False
    shows_traces: bool = False


def guarded(run: Callable[[], int], *, shows_traces: bool) -> int:
    """Run a command; return its exit code, and say what stopped it in one line."""
    try:
        return run()
    except (SettingsError, SchemaError) as error:
        complain(f"{type(error).__name__}: {error}")
        return WRONG_USAGE
    except DocaiError as error:
        complain(f"{type(error).__name__}: {error}")
        return ALL_FAILED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        raise  # typer ends quietly: whoever read our output has had enough
    except Exception as error:
        if shows_traces:
            traceback.print_exc()
        complain(f"unexpected {type(error).__name__}: {error}; --debug shows where")
        return ALL_FAILED


def complain(message: str) -> None:
    """Say something to people, on standard error, in one line."""
    sys.stderr.write(printable(message) + "\n")
    sys.stderr.flush()


def extract(request: Request) -> int:
    """Extract from every source and return the exit code.

    Raises:
        DocaiError: the request makes no sense, or no pipeline can be built.
    """
    from docai import build
    from docai.settings import read_settings

    settings = read_settings().with_options(request.settings)
    sources = find_sources(request.sources, _stdin(request.sources, settings))
    _check_outputs(request, sources)
    work = Work(build.pipeline, settings, build.schema(request.schema), request.splits)
    if request.format is Format.CSV and not work.schema.leaves:
        raise SettingsError(
            f"--format csv needs one schema for its columns, not {request.schema}: choose jsonl"
        )
    for remark in sources.remarks:
        complain(remark)
    tally = _Tally(request.shows_traces, request.splits)
    extractions = tally.extractions(_outcomes(_tasks(request, sources), sources, work, request))
    is_single = sources.is_single and not request.splits
    layouts = [layout(request.format, work.schema, is_single=is_single, splits=request.splits)]
    if request.output is None:
        for piece in layouts[0].pieces(extractions):
            sys.stdout.write(piece)
            sys.stdout.flush()
    else:
        if request.format is Format.CSV and work.schema.rows:
            layouts.append(items_layout(work.schema, splits=request.splits))
        _write(layouts, extractions, request.output)
    if not sources.is_single:
        complain(tally.summary())
    return tally.exit_code()


def evaluate(
    datasets: Sequence[Path],
    split: str,
    *,
    jobs: int | None,
    schema: str | None,
    is_oracle: bool,
    with_invoice_xml: bool,
    only_kinds: bool,
    predictions: Path | None,
    report: Path | None,
) -> int:
    """Score the engines of the environment on data sets; return the exit code.

    Args:
        datasets: folders with ``labels.jsonl``.
        split: of the data sets.
        jobs: number of processes; by default that of the settings.
        schema: as for ``docai extract``; None for the schema that is named like the kind that a
            document is labelled with.
        is_oracle: whether to choose with the help of the labels.
        with_invoice_xml: whether the e-invoices inside hybrid PDFs are heard.
        only_kinds: whether to score the kinds of documents, and nothing else.
        predictions: where to write predictions, if anywhere.
        report: where to write the scores, if anywhere.

    Raises:
        DocaiError: a data set cannot be read, or no engines can be built.
    """
    from docai import build
    from docai.evaluate import Setup, evaluate_command
    from docai.settings import read_settings

    settings = read_settings()
    setup = Setup(
        make_pipeline=partial(build.pipeline, settings),
        schema=None if schema is None else build.schema(schema),
        oracle=is_oracle,
        with_invoice_xml=with_invoice_xml and settings.invoice_xml,
        schemas={name: build.schema(name) for name in build.builtin_schemas()},
        only_kinds=only_kinds,
    )
    reports = evaluate_command(
        datasets,
        split,
        setup,
        jobs=jobs or settings.num_jobs,
        predictions=predictions,
        report=report,
    )
    return SOME_FAILED if any(one.failed for one in reports) else FINE


def _stdin(sources: Iterable[str], settings: "Settings") -> bytes | None:
    """Read standard input if it is among the sources; a byte more than allowed is enough.

    Raises:
        SettingsError: nobody piped anything into it.
    """
    if STDIN not in sources:
        return None
    if sys.stdin.isatty():
        raise SettingsError("-: standard input is a terminal; pipe a document into docai")
    return sys.stdin.buffer.read(settings.max_bytes + 1)


def _check_outputs(request: Request, sources: Sources) -> None:
    """Refuse outputs that cannot be what was meant.

    Raises:
        SettingsError: an output is one of the sources, or a file stands where a folder must, or a
            folder where a file must.
    """
    read = {source.path.resolve() for source in sources.found if source.path is not None}
    for path in (request.output, request.overlay):
        if path is not None and path.resolve() in read:
            raise SettingsError(f"{path} is among the documents to read; name another file")
    if request.output is not None and request.output.is_dir():
        raise SettingsError(f"--output {request.output}: this is a folder; name a file")
    if request.tables is not None and request.tables.exists() and not request.tables.is_dir():
        raise SettingsError(f"--tables {request.tables}: this is a file; name a folder")
    overlay = request.overlay
    if overlay is None:
        return
    if sources.is_single and (overlay.suffix.lower() != ".png" or overlay.is_dir()):
        raise SettingsError(f"--overlay {overlay}: name a file that ends in .png")
    if not sources.is_single and overlay.exists() and not overlay.is_dir():
        raise SettingsError(f"--overlay {overlay}: for several documents name a folder")


def _tasks(request: Request, sources: Sources) -> list[Task]:
    """Return one task per source."""
    overlays: list[Path | None] = [None] * len(sources.found)
    tables = overlays.copy()
    if request.overlay is not None:
        overlays[:] = overlay_paths(sources.found, request.overlay, is_single=sources.is_single)
    if request.tables is not None:
        tables[:] = places_in(request.tables, sources.found)
    return [Task(*task) for task in zip(sources.found, overlays, tables, strict=True)]


def _outcomes(
    tasks: list[Task], sources: Sources, work: Work, request: Request
) -> Iterator[Outcome]:
    """Yield what comes of the tasks: one of them here, several in processes of their own."""
    if len(tasks) == 1:
        return iter([extract_one(work, tasks[0])])
    outcomes = extract_all(tasks, work, min(work.settings.num_jobs, len(tasks)))
    # Results that scroll past on the same terminal show progress enough, and would tear a bar.
    prints_to_terminal = request.output is None and sys.stdout.isatty()
    if sys.stderr.isatty() and not prints_to_terminal:
        return _with_progress_bar(outcomes, len(tasks))
    return outcomes


def _with_progress_bar(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """Pass outcomes on and show on standard error how many there were."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), redirect_stdout=False) as progress:
        bar = progress.add_task("extracting", total=total)
        for outcome in outcomes:
            progress.advance(bar)
            yield outcome


@dataclass
class _Tally:
    """Counts outcomes as they pass, and complains about failures."""

    shows_traces: bool
    splits: bool = False
    num_extracted: int = 0
    num_parts: int = 0
    num_failed: int = 0

    def extractions(self, outcomes: Iterable[Outcome]) -> Iterator["Extraction"]:
        """Yield the extractions among some outcomes."""
        for outcome in outcomes:
            if outcome.extractions:
                self.num_extracted += 1
                self.num_parts += len(outcome.extractions)
                if self.splits:
                    complain(_parted(outcome.name, outcome.extractions))
                yield from outcome.extractions
                continue
            self.num_failed += 1
            if outcome.trace and self.shows_traces:
                sys.stderr.write(outcome.trace)
            complain(f"{outcome.name}: {outcome.error}")

    def summary(self) -> str:
        """Return the result of a run in one line."""
        total = self.num_extracted + self.num_failed
        failed = f", {self.num_failed} failed" if self.num_failed else ""
        if self.splits:
            parts = f"{self.num_parts} documents" if self.num_parts != 1 else "1 document"
            return f"{self.num_extracted} of {total} files extracted, {parts} in them{failed}"
        return f"{self.num_extracted} of {total} documents extracted{failed}"

    def exit_code(self) -> int:
        """Return the exit code that tells how it went."""
        if not self.num_failed:
            return FINE
        return SOME_FAILED if self.num_extracted else ALL_FAILED


def _parted(name: str, extractions: Sequence["Extraction"]) -> str:
    """Say how many documents a file holds, which pages are blank, and that somebody should look."""
    count = f"{len(extractions)} documents" if len(extractions) > 1 else "1 document"
    said = f"{count} in {name}"
    part = extractions[0].part
    blank = part.blank_pages if part is not None else ()
    if blank:
        said += f", blank pages: {', '.join(map(str, blank))}"
    is_unsure = any(p.code == SPLIT_UNSURE for e in extractions for p in e.problems)
    return said + (", which is not sure: see problems" if is_unsure else "")


def _write(layouts: list[Layout], extractions: Iterator["Extraction"], output: Path) -> None:
    """Write results as they come, the second layout into ``x.items.csv`` beside ``x.csv``.

    Where there is no result, no file is touched.
    """
    first = next(extractions, None)
    if first is None:
        return
    paths = [output, output.with_suffix(f".items{output.suffix}")][: len(layouts)]
    copies = tee(chain([first], extractions), len(layouts))  # pulled evenly: holds one at a time
    pieces = zip(
        *(how.pieces(copy) for how, copy in zip(layouts, copies, strict=True)), strict=True
    )
    with ExitStack() as stack:
        files = [stack.enter_context(replacing(path)) for path in paths]
        for row in pieces:
            for file, piece in zip(files, row, strict=True):
                file.write(piece.encode("utf8"))
