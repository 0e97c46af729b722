"""`docai batch` as a process of its own that is killed, interrupted, and run again."""

import io
import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from docai.vlm.builtin.synth.receipt import CLEAN, generate

NUM_RECEIPTS = 12
TIMEOUT_S = 400.0  # never needed by an idle machine


@dataclass(frozen=True)
class Batch:
    """A batch of receipts, and the command that works on it."""

    command: tuple[str | Path, ...]
    environment: dict[str, str]
    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "results.jsonl"

    def whole_lines(self) -> list[bytes]:
        """Return the lines that were written to their end."""
        written = self.out.read_bytes() if self.out.exists() else b""
        return written.split(b"\n")[:-1]

    def start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def stopped(self, num_lines: int, stop: Callable[[int], None]) -> "subprocess.Popen[str]":
        """Run until there are so many lines, then stop it."""
        running = self.start()
        deadline_s = time.monotonic() + TIMEOUT_S
        while len(self.whole_lines()) < num_lines:
            assert running.poll() is None, "it ended before it could be stopped"
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        stop(running.pid)
        return running


@pytest.fixture
def batch(command: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Batch]:
    with zipfile.ZipFile(tmp_path / "receipts.zip", "w") as archive:
        for number in range(NUM_RECEIPTS):
            picture = io.BytesIO()
            Image.fromarray(generate(number, style=CLEAN).picture).save(picture, "PNG")
            archive.writestr(f"{number:02}.png", picture.getvalue())
    words = (command, "batch", "receipts.zip", "--out", "results.jsonl", "--jobs", "2")
    yield Batch(words, {**environment, "OMP_NUM_THREADS": "1"}, tmp_path)


@pytest.mark.slow
def test_every_document_is_done_once_whatever_stops_the_run(batch: Batch) -> None:
    killed = batch.stopped(2, lambda pid: os.kill(pid, signal.SIGKILL))
    killed.communicate(timeout=TIMEOUT_S)  # its children die with it, and let go of its pipes
    after_kill = batch.whole_lines()
    assert 2 <= len(after_kill) < NUM_RECEIPTS
    with batch.out.open("ab") as file:
        file.write(after_kill[0][:1000])  # as if it had been killed while it wrote

    interrupted = batch.stopped(len(after_kill) + 2, lambda pid: os.killpg(pid, signal.SIGINT))
    _, said = interrupted.communicate(timeout=TIMEOUT_S)
    after_interrupt = batch.whole_lines()
    assert interrupted.returncode == 130
    assert said.splitlines()[-1] == "interrupted"
    assert "the same command goes on with them" in said
    assert "Traceback" not in said
    assert after_interrupt[: len(after_kill)] == after_kill

    running = batch.start()
    stdout, said = running.communicate(timeout=TIMEOUT_S)
    lines = batch.whole_lines()
    assert (running.returncode, stdout) == (0, "")
    assert lines[: len(after_interrupt)] == after_interrupt
    assert f"{len(after_interrupt)} of them from before" in said
    results: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [result["name"] for result in results] == [
        f"receipts.zip/{number:02}.png" for number in range(NUM_RECEIPTS)
    ]
    assert sum("total" in result["data"] for result in results) >= NUM_RECEIPTS - 2
