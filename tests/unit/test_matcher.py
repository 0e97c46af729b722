"""Fields of any schema find their keys, in whatever language the form asks."""

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel
from typed_forms import extracted, filled

from docai.extraction.result import State
from docai.table import Cell, Table
from docai.vlm.builtin.concepts import meanings_of, similarity
from docai.vlm.builtin.matcher import LEAST, tag_of, unasked
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.engine import Field as Asked
from docai.vlm.engine import Mode


class Patient(BaseModel):
    """A form of a doctor."""

    name: str | None = None
    date_of_birth: dt.date | None = None
    phone: str | None = None
    smoker: bool | None = None
    sex: Literal["male", "female"] | None = None


@pytest.mark.parametrize(
    ("name", "birth", "phone"),
    [
        ("Full name:", "Date of birth (DD/MM/YYYY):", "Telephone no."),
        ("Name", "Geburtsdatum:", "Telefonnummer"),
        ("Nom et prénom", "Né(e) le", "N° de téléphone"),
        ("성명", "생년월일", "전화번호"),
        ("Naam", "Geboortedatum", "Telefoon"),
    ],
)
def test_fields_are_answered_in_any_language(name: str, birth: str, phone: str) -> None:
    page = filled(f"K1[{name}] V1[Ada Lovell]", f"K2[{birth}] V2[03.05.1990]", f"K3[{phone}] V3[1]")
    result = extracted(Patient, page)
    assert result.data["name"] == "Ada Lovell"
    assert result.data["date_of_birth"] == dt.date(1990, 5, 3)
    assert result.data["phone"] == "1"
    assert result.fields["date_of_birth"].evidence[0].page == 1


def test_what_no_key_asks_for_is_absent() -> None:
    result = extracted(Patient, filled("K1[Place of birth:] V1[Elm]", "K2[Company name:] V2[Acme]"))
    assert result.data == {}
    assert result.problems == ()


def test_an_empty_field_is_absent_and_lends_no_value() -> None:
    page = filled("K1[Phone:]", "K2[Work phone:] V2[555 0199]")
    assert extracted(Patient, page).fields["phone"].state is State.ABSENT


def test_a_value_of_another_kind_is_no_answer() -> None:
    page = filled("K1[Date of birth:] V1[unknown]")
    assert extracted(Patient, page).fields["date_of_birth"].state is State.ABSENT


def test_a_typed_value_is_taken_out_of_what_stands_around_it() -> None:
    page = filled("K1[Born:] V1[on 3 May 1990 in Elm]")
    result = extracted(Patient, page)
    assert result.data == {"date_of_birth": dt.date(1990, 5, 3)}
    assert result.fields["date_of_birth"].text == "3 May 1990"


@pytest.mark.parametrize(
    ("line", "is_smoker"),
    [
        ("[x] K1[Smoker]", True),
        ("[ ] K1[Smoker]", False),
        ("K1[Smoker:] V1[Yes]", True),
        ("K1[Raucher:] V1[nein]", False),
        ("K1[Smoker:] V1[X]", True),
        ("K1[Do you smoke?] [ ] V1[Yes] [x] V1[No]", False),
        ("K1[Do you smoke?] [x] V1[Yes] [ ] V1[No]", True),
        ("K1[Do you smoke?] [ ] V1[Yes] [ ] V1[No]", None),
        ("K1[Do you smoke?] [x] V1[Yes] [x] V1[No]", None),
        ("K1[Smoker:] V1[sometimes]", None),
    ],
)
def test_a_yes_or_no_is_ticked_or_written(line: str, is_smoker: bool | None) -> None:
    assert extracted(Patient, filled(line)).data.get("smoker") is is_smoker


def test_a_written_yes_has_its_words_as_evidence() -> None:
    value = extracted(Patient, filled("K1[Smoker:] V1[Yes]")).fields["smoker"]
    assert value.evidence[0].words == (1,) and value.text == "Yes"


@pytest.mark.parametrize(
    ("line", "sex"),
    [
        ("K1[Sex:] [ ] V1[Male] [x] V1[Female]", "female"),
        ("K1[Geschlecht:] V1[male]", "male"),
        ("[x] V[male]  [ ] V[female]", "male"),
        ("K1[Sex:] [ ] V1[Male] [ ] V1[Female]", None),
        ("[x] V[male]", None),
    ],
)
def test_a_choice_is_ticked_or_written(line: str, sex: str | None) -> None:
    assert extracted(Patient, filled(line)).data.get("sex") == sex


def test_aliases_of_a_schema_are_names() -> None:
    page = filled("K1[Zählerstand:] V1[00417]", "K2[Hull no.] V2[X 12]")
    source = {
        "type": "object",
        "properties": {
            "meter": {"type": "string", "aliases": ["Zählerstand"]},
            "hullNumber": {"type": "string"},
        },
    }
    assert extracted(source, page).data == {"meter": "00417", "hullNumber": "X 12"}


