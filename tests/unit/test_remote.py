"""`docai submit`, `jobs` and `result` against a real HTTP server that plays the contract."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_server import ContractServer, busy, playing
from typer.testing import CliRunner, Result

from docai.cli import app


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ContractServer]:
    with playing() as server:
        monkeypatch.setenv("DOCAI_URL", server.url)
        yield server


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, content: bytes) -> str:
    Path(name).write_bytes(content)
    return name


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_submit_prints_a_line_per_job(server: ContractServer) -> None:
    done = run("submit", put("a.png", b"1"), put("b.png", b"2"), "--webhook-url", "https://a.b/c")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "job_0  a.png\njob_1  b.png\n"
    assert server.jobs["job_0"].fields == {"schema": "receipt", "webhook_url": "https://a.b/c"}


def test_one_bad_document_does_not_stop_the_others(server: ContractServer) -> None:
    done = run("submit", "missing.png", put("a.png", b"TEXT"), put("b.png", b"2"))
    assert (done.exit_code, done.stdout) == (1, "job_0  b.png\n")
    missing, refused = done.stderr.splitlines()
    assert missing == "missing.png: LoadError: missing.png: there is no such file"
    assert refused.startswith("a.png: ClientError: ")
    assert refused.endswith("415 unsupported_format: the content looks like plain text")
    assert run("submit", "missing.png").exit_code == 3


def test_a_server_that_refuses_us_is_told_once(server: ContractServer) -> None:
    server.misbehave("POST", "/jobs", busy(401))
    done = run("submit", put("a.png", b"1"), put("b.png", b"2"), "--key", "docai_1_wrong")
    assert (done.exit_code, done.stdout, server.num_posts()) == (3, "", 1)
    assert "wrong" not in done.stderr


def test_a_schema_that_the_server_refuses_is_wrong_usage(server: ContractServer) -> None:
    done = run("submit", put("a.png", b"1"), put("b.png", b"2"), "--schema", "nonsense")
    assert (done.exit_code, server.num_posts()) == (2, 1)
    assert done.stderr == "SchemaError: there is no schema 'nonsense'\n"


def test_submit_can_wait_for_the_results(server: ContractServer) -> None:
    server.polls = 2
    done = run("submit", put("a.png", b"1"), put("b.png", b"FAIL"), put("c.png", b"3"), "--wait")
    assert done.exit_code == 1
    results = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert results == [server.jobs["job_0"].result(), server.jobs["job_2"].result()]
    assert done.stderr == "b.png: JobFailed: job_1: broken_file: it is torn\n"


def test_a_file_of_several_documents_has_a_line_for_each(server: ContractServer) -> None:
    done = run("submit", put("a.pdf", b"1"), "--split", "--wait")
    assert server.jobs["job_0"].fields == {"schema": "receipt", "split": "true"}
    lines = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert lines == server.jobs["job_0"].result()["parts"]
    assert run("result", "job_0", "--format", "jsonl").stdout == done.stdout
    assert json.loads(run("result", "job_0").stdout) == server.jobs["job_0"].result()


def test_jobs_are_a_table_in_which_nothing_is_cut_off(server: ContractServer) -> None:
    for number in range(5):
        run("submit", put(f"{'long ' * 30}{number}.png", str(number).encode()))
    run("submit", put("[bold]x\x1b[2J.png", b"FAIL"))
    run("result", "job_5")
    server.jobs["job_5"].status = "failed"
    done = run("jobs")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    header, first, *_ = done.stdout.splitlines()
    assert header.split() == ["id", "status", "stage", "pages", "created", "name", "error"]
    assert first.split()[:2] == ["job_5", "failed"]
    assert "[bold]x" in first
    assert "broken_file" in done.stdout
    assert done.stdout.count("long") == 150
    assert run("jobs", "--limit", "2").stdout.count("job_") == 2
    assert run("jobs", "--status", "failed").stdout.count("job_") == 1


@pytest.mark.parametrize(
    ("format_", "says"), [("csv", "csv of job_0\n"), ("markdown", "markdown of job_0\n")]
)
def test_a_result_comes_as_the_server_writes_it(
    server: ContractServer, format_: str, says: str
) -> None:
    run("submit", put("a.png", b"1"), "--wait")
    assert run("result", "job_0", "--format", format_).stdout == says


def test_a_result_is_json_for_people_and_for_programs(server: ContractServer) -> None:
    run("submit", put("a.png", b"1"), "--wait")
    pretty, line = run("result", "job_0"), run("result", "job_0", "--format", "jsonl")
    assert json.loads(pretty.stdout) == json.loads(line.stdout) == server.jobs["job_0"].result()
    assert pretty.stdout.count("\n") > 10
    assert line.stdout.count("\n") == 1
    assert "\u2028" not in line.stdout  # some editors take it for the end of a line


def test_a_result_that_is_not_there_is_told(server: ContractServer) -> None:
    run("submit", put("a.png", b"FAIL"))
    done = run("result", "job_0")
    assert (done.exit_code, done.stderr) == (
        3,
        "NotFinished: job_0 is queued; its result is not there yet\n",
    )
    server.jobs["job_0"].status = "failed"
    done = run("result", "job_0")
    assert (done.exit_code, done.stderr) == (3, "JobFailed: job_0: broken_file: it is torn\n")


def test_a_wrong_url_is_wrong_usage() -> None:
    done = run("jobs", "--url", "localhost:8000")
    assert done.exit_code == 2
    assert "'localhost:8000' is no URL of a server" in done.stderr
