"""Questions for a model on a server, as tests ask them."""

from typing import Any

from openai_server import MODEL, OpenAiServer

from docai.reading import Reading
from docai.testing import blank_page, typed_reading
from docai.vlm.engine import Field, Mode, Question, Reply
from docai.vlm.openai import OpenAiVlm, Server

KEY = "sk-0123456789secret"
READING = typed_reading(["ACME STORE", "1 coffee 2.50", "2 tea 3.00", "TOTAL 5.50"])
FIELDS = (
    Field("vendor", "text"),
    Field("total", "text"),
    Field("paid", "boolean", mode=Mode.CHOOSE, choices=("true", "false")),
    Field("items[].name", "text"),
    Field("items[].price", "text"),
)
TOTAL = (Field("total", "text", max_length=12),)
RIGHT = '{"vendor":"ACME STORE","total":"5.50","paid":null,"items":[]}'


def vlm_of(server: OpenAiServer, *, timeout_s: float = 20.0, **changes: Any) -> OpenAiVlm:
    asked = {"url": server.url, "key": KEY, "timeout_s": timeout_s, "concurrency": 4, **changes}
    model = asked.pop("model", MODEL)
    return OpenAiVlm(model, Server(**asked), 256)


def ask(vlm: OpenAiVlm, fields: tuple[Field, ...] = FIELDS, reading: Reading = READING) -> Reply:
    tokens = vlm.encode(blank_page(reading))
    return vlm.answer(Question({}, (reading,), (tokens,), fields))
