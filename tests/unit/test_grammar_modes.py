"""What a field may hold in each of its modes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from llguidance import LLTokenizer
from replying import RECEIPT, admits, asked, holds, priced, receipt_tokenizer, walked

from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode, Span
from docai.vlm.terminals import MOST_FREE_CHARS


@pytest.fixture(scope="module")
def tokenizer() -> LLTokenizer:
    return receipt_tokenizer()


class TestModes:
    def test_where_values_of_a_kind_are_printed_only_these(self, tokenizer: LLTokenizer) -> None:
        reading = typed_reading(RECEIPT)
        reply = asked(reading, [Field("a", "money")], priced(reading))
        assert holds(tokenizer, reply, "21.50")
        assert not holds(tokenizer, reply, "TOTAL")
        assert not holds(tokenizer, reply, "TOTAL 21.50")
        listed = reply.json_schema["properties"]["a"]
        assert listed == {"type": ["string", "null"], "enum": ["9.00", "12.50", "21.50", None]}

    def test_only_those_inside_the_window(self, tokenizer: LLTokenizer) -> None:
        reading = typed_reading(RECEIPT)
        reply = asked(reading, [Field("a", "money")], priced(reading), range(4))
        assert holds(tokenizer, reply, "9.00")
        assert not holds(tokenizer, reply, "21.50")
        nothing = asked(reading, [Field("a", "money")], priced(reading), range(3))
        assert walked(tokenizer, nothing.lark, 0) == '{"a":null}'

    def test_printed_values_may_be_put_right(self, tokenizer: LLTokenizer) -> None:
        reading = typed_reading(["9.O0", "RM 9.O0"])
        spans = (Span(1, (0,)), Span(1, (1, 2)))
        reply = asked(reading, [Field("a", "money", mode=Mode.CORRECT)], lambda _: spans)
        for text in ("9.00", "9.O0", "RM 9.00"):
            assert holds(tokenizer, reply, text)
        for text in ("RM", "RN 9.00", "9.11"):
            assert not holds(tokenizer, reply, text)

    def test_texts_that_begin_alike_are_the_only_ones(self, tokenizer: LLTokenizer) -> None:
        reading = typed_reading(["a b c a", "a b d", "e"])
        spans = (Span(1, (0,)), Span(1, (0, 1, 2)), Span(1, (4, 5, 6)), Span(1, (0, 1, 2, 3)))
        for mode in (Mode.COPY, Mode.CORRECT):
            reply = asked(reading, [Field("a", "text", mode=mode)], lambda _: spans)
            for text in ("a", "a b c", "a b d", "a b c a"):
                assert holds(tokenizer, reply, text)
            for text in ("a b", "b", "a b c d", "e", "a b d a", "a "):
                assert not holds(tokenizer, reply, text)

    def test_many_texts_are_told_by_their_lengths(self) -> None:
        reading = typed_reading([f"{n}.00" for n in range(300)])
        spans = tuple(Span(1, (n,)) for n in range(300))
        reply = asked(reading, [Field("a", "text", min_length=4)], lambda _: spans)
        told = {"type": ["string", "null"], "minLength": 4, "maxLength": 6}
        assert reply.json_schema["properties"]["a"] == told

    def test_many_printed_values_are_not_listed(self) -> None:
        reading = typed_reading([f"{n}.00" for n in range(300)])
        reply = asked(reading, [Field("a", "money")], priced(reading))
        schema = reply.json_schema["properties"]["a"]
        assert schema == {"type": ["string", "null"], "maxLength": 6}

    def test_choices(self, tokenizer: LLTokenizer) -> None:
        choices = ('"red"', "1", "1.0", "true", '"é\\"\\n"', '"red"')
        field = Field("a", "choice", mode=Mode.CHOOSE, choices=choices)
        reply = asked(typed_reading([]), [field])
        for choice in choices:
            assert admits(tokenizer, reply.lark, f'{{"a":{choice}}}')
        assert not admits(tokenizer, reply.lark, '{"a":false}')
        assert not admits(tokenizer, reply.lark, '{"a":red}')
        Draft202012Validator(reply.json_schema).validate({"a": True})

    @given(seed=st.integers(0, 2**32))
    def test_free_text_is_valid_json(self, tokenizer: LLTokenizer, seed: int) -> None:
        field = Field("a", "text", mode=Mode.FREE, min_length=2, max_length=30)
        reply = asked(typed_reading([]), [field])
        text = json.loads(walked(tokenizer, reply.lark, seed, '{"a":"'))["a"]
        assert 2 <= len(text) <= 30

    def test_what_free_text_may_not_hold(self, tokenizer: LLTokenizer) -> None:
        reply = asked(typed_reading([]), [Field("a", "text", mode=Mode.FREE)])
        for good in ("", "a", "é😀", '\\"', "\\\\", "\\n", "/"):
            assert admits(tokenizer, reply.lark, f'{{"a":"{good}"}}')
        for bad in ("\n", "\x00", "\x1f", "\x7f", "\x85", "\\x", "\\ud800", "\\", '"'):
            assert not admits(tokenizer, reply.lark, f'{{"a":"{bad}"}}')

    def test_free_text_is_bounded_whatever_a_schema_says(self, tokenizer: LLTokenizer) -> None:
        reply = asked(typed_reading([]), [Field("a", "text", mode=Mode.FREE, max_length=10**9)])
        assert holds(tokenizer, reply, "x" * MOST_FREE_CHARS)
        assert not holds(tokenizer, reply, "x" * (MOST_FREE_CHARS + 1))

    def test_fields_alike_share_what_they_may_be(self) -> None:
        reading = typed_reading(RECEIPT)
        for kind in ("text", "money"):
            one = asked(reading, [Field("a", kind)], priced(reading))
            fields = [Field(f"field{n}", kind) for n in range(20)]
            many = asked(reading, fields, priced(reading))
            assert many.lark.split("\n")[1:] == one.lark.split("\n")[1:]
