"""Word lists of Dutch forms.

What is missing here is the same in English; see `docai.vlm.builtin.synth.form_words`.
"""

from docai.vlm.builtin.synth.words import parse

DUTCH_FORM = parse("""
v_name = {given} {surname}; Dhr. {surname}; Mw. {cap}. {surname}; {cap}. {surname}
  {surname}, {given}; Dr. {surname}
v_names = {v_name}, {v_name}; {v_name} en {v_name}
v_date = {01-28}-{01-12}-20{05-25}; {1-28}-{1-12}-{80-99}; {1-28} {month} 20{05-25}
  {01-28}/{01-12}/19{70-99}
v_month = {month} 20{05-25}; {01-12}/{80-99}
v_time = {07-19}:{00-59}; {7-19}.{10-59} uur; {7-19} uur
v_phone = 0~~-~~~~~~~; 06-~~~~~~~~; 0~~~-~~~~~~; +31 ~~ ~~~~~~~
v_email = {given}@{coined}.nl; info@{coined}.nl
v_number = {1-99}; {1-9}.{100-999}; {2-60}
v_decimal = {0-9},~; {0-30},~~
v_money = € {1-999},~~; {1-99}.{100-999},~~; f {1-999},~~; € {1-99}.{100-999},-; {1-999},00
v_state = Utrecht; Drenthe; Zeeland; Limburg
v_zip = ~~~~ ^^; ~~~~^^
v_country = Nederland; België; Duitsland; Nederlandse; Suriname
v_street = {noun}{way} {1-199}; {surname}{way} {1-99}; Postbus ~~~~; {coined}{way} {1-60}
v_address = {v_street}, ~~~~ ^^ {city}; {v_street} ~~~~ ^^ {city}
v_place = {city}; kamer {100-400}; gebouw {cap}; magazijn {1-9}; {1-9}e verdieping; vestiging {city}
v_company = {coined} B.V.; {surname} & Zn.; {coined} N.V.; Gemeente {city}; Stichting {coined}
  {surname} Groep; {merchant}
v_department = Inkoop; Verkoop; Boekhouding; Personeelszaken; Onderzoek; Kwaliteit; Onderhoud
  Juridische Zaken; Magazijn
v_job = medewerker; directeur; ingenieur; lerares; afdelingshoofd; boekhouder; verpleegkundige
  monteur; student
v_product = {coined} {goods}; {goods}; {coined} {1-900}
v_material = staal; papier; glas; hout; koper; kunststof
v_color = wit; blauw; rood; zwart; lichtgroen
v_measure = {1-99} mm; {1-99},~ g; {1-900} kg; {1-99} cm; {1-900} ml; {20-90} °C
v_duration = {1-12} weken; {2-90} dagen; {1-9} maanden; {1-9} jaar; {1-40} uur
v_yesno = ja; nee; Ja; Nee; JA; NEE
v_none = geen; n.v.t.; zie bijlage; onbekend; idem; -
v_status = goed; afgehandeld; open; goedgekeurd; ongehuwd; gehuwd; nieuw; voorlopig
v_subject = {adjb} {thing}; {topic}; {thing} {month} 20{05-25}; {thing} {v_product}
v_short = {adjb} {thing}; {thing}; {v_product}; {thing} en {thing}
v_note = {sentence}; {clause}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}
v_essay = {v_long} {v_long}
month = januari; februari; maart; april; mei; juni; juli; augustus; september; oktober; november
  december
mon = jan; feb; mrt; apr; mei; jun; jul; aug; sep; okt; nov; dec
MON = JAN; FEB; MRT; APR; MEI; JUN; JUL; AUG; SEP; OKT; NOV; DEC
adjb = jaarlijkse; bijzondere; nieuwe; maandelijkse; interne; aanvullende; voorlopige; definitieve
  eerste; technische
thing = aanvraag; levering; bestelling; verzekering; inschrijving; keuring; opleiding; betaling
  reis; vergadering; melding; woning
things = monsters; pakketten; stukken; apparaten; producten; personen; kosten; onderdelen
  formulieren; dozen
report = verslag; overzicht; plan; rapport
topic = reis naar {city}; kostenbesparing; veiligheid op het werk; nieuwe verpakking
  verlenging van het contract
clause = {things} in goede staat ontvangen; zie bijlage; {thing} volgt nog; afspraak op {v_date}
  kosten {v_money}
sentence = De {adjb} {thing} is op {v_date} afgerond.; Alle {things} zijn in {city} aangekomen.
  De {thing} wordt behandeld door {v_name}.
  Gelieve de {things} te sturen naar {v_company}.; De totale kosten bedragen {v_money}.
  Er zijn geen problemen met de {thing}.; De {thing} is nog niet betaald.
done = afgerond
did = gecontroleerd
firm = {v_company}; Gemeente {city}; Provincie {coined}; {coined} Verzekeringen; Universiteit {city}
  Ziekenhuis {noun}
motto = Afdeling {v_department}; Dienst {v_department}; Sinds 19{10-90}
  Ministerie van {v_department}
title = Aanvraagformulier {thing}; {thing}sformulier; Formulier {thing}; Schadeformulier
  Declaratieformulier; Bestelbon; Inschrijfformulier; Vragenlijst; Meldingsformulier
  Verslag {thing}; Overeenkomst {thing}
form = formulier; bon; lijst; verslag
section = Persoonlijke gegevens; Gegevens {thing}; In te vullen door de gemeente; {cap}. {thing}
  Bijlagen; Bankgegevens; Opmerkingen; {1-9}. {thing}; Ondertekening
  Aanvrager; Deel {roman}; Partner
hint = Invullen in blokletters; Aankruisen wat van toepassing is; (indien van toepassing)
  * Verplicht veld; Zie toelichting op de achterzijde
legal = Ik verklaar dit formulier naar waarheid te hebben ingevuld.
  Dit bericht is uitsluitend bestemd voor de geadresseerde.
  Op al onze leveringen zijn de algemene voorwaarden van toepassing.
  Uw gegevens worden vertrouwelijk behandeld.
fax_title = FAX; Fax; Faxbericht; TELEFAX
f_fax = Aan@name; Van@name; Datum@date; Fax@phone; Tel.@phone; Aantal pagina's@count
  Betreft@subject; Bedrijf@company; T.a.v.@name; Afzender@name; Kopie@names
  Pagina's (incl. deze)@count; Afdeling@department; Ons kenmerk@code; Onderwerp@subject
f_memo = Aan@name; Van@name; Datum@date; Betreft@subject; Kopie@names; Afdeling@department
  Kenmerk@code; Onderwerp@subject
f_person = Achternaam@surname; Voornaam@given; Geboortedatum@date; Adres@address; Postcode@zip
  Woonplaats@city; Telefoon@phone; E-mailadres@email; Beroep@job
  Nationaliteit@country; Burgerlijke staat@status; Werkgever@company; BSN@account; Mobiel@phone
  Geboorteplaats@city; Naam@name; Straat en huisnummer@street
  Voorletters@initials; Geslacht@status; Telefoon overdag@phone; Leeftijd@number
f_office = Datum@date; Aanvrager@name; Afdeling@department; Ordernummer@code; Leverancier@company
  Aantal@number; Stukprijs@money; Bedrag@money; Project@subject
  Leverdatum@date; Verantwoordelijke@name; Kenmerk@code; Klant@company; Klantnummer@code
  Budget@money; Reden@short; Locatie@place; Duur@duration; Ingangsdatum@date
  Einddatum@date; Goedgekeurd door@name; Kostenplaats@code; Betalingstermijn@duration; Merk@product
  Ontvangen op@date; Contactpersoon@name
f_lab = Monsternummer@code; Partij@code; Testdatum@date; Analist@name; Gewicht@measure
  Lengte@measure; Temperatuur@measure; Kleur@color; Vochtgehalte@percent
  Uiterlijk@status; Dichtheid@decimal; pH@decimal; Materiaal@material; Bewaren@short; Apparaat@code
  Dikte@measure
f_legal = Zaaknummer@code; Verzekerde@name; Polisnummer@code; Schadedatum@date
  Plaats van de schade@address; Schadebedrag@money; Getuige@name; Rechtbank@city
  Advocaat@name; Kenteken@code; Eiser@name; Gedaagde@company; Tijdstip@time; Voertuig@product
  Oorzaak@note
f_medical = Patiënt@name; Huisarts@name; Zorgverzekeraar@company; Bloedgroep@cap; Lengte@measure
  Gewicht@measure; Allergieën@none; Medicijnen@product
  Polisnummer@account; Diagnose@short; Klachten@note; Opnamedatum@date; Eerdere operaties@none
f_school = Leerling@name; Groep@number; Schooljaar@year; Ouder/verzorger@name; School@company
  Thuistaal@country; Diploma@short; Vak@department; Mentor@name
f_money = IBAN@account; BIC@code; Bank@company; Rekeninghouder@name; Bedrag@money
  Belastbaar inkomen@money; Rente@percent; Looptijd@duration; Voorschot@money
  Maandinkomen@money; Huur@money; Saldo@money; Omschrijving@subject; Premie@money
f_goods = Geadresseerde@company; Afzender@company; Land van oorsprong@country
  Brutogewicht (kg)@decimal; Aantal colli@count; Douanewaarde@money; Vervoerder@company
  Omschrijving goederen@product; Zendingnummer@account; Leverdatum@date; Chauffeur@name
  Goederencode@code
f_long = Opmerkingen@long; Omschrijving@long; Reden van de {thing}@long; Toelichting@note
  Bericht@long; Resultaten@long; Toedracht@long; Motivatie@long
f_made = Datum {thing}@date; Nummer {thing}@code; Soort {thing}@short; Plaats van {thing}@place
  Kosten {thing}@money; {adjb} {thing}@short; Aantal {things}@count
  {thing} door@name; Begin van de {thing}@date; Totaal {things}@number; Reden {thing}@short
c_table = Omschrijving@product; Aantal@number; Prijs@money; Bedrag@money; Datum@date
  Opmerking@status; Plaats@city; Naam@name; Nr.@code; Van@month; Tot@month
  Werkgever@company; Functie@job; Km@number; Gewicht@decimal; Artikel@product; {things}@number
r_rows = Salarissen; Reiskosten; Materiaal; Apparatuur; Huur; Telefoon; Verzekering; Verblijf
  Maaltijden; Brandstof; Overig; Totaal; {thing}; {things}
r_cols = Begroot; Werkelijk; Verschil; {month}; 20{10-25}; Bedrag; Gevraagd; Toegekend; Totaal
o_group = Burgerlijke staat; Geslacht; Betaalwijze; Soort {thing}; Reden; Toestand; Aanhef; Woning
o_yesno = ja/nee; Ja/Nee; JA/NEE
o_option = man/vrouw; ongehuwd/gehuwd/gescheiden/weduwe; contant/pin/overboeking
  nieuw/wijziging/opzegging; {thing}/{thing}/{thing}; dagelijks/wekelijks/maandelijks
  spoed/normaal; {things}/{things}/overig; koop/huur; goed/voldoende/slecht; Dhr./Mw.
q_ask = Bent u tevreden over de {thing}?; Hoeveel {things} gebruikt u?; Hoe kent u de {thing}?
  Wie is verantwoordelijk voor de {thing}?; Heeft u eerder een {thing} gedaan?
s_statement = De {thing} is duidelijk; Het personeel is vriendelijk; De {things} komen op tijd
  Ik ben tevreden over de {thing}; De prijs van de {thing} is redelijk
s_scale = nooit/soms/vaak/altijd; slecht/matig/goed/uitstekend; 1/2/3/4/5
sign = Handtekening; Handtekening aanvrager; Stempel en handtekening; Akkoord; Ondertekening; Paraaf
sign_date = Datum; Plaats en datum
blank = Ondergetekende {_v_name} , wonende te {_v_address} , machtigt {_v_company} voor de {thing}.
  Het bedrag van {_v_money} wordt voor {_v_date} betaald.
  De vergadering vindt plaats in {_v_city} op {_v_date} om {_v_time} .
  Wij hebben {_v_count} {things} ontvangen van {_v_company} .
page = Pagina {i} van {n}; Blad {i}; {i}/{n}
formno = Formulier ~~~; Model ~~-~; Form. {1-99}/{80-99}; ~~~~~~~~; Ref. ^^-~~
stamp = ONTVANGEN; KOPIE; BETAALD; AKKOORD
w_total = Totaal; TOTAAL; Totaalbedrag
""")
