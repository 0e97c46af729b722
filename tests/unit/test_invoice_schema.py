"""The invoice schema: what it asks for, and that it comes with docai."""

from typing import get_args

from docai import build
from docai.extraction.fields import Kind
from docai.extraction.leaves import FORMS
from docai.vlm.builtin.decode import decode
from schemas.invoice import Invoice
from schemas.money import Money
from schemas.receipt import Receipt

SUMS = {"subtotal", "total_discount", "total_tax", "invoice_total", "amount_due"}
DAYS = {"invoice_date", "due_date", "service_start_date", "service_end_date"}


def test_it_comes_with_docai() -> None:
    schema = build.schema("invoice")
    assert {path for path, kind in schema.scalars.items() if kind is Kind.MONEY} == SUMS
    assert {path for path, kind in schema.scalars.items() if kind is Kind.DATE} == DAYS
    assert [*schema.rows["items"]] == [
        *("description", "quantity", "unit", "unit_price", "tax_rate", "amount", "product_code")
    ]
    assert [*schema.rows["tax_details"]] == ["rate", "net_amount", "amount"]
    assert {schema.leaf(name).form for name in ("currency", "iban")} == FORMS


def test_every_field_says_what_it_is() -> None:
    assert all(leaf.field.description for leaf in build.schema("invoice").leaves.values())


def test_receipts_and_invoices_share_money() -> None:
    subtotals = [kind.model_fields["subtotal"].annotation for kind in (Invoice, Receipt)]
    assert [get_args(one)[0] for one in subtotals] == [Money, Money]


def test_the_built_in_model_knows_every_field() -> None:
    schema = build.schema("invoice")
    assert decode([], schema.json_schema, schema.fields).unasked == ()
    receipt = build.schema("receipt")
    assert decode([], receipt.json_schema, receipt.fields).unasked == ()
