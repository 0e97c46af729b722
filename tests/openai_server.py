"""A small OpenAI-compatible server that speaks at random, but honours grammars; and misbehaves.

Its "model" draws bytes by chance, held to the Lark grammar or the JSON Schema of the request by
llguidance, as vLLM and SGLang hold theirs. What it cannot be held to is scripted.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from played_server import PlayedExchange, serving

MODEL = "chance"
DRIP_S = 0.05

Fault = Callable[["OneExchange"], None]


@dataclass
class OpenAiServer:
    """What the server does, and what it saw.

    Attributes:
        url: to ask.
        honours: of ``structured_outputs`` and ``response_format``; the rest is ignored in silence.
        refuses: parameters that are answered with 400 and their name.
        shape_refusal: makes the body of a refusal of a parameter's name.
        tells_logprobs: whether probabilities are told where they are asked for.
        context: tokens of prompt and reply that it says it takes; None: it says nothing.
        key: that it wants.
        replies: what the model says where nothing holds it, one after the other; the last stays.
        faults: what happens to the next requests for a chat, in place of an answer.
        gathers: how many chats must go on at once before the first of them is answered.
        most_at_once: how many went on at once.
        seed: of chance.
        chats: bodies of the requests for a chat.
        raw: the same as they came.
        headers: of the same.
    """

    url: str = ""
    honours: frozenset[str] = frozenset({"structured_outputs", "response_format"})
    refuses: frozenset[str] = frozenset()
    shape_refusal: Callable[[str], object] = lambda name: {
        "error": {"message": f"Unrecognized request argument: {name}", "param": None}
    }
    tells_logprobs: bool = True
    context: int | None = 16_384
    key: str = ""
    replies: deque[str] = field(default_factory=lambda: deque(["I would rather not."]))
    faults: deque[Fault] = field(default_factory=deque)
    gathers: int = 0
    most_at_once: int = 0
    seed: int = 0
    chats: list[dict[str, Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    at_once: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Count those who are inside, and let nobody go before enough have been."""
        with self.changed:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most_at_once >= self.gathers, 10)
        yield
        with self.changed:
            self.at_once -= 1

    def say(self, asked: Mapping[str, Any]) -> tuple[list[tuple[bytes, float]], str]:
        """Return a reply by chance in pieces, and why it ended."""
        grammar = self._grammar(asked)
        limit = asked.get("max_tokens") or asked.get("max_completion_tokens")
        if grammar is not None:
            return speak(grammar, np.random.default_rng(self.seed + len(self.chats)), limit)
        text = self.replies.popleft() if len(self.replies) > 1 else self.replies[0]
        said = [(bytes([byte]), -0.25) for byte in text.encode()]
        return said[:limit], "length" if len(said) > limit else "stop"

    def _grammar(self, asked: Mapping[str, Any]) -> str | None:
        """Return what holds the model to its words."""
        if "structured_outputs" in asked and "structured_outputs" in self.honours:
            return LLMatcher.grammar_from_lark(asked["structured_outputs"]["grammar"])
        if "response_format" in asked and "response_format" in self.honours:
            schema = asked["response_format"]["json_schema"]["schema"]
            return LLMatcher.grammar_from_json_schema(json.dumps(schema))
        return None


def speak(
    grammar: str, rng: np.random.Generator, max_tokens: int
) -> tuple[list[tuple[bytes, float]], str]:
    """Draw bytes that a grammar admits; return them with their log-probabilities."""
    tokenizer = LLTokenizer("byte")
    matcher = LLMatcher(tokenizer, grammar)
    assert not matcher.is_error(), matcher.get_error()
    said: list[tuple[bytes, float]] = []
    for _ in range(max_tokens):
        mask = np.frombuffer(matcher.compute_bitmask(), np.uint8)
        allowed = np.unpackbits(mask, bitorder="little")[: tokenizer.vocab_size].astype(bool)
        logits = rng.normal(size=tokenizer.vocab_size)
        logarithms = logits - np.log(np.exp(logits).sum())
        # White space between the parts of JSON is admitted without end, and no model writes it so.
        if allowed.sum() > 1:
            allowed[[ord(c) for c in "\t\r\n"]] = False
        weights = np.where(allowed, np.exp(logits), 0)
        drawn = int(rng.choice(tokenizer.vocab_size, p=weights / weights.sum()))
        if drawn == tokenizer.eos_token:
            return said, "stop"
        matcher.consume_token(drawn)
        said.append((bytes([drawn]), float(logarithms[drawn])))
        if matcher.is_stopped():
            return said, "stop"
    return said, "length"


