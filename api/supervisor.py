"""Keeps processes running until told to stop. Knows nothing of what they do.

A child that ends is started again. Each is in a session of its own, so that Ctrl-C in a terminal
reaches the supervisor alone and a child is ended with everything that it started.
"""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from docai.formats import printable
from workers.errors import ServiceError
from workers.orphans import die_with_parent

SHORTEST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
LONG_LIFE_S = 60.0  # whoever lived this long starts afresh, without a pause
QUICK_DEATH_S = 10.0  # Python and all that a worker imports take seconds on a busy machine
MAX_QUICK_DEATHS = 5
SAID_AT_THE_END = 20  # lines
LONGEST_LINE = 8192  # bytes; what is longer goes on in a line of its own
SLOW_START_S = 15.0
LAST_WORDS_S = 1.0  # to read what a child said before it ended
# An order to end, or the system's way out of a lack of memory: says nothing against the child.
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT)

Stop = asyncio.Event


def _is_never_noise(_line: str) -> bool:
    """Let every line through."""
    return False


def _leave_as_is(_last_said: Sequence[str]) -> None:
    """Mend nothing."""


async def _at_once() -> bool:
    """Count as ready from the start."""
    return True


@dataclass(frozen=True)
class Child:
    """A process to keep.

    Attributes:
        name: in a few letters.
        command: with all its arguments.
        environ: the whole environment.
        niceness: added to this process's own.
        descriptors: open files that it inherits.
        stop_s: how long it may take to end when it is told to; then it is killed.
        is_noise: tells which lines of its output nobody need read.
        mend: called with its last lines when it ended quickly; returns what it did about it.
        is_ready: tells whether those that need this child can start.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    niceness: int = 0
    descriptors: tuple[int, ...] = ()
    stop_s: float = 20.0
    is_noise: Callable[[str], bool] = _is_never_noise
    mend: Callable[[Sequence[str]], str | None] = _leave_as_is
    is_ready: Callable[[], Awaitable[bool]] = _at_once


def say(name: str, line: str) -> None:
    """Write a line of a child to standard error, whoever still reads that."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{_coloured(name)} {printable(line)}\n")
        sys.stderr.flush()


_COLOURS = {"docai": 1, "redis": 31, "worker": 33, "sweeper": 35, "api": 36}


def _coloured(name: str) -> str:
    """Return a name as the head of a line."""
    head = f"{name:<7} |"
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return head
    return f"\x1b[{_COLOURS.get(name, 34)}m{head}\x1b[0m"


