"""The result of a file that was split into documents, as plain JSON; and the results in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from docai.extraction.part import SPLIT_UNSURE
from docai.extraction.result import Extraction

PARTS = "parts"


def split_json(extractions: Sequence[Extraction]) -> dict[str, Any]:
    """Return the result of a file: that of each of its documents, and which cuts are not sure.

    Args:
        extractions: of all parts of one file, in order; at least one.
    """
    first = extractions[0]
    parts = [extraction.to_json() for extraction in extractions]
    unsure = {  # a border is told on both sides of it
        problem["message"]: problem
        for part in parts
        for problem in part["problems"]
        if problem["code"] == SPLIT_UNSURE
    }
    return {
        "id": first.sha256[:16],
        "name": first.name,
        "document": {"sha256": first.sha256},
        PARTS: parts,
        "blank_pages": [] if first.part is None else list(first.part.blank_pages),
        "problems": list(unsure.values()),
    }


def results_in(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the results of single documents: those of the parts of a file, or the result itself.

    Raises:
        ValueError: ``result`` is no result of docai's.
    """
    if not isinstance(result, Mapping):
        raise ValueError("this is no result of docai's: it is no object")
    if PARTS not in result:
        return [dict(result)]
    parts = result[PARTS]
    if not (isinstance(parts, list) and parts and all(isinstance(one, dict) for one in parts)):
        raise ValueError("this is no result of docai's: its parts are no list of results")
    return parts
