"""``docai serve``, run by tests: a tree of processes, and what it says."""

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 60.0  # a busy machine takes seconds to start six processes
CHILDREN = {  # by a part of the command line
    "redis": "redis-server",
    "worker": "cpu@",
    "sweeper": "sweeper@",
    "api": "-m api",
}


@dataclass(frozen=True)
class Process:
    """A line of the table of processes."""

    pid: int
    parent: int
    session: int
    niceness: int
    command: str


def processes() -> list[Process]:
    """Return all processes of this machine that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, _, session, *rest = (
                (folder / "stat").read_text().rpartition(")")[2].split()
            )
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if state != "Z":
            found.append(
                Process(int(folder.name), int(parent), int(session), int(rest[12]), command)
            )
    return found


def descendants(pid: int) -> list[Process]:
    """Return the processes that come from one, children before grandchildren."""
    table, found, parents = processes(), list[Process](), {pid}
    while parents:
        children = [one for one in table if one.parent in parents]
        found += children
        parents = {one.pid for one in children}
    return found


def until(is_so: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> None:
    deadline_s = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.05)


@dataclass(frozen=True)
class Served:
    """A running ``docai serve``."""

    process: "subprocess.Popen[bytes]"
    data_dir: Path
    log: Path

    @property
    def url(self) -> str:
        found = re.search(r"docai listens at (\S+);", self.log.read_text())
        return found[1] if found else ""

    def tree(self) -> list[Process]:
        return descendants(self.process.pid)

    def child(self, name: str) -> Process | None:
        mine = (one for one in self.tree() if one.parent == self.process.pid)
        return next((one for one in mine if CHILDREN[name] in one.command), None)

    def is_ready(self) -> bool:
        """Tell whether everything works, with workers listening to every queue."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                checks = json.load(answer)["checks"]
        except (OSError, ValueError):
            return False
        return all(checks["workers"].values())

    def wait_until_ready(self) -> None:
        until(lambda: self.url and self.is_ready(), f"not ready: {self.log.read_text()}")

    def end(self, number: signal.Signals) -> int:
        """Send a signal; return the exit code when nothing runs any more."""
        tree = {one.pid for one in self.tree()}
        assert len(tree) > len(CHILDREN)  # else it proves nothing that they are gone
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        # After a kill the system ends them, which takes a moment; else they are gone by now.
        patience_s = 5.0 if number is signal.SIGKILL else 0.5
        until(lambda: tree.isdisjoint(one.pid for one in processes()), "left behind", patience_s)
        return code


Environ = dict[str, str]


@contextmanager
def serving(command: Path, environ: Environ, folder: Path, *options: str) -> Iterator[Served]:
    """Run ``docai serve`` in a folder of its own until the block ends."""
    log, data_dir = folder / "log", folder / "data of müller"
    folder.mkdir(exist_ok=True)
    with log.open("wb") as file:
        process = subprocess.Popen(
            [command, "serve", "--port", "0", "--workers", "1", "--data-dir", data_dir, *options],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environ,
            cwd=folder,
            start_new_session=True,
        )
    try:
        yield Served(process, data_dir, log)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            process.kill()
