"""Reading evidence again: who is asked, what is replaced, what is merely proposed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.document import Document, Picture
from docai.extraction.fields import schema_of
from docai.extraction.reconcile import reconcile
from docai.extraction.reread import SecondReading, look_again, respelt, with_proposals
from docai.extraction.result import Extraction, Money, Proposal
from docai.geometry import Polygon
from docai.ocr.second_look import Candidate, FieldKind
from docai.reading import Reading
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Span
from schemas.receipt import Receipt

RECEIPT = schema_of(Receipt, "receipt")
SHOP = ["GREEN HILL MARKET", "12 ORCHARD ROAD", "14/03/2026 14:05", "RYE BREAD 9.00", "TOTAL 9.00"]
Script = Mapping[str, Sequence[tuple[str, float]]]


@dataclass
class ScriptedLook:
    """A second look that says what it was told to, by the first text of a line."""

    script: Script = field(default_factory=dict)
    asked: list[tuple[Picture, Polygon, FieldKind, str]] = field(default_factory=list)

    def read_again(
        self,
        page_picture: Picture,
        line_polygons: Sequence[Polygon],
        field_kind: FieldKind,
        first_texts: Sequence[str] = (),
    ) -> list[list[Candidate]]:
        for polygon, text in zip(line_polygons, first_texts, strict=True):
            self.asked.append((page_picture, polygon, field_kind, text))
        return [[Candidate(*c) for c in self.script.get(text, ())] for text in first_texts]


def likely(*found: tuple[str, float]) -> list[tuple[str, float]]:
    """Return candidates with their probabilities as logarithms, likeliest first."""
    return [(text, math.log(p)) for text, p in sorted(found, key=lambda f: -f[1])]


def says(reading: Reading, path: str, text: str) -> Answer:
    """Return an answer that points at the last run of words that reads ``text``."""
    wanted, texts = text.split(), [word.text for word in reading.words]
    starts = [i for i in range(len(texts)) if texts[i : i + len(wanted)] == wanted]
    words = tuple(range(starts[-1], starts[-1] + len(wanted)))
    return Answer(path, 0.9, Span(reading.page, words))


def reconciled(readings: Sequence[Reading], *answers: Answer) -> tuple[Document, Extraction]:
    document = Document("a.png", "ab" * 32, "png", tuple(blank_page(r) for r in readings))
    vlm = ScriptedVlm(answers)
    tokens = tuple(vlm.encode(page) for page in document.pages)
    return document, reconcile(document, RECEIPT, vlm, tuple(readings), tokens).extraction


def looked(
    readings: Sequence[Reading], script: Script, *answers: Answer
) -> tuple[Extraction, SecondReading, ScriptedLook]:
    """Reconcile, then look again with a script."""
    document, extraction = reconciled(readings, *answers)
    look: Any = ScriptedLook(script)
    return extraction, look_again(document, RECEIPT, readings, extraction, look), look


words_of_a_line = st.lists(st.text("AB10.", min_size=1, max_size=5), min_size=1, max_size=5)


@given(words_of_a_line, st.text("AB10. ", max_size=20))
def test_respelt_keeps_letters_their_order_and_the_number_of_words(
    words: list[str], text: str
) -> None:
    out = respelt(words, text)
    if out is not None:
        assert len(out) == len(words)
        assert all(out)
        assert "".join(out) == "".join(text.split())


@given(words_of_a_line)
def test_respelt_as_it_was(words: list[str]) -> None:
    assert respelt(words, " ".join(words)) == words
    assert respelt(words, "".join(words)) == words


@given(words_of_a_line, st.data())
def test_respelt_with_one_other_letter_changes_one_word(
    words: list[str], data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(words) - 1))
    k = data.draw(st.integers(0, len(words[i]) - 1))
    changed = [*words]
    changed[i] = words[i][:k] + "Z" + words[i][k + 1 :]
    assert respelt(words, " ".join(changed)) == changed


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["TOTAL", "9.0O"], "TOTAL 9.00", ["TOTAL", "9.00"]),
        (["TOTAL", "9.00"], "TOTAL9.00", ["TOTAL", "9.00"]),
        (["TOTAL", "9.00"], "TOTAL 19.00", ["TOTAL", "19.00"]),
        (["TOTAL", "19.00"], "TOTAL 9.00", ["TOTAL", "9.00"]),
        (["TOTAL", "9.00"], "TOTAL", None),
        (["TOTAL", "9.00"], "", None),
    ],
)
def test_respelt_examples(words: list[str], text: str, expected: list[str] | None) -> None:
    assert respelt(words, text) == expected


def test_only_lines_of_evidence_are_asked_each_as_what_it_holds() -> None:
    page = typed_reading(SHOP)
    document, extraction = reconciled(
        [page],
        says(page, "merchant_name", "GREEN HILL MARKET"),
        says(page, "transaction_date", "14/03/2026"),
        says(page, "transaction_time", "14:05"),
        says(page, "total", "9.00"),
        says(page, "items[0].description", "RYE BREAD"),
    )
    assert "items[0].description" in extraction.fields
    look: Any = ScriptedLook()
    second = look_again(document, RECEIPT, [page], extraction, look)
    asked = {text: (polygon, kind) for _, polygon, kind, text in look.asked}
    assert asked == {
        SHOP[0]: (page.lines[0].polygon, "text"),
        SHOP[2]: (page.lines[2].polygon, "date"),
        SHOP[4]: (page.lines[4].polygon, "amount"),
    }
    assert len(look.asked) == len(asked)
    assert all(picture is document.pages[0].picture for picture, *_ in look.asked)
    assert set(second.candidates) == {(1, 0), (1, 2), (1, 4)}


def test_a_line_with_two_values_is_asked_once() -> None:
    page = typed_reading(["SUBTOTAL 9.00 TOTAL 9.05"])
    answers = says(page, "subtotal", "9.00"), says(page, "total", "9.05")
    assert len(looked([page], {}, *answers)[2].asked) == 1


def test_a_value_of_two_lines_has_both_asked() -> None:
    page = typed_reading(SHOP)
    address = says(page, "merchant_address", f"MARKET {SHOP[1]}")
    look = looked([page], {}, address)[2]
    assert [text for *_, text in look.asked] == SHOP[:2]


def test_each_page_is_asked_about_its_own_picture() -> None:
    first, second = typed_reading(SHOP[:1]), typed_reading(["TOTAL 9.00"], page=2)
    answers = says(first, "merchant_name", SHOP[0]), says(second, "total", "9.00")
    document, extraction = reconciled([first, second], *answers)
    look: Any = ScriptedLook()
    look_again(document, RECEIPT, [first, second], extraction, look)
    pictures = {text: picture for picture, _, _, text in look.asked}
    assert pictures[SHOP[0]] is document.pages[0].picture
    assert pictures["TOTAL 9.00"] is document.pages[1].picture


def test_a_text_layer_is_never_asked() -> None:
    page = typed_reading(SHOP, engine="text-layer")
    script = {SHOP[4]: likely(("TOTAL 8.00", 0.9), ("TOTAL 9.00", 0.1))}
    _, second, look = looked([page], script, says(page, "total", "9.00"))
    assert look.asked == []
    assert second == SecondReading((page,), {})


def test_what_clearly_reads_better_replaces_words_of_its_line_only() -> None:
    page = typed_reading(SHOP)
    script = {SHOP[4]: likely(("TOTAL 8.00", 0.9), ("TOTAL 9.00", 0.1))}
    _, second, _ = looked([page], script, says(page, "total", "9.00"))
    [better] = second.readings
    assert better.text.split("\n") == [*SHOP[:4], "TOTAL 8.00"]
    texts = [word.text for word in page.words]
    assert replace(better, words=page.words) == page
    assert [replace(w, text=t) for w, t in zip(better.words, texts, strict=True)] == [*page.words]


@pytest.mark.parametrize(
    "found",
    [
        likely(("TOTAL 8.00", 0.7), ("TOTAL 9.00", 0.3)),
        likely(("TOTAL 9.00", 0.9), ("TOTAL 8.00", 0.1)),
        likely(("TOTAL 8.00", 0.9)),
        [("8", 0.0), ("TOTAL 9.00", -9.0)],
        [],
    ],
    ids=[
        "not clearly better",
        "worse",
        "the first reading is no candidate",
        "too short for its words",
        "nothing",
    ],
)
def test_a_reading_that_stays_is_the_same_object(found: list[tuple[str, float]]) -> None:
    page = typed_reading(SHOP)
    _, second, look = looked([page], {SHOP[4]: found}, says(page, "total", "9.00"))
    assert len(look.asked) == 1
    assert second.readings[0] is page


SUM = ["SUBTOTAL 8.00", "TAX 1.00", "TOTAL 3.00"]


def mismatched(*found: tuple[str, float]) -> tuple[Extraction, Extraction]:
    """Return a receipt that does not add up, before and after what its last line may say."""
    page = typed_reading(SUM)
    answers = [
        says(page, "subtotal", "8.00"),
        says(page, "total_tax", "1.00"),
        says(page, "total", "3.00"),
    ]
    extraction, second, _ = looked([page], {SUM[2]: likely(*found)}, *answers)
    assert [problem.code for problem in extraction.problems] == ["sum_mismatch"]
    assert second.readings[0] is page
    return extraction, with_proposals(extraction, [page], second)


def test_what_would_make_a_sum_right_is_proposed_and_not_applied() -> None:
    before, after = mismatched(("TOTAL 3.00", 0.6), ("TOTAL 9.00", 0.3), ("TOTAL 5.00", 0.1))
    [problem] = after.problems
    [proposal] = problem.proposals
    assert isinstance(proposal, Proposal)
    assert (proposal.path, proposal.text) == ("total", "9.00")
    assert proposal.typed == replace(before.fields["total"].typed, amount=Decimal("9.00"))
    assert after.fields == before.fields
    assert after.fields["total"].text == "3.00"
    assert replace(problem, proposals=()) == before.problems[0]


@pytest.mark.parametrize(
    "found",
    [
        [("TOTAL 3.00", 0.9), ("TOTAL 5.00", 0.1)],
        [("TOTAL 3.00", 1.0)],
        [("TOTAL 3.00", 0.9), ("TOTAL ?", 0.1)],
        [],
    ],
    ids=["no better", "nothing else", "no amount", "nothing"],
)
def test_what_would_not_is_not_proposed(found: list[tuple[str, float]]) -> None:
    before, after = mismatched(*found)
    assert after == before


def test_without_problems_nothing_is_proposed() -> None:
    page = typed_reading(["SUBTOTAL 8.00", "TAX 1.00", "TOTAL 9.00"])
    answers = [
        says(page, "subtotal", "8.00"),
        says(page, "total_tax", "1.00"),
        says(page, "total", "9.00"),
    ]
    script = {"TOTAL 9.00": likely(("TOTAL 9.00", 0.6), ("TOTAL 3.00", 0.4))}
    extraction, second, _ = looked([page], script, *answers)
    assert with_proposals(extraction, [page], second) is extraction


def test_cash_less_change_speaks_for_a_proposal() -> None:
    page = typed_reading(["CASH 10.00", "CHANGE 1.00", "TOTAL 3.00"])
    script = {"TOTAL 3.00": likely(("TOTAL 3.00", 0.6), ("TOTAL 9.00", 0.4))}
    extraction, second, _ = looked([page], script, says(page, "total", "3.00"))
    [problem] = with_proposals(extraction, [page], second).problems
    assert problem.code == "change_mismatch"
    assert [proposal.typed for proposal in problem.proposals] == [Money(Decimal("9.00"))]


def test_cash_less_change_speaks_against_a_proposal() -> None:
    page = typed_reading([*SUM, "CASH 10.00", "CHANGE 7.00"])
    answers = [
        says(page, "subtotal", "8.00"),
        says(page, "total_tax", "1.00"),
        says(page, "total", "3.00"),
    ]
    script = {SUM[2]: likely(("TOTAL 3.00", 0.6), ("TOTAL 9.00", 0.4))}
    extraction, second, _ = looked([page], script, *answers)
    assert [problem.code for problem in extraction.problems] == ["sum_mismatch"]
    assert with_proposals(extraction, [page], second) == extraction
