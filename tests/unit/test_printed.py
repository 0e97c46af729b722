"""Where values may stand: which runs of words print a value of a kind."""

import random
import time
from typing import Any

import pytest

from docai.extraction import candidates
from docai.extraction.candidates import Locale, locale_of
from docai.extraction.fields import Schema, schema_of
from docai.extraction.printed import Printed
from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Span

LEAVES: dict[str, Any] = {
    "money": {"type": "string", "format": "money"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "phone": {"type": "string", "format": "phone"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "little": {"type": "number", "minimum": 1, "exclusiveMaximum": 10},
    "dear": {"type": "number", "format": "money", "exclusiveMinimum": 9},
    "text": {"type": "string"},
    "corrected": {"type": "string", "format": "date", "x-docai-mode": "correct"},
    "summary": {"type": "number", "x-docai-mode": "free"},
    "chosen": {"enum": [1, 2]},
}
SCHEMA: Schema = schema_of({"type": "object", "properties": LEAVES}, "mine")
NOWHERE = Locale(None, None, None, None)


def printed(name: str, *pages: Reading, locale: Locale | None = None) -> list[str] | None:
    """Return the texts of the spans where a field's value may stand."""
    found = Printed(SCHEMA, pages, locale or locale_of(pages))(SCHEMA.leaves[name].field)
    by_page = {page.page: page for page in pages}
    if found is None:
        return None
    return [" ".join(by_page[s.page].words[i].text for i in s.words) for s in found]


@pytest.mark.parametrize(
    ("name", "line", "texts"),
    [
        ("money", "TOTAL 9.00", ["9.00"]),
        ("money", "TOTAL RM 9.00", ["9.00", "RM 9.00"]),
        ("money", "9.00 EUR", ["9.00", "9.00 EUR"]),
        ("money", "- 5.00", ["5.00", "- 5.00"]),
        ("money", "( 5.00 )", ["5.00", "( 5.00 )"]),
        ("money", "TEA 2 1.50 3.00", ["2", "1.50", "3.00"]),
        ("money", "SUM 15. 40", ["15.", "40", "15. 40"]),
        ("money", "SUM 1 234,50", ["1", "234,50", "1 234,50"]),
        ("money", "* 9.00 *", ["9.00"]),
        ("money", "NO WORDS HERE", []),
        ("date", "Date: 25/12/2018 14:05", ["25/12/2018"]),
        ("date", "ON 05 JAN 2017 AT 9", ["05 JAN 2017"]),
        ("date", "Fri 25 / 12 / 2018", ["25 / 12 / 2018"]),
        ("date", "le 5 mars 2017", ["5 mars 2017"]),
        ("date", "2018年 3月 23日", ["2018年 3月 23日"]),
        ("date", "Mar 5, 2017", ["Mar 5, 2017"]),
        ("date", "02/03/2016", ["02/03/2016"]),  # two days; it prints a date all the same
        ("date", "TOTAL 9.00 99.99 2018", []),
        ("time", "25/12/2018 14:05", ["14:05"]),
        ("time", "AT 2:05 PM", ["2:05", "2:05 PM"]),
        ("time", "AT 10:13 AM", ["10:13", "10:13 AM"]),
        ("time", "14: 05", ["14: 05"]),
        ("phone", "Tel 03-2274 1064", ["03-2274", "03-2274 1064"]),
        ("phone", "(07) 355 4321", ["355 4321", "(07) 355 4321"]),
        ("phone", "4.50 9.00 13.50", []),
        ("number", "TEA 2 x 19 % 0.456kg", ["2", "19", "0.456kg"]),
        ("number", "TOTAL $9.00", ["$9.00"]),
        ("whole", "2 2.00 2.50 2,000", ["2", "2.00", "2,000"]),
        ("little", "0.5 1 9.99 10 11", ["1", "9.99"]),
        ("dear", "9.00 9.01 TEA RM 12", ["9.01", "12", "RM 12"]),
    ],
)
def test_spans_that_print_a_value(name: str, line: str, texts: list[str]) -> None:
    assert printed(name, typed_reading([line]), locale=NOWHERE) == texts


@pytest.mark.parametrize("name", ["text", "corrected", "summary", "chosen"])
def test_any_words_may_be(name: str) -> None:
    assert printed(name, typed_reading(["TOTAL 9.00 25/12/2018"])) is None


def test_a_value_stays_in_its_line_and_pages_come_in_order() -> None:
    first, second = typed_reading(["05 JAN", "2017", "9.00"]), typed_reading(["9.00"], page=2)
    assert printed("date", first, second) == []
    spans = Printed(SCHEMA, (first, second), NOWHERE)(SCHEMA.leaves["money"].field)
    assert spans is not None
    assert spans[-2:] == (Span(1, (3,)), Span(2, (0,)))


def test_what_the_whole_document_tells_counts() -> None:
    page = typed_reading(["12.000", "1.471,60"])
    assert printed("money", page) == ["12.000", "1.471,60"]
    assert printed("dear", typed_reading(["12.000"]), locale=NOWHERE) == []  # 12 or 12,000


def test_every_kind_is_looked_for_once_and_only_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[str] = []
    real = candidates.parse_amount
    monkeypatch.setattr(
        candidates, "parse_amount", lambda text, **kw: parsed.append(text) or real(text, **kw)
    )
    where = Printed(SCHEMA, (typed_reading(["TOTAL 9.00"]),), NOWHERE)
    assert parsed == []
    for name in ("money", "dear", "money", "text"):
        where(SCHEMA.leaves[name].field)
    assert parsed == ["9.00"]


@pytest.mark.parametrize("dense", [False, True])
def test_a_thousand_words_take_no_time(dense: bool) -> None:
    rng = random.Random(7)
    words = [f"{rng.randrange(10 ** rng.randrange(1, 6)) / 100:.2f}" for _ in range(1000)]
    if not dense:
        shown = ["TOTAL", "TEA", "25/12/2018", "05 JAN 2017", "14:05", "03-2274 1064", "SDN"]
        words = [rng.choice([*shown, word]) for word in words]
    page = typed_reading([" ".join(words[n : n + 10]) for n in range(0, 1000, 10)])
    where = Printed(SCHEMA, (page,), locale_of([page]))
    where(SCHEMA.leaves["date"].field)  # names of months are read once per process
    where = Printed(SCHEMA, (page,), locale_of([page]))
    started = time.process_time()
    for leaf in SCHEMA.leaves.values():
        where(leaf.field)
    assert time.process_time() - started < 1.0  # about 0.15 on an idle machine