@contextmanager
def openai_server(**options: Any) -> Iterator[OpenAiServer]:
    """Serve until the block ends."""
    server = OpenAiServer(**options)
    with serving(type("BoundExchange", (OneExchange,), {"server_played": server})) as url:
        server.url = f"{url}/v1"
        yield server


class OneExchange(PlayedExchange):
    """One connection."""

    server_played: OpenAiServer

    def answer(self) -> None:
        if self.command == "POST":
            self.take_chat()
        else:
            self.list_models()

    def list_models(self) -> None:
        played = self.server_played
        if not self._may_ask():
            return
        if self.path != "/v1/models":
            self.problem(404, {"detail": "Not Found"})
            return
        told = {} if played.context is None else {"max_model_len": played.context}
        self.json({"object": "list", "data": [{"id": MODEL, "object": "model", **told}]})

    def take_chat(self) -> None:
        played = self.server_played
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = json.loads(raw)
        played.raw.append(raw)
        played.chats.append(asked)
        played.headers.append(dict(self.headers.items()))
        if played.faults:
            played.faults.popleft()(self)
            return
        if not self._may_ask():
            return
        if self.path != "/v1/chat/completions":
            self.problem(404, {"detail": "Not Found"})
            return
        if asked["model"] != MODEL:
            error = {"message": f"The model `{asked['model']}` does not exist.", "code": 404}
            self.problem(404, {"error": error})
            return
        for name in played.refuses & asked.keys():
            self.problem(400, played.shape_refusal(name))
            return
        with played.gathering():
            self.chat(*played.say(asked), has_logprobs=asked.get("logprobs") is True)

    def _may_ask(self) -> bool:
        """Tell whether the right key came, and answer where it did not."""
        key = self.server_played.key
        if not key or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        given = self.headers.get("Authorization")
        self.problem(401, {"error": {"message": f"Incorrect API key provided: {given}"}})
        return False

    def chat(
        self, said: list[tuple[bytes, float]], stop: str, *, has_logprobs: bool = False
    ) -> None:
        """Answer with what a model said."""
        text = b"".join(piece for piece, _ in said).decode("utf-8", "replace")
        choice: dict[str, Any] = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": stop,
            "logprobs": None,
        }
        if has_logprobs and self.server_played.tells_logprobs:
            tokens = [
                {"token": piece.decode("utf-8", "replace"), "bytes": list(piece), "logprob": p}
                for piece, p in said
            ]
            choice["logprobs"] = {"content": tokens}
        self.json({"id": "chat-1", "object": "chat.completion", "choices": [choice]})

    def json(self, plain: object) -> None:
        self.text(200, "application/json", json.dumps(plain).encode())

    def problem(self, status: int, plain: object, **headers: str) -> None:
        spelt = {name.replace("_", "-"): value for name, value in headers.items()}
        self.text(status, "application/json", json.dumps(plain).encode(), spelt)


def status(number: int, plain: object = None, **headers: str) -> Fault:
    """Answer with a status."""
    return lambda exchange: exchange.problem(
        number, plain or {"error": {"message": "no"}}, **headers
    )


def body(kind: str, content: bytes) -> Fault:
    """Answer with a success of any kind and content."""
    return lambda exchange: exchange.text(200, kind, content)


def says(text: str, stop: str = "stop") -> Fault:
    """Answer with what a model says, whatever was asked of it."""
    return lambda exchange: exchange.chat([(text.encode(), -0.5)], stop)


def hang_up(exchange: OneExchange) -> None:
    """Close the connection without an answer."""
    exchange.close_connection = True


def hang_up_amid(exchange: OneExchange) -> None:
    """Close the connection in the middle of an answer."""
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    exchange.close_connection = True


def drip(exchange: OneExchange, beginning: bytes = b"HTTP/1.1 200 OK\r\n") -> None:
    """Send a byte of a header now and then, for ever."""
    exchange.close_connection = True
    with suppress(OSError):
        exchange.wfile.write(beginning)
        while True:
            exchange.wfile.write(b"x")
            exchange.wfile.flush()
            time.sleep(DRIP_S)


def drip_body(exchange: OneExchange) -> None:
    """Send a byte of a body now and then, for ever."""
    drip(exchange, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")


def flood(exchange: OneExchange) -> None:
    """Send a body without end, as fast as it goes."""
    exchange.close_connection = True
    with suppress(OSError):
        exchange.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while True:
            exchange.wfile.write(bytes(1 << 20))


def fall_silent(exchange: OneExchange) -> None:
    """Keep the connection and say nothing until the client leaves."""
    exchange.close_connection = True
    with suppress(OSError):
        exchange.connection.recv(1)
