"""Where values may stand: which runs of words print a value of a kind."""

import json
import random
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replying import RECEIPT, asked, holds, receipt_tokenizer, walked

from docai.extraction import meaning, patterns
from docai.extraction.fields import Schema, schema_of
from docai.extraction.meaning import Locale, locale_of
from docai.extraction.printed import MAX_TEXT_WORDS, Printed
from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Span
from docai.vlm.word_graph import MAX_CHARS

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
    "short": {"type": "string", "maxLength": 3},
    "corrected": {"type": "string", "format": "date", "x-docai-mode": "correct"},
    "corrected_text": {"type": "string", "minLength": 4, "x-docai-mode": "correct"},
    "free": {"type": "string", "pattern": "^[A-Z]", "x-docai-mode": "free"},
    "ahead": {"type": "string", "pattern": "^(?!X)T", "minLength": 4},
    "broken": {"type": "string", "pattern": "(", "maxLength": 4},
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


@pytest.mark.parametrize(
    "name",
    [
        "text",
        "short",
        "corrected",
        "corrected_text",
        "free",
        "ahead",
        "broken",
        "summary",
        "chosen",
    ],
)
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
    real = meaning.parse_amount
    monkeypatch.setattr(
        meaning, "parse_amount", lambda text, **kw: parsed.append(text) or real(text, **kw)
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


def asking(**text: Any) -> Schema:
    """Return a schema that asks for a text."""
    leaf = {"type": "string", **text}
    return schema_of({"type": "object", "properties": {"a": leaf}}, "mine")


def texts_of(reading: Reading, **text: Any) -> list[str] | None:
    """Return what is printed where a text may stand."""
    schema = asking(**text)
    spans = Printed(schema, (reading,), NOWHERE)(schema.fields[0])
    if spans is None:
        return None
    return [" ".join(reading.words[i].text for i in span.words) for span in spans]


class TestTextsThatLookAsTheSchemaSays:
    @pytest.mark.parametrize(
        ("pattern", "found", "not_found"),
        [
            ("[0-9]{4}", ["NO 12345", "1234"], ["123", "NO"]),
            ("^[A-Z]{2}[0-9]+$", ["AB1"], ["xAB1", "AB1 ok", "A1"]),
            ("^A|1$", ["AB1", "xAB1", "AB1 ok"], ["ok"]),
            (r"^\p{L}+$", ["ok", "é"], ["123", "/x/"]),
            (r'^"\\$', ['"\\'], ["é"]),
            (r"^[^a-z]{2}$", ['"\\', "NO"], ["ok"]),
            (r"^\u00e9$", ["é"], ["ok"]),
            (r"^\/x\/$", ["/x/"], ["ok"]),
            (r"^(?:A(?<n>B)){1,2}1 \S+$", ["AB1 ok"], ["AB1"]),
            ("", ["é", "AB1 ok"], []),
            ("^$", [], ["é"]),
            ("1 o", ["AB1 ok"], ["AB1", "ok"]),
        ],
    )
    def test_patterns_are_searched_for(
        self, pattern: str, found: list[str], not_found: list[str]
    ) -> None:
        page = typed_reading(["NO 12345", "1234", "123", "AB1 ok", "xAB1", "A1", "é /x/ 12", '"\\'])
        for mode in ("copy", "correct"):
            texts = texts_of(page, pattern=pattern, **{"x-docai-mode": mode})
            assert texts is not None
            assert set(found) <= set(texts)
            assert not set(not_found) & set(texts)

    def test_lengths_are_in_characters(self) -> None:
        page = typed_reading(["é 소계 abc", "abcd"])
        four = texts_of(page, pattern="", minLength=4)
        assert four == ["é 소계", "é 소계 abc", "소계 abc", "abcd"]
        assert texts_of(page, pattern="", minLength=3, maxLength=4) == ["é 소계", "abc", "abcd"]
        assert texts_of(page, pattern="^.$", maxLength=0) == []
        assert texts_of(page, minLength=4) is None  # checked at the end: a value may wrap

    def test_they_stay_in_a_line_and_have_few_words(self) -> None:
        page = typed_reading(["a b", " ".join("c" * 12)])
        assert texts_of(page, pattern="a b c") == []
        texts = texts_of(page, pattern="c")
        assert texts is not None
        assert max(texts, key=len).split(" ") == ["c"] * MAX_TEXT_WORDS
        assert texts_of(typed_reading(["x" * MAX_CHARS]), pattern="x") == ["x" * MAX_CHARS]
        assert texts_of(typed_reading(["x" * (MAX_CHARS + 1)]), pattern="x") == []

    def test_fields_alike_are_looked_for_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tried: list[str] = []
        monkeypatch.setattr(
            "docai.extraction.printed.matcher", lambda _: lambda text: bool(tried.append(text))
        )
        leaf = {"type": "string", "pattern": "^[A-Z]+$"}
        schema = schema_of({"type": "object", "properties": {"a": leaf, "b": leaf}}, "mine")
        where = Printed(schema, (typed_reading(["TOTAL 9.00"]),), NOWHERE)
        assert tried == []
        for field in (*schema.fields, *schema.fields):
            assert where(field) == ()
        assert tried == ["TOTAL", "TOTAL 9.00", "9.00"]

    @given(st.data())
    def test_a_model_can_write_exactly_these(self, data: st.DataObject) -> None:
        atom = st.sampled_from(["a", "b", '"', r"\\", ".", "[ab]", '[^a"]', r"[\\b]", " "])
        times = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}"])
        some = st.lists(st.tuples(atom, times).map("".join), min_size=1, max_size=3).map("".join)
        either = st.lists(some, min_size=1, max_size=2).map(lambda g: f"(?:{'|'.join(g)})")
        ends = st.sampled_from(["", "^"]), either, st.sampled_from(["", "$"])
        pattern = data.draw(st.tuples(*ends).map("".join))
        word = st.text(st.sampled_from('ab"\\'), min_size=1, max_size=4)
        lines = data.draw(st.lists(st.lists(word, min_size=1, max_size=3), min_size=1, max_size=3))
        mode, least = data.draw(st.sampled_from(["copy", "correct"])), data.draw(st.integers(0, 3))
        schema = asking(pattern=pattern, minLength=least, **{"x-docai-mode": mode})
        page = typed_reading(list(map(" ".join, lines)))
        reply = asked(page, schema.fields, Printed(schema, (page,), NOWHERE))
        tokenizer = receipt_tokenizer()
        for line in lines:
            for start in range(len(line)):
                text = " ".join(line[start:])
                fits = len(text) >= least and re.search(pattern, text) is not None
                assert holds(tokenizer, reply, text) == fits, (pattern, text)
        written = json.loads(walked(tokenizer, reply.lark, data.draw(st.integers(0, 9))))["a"]
        assert written is None or (len(written) >= least and re.search(pattern, written))

    @pytest.mark.parametrize(
        "pattern", ["(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(([ -~]?){1000}){50}$", "(.*a){12}"]
    )
    def test_no_pattern_takes_long(self, pattern: str) -> None:
        assert patterns.matcher(pattern) is not None
        page = typed_reading(["a " * 60, *RECEIPT] * 20)
        started = time.process_time()
        texts = texts_of(page, pattern=pattern)
        assert time.process_time() - started < 3
        assert (texts is None) == ("1000" in pattern)  # tried no further: any words may be

    def test_a_page_of_texts_takes_no_time(self) -> None:
        words = [f"{n}w{n % 7}" for n in range(1000)]
        page = typed_reading([" ".join(words[n : n + 50]) for n in range(0, 1000, 50)])
        texts_of(typed_reading(["a"]), pattern="^[0-9w]{5} [0-9w]+$")  # compiled once
        started = time.process_time()
        texts = texts_of(page, pattern="^[0-9w]{5} [0-9w]+$")
        assert time.process_time() - started < 0.5  # about 0.02 on an idle machine
        assert texts is not None
        assert len(texts) == 18 * 49  # pairs in a line of words of five letters
