"""Provenance: what exactly read and answered, down to versions and hashes of weights."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Provenance:
    """What one engine is made of.

    Attributes:
        engine: its name, as in every result.
        versions: of the libraries and programs that decide what it says, by name.
        weights: SHA-256 in hex of each file of weights, by file name.
        models: names of models whose files lie with the engine's own installation.
    """

    engine: str
    versions: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    models: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the same as plain JSON values."""
        return {
            "engine": self.engine,
            "versions": dict(self.versions),
            "weights": dict(self.weights),
            "models": list(self.models),
        }


@runtime_checkable
class Traceable(Protocol):
    """An engine that can tell its provenance; a test double need not."""

    def provenance(self) -> Provenance:
        """Return what the engine is made of; cheap from the second time on."""
        ...


def provenance_of(engine: Any) -> Provenance:
    """Return what ``engine`` tells of itself; of one that tells nothing, its name."""
    return engine.provenance() if isinstance(engine, Traceable) else Provenance(engine.name)


def hashes(paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file, by file name; every file is read once per process."""
    return {path.name: _sha256(path) for path in paths}


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    found = {name: _version(name) for name in packages}
    return {name: number for name, number in found.items() if number is not None}


@cache
def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _version(package: str) -> str | None:
    """Return the version of a package; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
