"""The schema of forms: pairs, boxes to tick and places to sign come through with their evidence."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from typed_forms import extracted, filled

from docai import build
from docai.errors import SchemaError, VlmError
from docai.extraction.candidates import candidate
from docai.extraction.fields import schema_of
from docai.extraction.meaning import locale_of
from docai.extraction.result import Extraction, State
from docai.testing import typed_reading
from docai.vlm.engine import Answer, Origin
from schemas.form import Form


def plain(result: Extraction) -> Any:
    return result.to_json()["data"]


def test_pairs_and_empty_fields() -> None:
    page = filled("K1[Name:] V1[Ada Lovell]", "K2[Town:]", "K3[Born:] V3[3 May]")
    result = extracted(Form, page)
    assert plain(result) == {
        "pairs": [{"key": "Name:", "value": "Ada Lovell"}, {"key": "Born:", "value": "3 May"}],
        "empty_fields": [{"key": "Town:"}],
    }
    assert result.fields["pairs[0].key"].evidence[0].words == (0,)
    assert result.fields["pairs[0].value"].evidence[0].words == (1, 2)
    assert result.fields["pairs[0].value"].confidence > 0.1


def test_pairs_of_every_page_follow_each_other() -> None:
    pages = filled("K1[Name:] V1[Ada]"), filled("K1[Town:] V1[Elm]", page=2)
    result = extracted(Form, *pages)
    assert [pair["key"] for pair in plain(result)["pairs"]] == ["Name:", "Town:"]
    assert result.fields["pairs[1].value"].evidence[0].page == 2


def test_boxes_are_told_ticked_or_not_with_a_box_and_no_words() -> None:
    result = extracted(Form, filled("[x] K1[Smoker]", "[ ] K2[Diabetic]"))
    assert plain(result) == {
        "check_boxes": [
            {"label": "Smoker", "is_checked": True, "kind": "check_box"},
            {"label": "Diabetic", "is_checked": False, "kind": "check_box"},
        ]
    }
    value = result.fields["check_boxes[0].is_checked"]
    assert value.typed is True and value.text is None and value.state is State.FOUND
    [evidence] = value.evidence
    assert evidence.words == () and evidence.box[2] > evidence.box[0]
    assert value.origin is Origin.CHOSEN
    again = Extraction.from_json(result.to_json())
    assert again.fields["check_boxes[0].is_checked"].evidence[0].words == ()


def test_a_drawn_box_takes_the_label_beside_it() -> None:
    page = filled("     K1[Married]        K2[Single]")
    [married, single] = [page.reading.words[i].box for i in (0, 1)]
    marks = [
        (box[0] - 40, box[1], box[0] - 20, box[3], 1, is_set, 0.9)
        for box, is_set in ((married, 0.1), (single, 0.95))
    ]
    result = extracted(Form, replace(page, marks=np.array(marks, np.float32)))
    assert plain(result)["check_boxes"] == [
        {"label": "Married", "is_checked": False, "kind": "radio_button"},
        {"label": "Single", "is_checked": True, "kind": "radio_button"},
    ]


def test_a_place_to_sign_is_told_signed_or_not() -> None:
    page = filled("K1[Date:] V1[3 May]", "of 1990", "K2[Signature:]")
    assert plain(extracted(Form, page))["signatures"] == [
        {"label": "Signature:", "is_present": False}
    ]
    _, y0, x1, y1 = page.reading.words[-1].box
    scrawl = np.array([[x1 + 10, y0 - 5, x1 + 120, y1 + 5, 2, 0.95, 0.9]], np.float32)
    result = extracted(Form, replace(page, marks=scrawl))
    assert plain(result)["signatures"] == [{"label": "Signature:", "is_present": True}]
    assert result.fields["signatures[0].is_present"].evidence[0].words == ()


def test_a_mark_is_evidence_of_what_is_chosen() -> None:
    schema = schema_of(Form, "form")
    reading = typed_reading(["check box"])
    leaf = schema.leaf("check_boxes[0].kind")
    said = Answer("check_boxes[0].kind", 0.9, text='"check_box"', origin=Origin.CHOSEN,
                  mark=(1, (5.0, 6.0, 20.0, 21.0)))  # fmt: skip
    found = candidate(said, leaf, [reading], locale_of([reading]))
    assert found is not None and found.evidence is not None
    assert (found.typed, found.text) == ("check_box", None)
    assert found.evidence.box == (5.0, 6.0, 20.0, 21.0) and found.evidence.words == ()
    with pytest.raises(VlmError, match="page 7"):
        candidate(replace(said, mark=(7, (0.0, 0.0, 1.0, 1.0))), leaf, [reading], locale_of([]))


def test_the_schema_comes_with_docai() -> None:
    assert "form" in build.builtin_schemas()
    assert set(build.builtin_schema("form").rows) == {
        "pairs",
        "empty_fields",
        "check_boxes",
        "signatures",
    }


def test_other_names_of_a_field_come_from_title_and_aliases() -> None:
    source = {
        "properties": {
            "dob": {"type": "string", "title": "Born", "aliases": ["Geboren"], "x-aliases": ["Né"]}
        },
        "type": "object",
    }
    assert schema_of(source, "x").leaves["dob"].field.aliases == ("Born", "Geboren", "Né")
    source["properties"]["dob"]["aliases"] = "Geboren"  # type: ignore[index]
    with pytest.raises(SchemaError, match=r"x\.dob: aliases must be a list of texts"):
        schema_of(source, "x")
