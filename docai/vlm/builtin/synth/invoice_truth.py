"""What is true of an invented invoice: the values it prints, normalised."""

from collections.abc import Sequence
from typing import Any

from docai.vlm.builtin.synth.invoice_content import Invoice, Line, TaxPart
from docai.vlm.builtin.synth.invoice_lands import SIGNS
from docai.vlm.builtin.synth.paper import Set

ITEM_FIELDS = {
    "item_description": "description",
    "item_quantity": "quantity",
    "item_unit": "unit",
    "item_price": "unit_price",
    "item_tax_rate": "tax_rate",
    "item_total_price": "amount",
    "item_product_code": "product_code",
}
"""The field of an item that each tag stands for."""


def truth_of(words: Sequence[Set], invoice: Invoice) -> dict[str, Any]:
    """Return the values of what ``words`` print, and of nothing else."""
    printed = {w.meaning.tag for w in words}
    vendor, customer = invoice.vendor, invoice.customer
    values = {
        "merchant_name": ("vendor_name", vendor.name),
        "merchant_address": ("vendor_address", " ".join(vendor.address)),
        "vendor_tax_id": ("vendor_tax_id", vendor.tax_id),
        "customer_name": ("customer_name", customer.name),
        "customer_address": ("customer_address", " ".join(customer.address)),
        "invoice_id": ("invoice_id", invoice.number),
        "transaction_date": ("invoice_date", invoice.date.isoformat()),
        "due_date": ("due_date", invoice.due.isoformat()),
        "purchase_order": ("purchase_order", invoice.order),
        "subtotal": ("subtotal", str(_subtotal(words, invoice))),
        "total_tax": ("total_tax", str(invoice.tax)),
        "discount": ("discount", str(invoice.discount)),
        "total": ("invoice_total", str(invoice.total)),
        "amount_due": ("amount_due", str(invoice.due_amount)),
        "payment_term": ("payment_term", _first_text(words, "payment_term").rstrip(".,;:")),
        "iban": ("iban", invoice.iban),
        "service_start_date": ("service_start_date", invoice.start.isoformat()),
        "service_end_date": ("service_end_date", invoice.end.isoformat()),
    }
    truth: dict[str, Any] = {
        field: value for tag, (field, value) in values.items() if tag in printed
    }
    if any(sign in w.text for w in words for sign in SIGNS[invoice.currency]):
        truth["currency"] = invoice.currency
    details = [d for d in (_tax(words, part, invoice) for part in invoice.taxes) if d]
    if details:
        truth["tax_details"] = details
    rows: dict[int, set[str]] = {}
    for word in words:
        if word.meaning.row is not None:
            rows.setdefault(word.meaning.row, set()).add(word.meaning.tag)
    truth["items"] = [_item(invoice.lines[n], rows[n]) for n in sorted(rows)]
    return truth


def _item(line: Line, printed: set[str]) -> dict[str, str]:
    """Return the values of one line item."""
    values = {
        "item_description": line.description,
        "item_quantity": f"{line.quantity.normalize():f}",
        "item_unit": line.unit,
        "item_price": str(line.price),
        "item_tax_rate": f"{line.rate.normalize():f}",
        "item_total_price": str(line.amount),
        "item_product_code": line.code,
    }
    return {ITEM_FIELDS[tag]: value for tag, value in values.items() if tag in printed}


def _subtotal(words: Sequence[Set], invoice: Invoice) -> object:
    """Return the subtotal that is printed: after discounts, or the sum of the lines."""
    shown = digits(_first_text(words, "subtotal"))
    return invoice.net if digits(str(invoice.net)) == shown else invoice.gross_lines


def _tax(words: Sequence[Set], part: TaxPart, invoice: Invoice) -> dict[str, str]:
    """Return what is printed of the tax of one rate."""
    is_one = len(invoice.taxes) == 1
    rates = [digits(w.text) for w in words if w.meaning.tag == "tax_rate"]
    rate = digits(f"{part.rate.normalize():f}")
    out = {}
    if any(r == rate or (r.startswith(rate) and not r[len(rate) :].strip("0")) for r in rates):
        out["rate"] = f"{part.rate.normalize():f}"
    tags = {w.meaning.tag for w in words}
    if out and "tax_net" in tags:
        out["net"] = str(part.net)
    if ("tax_amount" in tags and out) or (is_one and "total_tax" in tags):
        out["amount"] = str(part.amount)
    return out


def _first_text(words: Sequence[Set], tag: str) -> str:
    """Return the first run of words tagged ``tag``, in the order they were set."""
    out: list[str] = []
    for word in words:
        if word.meaning.tag == tag:
            out.append(word.text)
        elif out:
            break
    return " ".join(out)


def digits(text: str) -> str:
    """Return the digits of ``text``."""
    return "".join(c for c in text if c.isdigit())
