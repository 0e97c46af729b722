"""``docai batch``: many documents into one results file, gone on with after whatever end.

A document is done when the results file has a line of its name and its sha256: a file that has
changed is done again, and two files of equal content are two documents. A digest is taken only
where the name is there already, so that a first run costs nothing and a second one little more
than reading.
"""

import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from docai import archive
from docai.batch import Outcome, Task, Work, extract_all
from docai.commands import ALL_FAILED, FINE, SOME_FAILED, complain
from docai.dispatch import dispatched, is_local_schema, schema_text
from docai.errors import (
    ArchiveError,
    DocaiError,
    EmptyArchive,
    LimitExceeded,
    LoadError,
    SettingsError,
    code_of,
)
from docai.formats import to_jsonl
from docai.progress import Progress
from docai.results import SUFFIX, Failure, Found, Results, failed_path, opened
from docai.sources import EXTENSIONS, STDIN, Source, find_sources, skipped_remark

if TYPE_CHECKING:
    from docai.settings import Settings

PATIENCE_S = 600.0  # with a server that is away: it may be on its way to a newer version
# In one archive; its list of entries is held in memory, a kilobyte each.
MAX_ARCHIVE_FILES = 100_000


@dataclass(frozen=True)
class Request:
    """What ``docai batch`` was asked to do.

    Attributes:
        sources: files, folders, patterns and zip archives.
        schema: name of what to extract; see `docai.build.schema`, or a name that the server knows.
        out: the results file.
        url: of the server that does it; None for this machine.
        key: API key for the server.
        settings: what was said on the command line; it outweighs the environment.
        shows_traces: whether to tell where in the code an unexpected error arose.
    """

    sources: tuple[str, ...]
    schema: str
    out: Path
    url: str | None = None
    key: str | None = None
    settings: dict[str, str | int] = field(default_factory=dict)
    shows_traces: bool = False


def run(request: Request) -> int:
    """Extract from every document that is not done yet; return the exit code.

    Raises:
        DocaiError: the request makes no sense, nothing can be built, or the server is gone.
    """
    from docai.settings import read_settings

    settings = read_settings().with_options(request.settings)
    wanted = _wanted(request)
    total = _survey(wanted, settings.max_bytes)
    outcomes_of = _remote(request) if request.url else _local(request, settings, total)
    with opened(request.out, outcomes_of.schema_name) as results:
        tally = _Tally(results, total, request.shows_traces)
        try:
            with tally.progress as progress:
                undone = tally.undone(_documents(wanted, settings.max_bytes))
                with closing(outcomes_of(undone, progress.tick)) as outcomes:
                    tally.note(outcomes)
        finally:  # after an interrupt too: what is done is done
            complain(tally.summary())
    return tally.exit_code()


def _wanted(request: Request) -> tuple[Source, ...]:
    """Return the files to read, archives among them.

    Raises:
        SettingsError: a source or the results file cannot be what was meant.
    """
    out = request.out
    if out.suffix.lower() == ".csv":
        raise SettingsError(
            f"--out {out}: docai batch writes JSON lines, such as {out.with_suffix(SUFFIX)}; "
            f"for CSV say docai extract SOURCE... --format csv --output {out}"
        )
    if out.suffix != SUFFIX or out.is_dir():
        raise SettingsError(f"--out {out}: name a file that ends in {SUFFIX}")
    if STDIN in request.sources:
        raise SettingsError("-: docai batch reads files, so that it can go on after it was stopped")
    sources = find_sources(request.sources, None)
    for remark in sources.remarks:
        complain(remark)
    read = {source.path.resolve() for source in sources.found if source.path is not None}
    for path in (out, failed_path(out)):
        if path.resolve() in read:
            raise SettingsError(f"{path} is among the documents to read; name another file")
    return sources.found


def _survey(wanted: Iterable[Source], max_bytes: int) -> int:
    """Return the number of documents, and say which members of archives are passed over.

    Raises:
        SettingsError: an archive holds no document.
    """
    total = 0
    for source in wanted:
        if source.path is None or not archive.is_archive(source.path):
            total += 1
            continue
        try:
            with archive.opened(source.path, _archive_limits(max_bytes)) as zipped:
                names = [entry.name for entry in zipped.entries]
        except EmptyArchive:
            names = []
        except (ArchiveError, LoadError):
            total += 1  # the archive itself will be the failure
            continue
        skipped = [name for name in names if not _is_document(name)]
        if len(skipped) == len(names):
            raise SettingsError(
                f"{source.name}: this archive holds no document ({' '.join(EXTENSIONS)})"
            )
        if skipped:
            complain(skipped_remark(source.name, skipped))
        total += len(names) - len(skipped)
    return total


def _archive_limits(max_bytes: int) -> archive.ArchiveLimits:
    """Return what an archive may hold: of bytes any number, since no two files are held at once."""
    return archive.ArchiveLimits(MAX_ARCHIVE_FILES, max_bytes, MAX_ARCHIVE_FILES * max_bytes)


def _is_document(name: str) -> bool:
    """Tell whether a member of an archive is a document by its name, as in a folder."""
    return PurePosixPath(name).suffix.lower() in EXTENSIONS


def _documents(wanted: Iterable[Source], max_bytes: int) -> Iterator[Source | Failure]:
    """Yield every document, one at a time, or why it cannot be one."""
    for source in wanted:
        try:
            if source.path is not None and archive.is_archive(source.path):
                with archive.opened(source.path, _archive_limits(max_bytes)) as zipped:
                    yield from _members(zipped, source.name)
            else:
                _check_size(source, max_bytes)
                yield source
        except (ArchiveError, LoadError) as error:
            yield _unread(source.name, error)


