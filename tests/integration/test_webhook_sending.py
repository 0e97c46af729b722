"""Real receivers on real sockets; only the resolver is told what to answer."""

import datetime as dt
import json
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from standardwebhooks import Webhook

from workers import webhooks
from workers.webhooks import Sent, post, verify

SECRET = "whsec_c29tZSBrZXkgb2YgMjQgYnl0ZXMgIQ=="
BODY = b'{"type": "job.succeeded", "data": {"id": "job_1"}}'
NAME = "receiver.test"
UNROUTED = "3ffe::1"  # global unicast that IANA took back: nobody is called


@dataclass
class Request:
    """What a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A receiver on this machine, and what has arrived there."""

    port: int
    got: list[Request] = field(default_factory=list)
    status: int = 204
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size_bytes = int(self.headers["content-length"])
            got = {name.lower(): value for name, value in self.headers.items()}
            here.got.append(Request(self.path, got, self.rfile.read(size_bytes)))
            self.send_response(here.status)
            for name, value in here.extra.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        here = Receiver(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@dataclass
class Resolver:
    """Answers in turn; the last answer for ever."""

    answers: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(host)
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in answer
        ]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    scripted = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", scripted)
    return scripted


def call(url: str, allow: str = "127.0.0.0/8", body: bytes = BODY, secret: str = SECRET) -> Sent:
    return post(url, "msg_1", body, secret=secret, allow=allow, now=dt.datetime.now(dt.UTC))


# What a receiver gets


def test_a_receiver_gets_a_signed_message(receiver: Receiver) -> None:
    sent = call(receiver.url + "/a%20b?token=ü")
    assert (sent.status, sent.error) == (204, None)
    assert 0 <= sent.seconds < 5
    (got,) = receiver.got
    assert got.body == BODY
    assert got.path == "/hook/a%20b?token=%C3%BC"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_1"
    assert got.headers["user-agent"].startswith("docai/")
    assert Webhook(SECRET).verify(got.body, got.headers) == json.loads(BODY)
    assert verify(SECRET, got.headers, got.body, dt.datetime.now(dt.UTC))


def test_the_host_of_an_ipv6_address_is_written_in_brackets(receiver: Receiver) -> None:
    assert call(f"http://[::ffff:127.0.0.1]:{receiver.port}/").status == 204
    assert receiver.got[0].headers["host"] == f"[::ffff:127.0.0.1]:{receiver.port}"


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_every_2xx_counts_as_delivered(receiver: Receiver, status: int) -> None:
    receiver.status = status
    assert (call(receiver.url).status, call(receiver.url).error) == (status, None)


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_other_answers_are_errors(receiver: Receiver, status: int) -> None:
    receiver.status = status
    sent = call(receiver.url)
    assert sent.status == status
    assert sent.error == f"the receiver answered {status}; only 2xx counts as delivered"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.status = status
    receiver.extra = {"location": receiver.url + "/elsewhere", "content-length": "0"}
    sent = call(receiver.url)
    assert sent.status == status
    assert "redirects are not followed, give the final URL" in str(sent.error)
    assert [request.path for request in receiver.got] == ["/hook"]


def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert call(receiver.url).error is None


def test_nothing_of_a_message_is_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call(receiver.url + "?token=hush", body=b'{"name": "hush"}', secret="hush, hush")
    assert receiver.got
    assert "hush" not in caplog.text


# Which address is called


