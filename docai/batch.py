"""Many documents, in processes of their own: in order, in bounded memory, whatever befalls one."""

import io
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from docai.errors import DocaiError, code_of
from docai.formats import numbered, table_csv, table_markdown
from docai.output import replacing
from docai.sources import Source

if TYPE_CHECKING:
    from docai.document import Document
    from docai.extraction.fields import Schema
    from docai.extraction.result import Extraction
    from docai.pipeline import Extracted, Pipeline
    from docai.settings import Settings

AHEAD = 2  # documents handed out per process: one to work on, one to go on with
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}

Make = Callable[["Settings"], "Pipeline"]


@dataclass(frozen=True)
class Work:
    """What to do with every document.

    Attributes:
        make: builds the pipeline, once per process; importable by name.
        settings: what to build it from.
        schema: what to extract.
        splits: whether a file may hold several documents.
    """

    make: Make
    settings: "Settings"
    schema: "Schema"
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One document.

    Attributes:
        source: where it is.
        overlay: where the picture of its evidence goes, if one is wanted.
        tables: how the names of the files with its tables begin, if they are wanted.
    """

    source: Source
    overlay: Path | None = None
    tables: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: an extraction, or what went wrong.

    Attributes:
        name: of the source.
        extractions: what was found: one, or one for each document of a file that was split;
            none where something went wrong.
        error: what went wrong, for people.
        code: what went wrong, for programs; the same as in a job of the service.
        trace: where in the code, if docai itself is at fault.
    """

    name: str
    extractions: "tuple[Extraction, ...]" = ()
    error: str | None = None
    code: str | None = None
    trace: str | None = None


def extract_all(tasks: Iterable[Task], work: Work, jobs: int) -> Iterator[Outcome]:
    """Extract from many documents in ``jobs`` processes; outcomes come in the order of tasks.

    A process that dies takes its pool along, and nobody knows whose fault it was: those who were
    under way are tried again one at a time, so that only the guilty document fails.

    Raises:
        DocaiError: the pipeline cannot be built.
    """
    waiting = iter(tasks)
    while suspects := (yield from _run(waiting, work, jobs, AHEAD * jobs)):
        again = iter(suspects)
        while guilty := (yield from _run(again, work, jobs=1, num_under_way=1)):
            yield Outcome(guilty[0].source.name, error=_DIED, code="worker_killed")


_DIED = "WorkerDied: its process was killed: out of memory, or a crash inside a library"


def _run(
    tasks: Iterator[Task], work: Work, jobs: int, num_under_way: int
) -> Generator[Outcome, None, list[Task]]:
    """Yield outcomes until the tasks are done or a process dies; return those then under way."""
    under_way: deque[Task] = deque()
    promised: deque[Future[Outcome]] = deque()
    with _pool(jobs) as pool:
        try:
            while True:
                for task in islice(tasks, num_under_way - len(under_way)):
                    under_way.append(task)  # first: handing it out fails where a process has died
                    promised.append(pool.submit(extract_one, work, task))
                if not under_way:
                    return []
                outcome = promised[0].result()
                under_way.popleft(), promised.popleft()
                yield outcome
        except BrokenProcessPool:
            return list(under_way)
        finally:
            # Waiting matters: a pool that is still going when Python ends complains on stderr.
            pool.shutdown(wait=True, cancel_futures=True)


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes: forks of a process with threads may hang."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_process)


def _start_process() -> None:
    """Prepare a process of the pool, before any library with threads is imported."""
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # end at once and say nothing: the parent will
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """End this process when its parent has gone, even if it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def extract_one(work: Work, task: Task) -> Outcome:
    """Extract from one document, in this process.

    Raises:
        DocaiError: the pipeline cannot be built. What is wrong with the document is an outcome.
    """
    pipeline = _pipeline(work.make, work.settings)
    name = task.source.name
    try:
        document = _load(task.source, work.settings)
        if work.splits:
            found = pipeline.extract_parts(document, work.schema)
        else:
            found = (pipeline.extract(document, work.schema),)
        for extracted in found:
            if task.overlay is not None:
                _draw(document, extracted, task.overlay)
            if task.tables is not None:
                _write_tables(extracted.extraction, task.tables)
    except DocaiError as error:
        return Outcome(name, error=_described(error, task.source), code=code_of(type(error)))
    except Exception as error:  # a bug of ours, or of a library: it must not stop the others
        said = f"unexpected {type(error).__name__}: {error}; --debug shows where"
        return Outcome(name, error=said, code="internal_error", trace=traceback.format_exc())
    return Outcome(name, tuple(extracted.extraction for extracted in found))


@cache
def _pipeline(make: Make, settings: "Settings") -> "Pipeline":
    """Build the pipeline of this process, once."""
    return make(settings)


def _load(source: Source, settings: "Settings") -> "Document":
    """Decode a source, under the name it was asked for."""
    from docai.load import load, load_path

    heard = settings.invoice_xml
    if source.path is None:
        content = source.content or b""
        return load(content, source.name, settings.limits, with_invoice_xml=heard)
    loaded = load_path(source.path, settings.limits, with_invoice_xml=heard)
    return replace(loaded, name=source.name)


def _draw(document: "Document", extracted: "Extracted", overlay: Path) -> None:
    """Write the evidence of each page as a PNG file: ``overlay``, or numbered after it.

    Of a region of a page, the number of the part follows that of the page.

    Raises:
        SettingsError: the file cannot be written.
    """
    from docai.draw import overlay as draw

    readings = {reading.page: reading for reading in extracted.readings}
    part = _suffix(extracted.extraction)
    for page in document.pages:
        reading = readings.get(page.number)
        if reading is None:  # another part's, or blank
            continue
        number = f"-{page.number}" if len(document.pages) > 1 else ""
        path = overlay.with_name(f"{overlay.stem}{number}{part}{overlay.suffix}")
        picture = io.BytesIO()
        draw(page, reading, extracted.extraction).save(picture, "PNG")
        with replacing(path) as file:
            file.write(picture.getvalue())


def _suffix(extraction: "Extraction") -> str:
    """Return what tells files about a region of a page from those about another one."""
    part = extraction.part
    return "" if part is None or part.region is None else f"-part{part.number}"


def _write_tables(extraction: "Extraction", place: Path) -> None:
    """Write every table into ``<place>-p<page>-t<number>.csv`` and ``.md``.

    Raises:
        SettingsError: a file cannot be written.
    """
    part = _suffix(extraction)
    for page, number, table in numbered(extraction.tables):
        for suffix, text in ((".csv", table_csv(table)), (".md", table_markdown(table))):
            name = f"{place.name}-p{page}{part}-t{number}{suffix}"
            with replacing(place.with_name(name)) as file:
                file.write(text.encode("utf8"))


def _described(error: DocaiError, source: Source) -> str:
    """Return the kind of an error and its message, without the name that comes before it."""
    message = str(error)
    for name in (source.name, source.path and source.path.name):
        message = message.removeprefix(f"{name}: ")
    return f"{type(error).__name__}: {message}"
