"""The command line as its users have it: a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = Path(sys.executable).with_name("docai")
TIMEOUT_S = 400.0  # never needed by an idle machine


@dataclass(frozen=True)
class Done:
    """What a finished command said."""

    exit_code: int
    stdout: str
    stderr: str

    def extractions(self) -> dict[str, Any]:
        """Return what ``--format jsonl`` printed, by the file's name."""
        printed = map(json.loads, self.stdout.splitlines())
        return {Path(extraction["name"]).name: extraction for extraction in printed}


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture(scope="session")
def command() -> Path:
    if not COMMAND.exists():
        pytest.skip(f"docai is not installed beside {sys.executable}: pip install -e .")
    return COMMAND


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment without settings of docai."""
    return {k: v for k, v in os.environ.items() if not k.upper().startswith("DOCAI_")}


@pytest.fixture(scope="session")
def docai(command: Path, environment: dict[str, str]) -> Run:
    """Run ``docai extract`` with some arguments, on one core."""

    def run(*arguments: str | Path) -> Done:
        done = subprocess.run(
            [command, "extract", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**environment, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
