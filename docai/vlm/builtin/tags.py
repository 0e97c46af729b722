"""The tags that the built-in model gives to words, and the fields they stand for.

A tag means one thing, whatever a schema calls it: who issues a receipt and who issues an invoice is
``merchant_name``, so what is learnt of one kind of document serves the others.
"""

NONE = ""
SCALARS = (
    "merchant_name",
    "merchant_address",
    "merchant_phone",
    "transaction_date",
    "transaction_time",
    "subtotal",
    "total_tax",
    "tip",
    "total",
    "customer_name",
    "customer_address",
    "invoice_id",
    "due_date",
    "purchase_order",
    "amount_due",
    "payment_term",
    "iban",
    "vendor_tax_id",
    "service_start_date",
    "service_end_date",
    "discount",
)
ITEM_COLUMNS = (
    "description",
    "quantity",
    "price",
    "total_price",
    "unit",
    "tax_rate",
    "product_code",
)
TAX_COLUMNS = ("rate", "net", "amount")
ITEM_TAGS = tuple(f"item_{column}" for column in ITEM_COLUMNS)
TAX_TAGS = tuple(f"tax_{column}" for column in TAX_COLUMNS)
TAGS = (NONE, *SCALARS, *ITEM_TAGS, *TAX_TAGS)
"""Index in this tuple is the class of the network; the order is part of the weights."""

OTHER_NAMES = {
    "vendor_name": "merchant_name",
    "vendor_address": "merchant_address",
    "vendor_phone": "merchant_phone",
    "invoice_date": "transaction_date",
    "invoice_total": "total",
}
"""What invoices call a field whose tag has a receipt's name."""

OTHER_COLUMNS = {"unit_price": "price", "amount": "total_price"}
"""The same for the columns of line items."""

ROLES = ("", "header", "key", "value")
"""What a word is in the make-up of a page, whatever it means; the order is part of the weights."""

KINDS = ("receipt", "invoice", "form", "other")
"""Kinds of documents; the order is part of the weights."""
