"""The result of a file of several documents: written, and taken apart again."""

from typing import Any

import pytest

from docai.extraction.part import SPLIT_UNSURE, Part
from docai.extraction.parts_json import results_in, split_json
from docai.extraction.result import Extraction, Problem, State, Value

UNSURE = Problem(SPLIT_UNSURE, "between page 1 and page 3")
SUMS = Problem("sum_mismatch", "the items do not add up", ("total",))


def part(number: int, page: int, *problems: Problem) -> Extraction:
    fields = {"merchant_name": Value(State.FOUND, "ACME", "ACME", 0.9)}
    told = Part((page,), None, number, 2, (2,))
    return Extraction("receipt", 1, "a.pdf", "ab" * 32, (), fields, problems, part=told)


PARTS = (part(1, 1, UNSURE), part(2, 3, SUMS, UNSURE))


def test_parts_stand_in_order_and_what_is_not_sure_once() -> None:
    shown = split_json(PARTS)
    assert shown["parts"] == [one.to_json() for one in PARTS]
    assert (shown["id"], shown["name"], shown["blank_pages"]) == ("ab" * 8, "a.pdf", [2])
    assert shown["document"] == {"sha256": "ab" * 32}
    assert [problem["message"] for problem in shown["problems"]] == [UNSURE.message]


def test_what_was_written_comes_back() -> None:
    found = [Extraction.from_json(one) for one in results_in(split_json(PARTS))]
    assert found == list(PARTS)
    alone = PARTS[0].to_json()
    assert results_in(alone) == [alone]


@pytest.mark.parametrize("wrong", [[], None, 5, {"parts": []}, {"parts": {}}, {"parts": [5]}])
def test_what_is_no_result_is_said(wrong: Any) -> None:
    with pytest.raises(ValueError, match="no result of docai's"):
        results_in(wrong)
