"""The supervisor: real processes, which die, hang, leave others behind and speak as they like."""

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from api import supervisor
from api.supervisor import Child, Supervisor
from workers.errors import ServiceError

PATIENCE_S = 20.0


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SHORTEST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_S", 0.05)


def shell(name: str, script: str, **more: object) -> Child:
    return replace(Child(name, ("/bin/sh", "-c", script), os.environ), **more)  # type: ignore[arg-type]


def lasting(name: str, log: Path) -> Child:
    """Return a child that logs its start and its end, and only ends when told to."""
    script = (
        f"trap 'echo {name} ends >> {log}; exit 0' TERM; echo {name} starts $$ >> {log}; "
        "while :; do sleep 0.05; done"
    )

    async def has_started() -> bool:
        return log.exists() and f"{name} starts" in log.read_text()

    return shell(name, script, is_ready=has_started)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def supervised(
    tiers: Sequence[Sequence[Child]],
    on_ready: Callable[[], None] = stop,
    on_stop: Callable[[], None] = lambda: None,
) -> signal.Signals:
    async def run() -> signal.Signals:
        async with asyncio.timeout(PATIENCE_S):
            return await Supervisor(tiers, on_ready, on_stop).run()

    return asyncio.run(run())


def later(condition: Callable[[], bool], act: Callable[[], None]) -> Callable[[], None]:
    """Return what begins to wait for a condition, and acts then."""

    async def watch() -> None:
        while not condition():
            await asyncio.sleep(0.01)
        act()

    kept = []  # the loop itself keeps no hold of its tasks
    return lambda: kept.append(asyncio.get_running_loop().create_task(watch()))


def pids(log: Path) -> list[int]:
    return [int(pid) for pid in re.findall(r"starts (\d+)", log.read_text())]


