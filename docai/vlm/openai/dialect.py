"""Dialects: what of the chat API a server understands, learnt from what it refuses.

Servers that speak "the OpenAI API" speak parts of it: vLLM takes grammars, most take JSON Schemas,
some models take no temperature. A server says so with the status 400 or 422 and the name of what
it will not have, or it says nothing and does as it likes (see `docai.vlm.openai.model`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from docai.vlm.grammar import Grammar

OLD_LENGTH, NEW_LENGTH = "max_tokens", "max_completion_tokens"


class Constraint(IntEnum):
    """What holds a model to the language of replies; the best first."""

    GRAMMAR = 0  # vLLM since 0.12: structured_outputs
    JSON_SCHEMA = 1  # response_format, as OpenAI has it; SGLang, Ollama, llama.cpp, vLLM
    NOTHING = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server will not have a request.

    Attributes:
        parameter: the one it names; empty where it names none.
        said: what else it says. It may quote the request: for no eyes but ours.
    """

    parameter: str
    said: str

    def names(self, *words: str) -> bool:
        """Tell whether the server names one of ``words``."""
        told = (self.parameter or self.said).lower()
        return any(word in told for word in words)

    @property
    def is_of_length(self) -> bool:
        """Whether the request is longer than the model's context, whatever else is said."""
        return bool(re.search(r"context[ _](length|window|size)|too long", self.said.lower()))


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server is asked for.

    Attributes:
        constraint: what holds the model to the language of replies.
        length: name of the parameter that bounds a reply.
        has_logprobs: whether probabilities are asked for.
        has_temperature: whether the most probable reply is asked for.
    """

    constraint: Constraint = Constraint.GRAMMAR
    length: str = OLD_LENGTH
    has_logprobs: bool = True
    has_temperature: bool = True

    def parameters(self, grammar: Grammar, max_tokens: int) -> Mapping[str, Any]:
        """Return the parameters of a request besides model and messages."""
        wanted: dict[str, Any] = {self.length: max_tokens}
        if self.has_logprobs:
            wanted["logprobs"] = True
        if self.has_temperature:
            wanted["temperature"] = 0.0
        if self.constraint is Constraint.GRAMMAR:
            wanted["extra_body"] = {"structured_outputs": {"grammar": grammar.lark}}
        if self.constraint is Constraint.JSON_SCHEMA:
            asked = {"name": "reply", "strict": True, "schema": dict(grammar.json_schema)}
            wanted["response_format"] = {"type": "json_schema", "json_schema": asked}
        return wanted

    def without(self, refusal: Refusal) -> "Dialect | None":
        """Return what to ask for after a refusal; None where nothing is left to give up."""
        if refusal.is_of_length:
            return None
        if refusal.names("structured_output", "grammar", "response_format", "schema"):
            return self.weaker()  # first of all: what is said of a grammar may quote anything
        if self.has_logprobs and refusal.names("logprob"):
            return replace(self, has_logprobs=False)
        if self.has_temperature and refusal.names("temperature"):
            return replace(self, has_temperature=False)
        if self.length == OLD_LENGTH and NEW_LENGTH in refusal.said:
            return replace(self, length=NEW_LENGTH)
        return self.weaker()

    def weaker(self) -> "Dialect | None":
        """Return the dialect with the next weaker constraint; None where there is none."""
        if self.constraint is Constraint.NOTHING:
            return None
        return replace(self, constraint=Constraint(self.constraint + 1))
