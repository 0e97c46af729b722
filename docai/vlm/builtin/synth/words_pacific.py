"""What the English word lists lack for Malaysia, America, Britain, Australia and their like."""

from docai.vlm.builtin.synth.words import parse

MALAYSIA = parse("""
surname = Tan; Lim; Wong; Lee; Ng; Chan; Ong; Goh; Chua; Yap; Koh; Teo; Low; Foo; Chong; Liew
  Heng; Ho; Hassan; Ahmad; Ismail; Rahman; Osman; Zainal; Ali; Razak; Muthu; Raju; Kumar; Samy
  Pillai; Boon; Seng
chinese = Hup; Seng; Huat; Kee; Lian; Hing; Wah; Fook; Yuen; Sin; Guan; Hock; Chin; Eng; Kim
  Loong; Mei; Soon; Tong; Yew; Choon; Heng; Jaya; Maju; Indah; Cahaya; Mega; Bintang; Sinar; Setia
  Murni; Perdana
trade = Trading; Enterprise; Hardware; Stationery; Pharmacy; Bakery; Restaurant; Mart; Bookstore
  Electrical; Motor; Gift & Deco; Mini Market; Supermarket; Restoran; Cash & Carry; Holdings
  Venture; Marketing; Food Services; F&B; Machinery; Timber; Furniture; Auto Parts; Optical
  Sports; Textile; Paper & Books; Frozen Food; Kopitiam; Seafood Restaurant; Beauty
  Engineering; Resources; Industries; Petroleum; Service Station; Home Deco; Paper; Healthcare
  Books; Fashion; Computer
branch = ({place}); (M); (KL); (JB); (PJ); (MALAYSIA); (SELANGOR); (SP); (KUCHAI); (TAMAN {tree})
sdn = SDN BHD; SDN BHD; SDN BHD; SDN. BHD.; SDN.BHD.; Sdn Bhd; S/B; BHD; PLT
merchant = {coined} {trade} {sdn}; {chinese} {chinese} {trade} {sdn}; {chinese} {chinese} {trade}
  {coined} {branch} {sdn}; {coined} {trade} {branch} {sdn}; {surname} {chinese} {trade} {sdn}
  {initials} {trade} {sdn}; {initials} {trade}; {adjective} {noun} {sdn}; {coined} {sdn}
  {surname} {surname} {trade}; Restoran {chinese} {chinese}; Kedai {trade} {surname}
  {coined} {trade}; Kedai Makan {chinese} {chinese}; Pasar Mini {chinese} {chinese}
  {adjective} {noun} {trade} {sdn}; {trade} {coined} {branch} {sdn}; {coined} {coined} {sdn}
  {surname} {trade}; {initials} {sdn}; {initials} {branch} {sdn}; Perniagaan {chinese} {surname}
  Farmasi {coined}; {n1} {noun} {trade} {sdn}; {coined} {initials} {trade}; {noun} {trade} {sdn}
  {coined} Petrol {place}; Pasar Raya {coined} {sdn}
suffix = _; _
above = {surname} {chinese} {surname}; {given} {surname}; {coined}; ~~~~~~~
  {n}-{place}
tree = Meranti; Sagu; Angsana; Cempaka; Mawar; Melati; Kenanga; Seroja; Dahlia; Orkid; Tanjung
  Jati; Bakawali; Sentosa; Bahagia; Permai; Damai; Kemuning; Rambutan; Manggis; Pahang; Ipoh
  Tampoi; Desa; Kuchai; Genting; Merdeka; Pelabur; Puteri; Bukit; Ampang; Perkasa; Mahkota
  Sri Indah; Harmoni
place = Taman {tree}; Bandar {tree}; Taman {tree} Jaya; Seksyen {nn}; Kampung {tree}
  Taman Sri {tree}; Bandar Baru {tree}; Kawasan Perindustrian {tree}; Pusat Perdagangan {tree}
  Wisma {tree}; SS{nn}
unit = KG; PCS; PC; UNIT; EA; SET; PKT; L
lot = No. {n}; No {n} & {n}; Lot {n}; {n}; No.{n}, Ground Floor; Lot P.T. ~~~~; G-{nn}
  Unit {nn}-G; No. {n}-1; Lot G-{nn}A, Level {n1}; ~~-~~; No. {n}, {n} & {n}; S~~~, Second Floor
  {n}G & ~~~G
road = Jalan {tree}; Jalan {tree} {nn}; Jalan {tree} {nn}/{n1}; Jln {tree} {n1}/{n1}{up}
  Lorong {tree} {nn}; Jalan SS {nn}/{nn}; Persiaran {tree}; Jalan {place}; Jalan PJU {n1}/{n1}
  Jalan U{n1}/{nn}; Lebuh {tree}
up = A; B; C; D; _; _; _; _
town = ~~~~0 Kuala Lumpur; 81100 Johor Bahru; 47~~~ Petaling Jaya; 40~~~ Shah Alam; 43~~~ Kajang
  68~~~ Ampang; 41~~~ Klang; 52~~~ Kuala Lumpur; 53~~~ Kuala Lumpur; 75~~~ Melaka; 30~~~ Ipoh
  81~~~ Skudai; 47~~~ Puchong; 47~~~ Subang Jaya; 70~~~ Seremban; 14~~~ Bukit Mertajam; 50~~~ K.L
  43~~~ Seri Kembangan; 83~~~ Batu Pahat; 10~~~ Georgetown; 88~~~ Kota Kinabalu; 25~~~ Kuantan
state = Selangor; Johor; Selangor Darul Ehsan; Wilayah Persekutuan; Johor Darul Takzim; Perak
  Melaka; W.P. Kuala Lumpur; Malaysia; Negeri Sembilan; Pulau Pinang; Sabah; Pahang
address = {lot}, {road},|{place},|{town}, {state}.; {lot}, {road},|{place}, {town}.
  {lot}, {road}, {place},|{town}, {state}; {lot} {road}|{town}
  {lot}, {road}|{place}|{town}|{state}; {lot}, {road},|{town},|{state}.
  {lot},|{road},|{place},|{town}.; {road}, {place},|{town} {state}.
  {lot}, {road},|{place},|{town}|{n}-{place}; {lot}, {road}, {place}, {town}, {state}.
  {place}|{road}|{town}; {place},{road},{town},{state}
phone = 03-~~~~~~~~; 03-~~~~ ~~~~; 07-~~~~~~~; 603-~~~~~~~~; 01~-~~~~~~~; +603-~~~~ ~~~~
  03 ~~~~~~~~; 06-~~~ ~~~~; +607-~~~ ~~~~; 03- ~~~~~~~~; 016-~~~~~~~; (03) ~~~~~~~~; 04-~~~~~~~
  05-~~~ ~~~~; 1300-~~-~~~~
company = (~~~~~~-^); (~~~~~~~-^); ~~~~~~-^; Co. No: ~~~~~~-^; Co. Reg No. ~~~~~~-^; (~~~~~~ ^)
  ROC NO: ~~~~~~~-^; Company Reg No : ~~~~~~-^; 20~~0~~~~~~~ (~~~~~~~-^); (Co.Reg : ~~~~~~-^)
taxid = GST ID: 00~~~~~~~~~~; (GST ID No : 00~~~~~~~~~~); GST Reg No. 00~~~~~~~~~~
  GST No: 00~~~~~~~~~~; (GST Reg. No : 00~~~~~~~~~~); GST Reg #00~~~~~~~~~~
  GST ID No: 00~~~~~~~~~~; SST No: ^10-~~~~-~~~~~~~~
title = TAX INVOICE; Tax Invoice; TAX INVOICE; -TAX INVOICE-; * TAX INVOICE *
  SIMPLIFIED TAX INVOICE; CASH BILL; CASH SALES; Cash Receipt; TAX INVOICE / ADJUSTMENT NOTE
  Tax Cash Sales; RECEIPT; CASH SALE
dish = Nasi Lemak; Roti Canai; Teh Tarik; Mee Goreng; Nasi Goreng; Char Kuey Teow; Laksa; Kopi O
  Milo Ais; Chicken Rice; Satay; Rojak; Wantan Mee; Bak Kut Teh; Curry Mee; Teh O Limau
  Ice Lemon Tea; Nasi Kandar; 2 Fish + 1 Rice; Steam Fish; Kailan; Sweet & Sour Pork; Tom Yam
  Roti Bakar; Kaya Toast; White Rice; Ayam Penyet; Ikan Bakar; Chendol; ABC; Sirap Bandung
  Chinese Tea; Plain Water; Butter Prawn; Fish Ball Soup
goods = A4 Paper; Glue Stick; Gel Pen; Calculator; Masking Tape; Box File; Correction Tape
  Cable Tie; Minyak Masak; Beras; Gula; Sardin; Kicap; Biskut; Susu; Kopi; Telur; Sabun; Bleach
  Tissue; Minuman; Cement; PVC Pipe; Paint Roller; Wall Plug; Padlock; LED Bulb; Extension Wire
  Sand Paper; Silicone; Wheat Germ Bread; Wholemeal; Cupcake; Detergent; Toothbrush
  Panadol; Plaster; Vitamin B; Photocopy; Binding; Engine Oil; Brake Pad; Ron95
  Ice Cube; Plastic Bag; Modelling Clay; Whiteboard Marker; Storage Box; Clothes Hanger
  Mop Refill; Battery AA; Tape Dispenser; Envelope
info = Cashier: {given}; CASHIER : {given}; Invoice No : ^^~~~~~~~; Doc No. : CS~~~~~~~~
  Bill No: ~~~~~~; Table: {nn}; Pax(s): {n1}; Receipt # : ~~~~~~~; Counter: {n1}
  Sales Person : {given}; Terminal : {n1}; Inv No.: ~~~~/~~~/T~~~~; Slip No.: ~~~~~~~~~~
  Order No. ~~~~~~; Cash Inv No.: ~~~~F~~~; Member:; _; Salesman: {given}; Trans: ~~~~~~; Ref.:
  Station : POS{n1}; Bill#: ^~~~~~; POS No.: C~~; Shift: {n1}; Document No : TD~~~~~~~~
  Operator SUNDAY HELP; Eat In; Take Away; Cust: CASH; VE~~~~
k_date = Date:; DATE :; Date; Date :; Inv Date:; Date/Time :; Sales Date; _; _; _; _
k_time = Time:; Time :; _; _; _; _; _
k_phone = Tel:; TEL :; Tel; TEL; Tel No.; Tel. :; T:; H/P:; Tel/Fax :; Hp:; Phone :; Tel No :; _
  _
k_fax = Fax:; FAX :; Fax; Fax No.:; H/P:
k_subtotal = SUBTOTAL; Sub Total; Sub-Total; Subtotal :; Total Amount:; Total Amount
  Sub Total (RM); Gross Amt; Total Sales; Sub Total :; SUB-TOTAL (EX); Total Before GST
  Total Gross
k_subtotal_net = Total (Excluding GST); Total Excl. of GST; Total Sales (Excluding GST) :
  Amt. Excl. GST; Total 6% supplies (excl. GST):; Total Excl. GST; Taxable Amt; Total Excluded Tax
  Gross Amount
k_total = TOTAL; TOTAL; TOTAL :; Total; TOTAL RM; Total (RM) :; Grand Total; NET TOTAL
  Nett Total:; TOTAL AMOUNT; Total Sales (Inclusive GST) RM; Total Inclusive GST:
  Total Incl. GST@6%; Total RM Incl. of GST; Total Payable:; Total Amount Payable
  Total Sales Inclusive GST @6%; Final Total; TOTAL INCL GST RM; Total (MYR) :; Net Amt
  Total (Inclusive of GST):; Total Amt Incl. GST @ 6% :; TOTAL SALES; Amount Due
  Take Out Total (incl GST); GRAND TOTAL :; TOTAL DUE; Total Amt Payable :; Bill Total; Jumlah
  Total RM including GST 6%; Total Sales :
k_rounded = TOTAL ROUNDED; Total Rounded; Rounded Total (RM):; Total Amt Rounded; Rounding RM
  NET TOTAL; Final Total; Nett Total :; Total After Rounding; Total Payable; Total Amt Payable :
  Net Total Rounded (MYR) :; Total Amount Payable; TOTAL; Round Total; Grand Total; Total (RM) :
  NETT TOTAL; Amount Due; Total Due
k_round = Rounding; Rounding Adjustment; Rounding Adj; Round Adj; Rounding :; Rounding Adj. :
  ROUNDING ADJUSTMENT RM; Bill Rounding; Rnd Adj; Rounding Adjustment :; 5 cent Rounding
  Round Off
k_total2 = Total Paid; Amount; AMOUNT PAID :; Payment; Net Payable; CREDIT RM; Total Sales
  Amount RM
k_service = Service Charge {r}%; Svc Charge ({r}%); Serv Charge {r}%; Serv. Charge ({r}%):
  SVC Service Charge {r}
k_discount = Discount; Disc :; DISCOUNT; Member Discount; Coupon Discount; Total Discount
  Less Disc
k_cash = CASH; Cash :; CASH RM; Cash; Cash Received :; Paid Amount :; Cash Tendered
  Payment : CASH; Tendered
k_change = CHANGE; Change :; CHANGE RM; Change; Change Due; Change Due :; Balance; Cash Change
  Amount Change:
k_count = Qty(s) : {q}; Total Qty: {q}; Total Item(s) : {q}; TOTAL QUANTITY {q}; Item(s): {q}
  Total Item Sold: {q}; Total Qty Tender : {q}; Quantity Out : {q}
k_taxtable = GST Summary; GST SUMMARY; GST Summary:; Tax Summary; GST Analysis; GST
c_taxtable = Amount(RM); Amount (RM); Taxable Amt; Amt(RM); AMOUNT
c_taxtable2 = Tax(RM); Tax (RM); GST(RM); GST Amt; TAX
c_item = Item; Description; Code/Desc; ITEM; Item Description; Descriptions; B.Code & Desc.; Menu
  Particulars
c_amount = Amount; Amt(RM); RM; Total(RM); Amount(RM); AMT; Total; Amount RM; AMT (RM); S/Price
c_price = U.Price; U/P; Price; U/Price; Unit Price; U.P; U.Price(RM); @Price
greet = Thank You; THANK YOU; Terima Kasih; Thank you. Please come again.; THANK YOU & COME AGAIN!
  Sila Datang Lagi; *** THANK YOU ***; Thank you for shopping; Thank You For Your Patronage
  Please Come Again !; Terima Kasih Sila Datang Lagi
foot = Goods sold are not returnable; Goods sold are not refundable; No cash refund
  Keep the invoice for applicable returns; Exchange are allowed within {n1} days with receipt
  Strictly no cash refund.; Price inclusive of GST; E. & O. E.; Follow us in Facebook : {coined}
  Customer Service 1-300-~~-~~~~; This is a computer generated receipt
  Goods Sold Are Not Returnable or Exchangeable; Like and follow us on Facebook!
  (Price Inclusive of GST); Customer's Copy; Please keep this receipt for proof of purchase
  POSTED; Powered by {coined}; {mail}; Received above goods in good order condition.
  Any enquiry please call 01~-~~~~~~~; Wifi : {coined}{nn}
""")

