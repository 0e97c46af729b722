"""Hybrid invoices for tests: a PDF that prints an invoice and carries it as XML. All invented."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

LINE = ("Gartenstuhl Eiche", "GS-10", "4", "25.00", "19", "100.00")
OTHER_LINE = ("Apfelsaft naturtrüb", "AS-2", "10", "2.00", "7", "20.00")


@dataclass(frozen=True)
class Facts:
    """What an invented invoice states; amounts and days as CII writes them.

    ``lines`` are description, product code, quantity, unit price, rate of tax and amount.
    """

    seller: str = "Holzwerk Lindau GmbH"
    buyer: str = "Café Morgenrot"
    number: str = "RE-2021/77"
    day: str = "20210412"
    due: str = "20210512"
    currency: str = "EUR"
    total: str = "140.40"
    type_code: str = "380"
    lines: Sequence[tuple[str, ...]] = field(default=(LINE, OTHER_LINE))


FACTS = Facts()
PAGE = (
    "Holzwerk Lindau GmbH  Uferweg 3  88131 Lindau",
    "Café Morgenrot",
    "Rechnung Nr.: RE-2021/77",
    "Rechnungsdatum: 12.04.2021",
    "Pos Artikel Menge Einzelpreis MwSt Betrag",
    "1 Gartenstuhl Eiche GS-10 4 25,00 19 % 100,00",
    "2 Apfelsaft naturtrüb AS-2 10 2,00 7 % 20,00",
    "Summe netto 120,00",
    "MwSt gesamt 20,40",
    "Gesamtbetrag 140,40 EUR",
    "Zahlbar bis 12.05.2021",
)


def factur_x(facts: Facts = FACTS) -> bytes:
    """Return an invoice as Factur-X and ZUGFeRD 2 state it."""
    lines = "".join(_FACTUR_X_LINE.format(*map(escape, line)) for line in facts.lines)
    return _FACTUR_X.format(**_escaped(facts), rows=lines).encode()


def zugferd_1(facts: Facts = FACTS) -> bytes:
    """Return the same as ZUGFeRD 1 states it."""
    lines = "".join(_ZUGFERD_1_LINE.format(*map(escape, line)) for line in facts.lines)
    return _ZUGFERD_1.format(**_escaped(facts), rows=lines).encode()


def ubl(facts: Facts = FACTS, root: str = "Invoice") -> bytes:
    """Return the same as UBL states it."""
    counted = {"Invoice": "Invoiced", "CreditNote": "Credited"}[root]
    lines = "".join(
        _UBL_LINE.format(*map(escape, line), root=root, counted=counted) for line in facts.lines
    )
    days = {
        name: f"{d[:4]}-{d[4:6]}-{d[6:]}" for name, d in (("day", facts.day), ("due", facts.due))
    }
    return _UBL.format(**{**_escaped(facts), **days}, rows=lines, root=root).encode()


def hybrid(attachments: Mapping[str, bytes], lines: Sequence[str] = PAGE) -> bytes:
    """Return a PDF of one page with attachments, by name."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(420, 320))
    for row, line in enumerate(lines):
        canvas.drawString(30, 290 - 20 * row, line)
    canvas.showPage()
    canvas.save()
    pdf = pypdfium2.PdfDocument(file.getvalue())
    for name, content in attachments.items():
        pdf.new_attachment(name).set_data(content)
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    return out.getvalue()


def _escaped(facts: Facts) -> dict[str, Any]:
    """Return what an invoice states, fit for XML."""
    names = ("seller", "buyer", "number", "day", "due", "currency", "total", "type_code")
    return {name: escape(getattr(facts, name)) for name in names}


_FACTUR_X = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice
  xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
  <ram:ID>urn:cen.eu:en16931:2017</ram:ID>
 </ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
 <rsm:ExchangedDocument>
  <ram:ID>{number}</ram:ID><ram:TypeCode>{type_code}</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">{day}</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>{rows}
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>{seller}</ram:Name><ram:PostalTradeAddress>
     <ram:PostcodeCode>88131</ram:PostcodeCode><ram:LineOne>Uferweg 3</ram:LineOne>
     <ram:CityName>Lindau</ram:CityName><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress>
    <ram:SpecifiedTaxRegistration>
     <ram:ID schemeID="FC">12/345</ram:ID></ram:SpecifiedTaxRegistration>
    <ram:SpecifiedTaxRegistration>
     <ram:ID schemeID="VA">DE000000017</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>{buyer}</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>
   <ram:ApplicableTradeTax><ram:CalculatedAmount>19.00</ram:CalculatedAmount>
    <ram:BasisAmount>100.00</ram:BasisAmount>
    <ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
   <ram:ApplicableTradeTax><ram:CalculatedAmount>1.40</ram:CalculatedAmount>
    <ram:BasisAmount>20.00</ram:BasisAmount>
    <ram:RateApplicablePercent>7.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
    <udt:DateTimeString format="102">{due}</udt:DateTimeString>
   </ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:LineTotalAmount>120.00</ram:LineTotalAmount>
    <ram:AllowanceTotalAmount>0.00</ram:AllowanceTotalAmount>
    <ram:TaxTotalAmount currencyID="CHF">22.11</ram:TaxTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">20.40</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>{total}</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""

