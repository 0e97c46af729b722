"""Shapes of what OpenAI-compatible servers answer: no more than is used, or they would not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docai.errors import VlmError


class Token(BaseModel):
    """A token of a reply, with the natural logarithm of its probability."""

    token: str
    logprob: float = Field(allow_inf_nan=False)
    bytes: list[int] | None = None


class Message(BaseModel):
    """What a model says."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One of several replies; there is one."""

    message: Message
    finish_reason: str | None = None
    logprobs: Any = None  # each server's own idea of it


class Completion(BaseModel):
    """The answer to a chat."""

    choices: list[Choice] = Field(min_length=1)


class Model(BaseModel):
    """A model that a server has."""

    model_config = ConfigDict(protected_namespaces=())

    id: str
    max_model_len: int | None = Field(default=None, ge=1)  # vLLM and SGLang tell it


class Models(BaseModel):
    """The answer to a question for models."""

    data: list[Model]


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said.

    Attributes:
        text: all of it; thoughts and explanations too.
        tokens: the same in pieces; none where the server tells no probabilities.
        is_cut_off: whether it was still writing.
    """

    text: str
    tokens: Sequence[Token] = ()
    is_cut_off: bool = False


class _Probabilities(BaseModel):
    """The probabilities of a reply."""

    content: list[Token] = Field(min_length=1)


def said(choice: Choice, url: str) -> Said:
    """Return what the model on the server ``url`` said.

    Raises:
        VlmError: it, or a filter, refuses to say anything.
    """
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        raise VlmError(
            f"the server {url} refuses to answer about this document: its content filter or its "
            "model objects"
        )
    try:
        tokens = _Probabilities.model_validate(choice.logprobs).content
    except ValidationError:
        tokens = []
    return Said(choice.message.content or "", tokens, choice.finish_reason == "length")
