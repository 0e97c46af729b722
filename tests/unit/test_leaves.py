"""Leaves: a JSON text taken to pieces, each with its place, whole or cut off."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.vlm.leaves import MAX_DEPTH, Leaf, leaves

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | st.text()
KEYS = st.text(max_size=5)
REPLIES = st.dictionaries(
    KEYS, SCALARS | st.lists(st.dictionaries(KEYS, SCALARS, max_size=3), max_size=3), max_size=4
)
LAYOUTS = st.sampled_from([None, 2])


def flat(node: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """Return every scalar of a JSON value by its path, the plain way."""
    if isinstance(node, dict | list):
        steps = node.items() if isinstance(node, dict) else enumerate(node)
        return {p: v for step, inner in steps for p, v in flat(inner, (*path, step)).items()}
    return {path: node}


@given(REPLIES, st.booleans(), LAYOUTS)
def test_leaves_are_what_json_says(reply: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(reply, ensure_ascii=ascii_only, indent=indent)
    found = leaves(text)
    assert {leaf.path: leaf.value for leaf in found} == flat(reply)
    assert all(text[leaf.start : leaf.stop] == leaf.json for leaf in found)


@given(REPLIES, st.data())
def test_of_a_text_cut_off_the_complete_leaves_are_kept(reply: Any, data: st.DataObject) -> None:
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    stop = data.draw(st.integers(0, len(text)))
    whole, part = leaves(text), leaves(text[:stop], is_cut_off=True)
    assert part == whole[: len(part)]
    complete = [leaf for leaf in whole if leaf.stop < stop]
    assert part[: len(complete)] == complete


@pytest.mark.parametrize("text", ['{"a":1', '{"a":"x', '{"a":nul', '{"a":"x\\', '{"a', "{", ""])
def test_what_is_not_complete_is_no_leaf(text: str) -> None:
    assert leaves(text, is_cut_off=True) == []
    with pytest.raises(ValueError, match=f"ends too early, at character {len(text)}"):
        leaves(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[]", "expected '{' at character 0, but there is '[]'"),
        ("The total is 9.00.", "expected '{' at character 0, but there is 'The total is 9.00.'"),
        ('{"a":}', "expected a value at character 5, but there is '}'"),
        ('{"a":01}', "expected ',' at character 6, but there is '1}'"),
        ('{"a":"\\x"}', "expected a string in double quotes, with JSON's escapes at character 5"),
        ("{'a':1}", "expected a string in double quotes"),
        ('{"a" 1}', "expected ':' at character 5"),
        ('{"a":1,}', "expected a string in double quotes"),
        ('{"a":1} and more', "expected nothing after the JSON object"),
        ('{"a":1,"a":2}', "the key 'a' stands twice"),
        ('{"a":' + "[" * 10_000, f"at most {MAX_DEPTH} levels of brackets"),
        ('{"a":' + "x" * 100, "but there is '" + "x" * 30 + "…'"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, wrong: str) -> None:
    with pytest.raises(ValueError) as failed:
        leaves(text)
    assert wrong in str(failed.value)
    with pytest.raises(ValueError):
        leaves(text + " ", is_cut_off=True)


def test_a_markdown_fence_is_no_matter() -> None:
    assert leaves('```json\n{"a": 1}\n```\n') == [Leaf(("a",), 14, 15, "1")]


def test_a_line_break_inside_of_a_string_is_clear_enough() -> None:
    assert [leaf.value for leaf in leaves('{"a":"one\ntwo"}')] == ["one\ntwo"]
