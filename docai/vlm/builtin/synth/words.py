"""Word lists that invented receipts are made of: English first, and what every country shares.

Each table is text: ``key = choice; choice; …``, a choice being a template and ``_`` the empty
one. In a template ``{key}`` stands for a choice of that key, ``~`` for a digit, ``^`` for a
capital letter and ``|`` for a line break. Nothing here is the name or the address of a real shop.
"""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]


def parse(table: str) -> dict[str, tuple[str, ...]]:
    """Return the choices of every key in ``table``."""
    words: dict[str, str] = {}
    key = ""
    for line in table.strip().splitlines():
        head, found, tail = line.partition(" = ")
        if found and head.replace("_", "").isalnum():
            key, line = head, tail
        words[key] = f"{words[key]};{line}" if key in words else line
    return {k: tuple(_choice(c) for c in text.split(";")) for k, text in words.items()}


def _choice(text: str) -> str:
    """Return one choice; an underscore is the empty one."""
    return "" if text.strip() == "_" else text.strip()


SHARED = parse("""
onset = b; c; d; f; g; h; j; k; l; m; n; p; r; s; t; v; w; y; z; br; ch; cl; dr; fl; gr; kh; pr; sh
  st; tr; th
vowel = a; a; e; e; i; o; o; u; ai; ee; ia; oo; ou; y
coda = n; r; s; l; x; k; t; m; ng; nd; _; _; _; _; _
mail = info@{coined}.com; {coined}.com; www.{coined}.com; @{coined}; facebook.com/{coined}
  hello@{coined}.net
card = VISA; MASTERCARD; Visa; MasterCard; Visa Debit; AMEX; DEBIT; CREDIT CARD; Card; EDC MASTER
  VISA CREDIT; MAESTRO; Contactless; EFTPOS
ref = AID: A~~~~~~~~~~~~~; RRN: ~~~~~~~~~~~~; AUTH: ~~~~~~; Auth Code: ~~~~~^; TID: ~~~~~~~~
  MID: ~~~~~~~~~~~~; Trace # ~~~~~~; Batch ~~~~; Approval Code ~~~~~~; Ref {n}-~~~~~~
  ************~~~~; XXXX XXXX XXXX ~~~~; xxxxxxxxxxxx~~~~; TC: ~~~^^~~~^~~~~^~~; TVR: 00000~~~~~
  APPROVED; TERMINAL # ~~~~~; SEQ. # ~~~~~~; PIN VERIFIED OK; NO SIGNATURE REQUIRED
  **** **** **** ~~~~ ^; APPR CODE: ~~~~~~; INVOICE: ~~~~~~; ENTRY METHOD: Chip Read
""")

