"""Where e-invoices state what: the names that their standards give to the fields of an invoice.

A path goes down by local names; ``|`` stands between names of which any will do, ``[key=value]``
wants an attribute, and ``@key`` at the end is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Paths = Mapping[str, tuple[str, ...]]
"""By field, where it may be stated: the first path that leads to something counts."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where the fields of an invoice, or the columns of a row, are stated.

    Attributes:
        texts: paths to texts.
        dates: paths to days.
        amounts: paths to amounts of money.
        numbers: paths to numbers.
        addresses: the path to an address, and then the names of its parts, as they are written.
    """

    texts: Paths = field(default_factory=dict)
    dates: Paths = field(default_factory=dict)
    amounts: Paths = field(default_factory=dict)
    numbers: Paths = field(default_factory=dict)
    addresses: Paths = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standard:
    """How one family of standards states an invoice.

    Attributes:
        type_code: paths to the code that tells a credit note.
        header: what is stated once.
        rows: per list the path to its rows, and where they state their columns.
    """

    type_code: tuple[str, ...]
    header: Where
    rows: Mapping[str, tuple[str, Where]]


_DEAL = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_HEAD = "ExchangedDocument|HeaderExchangedDocument"
_AGREED = f"{_DEAL}/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_SETTLED = f"{_DEAL}/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = (
    f"{_SETTLED}/SpecifiedTradeSettlementHeaderMonetarySummation"
    "|SpecifiedTradeSettlementMonetarySummation"
)
_SELLER, _BUYER = f"{_AGREED}/SellerTradeParty", f"{_AGREED}/BuyerTradeParty"
_TAX_IDS = f"{_SELLER}/SpecifiedTaxRegistration"
_TERMS, _PERIOD = f"{_SETTLED}/SpecifiedTradePaymentTerms", f"{_SETTLED}/BillingSpecifiedPeriod"
_OF_LINE = "SpecifiedLineTrade{0}|SpecifiedSupplyChainTrade{0}"
_PRICED, _SHIPPED, _BILLED = (_OF_LINE.format(s) for s in ("Agreement", "Delivery", "Settlement"))
CII = Standard(
    type_code=(f"{_HEAD}/TypeCode",),
    header=Where(
        texts={
            "vendor_name": (f"{_SELLER}/Name",),
            "vendor_tax_id": (f"{_TAX_IDS}/ID[schemeID=VA]", f"{_TAX_IDS}/ID"),
            "customer_name": (f"{_BUYER}/Name",),
            "invoice_id": (f"{_HEAD}/ID",),
            "purchase_order": (f"{_AGREED}/BuyerOrderReferencedDocument/IssuerAssignedID|ID",),
            "currency": (f"{_SETTLED}/InvoiceCurrencyCode",),
            "payment_term": (f"{_TERMS}/Description",),
            "iban": (
                f"{_SETTLED}/SpecifiedTradeSettlementPaymentMeans"
                "/PayeePartyCreditorFinancialAccount/IBANID",
            ),
        },
        dates={
            "invoice_date": (f"{_HEAD}/IssueDateTime",),
            "due_date": (f"{_TERMS}/DueDateDateTime",),
            "service_start_date": (f"{_PERIOD}/StartDateTime",),
            "service_end_date": (f"{_PERIOD}/EndDateTime",),
        },
        amounts={
            "subtotal": (f"{_SUMS}/LineTotalAmount", f"{_SUMS}/TaxBasisTotalAmount"),
            "total_discount": (f"{_SUMS}/AllowanceTotalAmount",),
            "total_tax": (f"{_SUMS}/TaxTotalAmount",),
            "invoice_total": (f"{_SUMS}/GrandTotalAmount",),
            "amount_due": (f"{_SUMS}/DuePayableAmount",),
        },
        addresses={
            f"{party}_address": (
                f"{path}/PostalTradeAddress",
                *("LineOne", "LineTwo", "LineThree", "PostcodeCode", "CityName"),
            )
            for party, path in (("vendor", _SELLER), ("customer", _BUYER))
        },
    ),
    rows={
        "items": (
            f"{_DEAL}/IncludedSupplyChainTradeLineItem",
            Where(
                texts={
                    "description": (
                        "SpecifiedTradeProduct/Name",
                        "SpecifiedTradeProduct/Description",
                    ),
                    "unit": (f"{_SHIPPED}/BilledQuantity|RequestedQuantity/@unitCode",),
                    "product_code": (
                        "SpecifiedTradeProduct/SellerAssignedID",
                        "SpecifiedTradeProduct/GlobalID",
                    ),
                },
                amounts={
                    "unit_price": (f"{_PRICED}/NetPriceProductTradePrice/ChargeAmount",),
                    "amount": (
                        f"{_BILLED}/SpecifiedTradeSettlementLineMonetarySummation"
                        "|SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
                    ),
                },
                numbers={
                    "quantity": (f"{_SHIPPED}/BilledQuantity|RequestedQuantity",),
                    "tax_rate": (
                        f"{_BILLED}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent",
                    ),
                },
            ),
        ),
        "tax_details": (
            f"{_SETTLED}/ApplicableTradeTax",
            Where(
                amounts={"net_amount": ("BasisAmount",), "amount": ("CalculatedAmount",)},
                numbers={"rate": ("RateApplicablePercent|ApplicablePercent",)},
            ),
        ),
    },
)

_SUPPLIER, _CUSTOMER = (f"Accounting{who}Party/Party" for who in ("Supplier", "Customer"))
UBL = Standard(
    type_code=("InvoiceTypeCode|CreditNoteTypeCode",),
    header=Where(
        texts={
            "vendor_name": (
                f"{_SUPPLIER}/PartyLegalEntity/RegistrationName",
                f"{_SUPPLIER}/PartyName/Name",
            ),
            "vendor_tax_id": (f"{_SUPPLIER}/PartyTaxScheme/CompanyID",),
            "customer_name": (
                f"{_CUSTOMER}/PartyLegalEntity/RegistrationName",
                f"{_CUSTOMER}/PartyName/Name",
            ),
            "invoice_id": ("ID",),
            "purchase_order": ("OrderReference/ID",),
            "currency": ("DocumentCurrencyCode",),
            "payment_term": ("PaymentTerms/Note",),
            "iban": ("PaymentMeans/PayeeFinancialAccount/ID",),
        },
        dates={
            "invoice_date": ("IssueDate",),
            "due_date": ("DueDate", "PaymentMeans/PaymentDueDate"),
            "service_start_date": ("InvoicePeriod/StartDate",),
            "service_end_date": ("InvoicePeriod/EndDate",),
        },
        amounts={
            "subtotal": (
                "LegalMonetaryTotal/LineExtensionAmount",
                "LegalMonetaryTotal/TaxExclusiveAmount",
            ),
            "total_discount": ("LegalMonetaryTotal/AllowanceTotalAmount",),
            "total_tax": ("TaxTotal/TaxAmount",),
            "invoice_total": ("LegalMonetaryTotal/TaxInclusiveAmount",),
            "amount_due": ("LegalMonetaryTotal/PayableAmount",),
        },
        addresses={
            f"{party}_address": (
                f"{path}/PostalAddress",
                *(
                    "StreetName",
                    "AdditionalStreetName",
                    "AddressLine/Line",
                    "PostalZone",
                    "CityName",
                ),
            )
            for party, path in (("vendor", _SUPPLIER), ("customer", _CUSTOMER))
        },
    ),
    rows={
        "items": (
            "InvoiceLine|CreditNoteLine",
            Where(
                texts={
                    "description": ("Item/Name", "Item/Description"),
                    "unit": ("InvoicedQuantity|CreditedQuantity/@unitCode",),
                    "product_code": (
                        "Item/SellersItemIdentification/ID",
                        "Item/StandardItemIdentification/ID",
                    ),
                },
                amounts={"unit_price": ("Price/PriceAmount",), "amount": ("LineExtensionAmount",)},
                numbers={
                    "quantity": ("InvoicedQuantity|CreditedQuantity",),
                    "tax_rate": ("Item/ClassifiedTaxCategory/Percent",),
                },
            ),
        ),
        "tax_details": (
            "TaxTotal/TaxSubtotal",
            Where(
                amounts={"net_amount": ("TaxableAmount",), "amount": ("TaxAmount",)},
                numbers={"rate": ("TaxCategory/Percent",)},
            ),
        ),
    },
)
