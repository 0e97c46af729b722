"""Patterns that strangers write."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llguidance import LLTokenizer
from replying import RECEIPT, asked, holds, receipt_tokenizer, walked

from docai.errors import SchemaError
from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode
from docai.vlm.pattern import parsed


@pytest.fixture(scope="module")
def tokenizer() -> LLTokenizer:
    return receipt_tokenizer()


class TestStrangersPatterns:
    @pytest.mark.parametrize(
        ("pattern", "found", "not_found"),
        [
            ("[0-9]{4}", ["NO 12345", "1234"], ["123", "NO"]),
            ("^[A-Z]{2}[0-9]+$", ["AB1"], ["xAB1", "AB1 ok", "A1"]),
            ("^A|1$", ["AB1", "xAB1", "AB1 ok"], ["ok"]),
            ("(^A|ok$)", ["AB1", "AB1 ok", "ok"], ["xAB1"]),
            (r"^\d+$", ["123"], ["۱۲۳", "AB1"]),
            (r"^\w+$", ["AB1", "ok"], ["é", "/x/"]),
            (r"^\p{L}+$", ["ok", "é"], ["123", "/x/"]),
            (r"^[^\p{L}]+$", ["123"], ["é"]),
            (r'^"\\$', ['"\\'], ["é"]),
            (r'^["\\]{2}$', ['"\\'], ["é"]),
            (r"^[^a-z]{2}$", ['"\\', "NO"], ["ok"]),
            ("^..$", ['"\\', "ok", "NO"], ["é", "123"]),
            (r"^\u00e9$", ["é"], ["ok"]),
            (r"^\x6f\u{6b}$", ["ok"], ["é"]),
            ("^/x/$", ["/x/"], ["ok"]),
            (r"^\/x\/$", ["/x/"], ["ok"]),
            (r"^(?:A(?<n>B)){1,2}1 \S+$", ["AB1 ok"], ["AB1"]),
            ("", ["é", "AB1 ok"], []),
            ("^$", [], ["é"]),
            ("x{0}ok", ["ok"], ["é"]),
            ("^NO [0-9]{3,}?$", ["NO 12345"], ["NO"]),
            ("1 o", ["AB1 ok"], ["AB1", "ok"]),
            ("[.]", [], ["ok"]),
        ],
    )
    def test_they_are_searched_for(
        self, tokenizer: LLTokenizer, pattern: str, found: list[str], not_found: list[str]
    ) -> None:
        lines = ["NO 12345", "1234", "123", "AB1 ok", "xAB1", "A1", "۱۲۳", "é", "/x/ 123", '"\\']
        far_apart = [line for text in lines for line in (text, "~", "~")]
        reply = asked(typed_reading(far_apart), [Field("a", "text", pattern=pattern)])
        assert [text for text in found if not holds(tokenizer, reply, text)] == []
        assert [text for text in not_found if holds(tokenizer, reply, text)] == []
        free = asked(typed_reading([]), [Field("a", "text", mode=Mode.FREE, pattern=pattern)])
        assert [text for text in found if not holds(tokenizer, free, text)] == []
        assert [text for text in not_found if holds(tokenizer, free, text)] == []

    @pytest.mark.parametrize(
        ("pattern", "why"),
        [
            ("(", "a ) too few at character 2"),
            (")", "a ) that closes nothing at character 1"),
            ("[a", "an end too early at character 3"),
            ("[z-a]", "a range of letters"),
            ("[]", "an empty set"),
            ("*", "nothing to repeat at character 1"),
            ("a**", "nothing to repeat at character 3"),
            ("^*", "nothing to repeat"),
            ("a{2,1}", "at least more than at most"),
            ("a{1001}", "more than 1,000 letters"),
            ("a{999999999}", "more than 1,000 letters"),
            ("((a{99}){99}){99}", "more than 1,000 letters"),
            ("(){999999999}", "more than 1,000 letters"),
            ("(" * 30 + ")" * 30, "nest deeper than 20"),
            ("a" * 501, "501 characters"),
            ("(?=a)", "looks around"),
            ("(?<!a)b", "looks around"),
            ("(?i)a", "sets flags"),
            (r"(a)\1", "\\1"),
            (r"\bword\b", "\\b"),
            (r"\k<a>", "\\k"),
            (r"\p{Script=Greek}", "no general category"),
            (r"\p{L", "no general category"),
            ("a^b", "a ^ where the text goes on"),
            ("a$b", "a $ where the text goes on"),
            ("(a$)+", "a $ where the text goes on"),
            (r"\ud800", "no character"),
            ("a\\", "a \\"),
        ],
    )
    def test_what_cannot_be_used_is_refused(self, pattern: str, why: str) -> None:
        for mode in (Mode.COPY, Mode.CORRECT, Mode.FREE):
            fields = [Field("items[].code", "text", mode=mode, pattern=pattern)]
            with pytest.raises(SchemaError, match=r"^items\[\]\.code: its pattern ") as error:
                asked(typed_reading(RECEIPT), fields)
            assert why in str(error.value)

    @given(data=st.data())
    def test_they_mean_what_they_mean_elsewhere(
        self, tokenizer: LLTokenizer, data: st.DataObject
    ) -> None:
        atom = st.sampled_from(["a", "b", '"', r"\\", ".", "[ab]", '[^a"]', r"[\\b]", " "])
        times = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}"])
        piece = st.tuples(atom, times).map("".join)
        group = st.lists(piece, min_size=1, max_size=3).map("".join)
        either = st.lists(group, min_size=1, max_size=2).map(lambda g: f"(?:{'|'.join(g)})")
        part = st.one_of(piece, st.tuples(either, times).map("".join))
        middle = st.lists(part, min_size=1, max_size=3).map("".join)
        pattern = data.draw(
            st.tuples(st.sampled_from(["", "^"]), middle, st.sampled_from(["", "$"])).map("".join)
        )
        some = st.text(st.sampled_from('ab"\\'), min_size=1, max_size=4)
        lines = data.draw(
            st.lists(st.lists(some, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3)
        )
        reading = typed_reading(lines)
        copied = asked(reading, [Field("a", "text", pattern=pattern)])
        free = asked(reading, [Field("a", "text", mode=Mode.FREE, pattern=pattern)])
        for line in lines:
            wanted = re.search(pattern, line) is not None
            assert holds(tokenizer, copied, line) == wanted, (pattern, line)
            assert holds(tokenizer, free, line) == wanted, (pattern, line)

    @pytest.mark.parametrize(
        "pattern",
        [
            "(a+)+$",
            "(x+x+)+y",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
            "(.*a){12}",
            "^(.*A.{20}B.*)$",
            "(a|aa)+$",
        ],
    )
    def test_none_of_them_takes_long(self, tokenizer: LLTokenizer, pattern: str) -> None:
        reading = typed_reading(["a" * 60, *RECEIPT] * 20)
        reply = asked(reading, [Field("a", "text", pattern=pattern)])
        json.loads(walked(tokenizer, reply.lark, 0))

    def test_a_length_that_cannot_be_asked_for_is_refused(self) -> None:
        with pytest.raises(SchemaError, match=r"^a: its minLength 61 cannot be used"):
            asked(typed_reading(RECEIPT), [Field("a", "text", min_length=61)])

    def test_repetitions_are_counted_before_anything_is_built(self) -> None:
        assert parsed("a{1000}").steps == 1000
        with pytest.raises(ValueError, match="more than"):
            parsed("(a{1000}){999999999}")
