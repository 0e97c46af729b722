"""The tags that the built-in model gives to words, and the fields they stand for."""

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
)
ITEM_COLUMNS = ("description", "quantity", "price", "total_price")
ITEM_TAGS = tuple(f"item_{column}" for column in ITEM_COLUMNS)
TAGS = (NONE, *SCALARS, *ITEM_TAGS)
"""Index in this tuple is the class of the network; the order is part of the weights."""
