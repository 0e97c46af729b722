"""`docai serve` given a file of several documents: a receipt, a blank page, and a scan of three."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image
from serve_command import Environ, serving

from docai.client import Client
from docai.errors import ClientError
from docai.vlm.builtin.synth.receipt import Style, generate
from docai.vlm.builtin.synth.scan import scan


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    path = tmp_path / "stack.pdf"
    pages = [
        Image.fromarray(generate(1, style=Style("en_MY", 0)).picture),
        Image.new("RGB", (800, 1000), "white"),
        Image.fromarray(scan(2, count=3, ground="dark").picture),
    ]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    return path


@pytest.mark.slow
def test_each_document_of_a_file_is_read_and_fetched_by_itself(
    command: Path, environment: Environ, tmp_path: Path, stack: Path
) -> None:
    with serving(command, environment, tmp_path / "served") as served:
        served.wait_until_ready()
        with Client(served.url) as client:
            job = client.wait(client.submit(stack, split=True).id, timeout_s=240)
            assert (job.split, job.num_parts, job.num_pages) == (True, 4, 3)
            parts = client.parts(job.id)
            told = [one.part for one in parts if one.part is not None]
            assert [part.pages for part in told] == [(1,), (3,), (3,), (3,)]
            assert [part.region is None for part in told] == [True, False, False, False]
            assert {part.blank_pages for part in told} == {(2,)}
            assert all("total" in one.data for one in parts)
            table = client.result_text(job.id, "csv")
            rows = list(csv.DictReader(io.StringIO(table)))
            assert [row["part"] for row in rows] == ["1", "2", "3", "4"]
            assert client.page(job.id, 3, overlay=True).startswith(b"\x89PNG")
            wanted = '{"type": "object", "properties": {"total": {"type": "string"}}}'
            again = client.wait(client.submit_again(job.id, schema=wanted).id, timeout_s=240)
            assert [list(one.fields) for one in client.parts(again.id)] == [["total"]] * 4
            with pytest.raises(ClientError) as refused:
                client.ask(job.id, "Who sold it?")
            assert refused.value.code == "question_not_supported"
        assert "Traceback" not in served.log.read_text()