def test_a_description_names_a_field_too() -> None:
    source = {
        "type": "object",
        "properties": {"f7": {"type": "string", "description": "Date of birth. As printed."}},
    }
    assert extracted(source, filled("K1[Geburtsdatum] V1[1990]")).data == {"f7": "1990"}


def test_a_key_asks_under_its_heading() -> None:
    names = ("applicant_phone", "spouse_phone")
    source = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    page = filled(
        "H[Information on applicant]",
        "K1[Phone:] V1[555 0101]",
        "H[Spouse]",
        "K2[Phone:] V2[555 0202]",
    )
    data = extracted(source, page).data
    assert data == {"applicant_phone": "555 0101", "spouse_phone": "555 0202"}


def test_one_key_answers_one_field() -> None:
    source = {
        "type": "object",
        "properties": {n: {"type": "string"} for n in ("contact", "contact_person")},
    }
    data = extracted(source, filled("K1[Contact person] V1[Ada]")).data
    assert len(data) == 1


def test_two_keys_alike_are_a_conflict() -> None:
    page = filled("K1[Phone] V1[555 0101]", "K2[Phone] V2[555 0202]")
    value = extracted(Patient, page).fields["phone"]
    assert value.state is State.CONFLICT
    assert [other.text for other in value.alternatives] == ["555 0202"]


def _table(page: Tagged, rows: list[list[tuple[int, ...]]]) -> Table:
    box = (0.0, 0.0, 1.0, 1.0)
    cells = [
        Cell(r, c, 1, 1, box, words, is_header=r == 0)
        for r, row in enumerate(rows)
        for c, words in enumerate(row)
    ]
    return Table(page.reading.page, box, tuple(cells))


def test_rows_come_from_a_table_with_such_columns() -> None:
    page = filled("Drug Dose Since", "Aspirin 100 2019", "Ibu  200 2021")
    table = _table(page, [[(0,), (1,), (2,)], [(3,), (4,), (5,)], [(6,), (), (8,)]])
    columns: dict[str, Any] = {"drug": {"type": "string"}, "dose": {"type": "number"}}
    source = {
        "type": "object",
        "properties": {
            "medication": {"type": "array", "items": {"type": "object", "properties": columns}}
        },
    }
    result = extracted(source, page, tables=[table])
    assert result.data == {"medication": [{"drug": "Aspirin", "dose": 100}, {"drug": "Ibu"}]}
    other = {"ship": {"type": "string"}, "port": {"type": "string"}}
    source["properties"]["medication"]["items"]["properties"] = other  # type: ignore[index]
    assert extracted(source, page, tables=[table]).data == {}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("supplier", "merchant_name"),
        ("rechnungsnummer", "invoice_id"),
        ("grand_total", "total"),
        ("numéro_de_facture", "invoice_id"),
        ("dueDate", "due_date"),
        ("date_of_birth", None),
        ("name", None),
        ("amount", None),
    ],
)
def test_fields_called_otherwise_find_their_tag(name: str, tag: str | None) -> None:
    assert tag_of(Asked(name, "text")) == tag


def test_what_only_a_writing_model_can_say_is_told() -> None:
    summary = Asked("summary", "text", mode=Mode.FREE)
    question = Asked("answer", "text", description="What is the name?")
    assert unasked([summary, question, Asked("name", "text")]) == ("summary", "answer")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("date_of_birth", "Geburtsdatum"),
        ("invoiceNumber", "Rechnungs-Nr.:"),
        ("customer_email", "Kunden-E-Mail"),
        ("birth_date", "Geburtsdaturn"),
        ("phone", "전화 번호"),
        ("meter_reading", "Reading of meter"),
    ],
)
def test_alike(a: str, b: str) -> None:
    assert similarity(a, b) >= LEAST
    assert similarity(a, b) == pytest.approx(similarity(b, a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("date_of_birth", "Date"),
        ("first_name", "Last name"),
        ("invoice_date", "Due date"),
        ("vendor_name", "Customer name"),
        ("insurance_number", "Insurance company"),
        ("total", "Subtotal"),
        ("test_date", "Test no."),
        ("phone", "Fax"),
        ("name", ""),
        ("name", ":::"),
    ],
)
def test_not_alike(a: str, b: str) -> None:
    assert similarity(a, b) < LEAST


def test_a_text_is_no_name() -> None:
    assert meanings_of("word " * 200) == ()


def test_marks_far_from_words_answer_nothing() -> None:
    page = filled("K1[Name] V1[Ada]")
    marks = np.array([[0, 0, 3, 3, 0, 0.9, 0.9]], np.float32)
    assert extracted(Patient, replace(page, marks=marks)).data == {"name": "Ada"}