MALAY = parse("""
k_subtotal = Jumlah Kecil; Sub Jumlah; Subtotal
k_total = Jumlah; JUMLAH; Jumlah Besar; Jumlah (RM); Jumlah Perlu Dibayar; TOTAL
k_cash = Tunai; TUNAI; Tunai :; Bayaran
k_change = Baki; BAKI; Baki :; Wang Baki
k_date = Tarikh:; Tarikh :; TARIKH; Date
k_time = Masa:; Masa :; _; _; _
title = RESIT; Resit Rasmi; Invois Cukai; RESIT JUALAN; Bil Tunai
c_item = Barang; Keterangan; Perkara; Item
c_qty = Kuantiti; Kty; Bil; Qty
c_amount = Jumlah; Harga; Jumlah(RM); Amaun
greet = Terima Kasih; Terima Kasih Sila Datang Lagi; Sila Datang Lagi; TERIMA KASIH
info = Juruwang: {given}; No. Resit : ~~~~~~; Meja: {nn}; No. Bil: ~~~~~; Kaunter {n1}
  Kasyer: {given}
""")

AMERICA = parse("""
city = {noun} City; {surname}ville; Fort {surname}; {noun} Springs; Lake {surname}
  {adjective} {noun}; San {coined}; {surname}; {noun}field; Port {surname}; {noun}ton; St. {given}
  {coined}; New {surname}; Los {coined}
us = CA; NY; TX; FL; IL; WA; OR; NV; AZ; CO; GA; PA; OH; MI; VA; NC; UT; MA; NJ; MN; NE; TN; MO
way = St; St.; Street; Ave; Ave.; Avenue; Blvd; Blvd.; Rd; Road; Dr; Drive; Hwy; Pkwy; Lane; Way
  Plaza; Broadway
side = N.; S.; E.; W.; N; S; E; W; _; _; _; _; _; _; West; East
address = {n}~ {side} {street} {way}|{city}, {us} ~~~~~; ~~~ {street} {way}|{city}, {us}
  ~~~~ {street} {way}, {city}; {n} {street} {way}.|{city} {us} ~~~~~
  ~~~~ {side} {street} {way}, #~~~|{city}, {us} ~~~~~
  {noun} {noun} Mall|~~~~ {street} {way}|{city}, {us} ~~~~~
  ~~~~ {street} {way}, {city}, {us} ~~~~~; {n}~ {street} {way} Ste ~~~|{city}, {us} ~~~~~-~~~~
  {city}, {us}
phone = (~~~) ~~~-~~~~; (~~~) ~~~-~~~~; ~~~-~~~-~~~~; ~~~.~~~.~~~~; (~~~)~~~-~~~~; 1-~~~-~~~-~~~~
  ~~~ ~~~ ~~~~
company = {store}; {store}; Est. 19~~; {mail}; Manager {given} {surname}
taxid = _; _; {mail}
""")

