"""Documents to learn from: two forms of labels become one, and what is not known stays unknown."""

import json
from pathlib import Path
from typing import Any

import pytest

from docai import build, metrics
from docai.errors import DatasetError
from docai.finetune.documents import LABELS, Taught, documents, limited

RECEIPT = build.builtin_schema("receipt")


def data_set(folder: Path, *rows: dict[str, Any] | str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / LABELS).write_text("\n".join(lines) + "\n", "utf8")
    return folder


def corrected(file: str, split: str | None = None, **data: Any) -> dict[str, Any]:
    return {"file": file, "data": data} | ({"split": split} if split else {})


def test_corrected_results_tell_every_field(tmp_path: Path) -> None:
    total = {"amount": "9.00", "currency": "MYR"}
    items = [{"description": "Tea", "total_price": {"amount": "9.00", "currency": "MYR"}}]
    folder = data_set(
        tmp_path / "mine",
        corrected("a.jpg", "train", total=total, items=items),
        corrected("b.jpg", "dev", merchant_name="ACME"),
    )

    first, second = documents([folder], RECEIPT)

    assert set(first.values) == {*RECEIPT.scalars, *RECEIPT.rows}  # what is not there is absent
    assert first.values["total"] == total
    assert first.values["merchant_name"] is None
    assert first.values["items"][0]["description"] == "Tea"
    assert (first.is_held_out, second.is_held_out) == (False, True)
    assert (first.id, first.path) == ("mine/a.jpg", folder / "a.jpg")
    assert second.values["items"] == []


def test_label_is_scored_as_data_sets_are(tmp_path: Path) -> None:
    items = [{"description": "Tea", "total_price": {"amount": "9.00", "currency": None}}]
    data = {"total": {"amount": "9.00", "currency": "MYR"}, "items": items}
    folder = data_set(
        tmp_path / "mine", corrected("a.jpg", "train", **data), corrected("b.jpg", "dev")
    )
    label = documents([folder], RECEIPT)[0].label

    right = metrics.score([label], {label["id"]: data})
    wrong = metrics.score([label], {label["id"]: {"total": "8.00", "items": []}})

    assert (right.micro.f1, right.items.f1) == (1.0, 1.0)
    assert (wrong.micro.right, wrong.items.right) == (0, 0)
    assert wrong.items.labelled == 2


def test_fields_that_a_set_never_labels_are_not_known(tmp_path: Path) -> None:
    folder = data_set(
        tmp_path / "public",
        {"id": "1", "file": "1.jpg", "split": "train", "fields": {"total": "9.00"}},
        {"id": "2", "file": "2.jpg", "split": "dev", "fields": {"merchant_name": "ACME"}},
    )

    first, _ = documents([folder], RECEIPT)

    assert first.values == {"merchant_name": None, "total": "9.00"}


def test_unpaired_columns_teach_no_rows(tmp_path: Path) -> None:
    row = {"id": "1", "file": "1.jpg", "fields": {"total": "9"}, "items_bag": {"amount": ["9"]}}
    folder = data_set(tmp_path / "bag", {**row, "split": "train"}, {**row, "split": "dev"})

    assert all("items" not in taught.values for taught in documents([folder], RECEIPT))


def test_columns_have_the_names_of_the_schema(tmp_path: Path) -> None:
    items = [{"description": "Tea", "unit_price": "3.00", "amount": "9.00"}]
    row = {"file": "1.jpg", "fields": {"total": "9"}, "items": items}
    folder = data_set(
        tmp_path / "rows", {**row, "split": "train"}, {**row, "file": "2", "split": "dev"}
    )

    cells = documents([folder], RECEIPT)[0].values["items"][0]

    assert (cells["description"], cells["price"], cells["total_price"]) == ("Tea", "3.00", "9.00")


def test_documents_without_split_are_split_the_same_every_time(tmp_path: Path) -> None:
    folder = data_set(tmp_path / "mine", *(corrected(f"{i}.jpg", total="1") for i in range(80)))

    found = documents([folder], RECEIPT)

    assert 2 <= sum(taught.is_held_out for taught in found) <= 25
    assert found == documents([folder], RECEIPT)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{", "line 1: no JSON"),
        ("[]", 'an object with "file"'),
        ({"file": 3, "data": {}}, 'an object with "file"'),
        ({"file": "a.jpg"}, 'must have "data"'),
        ({"file": "a.jpg", "data": []}, 'must have "data"'),
        ({"file": "../../etc/passwd", "data": {"total": "1"}}, "lies outside of that folder"),
        ({"file": "/etc/passwd", "data": {"total": "1"}}, "lies outside of that folder"),
        ({"file": "a.jpg", "fields": {"colour": "red"}}, "labels no field of the schema"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path: Path, row: Any, why: str) -> None:
    with pytest.raises(DatasetError, match=why):
        documents([data_set(tmp_path / "set", row)], RECEIPT)


def test_missing_or_empty_labels_are_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        documents([tmp_path / "nowhere"], RECEIPT)
    with pytest.raises(DatasetError, match="is empty"):
        documents([data_set(tmp_path / "set", "")], RECEIPT)


@pytest.mark.parametrize(("split", "what"), [("dev", "to learn from"), ("train", "to measure by")])
def test_both_splits_are_needed(tmp_path: Path, split: str, what: str) -> None:
    with pytest.raises(DatasetError, match=f"no document is left {what}"):
        documents([data_set(tmp_path / "set", corrected("a.jpg", split, total="1"))], RECEIPT)


def test_a_limit_chooses_the_same_every_time() -> None:
    some = [Taught(str(i), Path("x"), False, {}) for i in range(20)]

    assert limited(some, 5) == limited(some[::-1], 5)
    assert len(limited(some, 5)) == 5
    assert len(limited(some, 50)) == 20