@pytest.mark.parametrize("allow", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8", NAME])
def test_an_allowed_name_is_called_by_its_name(
    receiver: Receiver, resolver: Resolver, allow: str
) -> None:
    resolver.answers = [["127.0.0.1"], [UNROUTED]]
    assert call(f"http://{NAME}:{receiver.port}/", allow).status == 204
    assert receiver.got[0].headers["host"] == f"{NAME}:{receiver.port}"
    assert resolver.asked == [NAME]


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["::ffff:127.0.0.1"],  # reaches the same receiver
        ["0.0.0.0"],  # so does this, on Linux
        [UNROUTED, "127.0.0.1"],
        ["127.0.0.1", UNROUTED],
        ["8.8.8.8", "64:ff9b::127.0.0.1", "127.0.0.1"],
    ],
)
def test_a_name_of_an_internal_address_is_not_called(
    receiver: Receiver, resolver: Resolver, answer: list[str]
) -> None:
    resolver.answers = [answer]
    sent = call(f"http://{NAME}:{receiver.port}/", allow="10.0.0.0/8, other.test")
    assert sent.status is None
    assert f"webhook host {NAME} stands for a" in str(sent.error)
    assert resolver.asked == [NAME]
    assert receiver.got == []


def test_a_name_that_changes_its_mind_is_not_called(
    receiver: Receiver, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "CONNECT_TIMEOUT_S", 0.3)
    resolver.answers = [[UNROUTED], ["127.0.0.1"]]
    url = f"http://{NAME}:{receiver.port}/"
    assert "no connection to the receiver" in str(call(url, allow="").error)
    assert resolver.asked == [NAME], "asked once: what was checked is what is called"
    assert "loopback" in str(call(url, allow="").error)
    assert receiver.got == []


def test_a_numeric_spelling_is_not_called(receiver: Receiver) -> None:
    for host in ("2130706433", "0x7f.1", "127.1", "[::ffff:7f00:1]", "localhost"):
        sent = call(f"http://{host}:{receiver.port}/", allow="")
        assert "loopback" in str(sent.error)
    assert receiver.got == []


def test_a_url_that_cannot_be_called_is_an_error_and_not_repeated(receiver: Receiver) -> None:
    sent = call(receiver.url.replace("//", "//user:hush@"))
    assert sent.status is None
    assert "user or password" in str(sent.error)
    assert "hush" not in str(sent.error)
    assert receiver.got == []


def test_the_next_address_is_tried_where_one_does_not_answer(
    receiver: Receiver, resolver: Resolver
) -> None:
    resolver.answers = [["::1", "127.0.0.9", "127.0.0.1"]]
    assert call(f"http://{NAME}:{receiver.port}/", allow=NAME).status == 204


def test_nobody_at_home_is_an_error(resolver: Resolver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    resolver.answers = [["127.0.0.1"], []]
    sent = call(f"http://{NAME}:{port}/")
    assert sent.status is None
    assert sent.error == "no connection to the receiver: Connection refused"
    sent = call(f"http://{NAME}:{port}/")
    assert sent.error == "no connection to the receiver: Name or service not known"


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def receiving_tls(authority: trustme.CA, name: str) -> Iterator[tuple[Receiver, list[str | None]]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, asked_for, _context: asked.append(asked_for)
    with receiving(context) as receiver:
        yield receiver, asked


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.mark.usefixtures("trusted")
def test_tls_proves_the_name_and_not_the_address(authority: trustme.CA, resolver: Resolver) -> None:
    resolver.answers = [["127.0.0.1"]]
    with receiving_tls(authority, NAME) as (receiver, asked):
        sent = call(f"https://{NAME}:{receiver.port}/")
    assert (sent.status, sent.error) == (204, None)
    assert asked == [NAME]


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_is_refused(
    authority: trustme.CA, resolver: Resolver
) -> None:
    resolver.answers = [["127.0.0.1"]]
    with receiving_tls(authority, "other.test") as (receiver, _):
        sent = call(f"https://{NAME}:{receiver.port}/")
    assert sent.status is None
    assert "certificate is not valid for 'receiver.test'" in str(sent.error)
    assert receiver.got == []


def test_a_certificate_of_an_unknown_authority_is_refused(
    authority: trustme.CA, resolver: Resolver
) -> None:
    resolver.answers = [["127.0.0.1"]]
    with receiving_tls(authority, NAME) as (receiver, _):
        sent = call(f"https://{NAME}:{receiver.port}/")
    assert "certificate verify failed" in str(sent.error)
    assert receiver.got == []