BRITAIN = parse("""
suffix = Ltd; Limited; PLC; _; _; _; _; & Sons; _
address = {n} {street} Street|{gb}|{gbcode}; {n}-{n} {street} Road, {gb} {gbcode}
  {noun} Court|{n} {street} Lane|{gb} {gbcode}; {street} Road|{gb}, {gbcode}
  {n} {street} Street, {gb}; Unit {nn} {noun} Retail Park|{gb}|{gbcode}
gb = London; Leeds; Bristol; {surname}ham; {noun}ford; {coined}bury; Great {surname}ton; Edinburgh
  York; Cardiff; {noun}mouth
gbcode = ^^~ ~^^; ^~ ~^^; ^^~~ ~^^; ^~~ ~^^
phone = 020 ~~~~ ~~~~; 01~~ ~~~ ~~~~; 01~~~ ~~~~~~; 0~~~~~~~~~~; +44 ~~~~ ~~~~~~; (01~~~) ~~~~~~
company = Reg No. ~~~~~~~~; Company no. ~~~~~~~; {mail}; {store}
taxid = VAT No. ~~~~~~~~~; VAT No: ~~~ ~~~~ ~~; VAT Reg GB ~~~~~~~~~; VAT Number: ~~~~~~~~~
k_total = TOTAL; Total; TOTAL TO PAY; Balance Due; Total Due; Total:; AMOUNT DUE; TOTAL (GBP)
  Total to Pay; {q} items Total
unit = kg; kg; L; ea
""")