_FACTUR_X_LINE = """
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:SpecifiedTradeProduct><ram:SellerAssignedID>{1}</ram:SellerAssignedID>
    <ram:Name>{0}</ram:Name></ram:SpecifiedTradeProduct>
   <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>
    <ram:ChargeAmount>{3}</ram:ChargeAmount>
   </ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
   <ram:SpecifiedLineTradeDelivery>
    <ram:BilledQuantity unitCode="H87">{2}.0000</ram:BilledQuantity>
   </ram:SpecifiedLineTradeDelivery>
   <ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>
     <ram:RateApplicablePercent>{4}.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
    <ram:SpecifiedTradeSettlementLineMonetarySummation>
     <ram:LineTotalAmount>{5}</ram:LineTotalAmount>
    </ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>"""

_ZUGFERD_1 = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15">
 <rsm:HeaderExchangedDocument>
  <ram:ID>{number}</ram:ID><ram:Name>RECHNUNG</ram:Name><ram:TypeCode>{type_code}</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">{day}</udt:DateTimeString></ram:IssueDateTime>
 </rsm:HeaderExchangedDocument>
 <rsm:SpecifiedSupplyChainTradeTransaction>
  <ram:ApplicableSupplyChainTradeAgreement>
   <ram:SellerTradeParty><ram:Name>{seller}</ram:Name></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>{buyer}</ram:Name></ram:BuyerTradeParty>
   <ram:BuyerOrderReferencedDocument><ram:ID>B-9</ram:ID></ram:BuyerOrderReferencedDocument>
  </ram:ApplicableSupplyChainTradeAgreement>
  <ram:ApplicableSupplyChainTradeSettlement>
   <ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
    <udt:DateTimeString format="102">{due}</udt:DateTimeString>
   </ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementMonetarySummation>
    <ram:LineTotalAmount currencyID="{currency}">120.00</ram:LineTotalAmount>
    <ram:TaxTotalAmount currencyID="{currency}">20.40</ram:TaxTotalAmount>
    <ram:GrandTotalAmount currencyID="{currency}">{total}</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementMonetarySummation>
  </ram:ApplicableSupplyChainTradeSettlement>{rows}
 </rsm:SpecifiedSupplyChainTradeTransaction>
</rsm:CrossIndustryDocument>"""

_ZUGFERD_1_LINE = """
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:SpecifiedSupplyChainTradeAgreement><ram:NetPriceProductTradePrice>
    <ram:ChargeAmount currencyID="EUR">{3}00</ram:ChargeAmount>
   </ram:NetPriceProductTradePrice></ram:SpecifiedSupplyChainTradeAgreement>
   <ram:SpecifiedSupplyChainTradeDelivery>
    <ram:BilledQuantity unitCode="H87">{2}.0000</ram:BilledQuantity>
   </ram:SpecifiedSupplyChainTradeDelivery>
   <ram:SpecifiedSupplyChainTradeSettlement><ram:ApplicableTradeTax>
     <ram:ApplicablePercent>{4}.00</ram:ApplicablePercent></ram:ApplicableTradeTax>
    <ram:SpecifiedTradeSettlementMonetarySummation>
     <ram:LineTotalAmount currencyID="EUR">{5}</ram:LineTotalAmount>
    </ram:SpecifiedTradeSettlementMonetarySummation></ram:SpecifiedSupplyChainTradeSettlement>
   <ram:SpecifiedTradeProduct><ram:SellerAssignedID>{1}</ram:SellerAssignedID>
    <ram:Name>{0}</ram:Name></ram:SpecifiedTradeProduct>
  </ram:IncludedSupplyChainTradeLineItem>"""

_UBL = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:ID>{number}</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate><cbc:DueDate>{due}</cbc:DueDate>
 <cbc:{root}TypeCode>{type_code}</cbc:{root}TypeCode>
 <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party>
  <cac:PartyLegalEntity><cbc:RegistrationName>{seller}</cbc:RegistrationName></cac:PartyLegalEntity>
 </cac:Party></cac:AccountingSupplierParty>
 <cac:AccountingCustomerParty><cac:Party>
  <cac:PartyName><cbc:Name>{buyer}</cbc:Name></cac:PartyName>
 </cac:Party></cac:AccountingCustomerParty>
 <cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">20.40</cbc:TaxAmount></cac:TaxTotal>
 <cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="{currency}">120.00</cbc:LineExtensionAmount>
  <cbc:TaxInclusiveAmount currencyID="{currency}">{total}</cbc:TaxInclusiveAmount>
 </cac:LegalMonetaryTotal>{rows}
</{root}>"""

_UBL_LINE = """
 <cac:{root}Line><cbc:{counted}Quantity unitCode="H87">{2}</cbc:{counted}Quantity>
  <cbc:LineExtensionAmount currencyID="EUR">{5}</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>{0}</cbc:Name>
   <cac:SellersItemIdentification><cbc:ID>{1}</cbc:ID></cac:SellersItemIdentification>
   <cac:ClassifiedTaxCategory><cbc:Percent>{4}</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">{3}</cbc:PriceAmount></cac:Price></cac:{root}Line>"""
