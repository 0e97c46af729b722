"""What a model said, held against what it may reply.

A server that honours grammars says exactly one reply. Others wrap it in explanations, fences and
thoughts, indent it, leave keys out, or say something else. Here the reply is found, written as the
language of replies has it, and what is wrong with it is named. Knows nothing of servers.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match

from docai.errors import VlmError
from docai.vlm.grammar import Grammar
from docai.vlm.leaves import leaves

MAX_OBJECTS = 1000  # that are looked at; each costs a search for its end
MAX_QUOTED = 200  # characters of a model's own words that it is shown again

_THOUGHTS_BEGIN, _THOUGHTS_END = "<think>", "</think>"

# A stranger's regular expression can hang a process. The grammar holds it, without danger.
_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"pattern": None, "patternProperties": None}
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a model said, and how far it is a reply.

    Attributes:
        reply: the JSON object, as the model wrote it but for fields that nobody asked for; empty
            where nothing can be made of it.
        fault: what is wrong with it, for the model; empty where nothing is.
    """

    reply: str = ""
    fault: str = ""


def check(text: str, grammar: Grammar) -> Checked:
    """Find the reply in what a model said.

    Returns:
        With a reply and a ``fault`` where it leaves fields out, or writes what no page shows.

    Raises:
        VlmError: the package that knows grammars is not installed.
    """
    if accepts(text, grammar):
        return Checked(_without_thoughts(text))
    found = _last_object(text, grammar.json_schema)
    if found is None:
        return Checked(fault="There is no JSON object in it.")
    arranged = _Arranged.of(found, grammar.json_schema)
    error = best_match(_Validator(grammar.json_schema).iter_errors(arranged.value))
    if error is not None:
        return Checked(fault=_told(error))
    compact = json.dumps(arranged.value, ensure_ascii=False, separators=(",", ":"))
    reply = compact if arranged.has_surplus else found
    if arranged.missing:
        return Checked(reply, f"It leaves out {_quoted(arranged.missing)}; null means absent.")
    num_accepted = _num_accepted(compact, grammar)
    if num_accepted is None:
        return Checked(reply)
    said = _quoted(_string_at(compact, num_accepted))
    return Checked(reply, f"No page shows {said} so: copy whole words as printed, or write null.")


def begun(text: str) -> str:
    """Return what there is of a reply that was cut off; empty where it had not begun."""
    start = _without_thoughts(text).find("{")
    written = _without_thoughts(text)[start:] if start >= 0 else ""
    try:
        leaves(written, is_cut_off=True)
    except ValueError:
        return ""
    return written


def accepts(text: str, grammar: Grammar) -> bool:
    """Tell whether a model said a reply and nothing else, but for its thoughts."""
    return _num_accepted(_without_thoughts(text), grammar) is None


def accepts_beginning(text: str, grammar: Grammar) -> bool:
    """Tell whether what a model said until it was cut off is the beginning of a reply."""
    written = _without_thoughts(text)
    return _num_accepted(written, grammar) in {None, len(written.encode("utf-8", "replace"))}


def _num_accepted(text: str, grammar: Grammar) -> int | None:
    """Return how many bytes of ``text`` a reply can begin with; None where all of it is one.

    Raises:
        VlmError: the package that knows grammars is not installed, or not this one.
    """
    try:
        from llguidance import LLMatcher, LLTokenizer
    except ModuleNotFoundError as error:
        raise VlmError(
            "models of openai: need the package llguidance: pip install 'docai[openai]'"
        ) from error
    tokenizer = LLTokenizer("byte")  # one token for each byte
    matcher = LLMatcher(tokenizer, LLMatcher.grammar_from_lark(grammar.lark))
    if matcher.is_error():
        raise VlmError(f"the grammar of the reply is wrong: {matcher.get_error()}")
    tokens = tokenizer.tokenize_bytes(text.encode("utf-8", "replace"))
    num_accepted: int = matcher.validate_tokens(tokens)
    if num_accepted < len(tokens) or not matcher.try_consume_tokens(tokens):
        return num_accepted
    return None if matcher.is_accepting() else num_accepted


