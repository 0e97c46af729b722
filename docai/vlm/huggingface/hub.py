"""Checkpoints: where the files of a model lie, and what exactly they are."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    IncompleteSnapshotError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from docai.errors import VlmError

CONFIG, WEIGHTS, INDEX = "config.json", "*.safetensors", "*.safetensors.index.json"
_WANTED = ["*.json", "*.safetensors", "*.jinja", "*.txt", "*.model"]
_UNWANTED = ["onnx/*", "openvino/*", "original/*", "consolidated*"]  # the same weights once more
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_LENGTH_BYTES = 8  # a safetensors file begins with the length of its header, little endian
_LONGEST_HEADER = 100_000_000  # of a safetensors file, as its library holds it
_LONGEST_LINE = 300
_SAMPLE_BYTES = 1024  # of each tensor: any training changes the first numbers of some


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model on this machine's disk.

    Attributes:
        folder: holds its files.
        name: what to call it; no path.
        identity: 12 letters of what decides its files: the commit, or a digest of them.
        fetch: the command that fetches it anew; empty for a folder of the user's own.
    """

    folder: Path
    name: str
    identity: str
    fetch: str = ""

    @property
    def label(self) -> str:
        """Name and identity."""
        return f"{self.name}@{self.identity}"


def find(place: str) -> Checkpoint:
    """Find a checkpoint; one of the hub is downloaded unless it is there, or HF_HUB_OFFLINE is set.

    Args:
        place: a folder, a model of the hub such as ``Qwen/Qwen3-VL-4B-Instruct``, or the same with
            ``@`` and a branch, tag or commit.

    Raises:
        VlmError: there is none, or not all of it.
    """
    folder = Path(place).expanduser()
    if folder.is_dir():
        _check_whole(folder, "")
        name = folder.resolve().name
        return Checkpoint(folder, name, digest(folder))
    model, _, revision = place.partition("@")
    return _from_hub(model, revision or constants.DEFAULT_REVISION)


def brief(error: Exception) -> str:
    """Return what an error of a library says, in a line: some tell long stories."""
    first, *others = str(error).splitlines() or [""]
    told = first if len(first) <= _LONGEST_LINE else first[:_LONGEST_LINE] + " …"
    return f"{type(error).__name__}: {told}{' …' if others and told == first else ''}"


def _from_hub(model: str, revision: str) -> Checkpoint:
    """Find a model of the hub, or download it.

    Raises:
        VlmError: it cannot be had.
    """
    fetch = f"hf download {model} --revision {revision}"
    cache = Path(constants.HF_HUB_CACHE)
    try:
        folder = Path(
            snapshot_download(
                model,
                revision=revision,
                allow_patterns=_WANTED,
                ignore_patterns=_UNWANTED,
                local_files_only=constants.HF_HUB_OFFLINE,
            )
        )
    except HFValidationError as error:
        raise VlmError(
            f"there is no folder {model!r}, and no model of the hub has such a name"
        ) from error
    except Exception as error:  # its own and its HTTP library's
        reason = _why_not(model, revision, cache, error)
        raise VlmError(f"{reason}; fetch it with: {fetch}") from error
    _check_whole(folder, fetch)
    return Checkpoint(folder, model, folder.name[:12], fetch)


def _why_not(model: str, revision: str, cache: Path, error: Exception) -> str:
    """Say why a model cannot be had from the hub."""
    if isinstance(error, IncompleteSnapshotError):
        return f"only a part of {model} at {revision} is in the cache {cache}"
    if isinstance(error, GatedRepoError):
        return (
            f"{model} is for those who accepted its terms: do so at {constants.ENDPOINT}/{model} "
            "and run hf auth login"
        )
    if isinstance(error, RepositoryNotFoundError):
        return (
            f"there is no folder {model!r}, and {constants.ENDPOINT} has no model {model}, or one "
            "for those alone who run hf auth login"
        )
    if isinstance(error, RevisionNotFoundError):
        return f"{model} has no revision {revision!r}"
    missing = f"{model} at {revision} is not in the cache {cache}"
    if isinstance(error, LocalEntryNotFoundError) and constants.HF_HUB_OFFLINE:
        return f"{missing}, and HF_HUB_OFFLINE is set (nor is there a folder of that name)"
    return f"{missing}, and {constants.ENDPOINT} does not help: {brief(error)}"


def _check_whole(folder: Path, fetch: str) -> None:
    """Raise VlmError unless the folder holds a configuration and all weights."""
    again = f"; fetch it with: {fetch}" if fetch else ""
    if not (folder / CONFIG).is_file():
        raise VlmError(f"{folder} holds no {CONFIG}: it is no checkpoint of a model{again}")
    expected = {name for index in folder.glob(INDEX) for name in _shards(index)}
    if lacking := sorted(name for name in expected if not (folder / name).is_file()):
        raise VlmError(
            f"{folder} lacks {len(lacking)} of {len(expected)} files of weights, such as "
            f"{lacking[0]}{again}"
        )
    if any(folder.glob(WEIGHTS)):
        return
    if any(path for pattern in _PICKLES for path in folder.glob(pattern)):
        raise VlmError(
            f"the weights in {folder} are pickles, which may run any code; docai opens safetensors "
            "alone: convert them with save_pretrained of transformers"
        )
    raise VlmError(
        f"{folder} holds no weights ({WEIGHTS}; pickles, which may run any code, docai does not "
        f"open){again}"
    )


def _shards(index: Path) -> set[str]:
    """Return the names of the files that hold the weights, as the index tells.

    Raises:
        VlmError: the index is damaged.
    """
    try:
        return {str(name) for name in json.loads(index.read_bytes())["weight_map"].values()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise VlmError(f"{index} is no index of weights: {error}") from error


def digest(folder: Path) -> str:
    """Return 12 letters that change when a checkpoint in a folder does.

    Of gigabytes of weights it takes the sizes, the headers and the first bytes of each tensor.

    Raises:
        VlmError: a file of weights is damaged.
    """
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".safetensors":
            total.update(f"{path.name}:{path.stat().st_size}:".encode())
            for sample in _samples(path):
                total.update(sample)
        elif path.suffix in (".json", ".jinja", ".txt", ".model") and path.is_file():
            total.update(f"{path.name}:{path.stat().st_size}:".encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:12]


def _samples(path: Path) -> Iterator[bytes]:
    """Yield the header of a safetensors file, and the first bytes of each tensor.

    Raises:
        VlmError: the file is damaged.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        try:
            if length > _LONGEST_HEADER:
                raise ValueError(f"a header of {length} bytes")
            header = file.read(length)
            starts = [
                about["data_offsets"][0]
                for name, about in json.loads(header).items()
                if name != "__metadata__"
            ]
        except (ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
            raise VlmError(f"{path} is damaged, or no safetensors file: {error}") from error
        yield header
        for start in sorted(starts):
            file.seek(_LENGTH_BYTES + length + start)
            yield file.read(_SAMPLE_BYTES)
