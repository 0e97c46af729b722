"""Grammars: what a model may reply, tried with random tokens."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from llguidance import LLTokenizer
from replying import RECEIPT, admits, asked, holds, priced, receipt_tokenizer, walked

from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.engine import Field, Mode, any_words
from docai.vlm.grammar import MAX_ROWS, grammar
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import MAX_WORDS, WordGraph

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
    return receipt_tokenizer()


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
            assert field.min_length <= len(value) or field.mode is not Mode.FREE
            assert field.max_length is None or len(value) <= field.max_length
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

    def test_every_letter_of_words_alike_may_be_put_right(self, tokenizer: LLTokenizer) -> None:
        texts = ["abc", "abd", "abcd", 'abc"', "b"]
        reading = typed_reading([line for text in texts for line in (text, "~", "~")])
        reply = asked(reading, [Field("a", "text", mode=Mode.CORRECT)])
        graph = WordGraph([Excerpt(reading, range(len(reading.lines)))])
        tried = set(texts)
        for text in texts:
            for at in range(len(text) + 1):
                for put in ("", "a", "b", "d", "é", '"'):
                    tried |= {text[:at] + put + text[at:], text[:at] + put + text[at + 1 :]}
        for text in sorted(tried - {""}):
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
            field = Field("a", "text", mode=mode, max_length=9)
            reply = asked(typed_reading(["TOTAL 9.00 MYR"]), [field])
            assert holds(tokenizer, reply, "9.00 MYR")
            assert not holds(tokenizer, reply, "TOTAL 9.00")

    def test_bounds_of_amounts_are_not_about_their_print(self, tokenizer: LLTokenizer) -> None:
        field = Field("a", "money", max_length=1)
        assert holds(tokenizer, asked(typed_reading(["RM 9.00"]), [field]), "RM 9.00")

    def test_putting_right_keeps_within_the_bounds(self, tokenizer: LLTokenizer) -> None:
        field = Field("a", "text", mode=Mode.CORRECT, max_length=8)
        reply = asked(typed_reading(["abcd", "~", "abc def"]), [field])
        assert holds(tokenizer, reply, "abcd")
        longest = "a😀c d😀f"
        assert holds(tokenizer, reply, longest)
        assert len(f'{{"a":"{longest}"}}'.encode()) <= reply.max_bytes

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