def _without_thoughts(text: str) -> str:
    """Return what follows a model's thoughts, where it thinks aloud; nothing if it still does.

    The beginning of the thoughts may be part of the prompt. A reply that begins at once has none,
    whatever a page makes it say.
    """
    text = text.strip()
    if text.startswith("{"):
        return text
    before, end, after = text.partition(_THOUGHTS_END)
    if end:
        return after.strip()
    return "" if before.startswith(_THOUGHTS_BEGIN) else before


def _last_object(text: str, schema: Mapping[str, Any]) -> str | None:
    """Return the last JSON object that has a key of the schema, or else the last one.

    The last, since some models think in drafts, and some servers repeat the question.
    """
    objects = list(_objects(_without_thoughts(text)))
    asked = schema.get("properties", {}).keys()
    fitting = [written for written, keys in objects if keys & asked]
    return next(reversed(fitting or [written for written, _ in objects]), None)


def _objects(text: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the JSON objects in a text that do not lie inside others, with their keys."""
    decoder = json.JSONDecoder(strict=False)
    start = text.find("{")
    for _ in range(MAX_OBJECTS):
        if start < 0:
            return
        try:
            plain, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield text[start:end], set(plain)
        start = text.find("{", end)


class _Number(str):
    """A number as it is written: 9.00 may well be the copy of a text."""


class _Arranged:
    """A JSON object laid out by a schema: its keys, in its order.

    Attributes:
        value: the object.
        missing: name of a field that was left out; empty where none was.
        has_surplus: whether there were other fields.
    """

    def __init__(self) -> None:
        self.value: Any = None
        self.missing = ""
        self.has_surplus = False

    @classmethod
    def of(cls, text: str, schema: Mapping[str, Any]) -> "_Arranged":
        """Arrange the object that ``text`` is."""
        arranged = cls()
        plain = json.loads(text, strict=False, parse_float=_Number, parse_int=_Number)
        arranged.value = arranged._part(plain, schema)
        return arranged

    def _part(self, plain: Any, schema: Mapping[str, Any]) -> Any:
        """Return a value inside the object as a part of the schema has it."""
        if isinstance(plain, list):
            return [self._part(row, schema.get("items", {})) for row in plain]
        if isinstance(plain, dict) and "properties" in schema:
            return self._object(plain, schema["properties"])
        if isinstance(plain, _Number):
            is_text = "string" in schema.get("type", ()) and "enum" not in schema
            return str(plain) if is_text else json.loads(plain)
        return plain

    def _object(self, plain: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object with exactly the keys of the schema."""
        self.has_surplus |= not plain.keys() <= properties.keys()
        self.missing = self.missing or next((key for key in properties if key not in plain), "")
        absent: dict[str, Any] = {
            key: [] if "items" in part else None for key, part in properties.items()
        }
        return {
            key: self._part(plain.get(key, absent[key]), part) for key, part in properties.items()
        }


def _told(error: jsonschema.ValidationError) -> str:
    """Tell a model what its reply violates."""
    place = ".".join(map(str, error.absolute_path)) or "the whole"
    return f"{_quoted(place)} is wrong: {' '.join(error.message.split())[:MAX_QUOTED]}"


def _string_at(reply: str, num_bytes: int) -> str:
    """Return the string of a compact JSON text in which a byte stands, or what stands there."""
    position = len(reply.encode("utf-8", "replace")[:num_bytes].decode("utf-8", "ignore"))
    start = 0
    decoder = json.JSONDecoder()
    while 0 <= (quote := reply.find('"', start)) <= position:
        _, start = decoder.raw_decode(reply, quote)
        if position < start:
            return reply[quote + 1 : start - 1]
    return reply[position : position + 20]


def _quoted(text: str) -> str:
    """Return words of a model or a document as a JSON string, which nothing in them can end."""
    return json.dumps(text[:MAX_QUOTED], ensure_ascii=False)