ENGLISH = parse("""
adjective = Golden; Silver; Happy; Royal; Lucky; Sunny; Urban; Grand; Blue; Red; Green; Little
  Fresh; Prime; Smart; Super; Old; New; Royal; Crystal; Jade; Pearl; Rustic; Wild; Hidden; Twin
  Purple; Copper; Velvet; Cozy; Hungry; Brave; Quiet; Northern; Southern; Eastern; Western; First
  Modern; Classic; Honest; Bright; Infinite; Emerald; Amber; Iron; Paper; Humble; Merry; Seven
  Three
noun = Dragon; Star; Lion; Garden; Harbour; River; Corner; Lotus; Phoenix; Tiger; Bamboo; Spoon
  Kettle; Anchor; Maple; Oak; Willow; Crown; Bridge; Lantern; Moon; Sun; Eagle; Falcon; Panda
  Rose; Orchid; Palm; Mill; Barn; Cellar; Forge; Basket; Wheel; Feather; Compass; Pepper; Olive
  Onion; Fox; Otter; Badger; Sparrow; Whale; Acorn; Clover; Saddle; Ember; Canyon; Meadow; Summit
  Grove
trade = Trading; Enterprise; Hardware; Stationery; Pharmacy; Bakery; Restaurant; Cafe; Mart
  Market; Books; Electrical; Motors; Gift Shop; Boutique; Kitchen; Grill; Bistro; Supplies
  Fashion; Optical; Furniture; Toys; Flowers; Pet Store; Salon; Laundry; Petrol; Foods; Seafood
  Noodle House; Deli; Coffee; Tea House; Diner; Bar & Grill; Pizzeria; Steakhouse; Liquor
  Wine & Spirits; Hotel; Inn; Burgers; Tavern; Pub; Sports; Shoes; Photo; Car Wash; Garden Centre
  Brewery; Creamery; Cleaners
surname = Baker; Miller; Harris; Cooper; Turner; Wong; Parker; Murphy; Foster; Hughes; Bennett
  Reed; Sullivan; Brooks; Russo; Garcia; Nolan; Walsh; Kowalski; Novak; Singh; Patel; Chen; Kim
  Nguyen; Abbott; Dalton; Fletcher; Granger; Holloway; Jarvis; Kendrick; Lowell; Mercer; Norwood
  Pruitt
given = Anna; Ben; Carla; David; Emma; Felix; Grace; Henry; Ivy; Jack; Kate; Liam; Maria; Nick
  Olga; Paul; Rosa; Sam; Tina; Victor; Wendy; Zoe; Amir; Siti; Mei; Lisa; Tom; Jen; Mike; Sarah
  Jose
goods = Milk; Bread; Butter; Eggs; Cheddar; Tomato; Banana; Orange; Apple; Potato; Onion; Rice
  Pasta; Sugar; Flour; Olive Oil; Cereal; Yogurt; Chicken; Beef Mince; Salmon; Bacon; Ham; Soap
  Shampoo; Detergent; Tissue; Toothpaste; Sponge; Batteries; Candle; Notebook; Pen; Marker
  Envelope; Glue; Tape; Stapler; Folder; Lamp; Bulb; Cable; Adapter; Screw; Paint Brush; Hammer
  Drill Bit; Hose; T-Shirt; Socks; Dress; Jeans; Scarf; Belt; Mug; Plate; Bowl; Towel; Pillow
  Vase; Frame; Basket; Shower Gel; Hair Dye; Vitamin C; Plaster; Syrup; Dog Food; Cat Litter
  Chocolate; Cookies; Crisps; Soda; Juice; Mineral Water; Coffee; Green Tea; Beer; Red Wine
  Ice Cream; Frozen Peas; Grapes
dish = Cheeseburger; Fries; Caesar Salad; Club Sandwich; Fish & Chips; Chicken Wings; Ribeye Steak
  Spring Rolls; Fried Rice; Noodle Soup; Pad Thai; Green Curry; Sushi Set; Miso Soup; Edamame
  Ramen; Tacos; Burrito; Nachos; Margherita; Pepperoni Pizza; Carbonara; Lasagne; Risotto
  Tiramisu; Garlic Bread; Garlic Naan; Butter Chicken; Samosa; Lamb Korma; Falafel; Hummus; Kebab
  Pancakes; Waffle; Omelette; Bagel; Muffin; Brownie; Cheesecake; Espresso; Cappuccino; Latte
  Americano; Flat White; Iced Tea; Diet Coke; Lemonade; Orange Juice; Draft Beer; House Wine
  Gin & Tonic; Sparkling Water; Hot Tea; Lobster Roll; Clam Chowder; Pork Chop; Side Salad
  Kids Meal; Soup of the Day; Mushroom Burger
quality = Large; Small; Organic; Fresh; Spicy; Grilled; Mini; Classic; White; Black; Blue; Double
  Mixed; Crispy; Premium; Natural; Assorted; Dbl; Lg; Sm; Org; Fz; Half; Extra; Special; Home
  Jumbo; Baby
measure = 500G; 1KG; 250ML; 1L; 12PK; 6S; 100G; 330ML; A4; 2PLY; 10CM; 5M; 40W; XL; M; 3PC; 75GSM
  2 IN 1; 16OZ; 1/2 LB; 9X12; 24"; 3/4"; 0.5MM; 1.5L; 4X100G; NO.5; #12
item = {dish}; {dish}; {quality} {dish}; {goods}; {goods} {measure}; {quality} {goods}
  {coined} {goods}; {coined} {goods} {measure}; {quality} {goods} {measure}; {dish} ({quality})
  {noun} {goods}; {goods} - {quality}; {coined} {dish}; {goods} {quality} {measure}
  {dish} w/ {goods}; {surname} {dish}
merchant = {adjective} {noun} {trade}; {adjective} {noun}; The {adjective} {noun}
  {surname}'s {trade}; {surname} & {surname}; {coined} {trade}; {coined}; {coined} {noun}
  {initials} {trade}; {noun} & {noun}; {surname} {trade}; The {noun} {trade}; {given}'s {trade}
  {given} & {given} {trade}; {coined}'s; {trade} {coined}; {coined} {coined}; {initials}
  {adjective} {trade}; {noun} {trade}; Cafe {coined}; The {coined} {trade} Co.; {noun} on {n}th
  {surname}'s; {coined}-{coined}; {trade} at {noun} {noun}
suffix = Inc.; LLC; Co.; _; _; _; _; _; _; _
store = Store #~~~; Store No. {n}; Branch {n}; Store ~~~~; ST# ~~~~~; Shop {n}; #~~~
street = {noun}; {adjective} {noun}; {surname}; {n}th; Main; High; King; Queen; Station; Church
  Park; Victoria; Mill; {noun}wood; {surname}ton; Market; Bridge; Harbour; Forest; Lake; Hill
  Union; College
greet = Thank you; THANK YOU!; Thank you for your visit; Please come again; Thank you, come again
  Thank you for shopping with us; Have a nice day; See you soon!; *** THANK YOU ***; Customer Copy
  Thank you for dining with us!; We appreciate your business; **** CUSTOMER COPY ****
  Merchant Copy
foot = Goods sold are not returnable; Please retain this receipt
  Returns within {nn} days with receipt; No refund. Exchange within 7 days.
  Tell us how we did: {mail}; Visit us at {mail}; Follow us {mail}; Survey code: ~~~~ ~~~~ ~~~~
  You saved {n}.~~ today!; Points earned: ~~~; Points balance ~~~~
  You could win $~~0! Go to {mail}; Member since 20{nn}; Order online {mail}
  Ask about our loyalty card; Items: {nn}; Open daily 9am - 10pm; Mon-Fri 8:00-18:00
  Wifi password: {coined}; E. & O. E.; Spend {nn}0.00 more for a free gift
  Powered by {coined} POS; Tip is not included; Software by {coined}
  Suggested tip 15% = {nn}.~~  20% = {nn}.~~; Gratuity is not included; Sign: _________________
  Like us on Facebook; All prices in local currency; Wi-Fi: {coined}{nn}
  Feedback: call 1-800-~~~-~~~~
info = Order #{n}; Check #~~~~~; Server: {given}; Table {nn}; Table: {nn}; Guests: {n1}
  Cashier: {given}; Reg {n1}; Trans# ~~~~~~; Invoice No: ~~~~~~; Till {n1}; Terminal ~~~
  Receipt no. ~~~~~~; POS: {n1}; Ticket: ~~~~; Chk ~~~~  Gst {n1}; Tbl {nn}/1; Server {n} {given}
  Staff: {given}; Operator {nn}; Dine In; Take Away; Take Out; Eat In; Station: {n1}
  ST# ~~~~ OP# ~~~~ TE# ~~ TR# ~~~~~; Drawer: {n1}; {n} {given} {surname}
  Customer: {given} {surname}; Served by {given}; Covers: {n1}; Bar Tab; Clerk {nn}
title = RECEIPT; Sales Receipt; TAX INVOICE; Guest Check; Invoice; Customer Receipt; SALE
  CASH RECEIPT; Duplicate; Bill; ORDER
k_phone = Tel:; Tel; Phone:; Ph:; TEL:; T:; Tel.; Telephone:; Call; Ph; Store phone#:; _; _; _; _
k_fax = Fax:; Fax; FAX:; F:; Mobile:
k_date = Date:; DATE; Date; Date :; _; _; _; _; _; _; _
k_time = Time:; TIME; Time; _; _; _; _; _; _; _; _; _
k_date2 = Printed:; Opened; Print Date; Due date:; Return by; Closed; Valid until; Best before
  Shift
k_subtotal = SUBTOTAL; Subtotal; Sub Total; Sub-Total; SUB TOTAL; Subtotal:; Sub-total:; Net Sales
  Item Total; Food Sub-Total; Taxable; Amount; Net Total:; Merchandise Subtotal; SUBTTL
  Order Subtotal
k_subtotal_net = Total excl. tax; Net amount; Taxable amount; Total ex GST; Excl. tax
k_total = TOTAL; TOTAL; Total; Total:; Total Due; Amount Due; BALANCE DUE; Grand Total; TOTAL DUE
  TOTAL:; Total Amount; Balance Due; Order Total; Total to pay; Payment Due; AMOUNT
  Take Out Total; Receipt total:; **TOTAL; TOTAL SALE; Total Purchase; Total Bill
  Total for {q} items; {q} Total; BALANCE; Bill total
k_total2 = Amount:; AMOUNT; Auth Amt:; Total Paid; Amount Paid; Purchase; Total Sale
  PAYMENT AMOUNT; Sale Total; TOTAL PURCHASE
k_tip = Tip; TIP; Tip:; Gratuity; Gratuity {r}%; {r}% Gratuity; Tips; Grat:
k_service = Service Charge {r}%; {r}% SVC CHG; Service {r}%; Svc Chrg; Serv. Charge ({r}%)
k_discount = Discount; DISCOUNT; Coupon; Member Discount; Promo; Savings; Loyalty {n1}0% off
  Less discount
k_cash = CASH; Cash; Cash Tendered; Tendered; TENDER; Paid; Cash:; Cash Received; AMOUNT PAID
k_change = CHANGE; Change; Change Due; CHANGE:; Cash Change; Change due:
k_round = Rounding; Rounding Adj; Rounding Adjustment
k_count = Items: {q}; NUMBER OF ITEMS {q}; Item count: {q}; # ITEMS SOLD {q}; Total Qty: {q}
  Items sold: {q}
k_taxtable = Tax Summary; VAT Summary; Tax Analysis
c_item = Item; Description; ITEM; Product; Item Name; Particulars; DESCRIPTION
c_qty = Qty; QTY; Quantity; Qnty
c_price = Price; Unit; U.Price; Unit Price; Rate
c_amount = Amount; Total; AMT; Ext. Price; Price; Amt
c_tax = Code; Net; Tax
unit = kg; lb; KG; EA; PC; PCS; L
""")
