"""What invented invoices say, in English; see `docai.vlm.builtin.synth.words` for the notation.

``<name>`` in a sentence stands for a value of the invoice, which is tagged.
"""

from docai.vlm.builtin.synth.words import parse

ENGLISH_INVOICE = parse("""
company = {coined} {trade2} {suffix2}; {surname} & {surname} {suffix2}; {adjective} {noun} {trade2}
  {coined} {suffix2}; {initials} {trade2} {suffix2}; {surname} {trade2}; {noun} {trade2} {suffix2}
  The {noun} {trade2} Company; {coined} {coined} {suffix2}; {adjective} {noun}; {coined} {noun}
  {city2} {trade2} {suffix2}; {surname}, {surname} & {surname}; {coined}{noun} {suffix2}
trade2 = Consulting; Logistics; Software; Design; Supplies; Industries; Interiors; Media; Systems
  Engineering; Partners; Solutions; Services; Trading; Electronics; Furniture; Print; Tools
  Packaging; Events; Studio; Labs; Energy; Telecom; Foods; Textiles; Construction; Marketing
suffix2 = Ltd; Ltd.; Limited; Inc.; Inc; LLC; LLP; Corp.; plc; Co.; Group; _; _
city2 = Ashford; Millbrook; Northfield; Lakewood; Westbury; Kingsport; Fairview; Oakdale
  Brookhaven; Riverton; Easton; Harlow; Newbridge; Stanford; Clearwater
person = {given} {surname}; {given} {surname}; Mr {given} {surname}; Ms {given} {surname}
department = Accounts Payable; Attn: {given} {surname}; Purchasing; Finance Department
  Attention: Accounts Payable; c/o {surname}; Dept. {nn}
us_address = {n}~ {street} {us_way}|{city2}, {state2} ~~~~~
  {n} {us_way2} {street} St.|Suite {n}|{city2}, {state2} ~~~~~; PO Box ~~~~|{city2}, {state2} ~~~~~
  {n}~ {street} {us_way}|{city2} {state2} ~~~~~
  {n} {street} {us_way}, Ste {n}~|{city2}, {state2} ~~~~~-~~~~
  {n}~~ {street} {us_way}|Floor {nn}|{city2}, {state2} ~~~~~
us_way = Street; Ave; Avenue; Road; Rd; Blvd; Drive; Lane; Way; Court; Parkway; St; Dr.; Circle
us_way2 = North; South; E; W; N; West; East
state2 = NY; CA; TX; FL; OH; PA; IL; GA; VA; MD; WA; CO; NM; AZ; MA; DC; MI; NC; MO; IA; OR; TN
gb_address = {n} {street} {gb_way}|{city2}|^^{n1} {n1}^^
  Unit {nn}, {noun} Business Park|{street} {gb_way}|{city2} ^^{nn} {n1}^^
  {noun} House|{n} {street} {gb_way}|{city2}, ^^{nn} {n1}^^
  {nn} {street} {gb_way}|{city2}|{county}|^{nn} {n1}^^
gb_way = Road; Street; Lane; Close; Avenue; Way; Gardens; Square; Hill
county = Kent; Essex; Surrey; Devon; Norfolk; West Yorkshire; Lancashire; Hampshire
au_address = {n} {street} {gb_way}|{city2} NSW 2~~~; Level {nn}, {n} {street} St|{city2} VIC 3~~~
good = Office chair; Desk, adjustable; Meeting table; LED panel; Cable {measure2}; Steel bracket
  Hex bolts {measure2}; Toner cartridge; Copy paper A4; Laptop stand; Network switch; Monitor {nn}"
  Power supply {n} W; Hydraulic hose; Filter element; Safety gloves; Pump seal; Pallet wrap
  Storage cabinet; Whiteboard; Acoustic panel; Ceramic tiles {measure2}; Wall paint white
  Extension lead; Bearing ~~~~; Conveyor belt; Pressure valve; Water cooler; Coffee beans {n1} kg
  Sensor module; Circuit board; Drill bit set; Waiting room bench; Work stool, low back; Tray
  Locker with key; Rolling pedestal; Sit-stand desk; Lamp arm; Wooden pallet; Cardboard boxes
  T-shirt printed; Brochure 8 pages; Business cards; Roll-up banner; USB-C dock; Keyboard
service = Consulting services; Software development; Website maintenance; Monthly hosting
  Installation; On-site support; Graphic design; Project management; Translation EN-DE
  Training session; Annual licence; Data migration; Photography half day; Copywriting
  Legal advice re {coined}; Accounting services; Courier service; Cleaning of offices
  Repair of {good}; Travel expenses; Editing and proofreading; SEO audit; Workshop {noun}
  Network technician (as per time records); Junior developer hours; Hotline (block of ten calls)
  Rent of premises {month}; Marketing campaign {noun}; Subscription {coined} Pro; Hotel night
  Labour; Delivery and assembly; Colour scheme for lobby; Room cleaning; Logo concept
quality2 = premium; black; white; grey; heavy duty; type {up2}; model {coined}; size {size2}
  {n} mm; stainless steel; refurbished; custom made; series {n}; pack of {nn}; incl. mounting kit
measure2 = M{nn}x{n}; {n} mm; {n1} m; {nn}x{nn} cm; {n1}.{n1} m; {n}x{n}x{n1}
up2 = A; B; C; D; S; X; HD; Pro
size2 = S; M; L; XL; 42; 10; 120
month = January; February; March; April; May; June; July; August; September; October; November
  December
item = {good}; {good}; {good} {quality2}; {coined} {good}; {good}, {quality2}; {service}; {service}
  {service} - {coined}; {coined} {up2}{n}; {good} {coined} {n}, {quality2}; {service} ({month})
note = Serial no. {coined}-~~~~~; Delivery note ~~~~~~; Colour: {quality2}; Warranty {n1} years
  Batch ~~~~~; Origin: CN; HS code ~~~~~~~~; Your ref. {coined}; As per offer {n}
  Includes shipping; Contact: {given} {surname}; Customs tariff no. ~~~~~~~~
group = Materials; Labour; Services; Hardware; Phase {n1}; Project {coined}; Department {coined}
  Site {city2}; Delivery note {n}~~~; Equipment
unit2 = pcs; pcs; pc; ea; hrs; h; hours; days; kg; m; set; box; l; pack; Unit(s); each; EA; HR
t_invoice = INVOICE; Invoice; INVOICE; Tax Invoice; TAX INVOICE; Sales Invoice; VAT INVOICE
  Commercial Invoice; Invoice to customer
t_credit = CREDIT NOTE; Credit Note; Credit Memo; CREDIT MEMO
t_proforma = PRO FORMA INVOICE; Proforma Invoice; QUOTATION; Order confirmation; Estimate
t_bill = Your bill; Statement; Monthly statement; Bill; Service invoice; Account summary
k_number = Invoice No.; Invoice number; Invoice #; Invoice no; No.; Invoice; INVOICE #; Inv. No.
  Document no.; Number; Invoice ID; Invoice N°; Reference; Bill no.; INV NO; Tax invoice no.
k_date = Date; Invoice date; Date of issue; Issue date; Dated; Invoice Date; Date issued; Bill date
  Tax point; Billing date; DATE; Inv. date; Invoiced on
k_due = Due date; Payment due; Due; Pay by; Due by; Payment due date; Date due; Please pay by
  Due Date; DUE DATE; Payable by; Pay before
k_po = PO number; P.O. #; PO; Purchase order; Your order no.; P.O. No.; PO #; Purchase Order Number
  Customer PO; Order reference; Your PO; P.O. Number; Buyer's order no.; Cust. order
k_customer = Customer no.; Customer ID; Account no.; Account; Client no.; Customer number
  Account number; Cust. ID; Client code
k_quote = Quote no.; Quotation; Our reference; Job no.; Project; Offer no.; Sales order; Order ID
k_order_date = Order date; Date of order; Ordered on
k_delivery = Delivery date; Ship date; Date of supply; Shipped; Delivered on; Dispatch date
k_note = Delivery note; Packing slip no.; Shipment no.; Tracking no.; Waybill
k_period = Service period; Billing period; Period; Period covered; Flight dates; For the period
  Charges from; Subscription period; Period of service
k_stay = Arrival / Departure; Your stay; Stay
k_term = Terms; Payment terms; Terms of payment; Payment; Payment Terms; TERMS
k_contact = Contact; Sales rep; Salesperson; Your contact; Issued by; Account manager; Prepared by
  Source; Salesman; Handled by; Ordered by
k_ship_via = Ship via; Shipping method; Delivery terms; Incoterms; F.O.B.; Carrier
v_ship_via = UPS Ground; FedEx; DHL Express; Collect; EXW; DAP; Best way; Our truck; Factory
k_yourref = Your ref.; Your reference; Ref.; Customer ref.
k_taxid_customer = Customer VAT no.; Your VAT ID; VAT reg. no. of customer; Customer tax ID
k_billto = Bill to; BILL TO; Billed to; Invoice to; Sold to; Customer; To; Billing address
  Invoice address; Client; TO:; Bill To; For; Buyer; Customer information
k_shipto = Ship to; SHIP TO; Deliver to; Delivery address; Shipping address; Ship To; Consignee
k_from = From; Seller; Supplier; FROM; Vendor; Issued by; Remit to; Payable to; Service provider
k_subtotal = Subtotal; Sub-total; Net total; Total net; SUBTOTAL; Total excl. VAT; Net amount
  Total ex. tax; Net; Untaxed amount; Amount before tax; Sub Total; Total before tax; Total (net)
k_lines = Total of items; Items total; Goods total; Sum; Merchandise
k_total = Total; TOTAL; Invoice total; Total amount; Grand total; Total incl. VAT; Total due
  Amount payable; Balance due; Gross total; Total incl. tax; Invoice amount; Total (gross)
  Amount due; TOTAL DUE; Total to pay; Total Amount Due; Invoice Total; Total payable
  Pay this amount
k_total_plain = Total; TOTAL; Invoice total; Total amount; Grand total; Total incl. VAT
  Total incl. tax; Gross total; Total gross
k_due_amount = Amount due; Balance due; Balance; Due now; Amount payable; Total due; Outstanding
  Remaining; To pay; BALANCE DUE; Please pay; Amount Due
k_prepaid = Paid; Less deposit; Amount paid; Prepaid; Deposit received; Payment received; Payments
  Advance payment; Less payments
k_discount = Discount; Less discount; Trade discount; Rebate; DISCOUNT; Special discount; Promotion
  Discount {r}%; {r}% discount; Discount ({r}%)
k_shipping = Shipping; Freight; Delivery; Postage & packing; Carriage; Handling; S & H; P&P
k_tax_all = Total tax; Tax; VAT; Total VAT; Taxes; Tax total; TAX; Tax amount
k_tax = {tax} {r}%; {tax} ({r}%); {tax} @ {r}%; {r}% {tax}; {tax} at {r}%; plus {tax} {r}%
  {tax} {r} %; Add {tax} {r}%
k_tax_on = {tax} {r}% on {net}; {tax} {r}% of {net}; {r}% {tax} ({net} net); {tax} {r}% (on {net})
k_included = incl. {tax} {r}%; Includes {tax} {r}%; of which {tax} {r}%; {tax} included ({r}%)
k_carry = Carried forward; Subtotal carried forward; Balance carried forward
k_brought = Brought forward; Carried over
k_group_sum = Subtotal; Total
page = Page; Page; Pg.; page
of = of; /; of
c_taxtable = Rate; VAT rate; Tax rate; Code; %
c_taxtable_net = Net; Taxable; Net amount; Goods; Basis; Taxable amount
c_taxtable_amount = VAT; Tax; VAT amount; Tax amount
c_taxtable_gross = Gross; Total
h_taxtable = VAT summary; Tax summary; VAT analysis; Tax breakdown
c_pos = #; No.; Item; Pos.; Line; Ln; S.No
c_code = Item code; SKU; Code; Part no.; Item #; Product code; Article; Ref.; Model; Item no.
c_item = Description; Item; Description of goods; Details; Product; Item description; Service
  DESCRIPTION; Particulars; Product / Service; Activity; Goods and services; Product description
c_qty = Qty; Quantity; QTY; Qty.; Units; Hours; Quantities; Hrs/Qty; Shipped
c_unit = Unit; UoM; U/M; Unit type; per
c_price = Unit price; Price; Rate; Unit cost; UNIT PRICE; Price each; Price/unit; Unit Price; Cost
  Price per unit; Net price
c_tax = VAT; Tax; VAT %; Tax %; Tax rate; VAT rate; Taxes; GST
c_amount = Amount; Total; Line total; Net amount; AMOUNT; Total price; Ext. price; Price; Net
  Extended; TOTAL; Amount excl. VAT; Line Total; Sum; Value
c_date = Date; Service date; Date of service
c_discount = Disc.; Disc. %; Discount; Rebate
c_gross = Gross; Total incl. tax; Incl. VAT; Total incl.
c_taxamount = VAT amount; Tax amt; Tax amount
k_phone = Tel.; Phone; Tel; T; Telephone; Ph.; Main; Phone no.
k_fax = Fax; F; Fax no.
k_mail = Email; E-mail; E; Mail
k_web = Web; www; Website; W
k_iban = IBAN; IBAN No.; IBAN code
k_bic = BIC; SWIFT; SWIFT/BIC; BIC/SWIFT; Swift code
k_bank = Bank; Bank name; Bank details; Our bank; Banking details
k_account = Account no.; Account number; A/C No.; Account No
k_sort = Sort code; Routing no.; ABA routing; BSB
k_holder = Account name; Account holder; Beneficiary; Name
k_taxid = VAT No.; VAT Reg. No.; VAT number; VAT ID; VAT Registration Number; VAT; VAT reg no
k_taxid_us = Tax ID; EIN; Federal Tax ID; Fed. ID #; TIN; FEIN; Tax ID No.
k_taxid_au = ABN; A.B.N.
k_taxno = Company no.; Company Registration No.; Reg. No.; Registered in England No.
  Company number
v_taxno = ~~~~~~~~; 0~~~~~~~; SC~~~~~~; ~~~~~~
k_director = Director; Managing director; Directors; CEO; Proprietor
k_register = Registered office; Registered in; Incorporated in
v_register = {city2}; England and Wales; Delaware; Scotland
bank = {coined} Bank; Bank of {city2}; {city2} Savings Bank; First {noun} Bank; {coined} Bank plc
  {noun} Trust; {city2} Building Society
s_intro = Thank you for your order. We invoice you as follows:; For services rendered:
  We hereby invoice the following goods and services.; Thank you for your business!
  Please find below the charges for our services.; To:
s_hello = Dear Sir or Madam,; Dear customer,; Dear {given},; Dear Mr {surname},; Dear Ms {surname},
s_pay = Please pay <total> by <due>.; Please transfer <total> to our account <iban> until <due>.
  Payment is due by <due>. Please quote invoice <number>.; Payment terms: <term>.; <term>.
  Please pay the amount of <total> within <term2>.; Make all checks payable to <vendor>.
  The total amount of <total> is due on <due>.; Please remit <total> quoting <number> to <iban>.
  If you have any questions concerning this invoice, contact {given} {surname}, +{n} ~~~~~~.
  Please make payment to <vendor> within <term2>.; Terms: <term>; Amount due by <due>: <total>
s_term = Net {d}; {d} days net; {d} days; Due on receipt; Net {d} days; within {d} days
  Payment within {d} days; {d} days from invoice date; Cash on delivery; {d} Days
  Payable within {d} days without deduction; 2% 10, net {d}; 2/10 net {d}; Due upon receipt
s_term2 = {d} days; {d} days of the invoice date; {d} days of receipt
s_close = Thank you for your business!; Kind regards; Best regards,; We appreciate your business.
  Thank you; THANK YOU FOR YOUR BUSINESS; Yours sincerely,; Questions? Call us.
  Thank you for shopping with us.; Have a great day!
s_legal = Goods remain our property until paid in full.; E. & O. E.; Late payments bear interest.
  Interest of {n1} % per month will be charged on overdue accounts.; All prices in <currency>.
  Our general terms and conditions apply.
  This is a computer generated invoice. No signature required.
  Any claims must be made within {nn} days of receipt.
  Reverse charge: VAT to be paid by recipient.
  No returns without authorisation. Restocking fee {nn} %.; Subject to the terms overleaf.
  Overdue accounts subject to a service charge of {n1}% per month.; VAT exempt.
  Prices are subject to change without notice. Please check your delivery at once; claims
  The goods were supplied on the date of this invoice unless stated otherwise.
slogan = Quality since 19~~; We build {noun}s; Your partner for {trade2}; Simply better
  {trade2} - {trade2} - {trade2}; Innovation in {trade2}; Always there for you
and_to = to; -; –; to; through; until
country = United States; USA; United Kingdom; Germany; France; Ireland; Canada; Australia
own_country = United States; USA; United Kingdom; England
""")
