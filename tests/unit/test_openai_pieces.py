import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from docai.vlm.openai.answers import Said, Token
from docai.vlm.openai.pieces import UNKNOWN, pieces


def token(text: str, logprob: float, content: bytes | None = None) -> Token:
    return Token(
        token=text, logprob=logprob, bytes=list(text.encode() if content is None else content)
    )


def test_tokens_around_the_reply_are_cut_away() -> None:
    tokens = [token("```\n{", -1.0), token('"a":', -2.0), token("null}\n```", -3.0)]
    said = Said('```\n{"a":null}\n```', tokens)
    assert pieces('{"a":null}', said) == ((b"{", -1.0), (b'"a":', -2.0), (b"null}", -3.0))


def test_without_probabilities_nothing_is_certain() -> None:
    assert pieces('{"a":1}', Said('{"a":1}')) == ((b'{"a":1}', UNKNOWN),)
    assert math.exp(UNKNOWN) == 0.5


def test_what_was_made_of_the_words_has_no_probabilities() -> None:
    said = Said('{"a":1,"b":2}', [token('{"a":1,"b":2}', -0.1)])
    assert pieces('{"a":1}', said) == ((b'{"a":1}', UNKNOWN),)


def test_blanks_that_the_server_trimmed_do_no_harm() -> None:
    tokens = [token('\n\n{"a"', -1.0), token(":1} \n", -2.0), token("<|im_end|>", -3.0)]
    assert pieces('{"a":1}', Said('{"a":1}', tokens)) == ((b'{"a"', -1.0), (b":1}", -2.0))


def test_tokens_of_other_words_are_not_believed() -> None:
    assert pieces('{"a":1}', Said('{"a":1}', [token("hello", -0.1)])) == ((b'{"a":1}', UNKNOWN),)


def test_tokens_that_end_within_a_character_and_special_ones_keep_the_rest_in_place() -> None:
    tokens = [
        token("<think>", -9.0),  # left out of the text
        token('{"a":"', -1.0),
        token("\ufffd", -2.0),  # two of three bytes, which some servers cannot tell
        token("\ufffd", -3.0),
        token('"}', -4.0),
        token("<|im_end|>", -5.0),
    ]
    said = Said('{"a":"漢"}', tokens)
    assert pieces('{"a":"漢"}', said) == (
        (b'{"a":"', -1.0),
        ("漢".encode(), -5.0),
        (b'"}', -4.0),
    )


@given(st.lists(st.text(min_size=1, max_size=4), max_size=30), st.data())
def test_however_a_text_is_cut_into_tokens_no_byte_is_lost(
    parts: list[str], data: st.DataObject
) -> None:
    content = '{"a":"' + "".join(parts).replace('"', "'") + '"}'
    raw = content.encode("utf-8", "replace")
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=20)) | {0, len(raw)})
    tokens = [token(raw[a:b].decode("utf-8", "replace"), -0.5, raw[a:b]) for a, b in pairwise(cuts)]
    found = pieces(content, Said(content, tokens))
    assert b"".join(piece for piece, _ in found) == raw
    assert all(logprob <= 0 for _, logprob in found)
