"""`docai serve` asked again about a document: with the model that ships, and with a large one.

The large one is a tiny checkpoint with random weights: it understands nothing, and still can say
nothing that the page does not print.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from serve_command import Environ, Served, serving

from docai.client import Client
from docai.errors import ClientError
from docai.jobs import Job

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "shop": {"type": "string", "description": "Who sold it"},
            "total": {"type": "string", "format": "money"},
            "kind": {"enum": ["receipt", "invoice"]},
        },
    }
)


def stages_of(served: Served, job_id: str) -> list[tuple[str, int]]:
    """Return the steps that the ledger has of a job: stage and number of starts."""
    path = served.data_dir / "docai.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        found = database.execute(
            "SELECT stage, attempts FROM steps WHERE subject = ? ORDER BY stage", (job_id,)
        )
        return [(str(stage), int(attempts)) for stage, attempts in found]


def submitted(client: Client, examples: Path) -> Job:
    """Return the job of a receipt once it has succeeded."""
    return client.wait(client.submit(examples / "receipt.jpg").id, timeout_s=120)


def words_of(served: Served, job_id: str) -> list[str]:
    """Return the words that were read on the first page of a job."""
    path = served.data_dir / "store" / "jobs" / job_id / "readings" / "1.json"
    return [word["text"] for word in json.loads(path.read_text("utf-8"))["words"]]


@pytest.mark.slow
def test_the_model_that_ships_extracts_again_and_answers_no_questions(
    command: Path, environment: Environ, tmp_path: Path, examples: Path
) -> None:
    with serving(command, environment, tmp_path) as served:
        served.wait_until_ready()
        with Client(served.url) as client:
            first = submitted(client, examples)
            again = client.wait(client.submit_again(first.id, schema=SCHEMA).id)
            result = client.result(again.id)
            assert again.derived_from == first.id
            assert result.fields["total"].text == client.result(first.id).fields["total"].text
            assert set(result.fields) == {"shop", "total", "kind"}
            assert stages_of(served, again.id) == [("reconcile", 1)]
            assert not {"rasterize", "ocr", "encode"} & set(again.timings_s)
            with pytest.raises(ClientError) as refused:
                client.ask(first.id, "What is the favourite colour of the cashier?")
            assert refused.value.code == "question_not_supported"
        assert "favourite" not in served.log.read_text()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    tiny_checkpoints: Any = pytest.importorskip("tiny_checkpoints")
    yield tiny_checkpoints.build("qwen3_vl", tmp_path_factory.mktemp("tiny") / "qwen3_vl")


@pytest.mark.slow
def test_a_large_model_looks_at_a_page_once_and_answers_as_often_as_asked(
    command: Path, environment: Environ, tmp_path: Path, examples: Path, checkpoint: Path
) -> None:
    settings = {"DOCAI_VLM": f"hf:{checkpoint}", "DOCAI_VLM_DEVICE": "cpu", "HF_HUB_OFFLINE": "1"}
    environ = {**environment, **settings, "DOCAI_MAX_IMAGE_TOKENS": "64", "OMP_NUM_THREADS": "2"}
    with serving(command, environ, tmp_path) as served:
        served.wait_until_ready()
        names = [one.command for one in served.tree() if one.parent == served.process.pid]
        assert [("gpu@" in name, "cpu@" in name) for name in names].count((True, False)) == 1
        with Client(served.url) as client:
            first = submitted(client, examples)
            assert stages_of(served, first.id) == [
                *(("encode", 1), ("ocr", 1), ("rasterize", 1), ("reconcile", 1))
            ]
            words = words_of(served, first.id)
            result = client.extract_again(first.id, schema=SCHEMA, timeout_s=120)
            assert set(result.fields) == {"shop", "total", "kind"}
            assert "hf:" in result.engines["vlm"]
            shop = result.fields["shop"].text or ""
            assert set(shop.split()) <= set(words)
            answer = client.ask(first.id, "Who sold it?", timeout_s=120)
            assert set((answer.text or "").split()) <= set(words)
            for job in client.jobs():
                if job.derived_from is not None:
                    assert stages_of(served, job.id) == [("reconcile", 1)]
        assert "Who sold it?" not in served.log.read_text()