AUSTRALIA = parse("""
suffix = Pty Ltd; PTY LTD; _; _; _; _; Australia
state = NSW; VIC; QLD; WA; SA; TAS; ACT
suburb = {noun}dale; {surname} Park; Mount {surname}; {coined}; {noun} Bay; {surname}ville
  {adjective} {noun}; Port {noun}
address = {n} {street} St|{suburb} {state} ~~~~
  Shop {nn}, {noun} Plaza|{n} {street} Rd|{suburb} {state} ~~~~
  {n}-{n} {street} Street, {suburb}|{state} ~~~~; {n} {street} Road|{suburb}, {state}, ~~~~
  {suburb} {state}
phone = (0~) ~~~~ ~~~~; 0~ ~~~~ ~~~~; 0~~~~~~~~~; 1300 ~~~ ~~~; (0~)~~~~~~~~; +61 ~ ~~~~ ~~~~
company = ABN: ~~~~~~~~~~~; ABN ~~ ~~~ ~~~ ~~~; A.B.N. ~~ ~~~ ~~~ ~~~; ABN~~~~~~~~~~~
taxid = _; _; ABN ~~~~~~~~~~~; {mail}
title = TAX INVOICE; Tax Invoice; TAX INVOICE / RECEIPT; RECEIPT; Tax Invoice - Please Retain
k_total = TOTAL; Total; Total (incl GST); TOTAL AUD; Total Inc Tax:; Balance Due; TOTAL=
  Total for {q} items; Amount Due; TOTAL PURCHASE
""")

