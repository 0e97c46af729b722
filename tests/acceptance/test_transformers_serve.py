"""The client of models on servers against one that others wrote: ``transformers serve``.

It refuses grammars, takes JSON Schemas and ignores them, and tells no probabilities.
"""

import base64
import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import tiny_checkpoints
import torch
import transformers
from openai_server import openai_server
from PIL import Image
from processes import await_that

from docai.errors import VlmError
from docai.testing import blank_page, typed_reading
from docai.vlm.engine import Field, Question, Reply
from docai.vlm.openai import OpenAiVlm, Server

pytestmark = pytest.mark.slow

READING = typed_reading(["ACME STORE", "1 coffee 2.50", "TOTAL 5.50"])
FIELDS = (Field("vendor", "text", max_length=20), Field("total", "text", max_length=10))
LEARNT = '{"vendor":"ACME STORE","total":"5.50"}'
LESSONS = 80
ENOUGH = 0.01  # loss per token: no other token is near


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start to serve whatever model a request names; return where."""
    folder = tmp_path_factory.mktemp("serve")
    (folder / "hub").mkdir()  # the server lists what lies in its cache, which must be there
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mine = {"HF_HOME": str(folder), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [Path(sys.executable).with_name("transformers"), "serve", "--device", "cpu"]
    place = ["--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *place], env={**os.environ, **mine}, stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def url(serving: str, pupil: Path) -> str:
    """Return the URL of the server; it starts while the pupil learns."""

    def answers() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{serving}/health").status_code == 200
        return False

    await_that("transformers serves", answers)
    return f"{serving}/v1"


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that says anything."""
    return tiny_checkpoints.build("llava_next", tmp_path_factory.mktemp("babbler"))


@pytest.fixture(scope="module")
def pupil(babbler: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, taught one reply to one question, by heart."""
    torch.set_num_threads(1)  # more are slower on so small a model
    processor = transformers.AutoProcessor.from_pretrained(babbler, backend="pil")
    model = transformers.AutoModelForImageTextToText.from_pretrained(babbler)
    inputs = processor.apply_chat_template(
        _lesson(), add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    end = model.generation_config.eos_token_id
    reply = processor.tokenizer(LEARNT, add_special_tokens=False)["input_ids"] + [end]
    asked = inputs.pop("input_ids")
    del inputs["attention_mask"]
    ids = torch.cat([asked, torch.tensor([reply])], dim=1)
    labels = torch.cat([torch.full_like(asked, -100), torch.tensor([reply])], dim=1)
    steps = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(LESSONS):
        loss = model(input_ids=ids, labels=labels, **inputs).loss
        if loss.item() < ENOUGH:
            break
        loss.backward()
        steps.step()
        steps.zero_grad()
    assert loss.item() < 10 * ENOUGH, "the pupil learns nothing"
    folder = tmp_path_factory.mktemp("pupil")
    processor.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def _lesson() -> list[dict[str, Any]]:
    """What the client says, as a processor wants it."""
    with openai_server() as server:
        _ask(server.url, "chance")
        system, user = server.chats[0]["messages"]
    file = user["content"][0]["image_url"]["url"].partition(",")[2]
    picture = Image.open(io.BytesIO(base64.b64decode(file)))
    words = {"type": "text", "text": system["content"]}
    content = [{"type": "image", "image": picture}, user["content"][1]]
    return [{"role": "system", "content": [words]}, {"role": "user", "content": content}]


def _ask(url: str, model: str, timeout_s: float = 60.0) -> Reply:
    vlm = OpenAiVlm(model, Server(url, "", timeout_s, 2), 64)
    tokens = vlm.encode(blank_page(READING))
    return vlm.answer(Question({}, (READING,), (tokens,), FIELDS))


def test_a_model_that_replies_is_understood(url: str, pupil: Path) -> None:
    reply = _ask(url, str(pupil))
    assert {answer.path: answer.text for answer in reply.answers} == json.loads(LEARNT)
    assert {answer.probability for answer in reply.answers} == {0.5}
    assert reply.stop == "end"


def test_a_model_that_babbles_is_a_clear_error(url: str, babbler: Path) -> None:
    with pytest.raises(VlmError, match="no valid reply"):
        _ask(url, str(babbler))


def test_a_model_that_is_nowhere_is_a_clear_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(VlmError, match=r"the server .* answers"):
        _ask(url, str(tmp_path / "nothing"), timeout_s=2.0)