def _members(zipped: archive.Archive, archive_name: str) -> Iterator[Source | Failure]:
    """Yield the documents of an archive; nobody holds those that were passed on."""
    seen: Counter[str] = Counter()
    for entry in zipped.entries:
        if not _is_document(entry.name):
            continue
        name = f"{archive_name}/{entry.name}"
        seen[name] += 1
        if seen[name] > 1:  # legal in an archive, but each document has a name of its own
            name = f"{name}#{seen[name]}"
        content = zipped.read(entry)
        if isinstance(content, LoadError):
            yield _unread(name, content)
        else:
            yield Source(name, content=content)
        del content  # or it would be held while the next one is read


def _check_size(source: Source, max_bytes: int) -> None:
    """Refuse a file that is larger than allowed before anybody reads or sends it.

    Raises:
        LimitExceeded: it is.
    """
    try:
        size_bytes = source.path.stat().st_size if source.path is not None else 0
    except (OSError, ValueError):
        return  # whoever reads it will say why that cannot be done
    if size_bytes > max_bytes:
        raise LimitExceeded(f"the file has {size_bytes:,} bytes; at most {max_bytes:,} are allowed")


def _unread(name: str, error: DocaiError) -> Failure:
    """Return the failure of a document or archive that cannot be read."""
    return Failure(name, code_of(type(error)), f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class _Local:
    """Extracts on this machine, in processes of their own; outcomes come in order."""

    work: Work
    num_processes: int

    @property
    def schema_name(self) -> str | None:
        """What results call the schema; not known before, where the document's kind decides."""
        return self.work.schema.name if self.work.schema.leaves else None

    def __call__(
        self, sources: Iterator[Source], tick: Callable[[], None]
    ) -> Generator[Found | Failure, None, None]:
        """Yield what came of documents."""
        for outcome in extract_all(map(Task, sources), self.work, self.num_processes):
            yield _ended(outcome)


@dataclass(frozen=True)
class _Remote:
    """Has a server extract; outcomes come in order, but for documents that take long."""

    url: str
    key: str | None
    schema: str
    schema_name: str | None

    def __call__(
        self, sources: Iterator[Source], tick: Callable[[], None]
    ) -> Generator[Found | Failure, None, None]:
        """Yield what came of documents."""
        from docai.client import Client

        with Client(self.url, self.key, patience_s=PATIENCE_S) as client:
            yield from dispatched(client, sources, self.schema, tick)


def _local(request: Request, settings: "Settings", total: int) -> _Local:
    """Return what extracts here.

    Raises:
        SchemaError: there is no such schema.
    """
    from docai import build

    work = Work(build.pipeline, settings, build.schema(request.schema))
    return _Local(work, min(settings.num_jobs, total))


def _remote(request: Request) -> _Remote:
    """Return what has a server extract.

    Raises:
        SchemaError: there is no such schema.
    """
    assert request.url is not None, "that is how the caller knows"
    is_inline = is_local_schema(request.schema)
    schema_name = None if is_inline else request.schema.partition("@")[0]
    return _Remote(request.url, request.key, schema_text(request.schema), schema_name)


def _ended(outcome: Outcome) -> Found | Failure:
    """Return what came of a document, as it is written down."""
    for extraction in outcome.extractions:  # one, for nothing was to be split
        return Found(outcome.name, extraction.sha256, to_jsonl(extraction))
    return Failure(outcome.name, outcome.code or "", outcome.error or "", trace=outcome.trace)


class _Tally:
    """Writes outcomes down as they come, counts them, and complains about failures."""

    def __init__(self, results: Results, total: int, shows_traces: bool) -> None:
        """Begin with nothing done."""
        self.results = results
        self.progress = Progress(total)
        self.shows_traces = shows_traces

    def undone(self, documents: Iterable[Source | Failure]) -> Iterator[Source]:
        """Yield the documents that have no result yet; what cannot be one is noted."""
        for document in documents:
            if isinstance(document, Failure):
                self._fail(document)
            elif self.results.has(document):
                self.progress.pass_over()
            else:
                yield document

    def note(self, outcomes: Iterable[Found | Failure]) -> None:
        """Write down what came of documents."""
        for outcome in outcomes:
            if isinstance(outcome, Failure):
                self._fail(outcome)
            else:
                self.results.add(outcome)
                self.progress.count()

    def _fail(self, failure: Failure) -> None:
        """Write down and say what went wrong with a document."""
        self.results.fail(failure)
        self.progress.count(is_failed=True)
        if failure.trace and self.shows_traces:
            sys.stderr.write(failure.trace)
        complain(f"{failure.name}: {failure.message}")

    def summary(self) -> str:
        """Return the result of a run in one line."""
        progress = self.progress
        num_there = progress.num_before + progress.num_done - progress.num_failed
        said = f"{num_there} of {progress.total} documents are in {self.results.path}"
        if progress.num_before:
            said += f", {progress.num_before} of them from before"
        if progress.num_failed:
            said += f"; {progress.num_failed} failed: see {self.results.failed_path}"
        num_left = progress.total - progress.num_before - progress.num_done
        if num_left:
            said += f"; {num_left} are left: the same command goes on with them"
        return said

    def exit_code(self) -> int:
        """Return the exit code that tells how it went."""
        if not self.progress.num_failed:
            return FINE
        is_all = self.progress.num_failed == self.progress.total
        return ALL_FAILED if is_all else SOME_FAILED
