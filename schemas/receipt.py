"""What a receipt tells: Azure Document Intelligence's receipt names, in snake_case."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.money import Money

Phone = Annotated[str, Field(json_schema_extra={"format": "phone"})]


class ReceiptItem(BaseModel):
    """One line item: something that was bought, returned or discounted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str | None = Field(None, description="What was bought, as printed.")
    quantity: Decimal | None = Field(None, description="How many, or how much by weight.")
    price: Money | None = Field(None, description="Price of one unit.")
    total_price: Money | None = Field(None, description="Price of the whole line.")


class Receipt(BaseModel):
    """A receipt for something paid."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"version": 1})

    merchant_name: str | None = Field(None, description="Name of the shop or company, as printed.")
    merchant_address: str | None = Field(
        None, description="Postal address of the shop, as printed, its lines joined by spaces."
    )
    merchant_phone: Phone | None = Field(None, description="Telephone number of the shop.")
    transaction_date: dt.date | None = Field(None, description="Day of the purchase.")
    transaction_time: dt.time | None = Field(None, description="Time of the purchase.")
    subtotal: Money | None = Field(None, description="Sum before tax and tip.")
    total_tax: Money | None = Field(None, description="All taxes together.")
    tip: Money | None = Field(None, description="Tip or gratuity.")
    total: Money | None = Field(None, description="What had to be paid in the end.")
    items: tuple[ReceiptItem, ...] = Field((), description="Line items, from top to bottom.")
