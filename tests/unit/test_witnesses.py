"""Two models side by side: what each is asked, and what is kept of both."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from docai.document import Page
from docai.errors import VlmError
from docai.extraction.fields import schema_of
from docai.provenance import Provenance
from docai.table import Table
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Origin, Question, Reply, Span
from docai.vlm.tokens import ImageTokens
from docai.vlm.witnesses import TwoWitnesses, tokens_for

PAGE = typed_reading(["KEDAI", "TOTAL 9.00"])
TEXT: dict[str, Any] = {"type": "string"}
NOTHING = Reply(())


@dataclass
class Listener:
    """A model that gives a scripted reply and remembers what it was asked."""

    name: str
    reply: Reply = NOTHING
    asked: list[Question] = field(default_factory=list)

    def encode(self, page: Page) -> ImageTokens:
        made = {"embeddings": np.full((2, 3), len(self.name), np.float32)}
        return ImageTokens(page.number, self.name, made, {"grid": [2, len(self.name)]})

    def answer(self, question: Question) -> Reply:
        self.asked.append(question)
        return self.reply

    def provenance(self) -> Provenance:
        return Provenance(self.name, {"numpy": "2", self.name: "1"}, {f"{self.name}.bin": "ab"})


def asking(*names: str, tokens: tuple[ImageTokens, ...] = (), **leaves: Any) -> Question:
    properties = {**dict.fromkeys(names, TEXT), **leaves}
    schema = schema_of({"type": "object", "properties": properties}, "mine")
    return Question(schema.json_schema, (PAGE,), tokens, schema.fields)


def both(vlm: Reply = NOTHING, builtin: Reply = NOTHING) -> tuple[TwoWitnesses, Listener, Listener]:
    models = Listener("writer", vlm), Listener("tagger/1", builtin)
    return TwoWitnesses(*models), *models


def ask(witnesses: TwoWitnesses, *names: str, **leaves: Any) -> Reply:
    return witnesses.answer(asking(*names, tokens=(witnesses.encode(blank_page(PAGE)),), **leaves))


def test_the_tokens_of_both_are_kept_and_each_gets_its_own() -> None:
    witnesses, vlm, builtin = both()
    tokens = witnesses.encode(blank_page(PAGE))
    assert (tokens.page, tokens.model) == (1, "writer + tagger/1")
    again = ImageTokens.from_bytes(tokens.to_bytes())
    witnesses.answer(asking("total", tokens=(again,)))
    for model in (vlm, builtin):
        (question,) = model.asked
        (own,) = question.tokens
        alone = model.encode(blank_page(PAGE))
        assert (own.page, own.model, own.facts) == (alone.page, alone.model, alone.facts)
        assert own.tensors.keys() == alone.tensors.keys()
        assert np.array_equal(own.tensors["embeddings"], alone.tensors["embeddings"])


def test_the_built_in_model_finds_its_tokens_among_those_of_both() -> None:
    witnesses, vlm, builtin = both()
    page = blank_page(PAGE)
    own = tokens_for("tagger/1", witnesses.encode(page))
    assert own is not None
    assert (own.model, own.tensors.keys()) == ("tagger/1", builtin.encode(page).tensors.keys())
    alone = builtin.encode(page)
    assert tokens_for("tagger/1", alone) is alone
    assert tokens_for("tagger/2", witnesses.encode(page)) is None
    assert tokens_for("tagger/1", vlm.encode(page)) is None


def test_tokens_of_one_alone_are_refused() -> None:
    witnesses, vlm, _ = both()
    with pytest.raises(VlmError, match="come from writer; writer \\+ tagger/1 cannot use them"):
        witnesses.answer(asking("total", tokens=(vlm.encode(blank_page(PAGE)),)))


def test_answers_say_who_gave_them() -> None:
    said, pointed = Answer("total", 0.9, Span(1, (2,))), Answer("total", 0.8, Span(1, (0,)))
    witnesses, *_ = both(Reply((said,)), Reply((pointed,)))
    reply = ask(witnesses, "total")
    assert [(a.witness, a.probability) for a in reply.answers] == [("vlm", 0.9), ("builtin", 0.8)]


def test_the_builtin_model_is_heard_only_where_it_was_taught_something() -> None:
    tables = (Table(1, (0.0, 0.0, 9.0, 9.0), ()),)
    pointed = (Answer("colour", 0.9, Span(1, (0,))), Answer("total", 0.8, Span(1, (0,))))
    witnesses, *_ = both(builtin=Reply(pointed, tables=tables))
    reply = ask(witnesses, "colour", "shade")
    assert reply.answers == ()
    assert reply.looked == {"vlm": {"colour", "shade"}}
    assert reply.tables == tables
    assert [a.path for a in ask(witnesses, "colour", "total").answers] == ["total"]


def test_the_builtin_model_neither_chooses_nor_writes() -> None:
    pointed = tuple(Answer(name, 0.9, Span(1, (0,))) for name in ("total", "tip", "subtotal"))
    witnesses, *_ = both(builtin=Reply(pointed))
    free, chosen = {"type": "string", "x-docai-mode": "free"}, {"enum": ["a"]}
    reply = ask(witnesses, "subtotal", total=free, tip=chosen)
    assert [a.path for a in reply.answers] == ["subtotal"]
    assert reply.looked["builtin"] == {"subtotal"}
    assert reply.looked["vlm"] == {"subtotal", "total", "tip"}


def test_columns_of_items_are_taught_and_those_of_other_lists_are_not() -> None:
    row = {"type": "object", "properties": {"price": TEXT, "colour": TEXT}}
    rows = {"type": "array", "items": row}
    pointed = (Answer("items[0].price", 0.9, Span(1, (2,))),)
    witnesses, *_ = both(builtin=Reply(pointed))
    reply = ask(witnesses, items=rows, lines=rows)
    assert reply.looked["builtin"] == {"items[].price"}
    assert [a.path for a in reply.answers] == ["items[0].price"]
    assert "builtin" not in ask(witnesses, lines=rows).looked


def test_unasked_is_what_nobody_looked_for() -> None:
    vlm, builtin = Reply((), unasked=("iban", "total")), Reply((), unasked=("iban", "due_date"))
    assert ask(both(vlm, builtin)[0], "iban", "total", "due_date").unasked == ("iban",)
    assert ask(both(NOTHING, builtin)[0], "iban", "total", "due_date").unasked == ()
    assert ask(both(vlm, builtin)[0], "iban", "due_date").unasked == ("iban", "total")


def test_a_reply_cut_off_looked_for_what_it_found() -> None:
    said = Reply((Answer("merchant_name", 0.9, Span(1, (0,))),), stop="length")
    reply = ask(both(said)[0], "merchant_name", "total")
    assert reply.stop == "length"
    assert reply.looked == {
        "vlm": {"merchant_name"},
        "builtin": {"merchant_name", "total"},
    }


def test_both_are_named_and_traced() -> None:
    provenance = both()[0].provenance()
    assert provenance.engine == "writer + tagger/1"
    assert provenance.versions == {"numpy": "2", "writer": "1", "tagger/1": "1"}
    assert provenance.weights == {"writer.bin": "ab", "tagger/1.bin": "ab"}
    doubles = TwoWitnesses(ScriptedVlm(name="a"), ScriptedVlm(name="b"))
    assert doubles.provenance().engine == doubles.name == "a + b"


def test_origins_are_kept() -> None:
    said = Answer("total", 0.9, None, "a summary", Origin.WRITTEN)
    (answer,) = ask(both(Reply((said,)))[0], "total").answers
    assert (answer.origin, answer.text) == (Origin.WRITTEN, "a summary")
