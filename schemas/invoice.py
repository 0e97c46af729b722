"""What an invoice tells: Azure Document Intelligence's invoice names, in snake_case."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.money import Money

Currency = Annotated[str, Field(json_schema_extra={"format": "currency"})]
Iban = Annotated[str, Field(json_schema_extra={"format": "iban"})]


class InvoiceItem(BaseModel):
    """One line item: something that is charged, returned or taken off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str | None = Field(
        None, description="What is charged, as printed; without its number, code and price."
    )
    quantity: Decimal | None = Field(None, description="How many units are charged.")
    unit: str | None = Field(
        None, description="What is counted, as printed: pcs, Stk, h, kg, days."
    )
    unit_price: Money | None = Field(None, description="Price of one unit.")
    tax_rate: Decimal | None = Field(
        None, description="Rate of tax on this line, in percent: 19 for 19 %."
    )
    amount: Money | None = Field(None, description="Price of the whole line.")
    product_code: str | None = Field(
        None, description="Article number, SKU or other code of the product, as printed."
    )


class TaxDetail(BaseModel):
    """What one rate of tax adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Decimal | None = Field(None, description="Rate of tax in percent: 19 for 19 %.")
    net_amount: Money | None = Field(None, description="Sum that this rate applies to, before tax.")
    amount: Money | None = Field(None, description="Tax at this rate.")


class Invoice(BaseModel):
    """An invoice or a credit note."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"version": 1})

    vendor_name: str | None = Field(
        None, description="Name of the company or person that issues the invoice, as printed."
    )
    vendor_address: str | None = Field(
        None, description="Postal address of the issuer, as printed, its lines joined by spaces."
    )
    vendor_tax_id: str | None = Field(
        None, description="VAT number or other tax number of the issuer, as printed."
    )
    customer_name: str | None = Field(
        None, description="Name of whoever has to pay the invoice, as printed."
    )
    customer_address: str | None = Field(
        None,
        description="Postal address of whoever has to pay, as printed, its lines joined by spaces.",
    )
    invoice_id: str | None = Field(None, description="Number of the invoice, as printed.")
    invoice_date: dt.date | None = Field(None, description="Day on which the invoice was issued.")
    due_date: dt.date | None = Field(None, description="Day by which it has to be paid.")
    purchase_order: str | None = Field(
        None, description="Number of the order that the invoice is for, as printed."
    )
    payment_term: str | None = Field(
        None, description="Terms of payment, as printed: within how many days, with what discount."
    )
    service_start_date: dt.date | None = Field(
        None, description="First day of the period of service or delivery."
    )
    service_end_date: dt.date | None = Field(
        None, description="Last day of the period of service or delivery."
    )
    currency: Currency | None = Field(
        None, description="Currency of the amounts, by the sign or code that is printed: EUR."
    )
    subtotal: Money | None = Field(
        None, description="Sum of the line items before tax, after discounts on lines."
    )
    total_discount: Money | None = Field(None, description="Discount on the whole invoice.")
    total_tax: Money | None = Field(None, description="All taxes together.")
    tax_details: tuple[TaxDetail, ...] = Field((), description="Tax by rate, as printed.")
    invoice_total: Money | None = Field(None, description="Sum of the whole invoice, tax included.")
    amount_due: Money | None = Field(
        None,
        description="What is left to pay: the sum of the invoice, less what has been paid, plus "
        "what is owed from before.",
    )
    iban: Iban | None = Field(None, description="Bank account number of the issuer, as an IBAN.")
    items: tuple[InvoiceItem, ...] = Field((), description="Line items, from top to bottom.")
