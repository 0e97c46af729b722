"""What becomes of a document when the server of its model is away, broken, slow or wrong."""

import json
import logging
import socket
import sys
import time
from dataclasses import replace
from typing import Any

import openai_server as played
import pytest
from openai_asking import KEY, TOTAL, ask, vlm_of
from openai_server import MODEL, OpenAiServer, openai_server

from docai.errors import SettingsError, VlmError, VlmUnavailable
from docai.vlm.openai import Server

SOON_S = 6.0  # for what must end within one or two seconds


def test_a_server_that_stumbles_is_asked_again() -> None:
    with openai_server() as server:
        server.faults += [played.status(500), played.hang_up]
        ask(vlm_of(server), TOTAL)
    assert len(server.chats) == 3


def test_a_server_that_wants_rest_gets_it() -> None:
    with openai_server() as server:
        server.faults.append(played.status(429, Retry_After="1"))
        started = time.monotonic()
        ask(vlm_of(server), TOTAL)
    assert time.monotonic() - started >= 1.0
    assert len(server.chats) == 2


UNAVAILABLE = {
    "wants a long rest": (played.status(429, Retry_After="1000"), "1000 s of rest"),
    "fails": (played.status(503), "answers 503"),
    "hangs up": (played.hang_up, "hangs up"),
    "hangs up amid the answer": (played.hang_up_amid, "hangs up"),
    "is silent": (played.fall_silent, "no whole answer .* within 1 s"),
    "drips headers": (played.drip, "no whole answer .* within 1 s"),
    "drips the answer": (played.drip_body, "no whole answer .* within 1 s"),
}


@pytest.mark.parametrize(("fault", "told"), UNAVAILABLE.values(), ids=UNAVAILABLE)
def test_a_server_that_does_not_recover_in_time_is_unavailable(fault: Any, told: str) -> None:
    with openai_server() as server:
        server.faults += [fault] * 10
        started = time.monotonic()
        with pytest.raises(VlmUnavailable, match=told):
            ask(vlm_of(server, timeout_s=1.0), TOTAL)
        assert time.monotonic() - started < SOON_S


FAILED = {
    "a web page": (played.body("text/html", b"<html>Welcome!</html>"), "a web page.*/v1"),
    "no JSON": (played.body("application/json", b'{"choices": ['), "OpenAI-compatible"),
    "other JSON": (played.body("application/json", b'{"ok": true}'), "choices is wrong"),
    "no choices": (played.body("application/json", b'{"choices": []}'), "choices is wrong"),
    "without end": (played.flood, "without end"),
    "compressed": (played.status(200, {}, Content_Encoding="gzip"), "OpenAI-compatible"),
    "filtered": (played.says("", "content_filter"), "refuses to answer"),
    "forbidden": (played.status(403), "403: DOCAI_VLM_KEY is not the right one"),
    "moved": (played.status(307, Location="https://elsewhere.invalid/"), "DOCAI_VLM_URL"),
    "too large": (played.status(413), "DOCAI_MAX_IMAGE_TOKENS"),
    "too long": (
        played.status(400, {"error": {"message": "maximum context length is 4096 tokens"}}),
        "longer than its context",
    ),
}


@pytest.mark.parametrize(("fault", "told"), FAILED.values(), ids=FAILED)
def test_a_server_that_is_wrong_is_a_clear_error(fault: Any, told: str) -> None:
    with openai_server() as server:
        server.faults.append(fault)
        started = time.monotonic()
        with pytest.raises(VlmError, match=told) as caught:
            ask(vlm_of(server), TOTAL)
        assert time.monotonic() - started < SOON_S
    assert not isinstance(caught.value, VlmUnavailable)


def test_a_refusal_of_everything_is_a_clear_error() -> None:
    with openai_server() as server:
        server.faults += [played.status(422)] * 10
        with pytest.raises(VlmError, match="422"):
            ask(vlm_of(server), TOTAL)
    assert len(server.chats) == 3  # a grammar, a schema, nothing


