"""What English forms ask for, group by group.

A field is written ``label@kind``; a choice of ``v_kind`` is what may be filled in: see
`docai.vlm.builtin.synth.form_words`.
"""

from docai.vlm.builtin.synth.words import parse

FIELDS = parse("""
f_fax = To@name; From@name; Date@date; Fax@phone; Fax Number@phone; Phone@phone; Pages@count
  Re@subject
  Company@company; Number of pages including cover sheet@count; CC@names; Subject@subject; Time@time
  Firm@company
  Pages (including cover)@count; Client No.@code; Telephone@phone; Fax No.@phone; Sender@name
  Sender's Fax@phone
  Attention@name; File No.@code; Operator@initials; Total pages@count; Department@department
  Our Ref.@code
  Recipient@name; Phone No.@phone; Telecopier No.@phone; Room@code; Location@place; # Pages@count
  FAX #@phone
f_memo = To@name; From@name; Date@date; Subject@subject; CC@names; Re@subject; Division@place
  Region@place
  Department@department; Copies@names; File@code; Area@number; Via@name; Submitted by@name
  Reference@code
f_person = Name@name; Address@address; City@city; State@state; Zip Code@zip; Telephone@phone
  Date of Birth@date
  Age@number; Occupation@job; Employer@company; Title@job; Company@company; Home Phone@phone
  Zip@zip
  Business Phone@phone; Social Security No.@ssn; Last Name@surname; First Name@given
  Middle Initial@cap
  Marital Status@status; Nationality@country; E-mail@email; Country@country; Street@street
  Street Address@street
  Position@job; Spouse's Name@name; Emergency Contact@name; Relationship@short
  Mailing Address@address
  Place of Birth@city; Institution@company; Name of Guest@name; Fax@phone; Sex@cap
  Years at this Address@count
f_office = Date@date; Date Submitted@date; Requested by@name; Prepared by@name; Approved by@name
  Project@subject
  Project Title@subject; Project No.@code; Job No.@code; Department@department; Account No.@account
  Vendor@company
  Cost Center@code; Quantity@number; Unit Price@money; Total Cost@money; Terms@duration
  Ship to@address
  Ship via@company; F.O.B.@place; Purchase Order No.@code; Requisition No.@code; Brand@product
  Brand Name@product
  Manufacturer@company; Type of Packing@short; Market@city; Test Market@city; Territory@place
  Region@number
  Division@place; Account@company; No. of Stores@number; Volume@number; Budget@money
  Budget Code@code
  Effective Date@date; Expiration Date@date; Issue Date@date; Circulation@number; Media@short
  Supplier@company
  Media Name@short; Coupon Value@money; Client@company; Product@product; Caption@subject
  Size@measure
  Space@measure; Color@color; Ad No.@code; Starting Date@date; Completion Date@date
  Date Required@date
  Contact@name; Initiator@name; Location@place; Reason for Request@note; Purpose@note
  Description@note
  Reported by@name; Source of Information@company; List Price@money; Extent of Distribution@place
  Status@status
  Estimated Cost@money; Actual Cost@money; Cost Estimate@money; Received by@name; Date Received@date
  Code@code
  Authorization@code; Page@count; Priority@status; Follow Up Date@date; Name of Event@subject
  Date of Event@date
  Samples Required@number; Sales Representative@name; Date Forwarded@date; Previous Supplier@company
  Agency@company
  Shipping Number@account; Retention Period@duration; Number of Boxes@count; Research Firm@company
  Method@short
f_lab = Sample No.@code; Lot No.@code; Batch Size@measure; Batch No.@code; Weight@measure
  Length@measure
  Circumference@measure; Filter Length@measure; Paper@code; Maker@code; Moisture@percent
  Temperature@measure
  Test Article@product; Physical State@status; Solubility@note; Specific Gravity@decimal; pH@decimal
  Color@color
  Compound Name@product; Structure@product; Molecular Weight@decimal; Purity@percent; Storage@short
  Species@product
  Study Director@name; Study No.@code; Date Tested@date; Dose@measure; Route@short
  Test System@product; Analyst@name
  Requested by@name; Purpose of Sample@subject; Type of Product@product; Blend@none; Casing@none
  Glue@product
  Flavor@none; Labels@color; Closures@color; Cartons@color; Air Dilution@percent
  Plasticizer@percent; Instrument@code
  Number of Containers@count; Gross Weight@measure; Net Weight@measure; Condition of Shipment@status
  Wrappings@color
  Density@decimal; Firmness@decimal; Draw@measure; Puff Count@decimal; Tar@measure; Ash@percent
  Tip Length@measure
  Laboratory@company; Operator@name; Run No.@code; Notebook Page@code; Melting Point@measure
  Supplier@company
f_legal = Court@company; Case Name@company; Case No.@code; Case Type@short; Date Filed@date
  Date Served@date
  Judge@name; Plaintiff@names; Defendant@company; Plaintiff's Counsel@company; Trial Date@date
  Attorney@name
  Docket No.@code; Title of Action@subject; Jurisdiction@city; Claimant@name; Amount Claimed@money
  Registered Agent@company
  Insured@name; Policy No.@code; Claim No.@code; Date of Loss@date; Agent@name; Cause of Loss@note
  Beneficiary@name
  Deductible@money; Coverage@money; Location of Accident@address; License No.@code; Vehicle@product
  Witness@name
  Nature of Injury@note; Witnessed by@name; Time of Accident@time; Police Report No.@code
  Adjuster@name
f_medical = Patient Name@name; Patient ID@code; Date of Visit@date; Physician@name; Diagnosis@short
  Blood Type@cap
  Allergies@short; Current Medication@product; Height@measure; Weight@measure
  Insurance Company@company; Group No.@code
  Member ID@account; Referring Doctor@name; Reason for Visit@note; Temperature@measure; Pulse@number
  Blood Pressure@number
  Next of Kin@name; Last Examination@date; Ward@place; Attending Physician@name
  Previous Surgery@none; Symptoms@note
f_school = Student Name@name; Grade@number; School Year@year; Parent or Guardian@name; Teacher@name
  Homeroom@code
  School@company; Date of Birth@date; Bus Route@code; Course@subject; Course No.@code
  Semester@status; Major@department
  Degree@short; Year of Graduation@year; Advisor@name; Credits@count; Student No.@account
  Language at Home@short
f_money = Account Number@account; Account Name@name; Bank@company; Branch@city; Amount@money
  Routing Number@account
  Beneficiary@name; Currency@short; Date of Transfer@date; Payment Reference@code; Invoice No.@code
  Loan Amount@money
  Monthly Income@money; Interest Rate@percent; Term@duration; Total Expenses@money
  Advance Received@money
  Balance Due@money; Period@month; Taxable Income@money; Tax Withheld@money; Other Income@money
  Net Amount@money
  Refund@money; Total Assets@money; Employer ID@account; Filing Status@status; Deductions@money
  Check No.@code
f_goods = Consignee@company; Consignor@company; Country of Origin@country; Tariff Code@code
  Gross Mass (kg)@decimal
  Net Mass (kg)@decimal; Number of Packages@count; Marks and Numbers@code; Vessel@product
  Port of Loading@city
  Port of Discharge@city; Exporter@company; Declarant@name; Value@money; Means of Transport@short
  Seal No.@code
  Container No.@code; Delivery Terms@short; Carrier@company; Tracking No.@account; Driver@name
  Truck No.@code
  Delivered to@company; Delivery Date@date; Time of Arrival@time; Invoice Value@money
  Goods Description@product
f_long = Comments@long; Remarks@long; Description@long; Reason for request@long
  Special instructions@note; Note@long
  Message@long; Purpose@long; Objective@long; Background@long; Action taken@long
  Recommendation@long; Notes@note
  Description of problem@long; Proposed solution@long; Effectiveness of {thing}@long
  Chains - acceptance@long
  {adjb} {thing} evaluation@long; {thing} response@long; Sales force involvement@long
  Additional comments@long
  Experimental plan@essay; Summary of {things}@long; Acceptance by {things}@long; Results@long
  Conclusions@long
  Other information@note; Method@long; Terms and conditions@long; Distributor involvement@long
  Reason for contact@long
f_made = {thing} number@code; {adjb} {thing}@short; {thing} name@product; Number of {things}@count
  Date of {thing}@date
  {thing} type@short; Type of {thing}@short; Name of {thing}@product; {thing} code@code
  {adjb} {thing} date@date
  {things} per {thing}@number; {thing}/{thing}@short; Total {things}@number; Cost per {thing}@money
  {thing} cost@money
  No. of {things}@count; {adjb} {things}@number; {thing} location@place; {thing} prepared by@name
  {thing} ID@code
  {adjb} {thing} (if any)@short; # {things}@count; {thing} weight@measure; {thing} {report} No.@code
  {thing} desc.@short
""")