def are_gone(pids: Sequence[int]) -> bool:
    """Wait until some processes are gone; one that is killed takes a moment to die."""
    deadline_s = time.monotonic() + PATIENCE_S
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.01)
    return True


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_those_that_others_need_start_first_and_end_last(tmp_path: Path) -> None:
    log = tmp_path / "log"
    stopped_at = []
    number = supervised(
        [[lasting("a", log)], [lasting("b", log)], [lasting("c", log)]],
        on_stop=lambda: stopped_at.append(log.read_text()),
    )
    assert number is signal.SIGTERM
    told = re.sub(r" \d+", "", log.read_text()).splitlines()
    assert told == ["a starts", "b starts", "c starts", "c ends", "b ends", "a ends"]
    assert "ends" not in stopped_at[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_signal_that_asked_to_stop_is_told(tmp_path: Path, number: signal.Signals) -> None:
    children = [[lasting("a", tmp_path / "log")]]
    assert supervised(children, lambda: os.kill(os.getpid(), number)) is number


def test_a_child_that_is_killed_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"

    def kill_and_wait() -> None:
        os.kill(pids(log)[0], signal.SIGKILL)
        later(lambda: len(pids(log)) == 2, stop)()

    supervised([[lasting("a", log)]], kill_and_wait)
    said = capsys.readouterr().err
    assert "a was killed by SIGKILL; it starts again in 0.01 s" in said
    assert are_gone(pids(log))


def test_being_killed_often_says_nothing_against_a_child(tmp_path: Path) -> None:
    log = tmp_path / "log"
    num_kills = supervisor.MAX_QUICK_DEATHS + 1

    async def kill_often() -> None:
        for number in range(num_kills):
            while len(pids(log)) <= number:
                await asyncio.sleep(0.01)
            os.kill(pids(log)[number], signal.SIGKILL)
        stop()

    kept = []
    begin = lambda: kept.append(asyncio.get_running_loop().create_task(kill_often()))  # noqa: E731
    assert supervised([[lasting("a", log)]], begin) is signal.SIGTERM


def test_a_child_that_fails_again_and_again_ends_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    failing = shell("failing", "echo no such port; exit 7")
    expected = "failing ended 5 times .* exit code 7; the last it said: no such port"
    with pytest.raises(ServiceError, match=expected):
        supervised([[lasting("a", log)], [failing]], lambda: None)
    said = capsys.readouterr().err
    pauses = re.findall(r"failing ended with exit code 7; it starts again in (\S+) s", said)
    assert pauses == ["0.01", "0.02", "0.04", "0.05"]
    assert log.read_text().splitlines()[-1] == "a ends"


def test_a_program_that_is_not_there_ends_everything() -> None:
    missing = Child("missing", ("/nowhere/redis-server",), os.environ)
    with pytest.raises(ServiceError, match="/nowhere/redis-server: No such file or directory"):
        supervised([[missing]], lambda: None)


def test_what_can_be_mended_is_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flag = tmp_path / "mended"

    def mend(last_said: Sequence[str]) -> str | None:
        if last_said != ("it is broken",):
            return None
        flag.touch()
        return "it is whole again"

    async def is_mended() -> bool:
        return flag.exists()

    script = f"test -e {flag} && exec sleep 60; echo it is broken; exit 1"
    supervised([[shell("a", script, mend=mend, is_ready=is_mended)]])
    assert "it is whole again" in capsys.readouterr().err


def test_a_child_that_will_not_end_is_killed_with_all_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"trap '' TERM; sleep 60 & echo starts $! > {log}; wait"
    deaf = shell("deaf", script, stop_s=0.2)
    supervised([[deaf]], later(lambda: log.exists() and bool(pids(log)), stop))
    assert are_gone(pids(log))


def test_a_second_signal_ends_everything_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"trap '' TERM; echo starts $$ > {log}; while :; do sleep 0.05; done"
    deaf = shell("deaf", script, stop_s=PATIENCE_S)

    def stop_twice() -> None:
        stop()
        asyncio.get_running_loop().call_later(0.1, stop)

    began_s = time.monotonic()
    supervised([[deaf]], later(lambda: log.exists() and bool(pids(log)), stop_twice))
    assert time.monotonic() - began_s < PATIENCE_S / 2
    assert are_gone(pids(log))


def test_a_signal_at_the_start_is_heeded(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async def run() -> signal.Signals:
        asyncio.get_running_loop().call_later(0.1, stop)
        waiting = shell("a", "exec sleep 60", is_ready=never)
        return await Supervisor([[waiting]], lambda: None, lambda: None).run()

    assert asyncio.run(run()) is signal.SIGTERM


def test_what_a_dead_child_leaves_behind_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"sleep 60 & echo starts $! >> {log}; kill -9 $$"
    supervised([[shell("a", script)]], later(lambda: log.exists() and len(pids(log)) == 2, stop))
    assert are_gone(pids(log))


def test_the_terminals_signals_do_not_reach_children(tmp_path: Path) -> None:
    log = tmp_path / "log"
    groups = []

    def look() -> None:
        groups.append(os.getpgid(pids(log)[0]))
        stop()

    supervised([[lasting("a", log)]], look)
    assert groups == pids(log)
    assert groups[0] != os.getpgid(0)


def test_a_child_inherits_what_it_is_given_and_nothing_else(tmp_path: Path) -> None:
    found = tmp_path / "found"
    with socket.create_server(("127.0.0.1", 0)) as given, socket.create_server(("", 0)) as other:
        other.set_inheritable(True)
        number = given.fileno()
        script = (
            f"import os, socket; port = socket.socket(fileno={number}).getsockname()[1]; "
            f"open({str(found)!r}, 'w').write(f'{{port}} {{os.nice(0)}} {{os.environ[\"TEA\"]}}')"
        )
        code = f"{script}; import time; time.sleep(60)"
        child = Child(
            "a", (sys.executable, "-c", code), {"TEA": "green"}, niceness=3, descriptors=(number,)
        )
        supervised([[child]], later(lambda: found.exists() and bool(found.read_text()), stop))
        expected = f"{given.getsockname()[1]} {os.nice(0) + 3} green"
    assert found.read_text() == expected


def test_what_children_say_is_passed_on_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = tmp_path / "done"
    script = (
        r"printf 'one\r\ntw'; sleep 0.05; printf 'o\n\n\033[2Jthree\377\nhush\n' >&2; "
        f"head -c 20000 /dev/zero | tr '\\0' x; printf '\nlast'; touch {done}; exec sleep 60"
    )
    speaker = shell("speaker", script, is_noise=lambda line: line == "hush")
    supervised([[speaker]], later(done.exists, stop))
    lines = capsys.readouterr().err.splitlines()
    said = [line.removeprefix("speaker | ") for line in lines if line.startswith("speaker | ")]
    assert said[:3] == ["one", "two", " [2Jthree\N{REPLACEMENT CHARACTER}"]
    assert "".join(said[3:-1]) == 20000 * "x"
    assert said[-1] == "last"
    assert "\x1b" not in "".join(lines)


def test_a_terminal_gets_colours_unless_it_does_not_want_any(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    supervisor.say("api", "in colour")
    monkeypatch.setenv("NO_COLOR", "1")
    supervisor.say("api", "plain")
    coloured, plain = capsys.readouterr().err.splitlines()
    assert coloured.startswith("\x1b[")
    assert plain == "api     | plain"
