"""`docai batch --url`: a real HTTP server does it, and no document becomes a job twice."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_server import ContractServer, Exchange, busy, hang_up_after_accepting, playing
from typer.testing import CliRunner, Result

from docai import dispatch
from docai.cli import app

OUT = Path("results.jsonl")
FAILED = Path("results.failed.jsonl")


@pytest.fixture
def server() -> Iterator[ContractServer]:
    with playing() as server:
        yield server


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def put(**contents: bytes) -> list[str]:
    """Write files into a folder; return the names that they have as sources."""
    folder = Path("in")
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.png").write_bytes(content)
    return [f"in/{name}.png" for name in contents]


def run(server: ContractServer, *arguments: str) -> Result:
    words = ["batch", *(arguments or ["in"]), "--out", str(OUT), "--url", server.url]
    return CliRunner().invoke(app, words)


def lines(path: Path = OUT) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def names(path: Path = OUT) -> list[str]:
    return [line["name"] for line in lines(path)]


def test_every_document_becomes_a_job_and_a_line(server: ContractServer) -> None:
    wanted = put(a=b"1", b=b"1", c=b"FAIL", d=b"TEXT", e=b"5")
    with zipfile.ZipFile("z.zip", "w") as file:
        file.writestr("a.png", b"1")
        file.writestr("deep/a.png", b"1")
    done = run(server, "in", "z.zip")
    assert done.exit_code == 1, done.stderr
    assert names() == [wanted[0], wanted[1], wanted[4], "z.zip/a.png", "z.zip/deep/a.png"]
    assert len(server.jobs) == 6  # equal content, but each under its own name
    first = lines()[0]
    assert first["id"] == "job_0"
    assert first["document"]["sha256"] == server.jobs["job_0"].sha256
    assert first["data"] == {"merchant_name": "A\u2028B"}
    assert lines(FAILED) == [
        {"name": "in/c.png", "code": "broken_file", "message": "it is torn", "job_id": "job_2"},
        {
            "name": "in/d.png",
            "code": "unsupported_format",
            "message": "the content looks like plain text",
        },
    ]
    assert done.stderr.endswith(
        "5 of 7 documents are in results.jsonl; 2 failed: see results.failed.jsonl\n"
    )


def test_a_run_that_was_stopped_finds_its_jobs_again(server: ContractServer) -> None:
    put(**{f"d{number}": str(number).encode() for number in range(6)})
    server.misbehave("GET", "job_3", busy(401), busy(401))
    done = run(server)
    assert done.exit_code == 3
    assert len(lines()) < 6
    assert "are left: the same command goes on with them" in done.stderr
    assert "ClientError: " in done.stderr
    num_jobs = len(server.jobs)
    server.faults.clear()
    done = run(server)
    assert (done.exit_code, sorted(names())) == (0, sorted(f"in/d{n}.png" for n in range(6)))
    assert num_jobs >= 4
    assert len(server.jobs) == 6
    num_posts = server.num_posts()
    assert run(server).exit_code == 0
    assert server.num_posts() == num_posts


def test_a_job_whose_making_nobody_heard_of_is_not_made_twice(server: ContractServer) -> None:
    put(a=b"1")
    server.misbehave("POST", "/jobs", hang_up_after_accepting)
    assert run(server).exit_code == 0
    assert len(server.jobs) == 1


def test_what_failed_or_was_erased_before_gets_a_new_job(server: ContractServer) -> None:
    put(a=b"FAIL", b=b"2")
    assert run(server).exit_code == 1
    server.jobs["job_1"].status = "erased"
    OUT.unlink()
    server.jobs["job_0"].begins = b"fine"
    done = run(server)
    assert done.exit_code == 1, done.stderr
    assert [job.sha256 for job in server.jobs.values()] == [
        server.jobs["job_0"].sha256,
        server.jobs["job_1"].sha256,
    ] * 2
    assert names() == ["in/b.png"]
    assert lines(FAILED)[0]["job_id"] == "job_2"
    run(server)
    assert list(server.jobs) == ["job_0", "job_1", "job_2", "job_3", "job_4"]


def test_a_job_that_is_erased_meanwhile_fails(server: ContractServer) -> None:
    put(a=b"SLOW", b=b"2")

    def erase(exchange: Exchange) -> None:
        job = server.jobs["job_0"]
        job.status = "erased"
        exchange.json(200, job.plain())

    server.misbehave("GET", "job_0", erase)
    assert run(server).exit_code == 1
    assert [(line["name"], line["code"]) for line in lines(FAILED)] == [("in/a.png", "erased")]


def test_a_document_that_changed_is_another_job(server: ContractServer) -> None:
    put(a=b"1")
    run(server)
    put(a=b"2")
    run(server)
    assert len(server.jobs) == 2
    (line,) = lines()
    assert line["document"]["sha256"] == server.jobs["job_1"].sha256


def test_a_schema_that_means_something_else_now_is_another_request(
    server: ContractServer,
) -> None:
    put(a=b"1")
    run(server)
    (key,) = server.keys
    job_id, _ = server.keys[key]
    server.keys[key] = (job_id, "the same name, another version")
    OUT.unlink()
    assert run(server).exit_code == 0
    assert len(server.jobs) == 2


def test_a_bounded_number_of_jobs_waits(
    server: ContractServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "IN_FLIGHT", 4)
    server.polls = 3
    put(**{f"d{number:02}": str(number).encode() for number in range(20)})
    assert run(server).exit_code == 0
    assert server.max_queued == 4
    assert names() == [f"in/d{number:02}.png" for number in range(20)]


def test_one_slow_document_does_not_hold_up_the_others(
    server: ContractServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "IN_FLIGHT", 3)
    put(a=b"SLOW", **{f"d{number}": str(number).encode() for number in range(8)})
    assert run(server).exit_code == 0
    assert names()[-1] == "in/a.png"
    assert len(names()) == 9


def test_a_server_of_something_else_stops_the_run(server: ContractServer) -> None:
    put(a=b"1", b=b"2")
    server.misbehave("POST", "/jobs", busy(404))
    done = run(server)
    assert (done.exit_code, server.num_posts(), FAILED.exists()) == (3, 1, False)


def test_a_job_that_the_server_lost_fails(server: ContractServer) -> None:
    put(a=b"1", b=b"2")

    def lost(exchange: Exchange) -> None:
        exchange.problem(404, "job_not_found", "there is no job of that id")

    server.misbehave("GET", "job_0", lost)
    assert run(server).exit_code == 1
    assert [(line["name"], line["code"]) for line in lines(FAILED)] == [
        ("in/a.png", "job_not_found")
    ]


def test_a_schema_that_the_server_does_not_know_is_told_once(server: ContractServer) -> None:
    put(a=b"1", b=b"2")
    done = run(server, "in", "--schema", "nonsense")
    assert (done.exit_code, server.num_posts()) == (2, 1)
    assert "SchemaError: there is no schema 'nonsense'" in done.stderr


def test_a_schema_file_is_sent_whole(server: ContractServer) -> None:
    put(a=b"1")
    Path("invoice.json").write_text(
        '{"type": "object", "properties": {"number": {"type": "string"}}}'
    )
    assert run(server, "in", "--schema", "invoice.json").exit_code == 0
    sent = json.loads(server.jobs["job_0"].fields["schema"])
    assert "number" in sent["properties"]


def test_a_file_that_is_too_large_is_not_sent(
    server: ContractServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCAI_MAX_BYTES", "10")
    put(a=b"1" * 11)
    assert run(server).exit_code == 3
    assert server.seen == []
    assert lines(FAILED)[0]["code"] == "limit_exceeded"


def test_an_answer_that_is_no_result_stops_the_run(server: ContractServer) -> None:
    put(a=b"1")

    def nonsense(exchange: Exchange) -> None:
        exchange.json(200, {"id": "x"})

    server.misbehave("GET", "/result", nonsense)
    done = run(server)
    assert (done.exit_code, lines()) == (3, [])
    assert "the server's answer is no result: it has no 'document'" in done.stderr
