"""What the command line is asked to read: files, folders, patterns and standard input."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docai.errors import SettingsError

STDIN = "-"
# In a folder only; the content alone decides what a file is (see `docai.load.sniff`).
EXTENSIONS = (
    *(".pdf", ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff"),
    *(".webp", ".gif", ".bmp", ".heic", ".heif", ".hif"),
)
SHOWN_SKIPPED = 5


@dataclass(frozen=True, slots=True)
class Source:
    """One document to read.

    Attributes:
        name: what to call it, in messages and in results.
        path: where it is; None where ``content`` is given.
        content: its bytes, if they came by standard input.
    """

    name: str
    path: Path | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything to read, in order, each document once.

    Attributes:
        found: the documents.
        remarks: for people: which files of folders were passed over.
        is_single: whether one document was asked for by name, rather than a collection.
    """

    found: tuple[Source, ...]
    remarks: tuple[str, ...]
    is_single: bool


def find_sources(wanted: Sequence[str], stdin: bytes | None) -> Sources:
    """Find the documents that arguments of the command line mean.

    Args:
        wanted: paths of files and folders, patterns, and ``-``.
        stdin: what ``-`` means; None where it was not asked for.

    Raises:
        SettingsError: a pattern matches nothing, or a folder holds no document.
    """
    found: dict[str, Source] = {}
    remarks: list[str] = []
    for text in wanted:
        if text == STDIN:
            found[STDIN] = Source("stdin", content=stdin)
            continue
        paths = list(_paths(text, remarks))
        if not paths:
            raise SettingsError(f"{text}: " + _nothing(text))
        found.update((str(path), Source(_name(path), path)) for path in paths)
    plain_file = wanted[0] == STDIN or not (_is_pattern(wanted[0]) or Path(wanted[0]).is_dir())
    return Sources(tuple(found.values()), tuple(remarks), len(wanted) == 1 and plain_file)


def _paths(text: str, remarks: list[str]) -> Iterator[Path]:
    """Yield the files that one argument means; a file that is missing is found out later."""
    if _is_pattern(text):
        for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207 - may be absolute
            path = Path(match)
            yield from _files_in(path, remarks) if path.is_dir() else [path]
    elif Path(text).is_dir():
        yield from _files_in(Path(text), remarks)
    else:
        yield Path(text)


def _is_pattern(text: str) -> bool:
    """Tell a pattern from a file whose name has brackets in it."""
    return glob.has_magic(text) and not os.path.lexists(text)


def _nothing(text: str) -> str:
    """Say why an argument means no file."""
    if _is_pattern(text):
        return "no file matches this pattern"
    return f"this folder holds no document ({' '.join(EXTENSIONS)})"


def _files_in(folder: Path, remarks: list[str]) -> Iterator[Path]:
    """Yield the documents in a folder and those below it, by name; hidden ones are left alone."""
    skipped: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(parent, name)
            if path.suffix.lower() in EXTENSIONS:
                yield path
            else:
                skipped.append(str(path.relative_to(folder)))
    if skipped:
        remarks.append(skipped_remark(folder, skipped))


def skipped_remark(folder: Path | str, skipped: Sequence[str]) -> str:
    """Say which files of a folder or archive were passed over, by name as far as they are few."""
    shown = ", ".join(skipped[:SHOWN_SKIPPED])
    more = len(skipped) - SHOWN_SKIPPED
    tail = f" and {more} more" if more > 0 else ""
    files = "1 file" if len(skipped) == 1 else f"{len(skipped)} files"
    return f"{folder}: skipped {files} that by name are no documents: {shown}{tail}"


def _name(path: Path) -> str:
    """Return a path as text that can be written anywhere, whatever its bytes."""
    return os.fsencode(path).decode("utf8", "backslashreplace")


def overlay_paths(sources: Iterable[Source], overlay: Path, *, is_single: bool) -> list[Path]:
    """Return where the overlay of each source goes: into the folder ``overlay`` if many."""
    if is_single:
        return [overlay]
    return [place.with_name(f"{place.name}.png") for place in places_in(overlay, sources)]


def places_in(folder: Path, sources: Iterable[Source]) -> list[Path]:
    """Return a place for what is made of each source.

    Inside ``folder`` they lie as their sources do below the folder that these share.
    """
    places = [Path.cwd() / "stdin" if s.path is None else s.path.absolute() for s in sources]
    shared = os.path.commonpath([place.parent for place in places])
    return [folder / place.relative_to(shared) for place in places]
