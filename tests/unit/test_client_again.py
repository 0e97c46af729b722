"""Asking again about a document: the client, and `docai again`, against a server of HTTP."""

import json
from collections.abc import Iterator

import pytest
from contract_server import ContractServer, busy, hang_up, playing
from typer.testing import CliRunner, Result

from docai.cli import app
from docai.client import Client
from docai.errors import ClientError, NotFinished
from docai.extraction.result import State

SCHEMA = '{"type": "object", "properties": {"a": {"type": "string"}}}'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ContractServer]:
    with playing() as server:
        monkeypatch.setenv("DOCAI_URL", server.url)
        yield server


@pytest.fixture
def client(server: ContractServer) -> Iterator[Client]:
    with Client(timeout_s=5) as client:
        client.submit(b"%PDF first")
        yield client


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_another_schema_makes_another_job(client: Client, server: ContractServer) -> None:
    job = client.submit_again(
        "job_0", schema=SCHEMA, external_id="e", webhook_url="https://a.b/c", idempotency_key="k"
    )
    assert (job.id, job.derived_from, job.external_id) == ("job_1", "job_0", "e")
    sent = {"schema": SCHEMA, "external_id": "e", "webhook_url": "https://a.b/c"}
    assert server.jobs["job_1"].fields == {**sent, "derived_from": "job_0"}
    assert server.keys["k"][0] == "job_1"
    assert client.extract_again("job_0", schema="receipt").data == {"merchant_name": "A\u2028B"}


def test_a_request_that_breaks_is_made_once(client: Client, server: ContractServer) -> None:
    server.misbehave("POST", "/extract", hang_up, busy(503, "0"))
    server.misbehave("POST", "/ask", busy(503, "0"))
    client.submit_again("job_0", schema="receipt")
    client.ask("job_0", "Who?")
    assert set(server.jobs) == {"job_0", "job_1", "job_2"}


def test_a_question_is_asked_until_it_is_answered(client: Client, server: ContractServer) -> None:
    server.polls = 2
    value = client.ask("job_0", "Who sold it?")
    assert (value.state, value.typed, value.text, value.confidence) == (
        *(State.FOUND, "A B", "A B", 0.8),
    )
    assert server.jobs["job_1"].fields["question"] == "Who sold it?"
    assert set(server.jobs) == {"job_0", "job_1"}  # three requests with one key
    assert sum(seen.path.partition("?")[0].endswith("/ask") for seen in server.seen) == 3


def test_nobody_waits_longer_than_he_wants(client: Client, server: ContractServer) -> None:
    server.polls = 1000
    with pytest.raises(NotFinished, match=r"no answer after 0\.3 s"):
        client.ask("job_0", "Who?", timeout_s=0.3)


def test_a_job_that_is_not_there_is_told(client: Client) -> None:
    with pytest.raises(ClientError) as refused:
        client.ask("job_../99", "Who?")
    assert refused.value.code == "job_not_found"


def test_again_prints_the_new_job(client: Client) -> None:
    done = run("again", "job_0", "--schema", "receipt")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "job_1  document\n", "")


def test_again_can_wait_for_the_result(client: Client, server: ContractServer) -> None:
    done = run("again", "job_0", "--schema", "receipt", "--wait")
    assert (done.exit_code, json.loads(done.stdout)) == (0, server.jobs["job_1"].result())


def test_again_can_ask(client: Client) -> None:
    done = run("again", "job_0", "--ask", "Who sold it?")
    said = {"id": "job_1", "answer": "A B", "question": "Who sold it?"}
    assert (done.exit_code, json.loads(done.stdout)) == (0, said)


@pytest.mark.parametrize("options", [(), ("--schema", "receipt", "--ask", "Who?")])
def test_again_wants_one_thing(client: Client, options: tuple[str, ...]) -> None:
    done = run("again", "job_0", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "SettingsError: give either --schema or --ask\n"


def test_again_says_what_the_server_refuses(client: Client) -> None:
    done = run("again", "job_9", "--schema", "receipt")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "404 job_not_found" in done.stderr