def test_a_wrong_key_is_named_by_its_setting() -> None:
    with openai_server(key="another") as server:
        with pytest.raises(VlmError, match="401: DOCAI_VLM_KEY is not the right one"):
            ask(vlm_of(server))
        with pytest.raises(VlmError, match="401: DOCAI_VLM_KEY is not set"):
            ask(vlm_of(server, key=""))


def test_a_model_that_is_not_there_is_named_with_those_that_are() -> None:
    with openai_server() as server, pytest.raises(VlmError, match=f"gpt-9; it has {MODEL}$"):
        ask(vlm_of(server, model="gpt-9"))


def test_a_wrong_url_is_a_clear_error() -> None:
    with openai_server() as server, pytest.raises(VlmError, match="usually ends in /v1"):
        ask(vlm_of(server, url=server.url.removesuffix("/v1")))


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        with pytest.raises(VlmUnavailable, match="cannot be reached"):
            ask(vlm_of(OpenAiServer(url=url), timeout_s=1.0))


def test_a_name_that_is_nobodys_is_unavailable() -> None:
    with pytest.raises(VlmUnavailable, match="cannot be reached"):
        ask(vlm_of(OpenAiServer(url="http://nobody.invalid/v1"), timeout_s=1.0))


def test_no_key_no_words_and_no_picture_leave_by_errors_or_logs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = []
    with openai_server() as server:
        for status in (400, 401, 404, 422, 500):

            def echo(exchange: Any, status: int = status) -> None:
                said = {"message": json.dumps([server.chats[-1], server.headers[-1]])}
                exchange.problem(status, {"error": said | {"param": KEY, "code": KEY}})

            server.faults.clear()
            server.faults += [echo] * 20
            with pytest.raises(VlmError) as caught:
                ask(vlm_of(server, timeout_s=1.0))
            errors.append(repr(caught.getrepr(showlocals=False, chain=True)))
            errors.append(str(caught.value))
        picture = server.chats[0]["messages"][1]["content"][0]["image_url"]["url"]
    told = "\n".join(errors) + caplog.text
    for secret in (KEY, "ACME", "coffee", picture[100:140]):
        assert secret not in told
    assert KEY not in repr(vlm_of(server)._server)
    requests = logging.getLogger("openai._base_client")  # older ones log whole requests here
    assert not requests.isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"url": "127.0.0.1:8000"}, "DOCAI_VLM_URL"),
        ({"url": f"http://me:{KEY}@127.0.0.1/v1"}, "DOCAI_VLM_URL"),
        ({"url": f"http://127.0.0.1/v1?key={KEY}"}, "DOCAI_VLM_URL"),
        ({"url": "file:///etc/passwd"}, "DOCAI_VLM_URL"),
        ({"key": f"{KEY}\n"}, "DOCAI_VLM_KEY"),
        ({"key": f"{KEY}ü"}, "DOCAI_VLM_KEY"),
    ],
)
def test_settings_that_make_no_sense_are_named_and_not_shown(
    change: dict[str, Any], variable: str
) -> None:
    right = Server("https://example.com/v1", KEY, 1.0, 1)
    with pytest.raises(SettingsError, match=variable) as caught:
        replace(right, **change)
    assert KEY not in str(caught.value)


def test_variables_meant_for_other_servers_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "BASE_URL"):
        monkeypatch.setenv(f"OPENAI_{name}", "http://private.invalid")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Private: private")
    with openai_server() as server:
        ask(vlm_of(server, key=""), TOTAL)
    assert "private" not in str(server.headers)
    assert server.headers[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize("package", ["openai", "llguidance"])
def test_a_missing_package_is_named_with_what_installs_it(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openai_server() as server:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(VlmError, match=rf"{package}: pip install 'docai\[openai\]'"):
            ask(vlm_of(server))
