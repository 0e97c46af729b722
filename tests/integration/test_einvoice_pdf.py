"""Hybrid PDFs, from the file on: attachments, hostile ones among them, and the whole path."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hybrid import FACTS, PAGE, factur_x, hybrid, ubl, zugferd_1

from docai import build
from docai.einvoice import MAX_XML_BYTES
from docai.extraction.fields import schema_of
from docai.extraction.result import Extraction, State
from docai.load import invoice_xml, load, load_path, pages
from docai.ocr.engine import OcrEngine
from docai.pipeline import Pipeline
from docai.settings import Settings
from docai.testing import ScriptedVlm

NAMES = ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml"]
TEXT = {"type": "string"}
SCHEMA = schema_of(
    {
        "type": "object",
        "properties": {
            "invoice_id": TEXT,
            "vendor_name": TEXT,
            "invoice_total": {"type": "string", "format": "money"},
        },
    },
    "mine",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_names_that_standards_want(name: str) -> None:
    assert load(hybrid({name: factur_x()})).invoice_xml == factur_x()


@pytest.mark.parametrize("standard", [factur_x, zugferd_1, ubl])
def test_another_name_is_told_by_its_content(standard: Callable[[], bytes]) -> None:
    others = {"stylesheet.xml": b"<xsl/>", "notes.txt": standard(), "0815.XML": standard()}
    assert invoice_xml(hybrid(others)) == standard()


def test_the_name_counts_more_than_the_order() -> None:
    attachments = {"a.xml": zugferd_1(), "factur-x.xml": factur_x()}
    assert invoice_xml(hybrid(attachments)) == factur_x()


@pytest.mark.parametrize("attachments", [{}, {"a.xml": b"<a/>"}, {"terms.pdf": b"%PDF-1.4"}])
def test_other_files_carry_none(attachments: dict[str, bytes]) -> None:
    assert invoice_xml(hybrid(attachments)) is None


def test_a_picture_carries_none() -> None:
    photo = Path(__file__).parents[2] / "examples" / "receipt.jpg"
    assert load_path(photo).invoice_xml is None


def test_it_can_be_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hybrid({NAMES[0]: factur_x()}))
    assert load_path(path).invoice_xml == factur_x()
    assert load_path(path, with_invoice_xml=False).invoice_xml is None


@cache
def ocr() -> OcrEngine:
    return build.ocr_engine(Settings())[0]


def extracted(content: bytes) -> Extraction:
    """Return what comes of a file where no model finds anything."""
    return Pipeline(ocr(), ScriptedVlm()).extract(load(content), SCHEMA).extraction


@pytest.mark.parametrize("standard", [factur_x, zugferd_1, ubl])
def test_the_whole_path(standard: Callable[[], bytes]) -> None:
    done = extracted(hybrid({NAMES[0]: standard()}))
    assert done.to_json()["data"] == {
        "invoice_id": "RE-2021/77",
        "vendor_name": "Holzwerk Lindau GmbH",
        "invoice_total": "140.40",
    }
    assert {v.witnesses for v in done.fields.values()} == {("xml", "text_layer")}
    assert all(value.evidence for value in done.fields.values())


def test_without_text_on_the_page_the_xml_stands_alone() -> None:
    done = extracted(hybrid({NAMES[0]: factur_x()}, ["Kopie"]))
    assert done.fields["invoice_id"].typed == "RE-2021/77"
    assert [problem.code for problem in done.problems] == ["not_printed"]


XXE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<CrossIndustryInvoice><ExchangedDocument><ID>&x;</ID></ExchangedDocument></CrossIndustryInvoice>"""


@pytest.mark.parametrize("xml", [XXE, b"<broken", b"", factur_x()[:900]])
def test_xml_that_cannot_be_read_is_a_problem_of_the_xml(xml: bytes) -> None:
    done = extracted(hybrid({NAMES[0]: xml}))
    assert [problem.code for problem in done.problems] == ["xml_unreadable"]
    assert {value.state for value in done.fields.values()} == {State.ABSENT}
    assert "root:" not in str(done.to_json())


def bomb(size_bytes: int) -> bytes:
    """Return a PDF whose attachment unpacks to many bytes."""
    packed = zlib.compress(b" " * size_bytes, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(factur-x.xml)4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/EF<</F 5 0 R>>>>",
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def test_what_is_too_large_is_cut_and_told() -> None:
    content = bomb(MAX_XML_BYTES + 1000)
    xml = invoice_xml(content)
    assert xml is not None and len(xml) == MAX_XML_BYTES + 1
    done = extracted(content)
    assert "5,000,000 bytes" in done.problems[0].message


@pytest.mark.slow
def test_a_bomb_costs_the_xml_and_not_the_pages() -> None:
    content = bomb(150_000_000)  # in less than a megabyte
    assert len(content) < 1_000_000
    assert len(list(pages(content))) == 1
    xml = invoice_xml(content)
    assert xml is not None and len(xml) in {0, MAX_XML_BYTES + 1}


def test_disagreement_reaches_the_result() -> None:
    other = factur_x(replace(FACTS, number="RE-2021/99"))
    done = extracted(hybrid({NAMES[0]: other}, PAGE))
    assert done.fields["invoice_id"].origin.value == "embedded"
    assert done.problems[0].paths == ("invoice_id",)