SINGAPORE = parse("""
suffix = Pte Ltd; PTE LTD; Pte. Ltd.; _; _; _; _; _
surname = Tan; Lim; Lee; Ng; Koh; Wong; Goh; Chua; Ong; Teo; Yeo; Sim; Raj; Nair; Rahim; Chia; Toh
address = {n} {street} Road #{nn}-{nn}|Singapore ~~~~~~
  Blk {n} {street} Ave {n1}, #01-{n}|S(~~~~~~)
  {n} {noun} View|{noun} Mall, #0{n1}-{nn}|Singapore ~~~~~~; {n} {street} Street, Singapore ~~~~~~
  #0{n1}-{n}|{noun} {noun} Centre|SINGAPORE ~~~~~~
phone = 6~~~ ~~~~; 6~~~~~~~; +65 6~~~ ~~~~; (65) 6~~~~~~~; 65-~~~~-~~~~
company = Co. Reg No: 20~~~~~~~^; UEN: 20~~~~~~~^; Company Reg. No. ~~~~~~~~~^; {store}
taxid = GST Reg No: 20~~~~~~~^; GST Reg. No. M~-~~~~~~~-~; GST REG NO : ~~~~~~~~~^
  GST: 20-~~~~~~~-^
""")

THAILAND = parse("""
suffix = Co., Ltd.; Co.,Ltd; _; _; _; (Thailand)
address = {n}/{n1} {street} Road, {thai}|Bangkok 10~~~; {n} Moo {n1}, {thai}, {thai}|Phuket 83~~~
  {n} Soi {thai} {nn}|{thai}, Bangkok
thai = {coined}; {coined}; Su{coined}; Sri{coined}; Bang {coined}; Khlong {coined}
phone = 02-~~~-~~~~; 0~~-~~~~~~~; +66 ~ ~~~ ~~~~; 02 ~~~ ~~~~; 0~~~~~~~~~
company = TAX ID ~~~~~~~~~~~~~; TAX# ~~~~~~~~~~~~~ (VAT Included); {store}
taxid = TAX ID: 0~~~~~~~~~~~~; POS# E~~~~~~~~~~~~~~; VAT INCLUDED
""")

INDIA = parse("""
suffix = Pvt. Ltd.; Pvt Ltd; _; _; _; Foods
surname = Sharma; Patel; Gupta; Rao; Nair; Reddy; Singh; Iyer; Khan; Das; Mehta; Joshi; Verma
  Bose
address = {n}, {street} Road|{ind} - ~~~~~~; Shop No. {nn}, {noun} Complex|{street} Road, {ind}
  {up}-{n}, {noun} Mall|{coined} Nagar, {ind} ~~~~~~
up = A; B; C; G; F
ind = {coined}; {coined}pur; {coined} Nagar; {coined}bad; New {coined}
phone = 0~~-~~~~~~~~; +91 ~~~~~ ~~~~~; 0124-~~~~~~~; 9~~~~~~~~~; 080 ~~~~ ~~~~; 0~~-~~~~~~~~/~~
company = FSSAI: ~~~~~~~~~~~~~~; CIN: U~~~~~^^~~~~^^^~~~~~~; {store}
taxid = GSTIN: ~~^^^^^~~~~^1Z~; TIN: ~~~~~~~~~~~; VAT TIN No. ~~~~~~~~~~~^; S.Tax-^^^^^~~~~^SD00~
k_round = Round Off; Rounding; Round off:
""")
