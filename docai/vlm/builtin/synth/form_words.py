"""Word lists of English forms: what they ask for and what people write into them.

The tables are those of `docai.vlm.builtin.synth.words.parse`, with two more slots: ``{3-28}`` is a
whole number of that range, ``{03-28}`` the same with leading zeros. Nothing here is of a real form.
"""

from docai.vlm.builtin.synth.form_words_fields import FIELDS
from docai.vlm.builtin.synth.words import parse

ENGLISH_FORM = FIELDS | parse("""
v_name = {given} {surname}; {given} {surname}; {cap}. {cap}. {surname}; {cap}. {surname}
  {given} {cap}. {surname}; Mr. {given} {surname}; Ms. {cap}. {surname}; Dr. {given} {surname}
  Mrs. {cap}. {cap}. {surname}; {surname}, {given}; {given} {surname}, Ph.D.; {surname}
  {given} {surname} / {given} {surname}; {given} {surname}, Esq.; {given} {coined}; {coined}, {cap}.
v_cap = {cap}; {cap}
v_names = {v_name} {v_name}; {v_name}, {v_name}; {v_name} {v_name} {v_name}
  {cap}. {coined} {v_name}
v_given = {given}; {given} {cap}.
v_surname = {surname}; {coined}; {surname}-{surname}
v_initials = {cap}{cap}{cap}; {cap}.{cap}.; {cap}{cap}
v_date = {1-12}/{1-28}/{70-99}; {1-12}/{1-28}/{70-99}; {01-12}/{01-28}/20{00-25}
  {1-12}-{1-28}-{70-99}
  {month} {1-28}, 19{70-99}; {month} {1-28}, 20{00-25}; {mon} {1-28}, 19{80-99}
  {1-28} {mon} 19{80-99}
  {1-28}-{mon}-{85-99}; {mon}. {1-28}, 19{70-99}; {1-28} {month} 20{00-25}; {MON} {1-28} 19{70-99}
  {month} 19{70-99}; {1-12}/{1-28}; 20{00-25}-{01-12}-{01-28}; {1-12}/{70-99}
v_month = {month}; {mon}. '{80-99}; {month} 19{80-99}; {1-12}/{80-99}
v_year = 19{60-99}; 20{00-25}; 19{70-98}-{71-99}; FY {80-99}
v_time = {1-12}:{00-59} {ampm}; {1-12}:{00-59}{ampm}; {01-23}:{00-59}; {1-12} {ampm}
  {9-11}:00 - {1-5}:30
v_phone = ({200-999}) {200-999}-~~~~; {200-999}/{200-999}-~~~~; {200-999}-{200-999}-~~~~
  {200-999}-~~~~
  {200-999}.{200-999}.~~~~; 1-800-{200-999}-~~~~; {phone}; Ext. ~~~~; x~~~~
v_email = {coined}@{coined}.com; {given}.{surname}@{coined}.org; {cap}{surname}@{coined}.net
v_number = {1-9}; {2-60}; {10-900}; {1-9},{100-999}; {10-99},000; {1-40}; {1-999},{100-999}
v_count = {1-9}; {2-40}; {1-4}; {10-400}; {1-30}; two; One; None; {1-12} ({1-3} attached)
v_decimal = {0-9}.~; {0-30}.~~; {1-120}.~; 0.~~~; {1-9}.~~; .~~
v_money = $ {1-999}.00; ${1-99},{100-999}; ${1-999}.~~; ${10-900},000; {1-99},{100-999}.~~
  $ {1-99},{100-999}.00
  {100-999}.~~; ${1-9}.{1-9} million; $.{10-99}; - 0 -; N/A; ${1-30},{100-999}.~~
v_percent = {1-99}%; {1-99} %; {0-30}.~%; +{1-20}%; -{1-9}.~%; 100%
v_code = ~~~~~; ^~~~; ^^-~~~~; ~~~~-{70-99}; ^-~~~; ~~~~~~~; {70-99}-~~~; ^^~~~~~; ~~-~~-~~; ~~~~.~~
  #~~~~; ^~~^; ~~~
v_account = ~~~~~~~~~; ~~~-~~~~~~; ~~~~ ~~~~ ~~~~; ~~-~~~~~~~; ~~~~~-~~~
v_ssn = ~~~-~~-~~~~; XXX-XX-~~~~
v_city = {city}; {city}, {us}; {coined}, {us}
v_state = {us}; {us}; {coined}
v_zip = ~~~~~; ~~~~~-~~~~
v_country = USA; U.S.A.; United States; Canada; Mexico; Germany; France; Brazil; Japan; Kenya
  Norway
v_street = {1-9999} {street} {way}; P.O. Box ~~~~; {1-999} {side} {street} {way}
  {1-99} {coined} {way}
  {1-999} {street} {way}, Suite ~~~
v_address = {v_street}, {city}, {us} ~~~~~; {v_street} {city}, {us} ~~~~~; {v_street}, {city}
v_place = {city}; {coined}; Room ~~~; Bldg. {1-40}, Rm. ~~~; {city} Plant; {1-30}th Floor
  Region {1-20}; Area {1-9}
  {city}, {us}; Main Office; Warehouse {1-9}; {side} {city}; Division ~~~; Dock {1-9}
v_company = {coined} Inc.; {coined} & {coined}; {surname} {coined} Corp.; {surname}, {surname} & Co.
  {coined} Industries; {noun} Research Laboratories; {adjective} {noun} Co.; {coined} Foods
  {coined} Corporation
  {surname} Brothers; University of {coined}; {city} General Hospital; {coined} Press
  {noun} Associates, Inc.
  {coined} Chemical Co.; The {surname} Group; {initials} Systems; {coined} Tool & Die; {merchant}
v_department = Accounting; Purchasing; Marketing; Research; Sales; Personnel; Legal; Quality Control
  Engineering
  R & D; Production; Shipping; Data Processing; Public Relations; Finance; Science & Methods
  {coined} Division
  Consumer Affairs; Field Sales; Analytical Services; Market Research; Maintenance; Human Resources
v_job = Manager; Clerk; Supervisor; Director; Laboratory Head; Sales Planner; Secretary
  Sales Representative
  Vice President; Buyer; Technician; Engineer; Analyst; Group Leader; Foreman; Attorney; Consultant
  Professor
  Assistant Professor; Product Manager; Nurse; Driver; Teacher; Accountant; Editor; Plant Manager
v_product = {coined} {goods}; {coined}; {coined} Lights; {quality} {goods}; {adjective} {noun}
  {coined} {1-900}
  {goods}; {coined} {quality}; {goods} {measure}; {coined} King Size; {noun} {goods}
v_material = Steel; Aluminum; Paper; White board; Clear film; Acetate; Cotton; Glass; Copper wire
  Cellulose
  Polyester; Resin; Wood; Brass; {coined} resin; Foil; Kraft paper; Plastic; Rubber; Stainless
v_color = White; Blue; Red; Black; Gold; Green; Clear; Light brown; Yellow and black; Silver
  PMS ~~~
v_measure = {1-99} mm; {1-99}.~ mm; {1-30} x {1-30}"; {1-99}.~ g; {1-900} lbs.; {1-99} cm
  {1-40} ft.; {1-9} {1-7}/8"
  {1-99}.~ cc; {1-900} mg; {1-99}.~%; {1-9} kg; {1-900} ml; {1-99} oz.; {20-90} C.; {60-99} F; .0~~"
v_duration = {1-12} weeks; {2-90} days; {1-9} months; {1-30} minutes; {1-4} hours; {1-9} years
  {1-40} hrs.
v_yesno = Yes; No; YES; NO; yes; no; Y; N
v_none = None; N/A; n/a; NONE; Not applicable; -; Same; Same as above; See attached; TBD; Unknown
  Pending
  Not provided; Attached; Open; As required; Various; To follow; --
v_status = Good; GOOD; Approved; Complete; Pending; Active; New; OK; Passed; Closed; In progress
  Fair; Final
  Received; Not determined; Satisfactory; Confidential; Urgent; Draft; Single; Married
v_subject = {adjb} {thing} {report}; {coined} {thing}; {thing} {report}; {coined} - {thing} {report}
  {topic}
  {quality} {goods} {thing} {report}; {adjb} {thing} for {v_product}; {topic} - {month} 19{70-99}
v_short = {adjb} {thing}; {topic}; {thing} of {v_product}; {thing} and {thing}; {adjb} {thing} only
  {v_product}
  {v_material}; {adjb} {things}; all {things}; {v_product} and {v_product}; one {thing} per {thing}
  {v_none}
v_note = {sentence}; {sentence}; {clause}.; {clause}; {v_none}; {sentence} {sentence}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}; {v_long} {sentence}
v_essay = {v_long} {v_long}; {v_long} {sentence}; {v_long} {v_long} {sentence}
v_tick = X; X; x; X; XX; XXX
cap = A; B; C; D; E; F; G; H; J; K; L; M; N; P; R; S; T; W
month = January; February; March; April; May; June; July; August; September; October; November
  December
mon = Jan; Feb; Mar; Apr; May; Jun; Jul; Aug; Sept; Oct; Nov; Dec
MON = JAN; FEB; MAR; APR; MAY; JUN; JUL; AUG; SEP; OCT; NOV; DEC
ampm = AM; PM; a.m.; p.m.; A.M.; P.M.
adjb = annual; special; final; revised; monthly; current; initial; proposed; regional; new; standard
  weekly
  additional; quarterly; preliminary; national; internal; average; daily; estimated; general
  competitive
thing = sample; account; budget; project; product; shipment; order; test; study; contract; program
  package
  price; survey; display; material; store; request; label; plan; coupon; market; report; design
  machine; batch
  policy; vehicle; patient; meeting; invoice; permit; payment; delivery; campaign; filter; formula
  machine part
things = samples; accounts; cartons; stores; orders; tests; units; copies; pages; cases; displays
  customers
  coupons; reports; participants; labels; containers; employees; vehicles; boxes; interviews
  locations; items
report = report; summary; review; analysis; request; evaluation; proposal; schedule; update; status
  results
topic = travel to {city}; cost reduction; product safety; inventory control; training course
  market test
  new packaging; consumer response; price increase; quality program; trade show; annual meeting
  moisture tests
  computer equipment; office supplies; storage of records; safety inspection; sales contest
  advertising plan
clause = {things} were received in good order; no change in the {thing} since last month
  all {things} have been returned; the {thing} was approved by {v_name}
  {things} to be shipped by {v_date}
  see the attached {report}; {v_name} will follow up on the {thing}
  the {adjb} {thing} is not yet available
  {v_percent} of the {things} were sold; replace the {thing} with {v_material}
  cost is {v_money} per {thing}
  per your request of {v_date}; two {things} were damaged in transit
  no problems to report at this time
sentence = The {adjb} {thing} has been {done} by most {things}.
  All {things} in {city} were {done} on {v_date}.
  {v_company} has {done} the {thing} and will send the {report} by {month}.
  No {things} were {done} this month.
  We expect the {thing} to be {done} before the end of {month}.
  Please review the attached {report} and call me.
  The {thing} was very well received in the {side} region.
  Some {things} have asked about the {adjb} {thing}.
  Approximately {v_number} {things} are needed for the {adjb} {thing}.
  {v_name} {did} the {thing} on {v_date}.
  This {thing} is intended to reduce the cost of {things} by {v_percent}.
  Sales of {v_product} are up {v_percent}.
  The {things} should be stored in a cool dry place.
  Results will be compared with those of the {adjb} {thing}.
  Per our discussion, the {things} will be {done} at no charge.
  New {things} were easy to come by.
  Each {thing} is to be {done} twice and the results averaged.
  {adjb} {things} are available from {v_company}.
  Distribution is about {v_percent} in chains and {v_percent} in other {things}.
  If the {thing} is not {done}, the {things} must be returned to {v_place}.
done = completed; approved; shipped; tested; reviewed; returned; revised; accepted; installed
  received; placed
did = completed; approved; inspected; reviewed; requested; returned; discussed; signed; tested
  cancelled
firm = {v_company}; {v_company}; {coined}; {initials}; THE {coined} INSTITUTE
  {city} DEPARTMENT OF {v_department}
  {coined} UNIVERSITY; STATE OF {coined}; {surname}, {surname} & {surname}
  {coined} LIFE INSURANCE COMPANY
motto = A {coined} Company; We Hire Without Prejudice; Established 19{00-60}
  Serving {city} since 19{00-80}
  {v_department} Department; Office of the {v_job}; Division of {v_department}
  {adjective} {noun} Program
title = {adjb} {thing} {report}; {thing} {form}; {thing} {form}; {adjb} {thing} {form}
  {coined} {thing} {form}
  {thing} {report}; {thing} AND {thing} {form}; {form} OF {thing}; APPLICATION FOR {thing} {thing}
  {v_department} {form}; REQUEST FOR {thing}; {adjb} {report} {form}; {thing} {thing} {form}
  NOTICE OF {thing}
form = form; sheet; record; request; report; application; log; questionnaire; checklist; card
  authorization
  worksheet; approval; agreement; statement; registration; notice; claim; requisition; order
  receipt
section = {thing} information; {v_department} use only; For office use only; General information
  {adjb} {thing}
  Instructions; Part {roman}; Section {1-9}; Section {cap} - {thing} data; {thing} details
  Part {roman}: {things}
  Description of {thing}; Comments; {thing} and {thing}; {things}; Personal data
  Contact information; Approvals
  For {v_department} use; Distribution; Geography; Specifications; {adjb} {things}; {thing} {report}
  Certification
roman = I; II; III; IV; V; VI
hint = Use block letters; (Write legibly or use a typewriter); Complete all items
  See reverse side for instructions
  Attach additional sheets if necessary; (Check one)
  Please return this form to {v_place} by {month} {1-28}.
  Do not write in this space; * Required; (Use black ink); Submit in triplicate; (if applicable)
  Office copy
  Replies take up to {1-9} weeks; Retain a copy for your records
  (Report on {month} {1-28} only)
  White copy - {v_department}, Yellow copy - {v_department}, Pink copy - file
  Please complete one form per {thing}
legal = These pages are meant for nobody but the person or company named above.
  What they say is a matter of trust between sender and reader and must not be made public by law.
  Whoever else holds them may neither copy them nor hand them on to anybody.
  Were they sent to a wrong number, ring us up, we pay the call, and destroy them.
  I certify that the information given above is true and complete to the best of my knowledge.
  By signing below you agree to the terms printed on the reverse side of this form.
  False statements may result in the rejection of this application or in dismissal.
  All prices are subject to change without notice and do not include freight or taxes.
  This authorization is valid for {10-90} days and may be withdrawn in writing at any time.
  Goods remain the property of the seller until they have been paid for in full.
fax_title = FAX; Fax; FACSIMILE; Fax Cover Sheet; FACSIMILE TRANSMISSION; FAX TRANSMITTAL
  TELECOPY COVER SHEET
  Fax Transmission; CONFIDENTIAL FAX; Facsimile Covering Note; TELEFAX; TELECOPIER TRANSMITTAL SHEET
  FAX MESSAGE
c_table = Name of Account@company; Volume@number; No. of Stores@number; Description@product
  Quantity@number; Item@product
  Unit Price@money; Amount@money; Date@date; Location@city; Code@code; Unit@short; Cost@money
  Sample@code; Weight@decimal
  Percent@percent; Remarks@status; Size@measure; Name@name; Telephone@phone; Position@job
  Dates@month; Total@money
  Date Paid@date; To Whom Paid@company; Purpose@subject; {things}@number; {adjb} {thing}@number
  {thing} No.@code; Brand@product
  From@month; To@month; School@company; Employer@company; Degree@short; Hours@number; Miles@number
  Ind. Volume@number
r_rows = Salaries; Travel; Supplies; Equipment; Printing; Postage; Telephone; Rent; Insurance
  Consultants; Total
  Media; Production; Sampling; Display material; Coupons; Research; Freight; Overhead; Contingency
  Subtotal; Lodging
  Meals; Mileage; Taxi; Tolls and parking; Registration fee; {thing}s; {adjb} {thing}; {coined}
  {v_product}; Other
  Direct cost; Indirect cost; Personnel; Fringe benefits; Publication; Patient care; Maintenance
  Total cost
r_cols = Budget; Actual; Variance; 19{70-99}; {month}; {MON}; Year to date; Last year; Amount; Cost
  1st Quarter
  2nd Quarter; Requested; Approved; Total; % Change; {things}; Plan; Forecast; Current month
  Year {1-3}; Mon; Tue; Wed
o_group = {thing} type; Type of {thing}; Reporting period; Submission date; Material; Packing
  Priority; Distribution
  Billing; Edges; Condition of {things}; Marital status; Sex; Payment by; Originals by mail
  {adjb} {thing}
  Reason for {thing}; Check one; Class; Region; Category; Frequency; Status
  Original to follow by mail; Position
o_yesno = Yes/No; YES/NO; yes/no; Y/N
o_option = Full/Partial; New/Change/Deletion; Urgent/For review/Please comment/Please reply
  Male/Female; Other
  Approved/Rejected; Routine/Emergency/Urgent; Single/Married/Divorced/Widowed
  Cash/Check/Credit card
  Aluminum/Steel/Brass/Other; Square/Round/Angle; Single face/Double face; Daily/Weekly/Monthly
  Regular/Overnight
  Smoking/Non-smoking; Addition/Deletion/Change; {MON} {1-28}/{MON} {1-28}/{MON} {1-28}/{MON} {1-28}
  {mon}./{mon}./{mon}./{mon}./{mon}.; Air/Heat/Moisture/Light/Other
  Trial/Awareness/Retention/Loyalty/Other
  {v_product}/{v_product}/{v_product}; {thing}/{thing}/{thing}/Other
  {adjb} {thing}/{adjb} {thing}/{thing}
  Purchasing/Stationery; Broken/Leaked/Intact; Full time/Part time/Temporary; Own/Rent
  Bill now/Bill as shipped
  {v_department}/{v_department}/{v_department}; Excellent/Good/Fair/Poor
  Under {20-30}/{31-45}-{46-60}/Over 60
q_ask = How often do you use the {adjb} {thing}?; What is your opinion of the {thing}?
  Have you ever {did} a {thing}?
  Was the {thing} {done} on time?; Where did you first hear about {v_product}?
  Why did you choose this {thing}?
  How many {things} do you order in a month?; Would you recommend {v_product} to others?
  Please describe the {thing}.
  Which {thing} do you like best?; Are you satisfied with the {adjb} {thing}?
  Who is responsible for the {things}?
  Which {thing} matters more than others?
  List any {things} you have {did} in the last {2-12} months.
  Does a {thing} plan exist?; What shall be better afterwards?; Do you own a {thing}?
  When was the {thing} last {done}?
s_statement = The {thing} is easy to use; I am satisfied with the {thing}
  The {things} arrive on time; The {adjb} {thing} is fair
  Staff are friendly; The {things} are clean; Information is clear
  The price of the {thing} is right; {v_product} tastes good
s_scale = Strongly disagree/Disagree/Neutral/Agree/Strongly agree; Poor/Fair/Good/Excellent
  Never/Seldom/Often/Always; 1/2/3/4/5
sign = Signature; Signature; Authorized signature; Signature of applicant; Signed; By; Approved by
  Signature of requester
  Manager's signature; Applicant's signature; Witness; Employee signature; Supervisor
  Signature and date; Parent's signature
sign_date = Date; Date signed; DATE; Dated
blank = I, {_v_name}, residing at {_v_address}, authorize {_v_company} to release the {thing}.
  The undersigned agrees to pay the sum of {_v_money} on or before {_v_date}.
  This is to certify that {_v_name} has {did} the {thing} at {_v_place} on {_v_date}.
  Received from {_v_company} the amount of {_v_money} for {_v_short}.
  Please ship {_v_count} {things} to {_v_company}, attention of {_v_name}, not later than {_v_date}.
  The meeting will be held in {_v_city} on {_v_date} at {_v_time}.
  We enclose {_v_count} {things} that we handed to {_v_company} on {_v_date}.
page = Page {i} of {n}; PAGE {i} OF {n}; {i}/{n}; - {i} -; Page{i} of {n} Pages; Page {i}
  {i} of {n}
formno = Form ~~~~-{70-99}; FORM ^-~~~; Rev. {1-12}/{70-99}; F-~~~~ {1-12}/{80-99}; Form No. ~~~
  ^^~~~~.XLS; ~~~~~ ({1-12}-{70-99})
  ~~~~~~~~; ~~~~~~~~; ~~~~~~~~ ~~~~; (Rev. {month} 20{00-25}); OMB No. ~~~~-~~~~
  c:\\docs\\{coined}.doc
stamp = RECEIVED; COPY; FILE COPY; CONFIDENTIAL; APPROVED; PAID; DRAFT; ORIGINAL
  {MON} {1-28} 19{80-99}; VOID
faxline = {01-12}/{01-28}/{90-99} {00-23}:{00-59} {200-999} ~~~ ~~~~ {coined} {001-009}/00~
  {MON} {1-28} '{90-99} {01-12}:{00-59}PM {coined} P.{1-9}/{1-9}
  {mon}-{1-28}-{90-99} {01-12}:{00-59} From-{coined} T-~~~ P.0{1-9}/0{1-9} F-~~~
w_total = Total; TOTAL; Totals; Grand total
""")
