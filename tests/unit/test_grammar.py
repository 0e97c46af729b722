"""Grammars: what a model may reply, tried with random tokens."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from docai.errors import SchemaError
from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode, Span, any_words
from docai.vlm.grammar import MAX_ROWS, Grammar, grammar
from docai.vlm.pattern import parsed
from docai.vlm.terminals import MOST_FREE_CHARS
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import MAX_WORDS, WordGraph

RECEIPT = [
    "BOOK TA .K (TAMAN DAYA) SDN BHD",
    "NO.53 55,57 & 59, JALAN SAGU 18,",
    "TAMAN DAYA, 81100 JOHOR BAHRU",
    "KF MODELLING CLAY KIDDY FISH 9.00",
    'TUBE 5" \\ 1/2 é 소계 😀 \x01\x7f 12.50',
    "TOTAL 21.50",
]

words = st.one_of(
    st.sampled_from(
        ['"', "\\", "\\u0022", '"}', "</s>", "null", "/*", "]]>", "T0", "é", "소계", "😀"]
    ),
    st.text(
        st.characters(
            exclude_categories=("Cs", "Zs", "Zl", "Zp"), exclude_characters=" \t\n\r\v\f\x85"
        ),
        min_size=1,
        max_size=6,
    ).filter(lambda word: not any(map(str.isspace, word))),
    st.from_regex(r"\A[A-Za-z0-9.]{1,5}\Z"),
)
pages = st.lists(st.lists(words, min_size=1, max_size=6).map(" ".join), max_size=6).map(
    typed_reading
)
keys = st.text(st.characters(exclude_categories=("Cs",)), max_size=8).filter(lambda k: "[" not in k)


@pytest.fixture(scope="module")
def tokenizer() -> LLTokenizer:
    """A byte-level BPE tokenizer, as most models have one, that knows the words of receipts."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1200,
        special_tokens=["</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = [*RECEIPT, '{"vendor":"A B","items":[{"price":null},{"price":"9.00"}]}', "null true"] * 3
    trained.train_from_iterator(text, trainer)
    return LLTokenizer(trained.to_str(), n_vocab=1280, eos_token=trained.token_to_id("</s>"))


def asked(
    reading: Reading, fields: Sequence[Field], printed: Any = any_words, lines: range | None = None
) -> Grammar:
    return grammar(fields, [Excerpt(reading, lines or range(len(reading.lines)))], printed)


def started(tokenizer: LLTokenizer, lark: str) -> LLMatcher:
    """A matcher that no token has met yet."""
    matcher = LLMatcher(tokenizer, lark, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    return matcher


def walked(tokenizer: LLTokenizer, lark: str, seed: int, start: str = "") -> str:
    """Return what a model writes that takes any allowed token at random."""
    random = np.random.default_rng(seed)
    matcher = started(tokenizer, lark)
    tokens = tokenizer.tokenize_str(start)
    assert matcher.consume_tokens(tokens), matcher.get_error()
    while not matcher.is_stopped():
        mask = np.frombuffer(matcher.compute_bitmask(), np.uint8)
        allowed = np.flatnonzero(np.unpackbits(mask, bitorder="little"))
        assert len(allowed), matcher.get_error()
        tokens.append(int(random.choice(allowed)))
        assert matcher.consume_token(tokens[-1]), matcher.get_error()
    assert not matcher.is_error(), matcher.get_error()
    written: bytes = tokenizer.decode_bytes([t for t in tokens if t != tokenizer.eos_token])
    return written.decode()


def admits(tokenizer: LLTokenizer, lark: str, text: str) -> bool:
    """Tell whether ``text`` is a whole reply."""
    matcher = started(tokenizer, lark)
    tokens = tokenizer.greedy_tokenize(text)  # what looks like a special token is text here
    accepted: bool = matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()
    assert not matcher.is_error(), matcher.get_error()
    return accepted


def holds(tokenizer: LLTokenizer, asked_for: Grammar, text: str) -> bool:
    """Tell whether the only field, named ``a``, may be ``text``."""
    compact = json.dumps({"a": text}, ensure_ascii=False, separators=(",", ":"))
    return admits(tokenizer, asked_for.lark, compact)


def priced(reading: Reading) -> Any:
    """Say where amounts are printed, and nothing of other kinds."""
    amount = re.compile(r"[0-9]+\.[0-9]{2}")
    spans = tuple(
        Span(reading.page, (n,)) for n, w in enumerate(reading.words) if amount.fullmatch(w.text)
    )
    return lambda field: spans if field.kind == "money" else None


@st.composite
def schemas(draw: st.DrawFn) -> list[Field]:
    """Fields of all modes under any names, some of them columns of a list."""

    def field(path: str) -> Field:
        mode = draw(st.sampled_from(Mode))
        return Field(
            path,
            draw(st.sampled_from(["text", "money"]))
            if mode in (Mode.COPY, Mode.CORRECT)
            else "text",
            mode=mode,
            choices=draw(st.sampled_from([("true", "false"), ('"a\\"b"', "1.5", "null"), ()])),
            pattern=draw(st.sampled_from([None, None, "[0-9]", "^[A-Z]", "e$"])),
            min_length=draw(st.integers(0, 3)),
            max_length=draw(st.one_of(st.none(), st.integers(0, 20))),
            max_rows=draw(st.one_of(st.none(), st.integers(0, 3))),
        )

    names = draw(st.lists(keys, max_size=4, unique=True))
    columns = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    fields = [field(name) for name in names]
    if names and draw(st.booleans()):
        fields[-1:] = [field(f"{names[-1]}[].{column}") for column in columns]
    return fields


class TestWhatAModelMayWrite:
    @settings(max_examples=60)
    @given(reading=pages, fields=schemas(), seed=st.integers(0, 2**32))
    def test_whatever_it_takes_the_reply_is_grounded(
        self, tokenizer: LLTokenizer, reading: Reading, fields: list[Field], seed: int
    ) -> None:
        printed = priced(reading)
        graph = WordGraph([Excerpt(reading, range(len(reading.lines)))])
        reply = asked(reading, fields, printed)
        text = walked(tokenizer, reply.lark, seed)
        assert len(text.encode()) <= reply.max_bytes
        Draft202012Validator.check_schema(reply.json_schema)
        written = json.loads(text)
        Draft202012Validator(reply.json_schema).validate(written)
        assert text == json.dumps(written, ensure_ascii=False, separators=(",", ":"))
        for field in fields:
            name, listed, column = field.path.partition("[].")
            values = [row[column] for row in written[name]] if listed else [written[name]]
            for value in values:
                self._is_grounded(value, field, graph, printed)
        assert list(written) == list(dict.fromkeys(f.path.partition("[].")[0] for f in fields))

    def _is_grounded(self, value: Any, field: Field, graph: WordGraph, printed: Any) -> None:
        if value is None:
            return
        if field.mode is Mode.CHOOSE:
            assert json.dumps(value) in field.choices
            return
        if field.kind == "text":
            assert field.min_length <= len(value)
            assert field.max_length is None or len(value) <= field.max_length
            assert field.pattern is None or re.search(field.pattern, value)
        spans = printed(field)
        if field.mode is Mode.COPY:
            assert graph.spans(value)
            assert spans is None or value in map(graph.text_of, spans)
        elif field.mode is Mode.CORRECT:
            assert graph.corrected_spans(value)

    @given(reading=pages, extra=words, data=st.data())
    def test_it_may_copy_exactly_what_is_printed(
        self, tokenizer: LLTokenizer, reading: Reading, extra: str, data: st.DataObject
    ) -> None:
        reply = asked(reading, [Field("a", "text")])
        graph = WordGraph([Excerpt(reading, range(len(reading.lines)))])
        texts = [word.text for word in reading.words]
        for _ in range(5):
            some = data.draw(st.lists(st.sampled_from([*texts, extra, ""]), max_size=5))
            text = " ".join(some)
            assert holds(tokenizer, reply, text) == bool(graph.spans(text))
        for n in range(len(texts)):
            run = [n]
            while len(run) < 12:
                text = " ".join(graph.nodes[m].text for m in run)
                assert holds(tokenizer, reply, text)
                if not graph.followers[run[-1]]:
                    break
                run.append(data.draw(st.sampled_from(graph.followers[run[-1]])))

    @given(data=st.data())
    def test_it_may_put_right_exactly_one_letter_a_word(
        self, tokenizer: LLTokenizer, data: st.DataObject
    ) -> None:
        some = st.text(st.sampled_from('ab"\\é'), min_size=1, max_size=5)
        reading = typed_reading(
            data.draw(
                st.lists(
                    st.lists(some, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4
                )
            )
        )
        reply = asked(reading, [Field("a", "text", mode=Mode.CORRECT)])
        graph = WordGraph([Excerpt(reading, range(len(reading.lines)))])
        for _ in range(8):
            start = data.draw(st.integers(0, len(reading.words) - 1))
            stop = data.draw(st.integers(start + 1, min(start + 4, len(reading.words))))
            text = " ".join(word.text for word in reading.words[start:stop])
            for _ in range(data.draw(st.integers(0, 3))):
                at = data.draw(st.integers(0, len(text)))
                put = data.draw(st.sampled_from(["", "a", "b", '"', "\\", "소", "\u200b", " "]))
                text = text[:at] + put + text[at + data.draw(st.integers(0, 1)) :]
            assert holds(tokenizer, reply, text) == bool(graph.corrected_spans(text)), text

    def test_null_is_always_allowed(self, tokenizer: LLTokenizer) -> None:
        for mode in Mode:
            for reading in (typed_reading([]), typed_reading(RECEIPT)):
                reply = asked(reading, [Field("a", "text", mode=mode, choices=("1",))])
                assert admits(tokenizer, reply.lark, '{"a":null}')

    def test_where_there_is_nothing_nothing_is_left_but_null(self, tokenizer: LLTokenizer) -> None:
        empty = typed_reading([])
        for field in (
            Field("a", "text"),
            Field("a", "text", mode=Mode.CORRECT),
            Field("a", "choice", mode=Mode.CHOOSE),
            Field("a", "choice", mode=Mode.CHOOSE, choices=("null",)),
            Field("a", "text", mode=Mode.FREE, min_length=5, max_length=4),
            Field("a", "text", min_length=5, max_length=4),
            Field("a", "text", max_length=0),
        ):
            reply = asked(empty, [field])
            assert walked(tokenizer, reply.lark, 0) == '{"a":null}'
            assert reply.json_schema["properties"]["a"] == {"type": "null"}
            assert reply.max_bytes == len('{"a":null}')

    def test_no_fields_no_reply(self, tokenizer: LLTokenizer) -> None:
        reply = asked(typed_reading(RECEIPT), [])
        assert walked(tokenizer, reply.lark, 0) == "{}"
        assert reply.max_bytes == 2

    def test_several_pages(self, tokenizer: LLTokenizer) -> None:
        excerpts = [Excerpt(typed_reading(["A B", "C"], page=n), range(2)) for n in (1, 2)]
        reply = grammar([Field("a", "text")], excerpts, any_words)
        assert holds(tokenizer, reply, "A B C")
        assert not holds(tokenizer, reply, "C A")


class TestBounds:
    def test_copies_have_at_most_so_many_words(self, tokenizer: LLTokenizer) -> None:
        lines = [" ".join(["ab"] * 9)] * 9
        for mode in (Mode.COPY, Mode.CORRECT):
            reply = asked(typed_reading(lines), [Field("a", "text", mode=mode)])
            assert holds(tokenizer, reply, " ".join(["ab"] * MAX_WORDS))
            assert not holds(tokenizer, reply, " ".join(["ab"] * (MAX_WORDS + 1)))

    def test_copies_have_at_most_so_many_characters(self, tokenizer: LLTokenizer) -> None:
        word = "\\" * 99  # each of which takes two in JSON
        reply = asked(typed_reading([f"{word} {word} {word} é"]), [Field("a", "text")])
        assert holds(tokenizer, reply, f"{word} {word} {word}")
        assert not holds(tokenizer, reply, f"{word} {word} {word} é")

    def test_a_schema_may_bound_them_further(self, tokenizer: LLTokenizer) -> None:
        for mode in (Mode.COPY, Mode.CORRECT):
            field = Field("a", "text", mode=mode, min_length=4, max_length=9)
            reply = asked(typed_reading(["TOTAL 9.00 MYR"]), [field])
            assert not holds(tokenizer, reply, "MYR")
            assert holds(tokenizer, reply, "9.00 MYR")
            assert not holds(tokenizer, reply, "TOTAL 9.00")

    def test_bounds_and_patterns_of_amounts_are_not_about_their_print(
        self, tokenizer: LLTokenizer
    ) -> None:
        field = Field("a", "money", pattern="^[0-9]$", max_length=1)
        assert holds(tokenizer, asked(typed_reading(["RM 9.00"]), [field]), "RM 9.00")

    def test_lists_are_bounded(self, tokenizer: LLTokenizer) -> None:
        def longest(max_rows: int | None, lines: int) -> int:
            fields = [Field("a[].b", "text", max_rows=max_rows), Field("a[].c", "money")]
            reply = asked(typed_reading(["x"] * lines), fields)
            row = '{"b":null,"c":null}'
            counts = [
                n
                for n in range(MAX_ROWS + 2)
                if admits(tokenizer, reply.lark, f'{{"a":[{",".join([row] * n)}]}}')
            ]
            assert counts == list(range(len(counts)))
            assert reply.json_schema["properties"]["a"]["maxItems"] == counts[-1]
            return counts[-1]

        assert longest(None, 3) == 3
        assert longest(None, 0) == 0
        assert longest(5, 3) == 5
        assert longest(0, 3) == 0
        assert longest(MAX_ROWS + 1, 3) == MAX_ROWS

    def test_the_longest_reply_is_known(self, tokenizer: LLTokenizer) -> None:
        fields = [Field("é", "text"), Field("b", "text", mode=Mode.FREE, max_length=4)]
        reply = asked(typed_reading(["😀 ab"]), fields)
        longest = '{"é":"😀 ab","b":"😀😀😀😀"}'
        assert admits(tokenizer, reply.lark, longest)
        assert len(longest.encode()) == reply.max_bytes


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
            (r"^[^\p{L}]+$", ["123", "/x/ 123", '"\\'][:1], ["é"]),
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
            ("^[]$", [], []),
        ][:-1],
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
            ("a{1000000000}", ""),
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
            if pattern == "a{1000000000}":  # no repetition that we read: letters
                continue
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


class TestTextIsNeverGrammar:
    @pytest.mark.parametrize(
        "word",
        [
            '"',
            '"}',
            '|"evil"',
            "\\",
            '\\"',
            "/.*/",
            "\\u0022,",
            "%json",
            "\x00",
            "\x1b",
            "\x7f",
            "\x9f",
            "\u2028",
            "🇩🇪",
            "//",
            "{a}",
            "</s>",
            "T0",
            "𝔸",
            "\ufffe",
        ],
    )
    def test_of_a_page(self, tokenizer: LLTokenizer, word: str) -> None:
        for mode in (Mode.COPY, Mode.CORRECT):
            reply = asked(typed_reading([f"a {word}"]), [Field("a", "text", mode=mode)])
            assert reply.lark.isascii()
            assert holds(tokenizer, reply, f"a {word}")
            assert holds(tokenizer, reply, word)
            assert not admits(tokenizer, reply.lark, '{"a":"evil"}')

    @given(name=keys, column=keys)
    def test_of_a_schema(self, tokenizer: LLTokenizer, name: str, column: str) -> None:
        fields = [Field(name, "text"), Field(f"{name}![].{column}", "text", max_rows=1)]
        reply = asked(typed_reading(["b"]), fields)
        expected = {name: "b", f"{name}!": [{column: "b"}]}
        compact = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
        assert admits(tokenizer, reply.lark, compact)
        assert list(json.loads(walked(tokenizer, reply.lark, 1))) == list(expected)


_DEEP = """
import sys, threading
from llguidance import LLMatcher, LLTokenizer
from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode, any_words
from docai.vlm.grammar import grammar
from docai.vlm.window import Excerpt

class Bytes:
    eos_token_id, bos_token_id, special_token_ids = 256, None, [256]
    tokens = [bytes([n]) for n in range(256)] + [b"</s>"]
    def __call__(self, text): return list(text)

from llguidance import TokenizerWrapper
tokenizer = LLTokenizer(TokenizerWrapper(Bytes()))
lines = [" ".join(f"{n}w{m}" for m in range(20)) for n in range(150)]
lines += ["a" * n for n in range(1, 300)] + ["a" * n + "b" * (35 - n) for n in range(35)]
lines += [" ".join(["la"] * 3000)]
reading = typed_reading(lines)

def build():
    for mode in (Mode.COPY, Mode.CORRECT):
        fields = [Field("a", "text", mode=mode), Field("b", "text", mode=mode, max_length=30)]
        reply = grammar(fields, [Excerpt(reading, range(len(lines)))], any_words)
        matcher = LLMatcher(tokenizer, reply.lark)
        matcher.consume_tokens(list(b'{"a":'))
        matcher.compute_bitmask()
        assert not matcher.is_error(), matcher.get_error()
    print("alive")

threading.stack_size(512 * 1024)
thread = threading.Thread(target=build)
thread.start()
thread.join()
"""


class TestLargeWindows:
    def test_a_long_text_does_not_exhaust_the_stack_of_an_engine(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _DEEP], capture_output=True, text=True, timeout=120
        )
        assert done.stdout == "alive\n", (done.returncode, done.stderr[-2000:])

    @pytest.mark.parametrize("mode", [Mode.COPY, Mode.CORRECT])
    def test_an_engine_follows_within_its_own_limits(
        self, tokenizer: LLTokenizer, mode: Mode
    ) -> None:
        random = np.random.default_rng(1)
        letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"))
        lines = [
            " ".join("".join(random.choice(letters, random.integers(1, 12))) for _ in range(8))
            for _ in range(250)
        ]
        reply = asked(typed_reading(lines), [Field(name, "text", mode=mode) for name in "abc"])
        graph = WordGraph([Excerpt(typed_reading(lines), range(len(lines)))])
        for seed in range(10):
            for text in json.loads(walked(tokenizer, reply.lark, seed, '{"a":"')).values():
                assert text is None or graph.corrected_spans(text)

    def test_grammars_are_made_without_the_engine(self) -> None:
        code = "import docai.vlm.grammar, sys; print({'llguidance', 'torch'} & set(sys.modules))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout == "set()\n"