@dataclass(eq=False)
class _Keeper:
    """Keeps one child: starts it, starts it again, and ends it."""

    child: Child
    hurry: Stop
    stop: Stop = field(default_factory=Stop)
    last_said: deque[str] = field(default_factory=lambda: deque(maxlen=SAID_AT_THE_END))
    num_deaths: int = 0  # since it last had a long life
    num_quick_deaths: int = 0  # in a row

    async def keep(self) -> None:
        """Keep the child running until told to stop.

        Raises:
            ServiceError: it ends again and again as soon as it is started.
        """
        while not self.stop.is_set():
            began_s = monotonic()
            how = await self._live()
            if self.stop.is_set():
                return
            self._count(how, monotonic() - began_s)
            remark = self.child.mend(tuple(self.last_said))
            if remark is not None:
                say("docai", remark)
            pause_s = min(SHORTEST_PAUSE_S * 2 ** (self.num_deaths - 1), LONGEST_PAUSE_S)
            say("docai", f"{self.child.name} {_told(how)}; it starts again in {pause_s:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause_s)

    def _count(self, how: int, lived_s: float) -> None:
        """Count a death.

        Raises:
            ServiceError: there is no sense in going on.
        """
        self.num_deaths = 1 if lived_s >= LONG_LIFE_S else self.num_deaths + 1
        if lived_s >= QUICK_DEATH_S:
            self.num_quick_deaths = 0
        elif how not in _FROM_OUTSIDE:
            self.num_quick_deaths += 1
        if self.num_quick_deaths >= MAX_QUICK_DEATHS:
            last = f"; the last it said: {self.last_said[-1]}" if self.last_said else ""
            raise ServiceError(
                f"{self.child.name} ended {self.num_quick_deaths} times in a row as soon as it was "
                f"started; the last time it {_told(how)}{last}"
            )

    async def _live(self) -> int:
        """Run the child once, to its end; return its exit code, below zero for a signal."""
        self.last_said.clear()
        reading, writing = os.pipe()
        listening = asyncio.create_task(self._listen(reading))
        try:
            process = await asyncio.create_subprocess_exec(
                *self.child.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=self.child.environ,
                pass_fds=self.child.descriptors,
                start_new_session=True,
                preexec_fn=_prepared(self.child.niceness),
            )
        except OSError as error:
            self.last_said.append(f"{self.child.command[0]}: {error.strerror}")
            listening.cancel()
            return 127
        finally:
            os.close(writing)
        try:
            await self._until_end(process)
        finally:
            _kill_group(process.pid)  # those that it leaves behind, or all if we are in trouble
        await asyncio.wait({listening}, timeout=LAST_WORDS_S)
        assert process.returncode is not None
        return process.returncode

    async def _until_end(self, process: asyncio.subprocess.Process) -> None:
        """Wait until a process ends, and have it end when it is time to stop."""
        ended = asyncio.create_task(process.wait())
        await _first(ended, self.stop.wait())
        if not ended.done():
            with suppress(ProcessLookupError):
                process.terminate()
            await _first(ended, self.hurry.wait(), asyncio.sleep(self.child.stop_s))
        if not ended.done():
            _kill_group(process.pid)
        await ended

    async def _listen(self, descriptor: int) -> None:
        """Pass on what a child says, until all who can say something are gone."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
        )
        rest = b""
        try:
            while chunk := await reader.read(LONGEST_LINE):
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST_LINE:
                    lines, rest = [*lines, rest], b""
                self._pass_on(lines)
            self._pass_on([rest])
        finally:
            transport.close()

    def _pass_on(self, lines: list[bytes]) -> None:
        """Pass on what is worth reading."""
        for raw in lines:
            line = raw.decode("utf-8", "replace").rstrip()
            if line and not self.child.is_noise(line):
                self.last_said.append(line)
                say(self.child.name, line)


class Supervisor:
    """Keeps children, some before others."""

    def __init__(
        self,
        tiers: Sequence[Sequence[Child]],
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            tiers: children that start side by side, when those before are ready, and end side by
                side, when those after have ended.
            on_ready: called when all are ready.
            on_stop: called before the first is told to end.
        """
        self._hurry = Stop()
        self._tiers = [[_Keeper(child, self._hurry) for child in tier] for tier in tiers]
        self._tasks: dict[_Keeper, asyncio.Task[None]] = {}
        self._on_ready, self._on_stop = on_ready, on_stop

    async def run(self) -> signal.Signals:
        """Keep the children until a signal says to stop.

        Returns:
            The signal; no child runs any more.

        Raises:
            ServiceError: a child cannot be kept; no other runs any more either.
        """
        asked: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
        self._heed(asked)
        starting = self._spawned(self._start(asked), asked)
        try:
            return await asked
        finally:
            starting.cancel()
            self._on_stop()
            for tier in reversed(self._tiers):
                for keeper in tier:
                    keeper.stop.set()
                tasks = [self._tasks[keeper] for keeper in tier if keeper in self._tasks]
                if tasks:
                    await asyncio.wait(tasks)

    def _heed(self, asked: "asyncio.Future[signal.Signals]") -> None:
        """Take the first signal as a wish to stop, and a second as a wish to stop at once."""

        def heed(number: signal.Signals) -> None:
            if asked.done():
                say("docai", "ending everything at once")
                self._hurry.set()
            else:
                say("docai", "stopping, when what is under way is done; Ctrl-C again: at once")
                asked.set_result(number)

        loop = asyncio.get_running_loop()
        is_deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # as nohup has it
        hangup = () if is_deaf else (signal.SIGHUP,)
        for number in (signal.SIGINT, signal.SIGTERM, *hangup):
            loop.add_signal_handler(number, heed, number)

    async def _start(self, asked: "asyncio.Future[signal.Signals]") -> None:
        """Start all children, each tier when the one before is ready."""
        for tier in self._tiers:
            for keeper in tier:
                self._tasks[keeper] = self._spawned(keeper.keep(), asked)
            await asyncio.gather(*(_until_ready(keeper.child) for keeper in tier))
        self._on_ready()

    def _spawned(
        self, work: Coroutine[None, None, None], asked: "asyncio.Future[signal.Signals]"
    ) -> "asyncio.Task[None]":
        """Begin some work; if it fails, that ends the supervisor."""

        def end_if_failed(task: "asyncio.Task[None]") -> None:
            error = None if task.cancelled() else task.exception()
            if error is not None and not asked.done():
                asked.set_exception(error)

        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(end_if_failed)
        return task


async def _until_ready(child: Child) -> None:
    """Wait until a child is ready, and say so if that takes long."""
    began_s, has_spoken = monotonic(), False
    while not await child.is_ready():
        if not has_spoken and monotonic() - began_s > SLOW_START_S:
            say("docai", f"{child.name} is not ready after {SLOW_START_S:g} s; still waiting")
            has_spoken = True
        await asyncio.sleep(0.05)


async def _first(lasting: "asyncio.Task[int]", *others: Coroutine[None, None, object]) -> None:
    """Wait until one of some things is done; all but ``lasting`` are broken off then."""
    tasks = [asyncio.create_task(other) for other in others]
    try:
        await asyncio.wait({lasting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _prepared(niceness: int) -> Callable[[], None]:
    """Return what a child does between its fork and its program; it has one thread then."""
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(parent)
        os.nice(niceness)

    return prepare


def _kill_group(leader: int) -> None:
    """Kill a child with all that it started."""
    with suppress(ProcessLookupError, PermissionError):  # macOS: only zombies are left
        os.killpg(leader, signal.SIGKILL)


def _told(how: int) -> str:
    """Say how a process ended."""
    if how < 0:
        return f"was killed by {signal.Signals(-how).name}"
    return f"ended with exit code {how}"
