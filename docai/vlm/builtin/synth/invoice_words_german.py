"""What invented invoices say, in German; see `invoice_words`."""

from docai.vlm.builtin.synth.words import parse

GERMAN_INVOICE = parse("""
company = {coined} {trade2} {suffix2}; {surname} & {surname} {suffix2}
  {trade2} {surname} {suffix2}; {coined} {suffix2}; {surname} {trade2} {suffix2}
  {noun} {trade2} {suffix2}; {initials} {trade2} {suffix2}; {given} {surname}
  {surname} & Söhne {suffix2}; {given} {surname} {trade2}; {coined}-{trade2} {suffix2}
  Stadtwerke {city2}; {trade2} {city2} {suffix2}; Gebr. {surname} {suffix2}; Lieferant {suffix2}
trade2 = Maschinenbau; Elektrotechnik; Software; Bürobedarf; Handel; Logistik; Druck; Medien
  Werkzeuge; Sanitär; Heizung; Möbel; Beratung; Consulting; IT-Systeme; Spedition; Baustoffe
  Gartenbau; Technik; Ingenieurbüro; Malerbetrieb; Tischlerei; Großhandel; Verlag; Energie
  Kunststoff; Feinmechanik; Dach; Lebensmittel; Autohaus; Messebau; Reinigung; Metallbau
  Verpackung; Design; Webdesign; Bau
suffix2 = GmbH; GmbH; GmbH; GmbH & Co. KG; AG; e.K.; KG; OHG; UG (haftungsbeschränkt); GbR; SE; mbH
  eG; _
city2 = Neustadt; Altenberg; Lindau; Rosenheim; Kassel; Bremen; Ulm; Hagen; Musterstadt; Hamburg
  Fürth; Würzburg; Gießen; Freiburg; Düren; Celle; Gera; Bad {coined}; {coined}burg
  {surname}hausen; {coined}stadt
person = {given} {surname}; Herr {given} {surname}; Frau {given} {surname}; Hans {surname}
department = Einkauf; Buchhaltung; z. Hd. {given} {surname}; Herrn {given} {surname}; Abt. {trade2}
  Frau {given} {surname}; Kreditorenbuchhaltung; Rechnungsprüfung; Kundenmanagement
at_address = {noun}{way} {n}|A-~~~~ {city2}; {surname}gasse {nn}/{n1}|~~~~ {city2}
ch_address = {noun}strasse {n}|CH-~~~~ {city2}; {surname}weg {nn}|~~~~ {city2}
  Postfach|~~~~ {city2}
de_address = {noun}{way} {n}|~~~~~ {city2}; {surname}{way} {n}|~~~~~ {city2}
  Am {noun} {nn}|~~~~~ {city2}; {surname}-{surname}-Str. {n}|D-~~~~~ {city2}
  {noun}{way} {nn}a|~~~~~ {city2}; Postfach ~~ ~~|~~~~~ {city2}; Industriestraße {n}|~~~~~ {city2}
  Gewerbepark {noun} {nn}|~~~~~ {city2}; {noun} {way2} {n}|~~~~~ {city2}
  {coined}er Str. {n} - {n}|~~~~~ {city2}; Zum {noun} {nn}, Haus {up2}|~~~~~ {city2}
way2 = Straße; Allee; Weg; Platz; Ring
good = Bürostuhl; Schreibtisch; Schrauben {measure2}; Druckerpapier A4; Tonerkassette
  Kabel NYM-J {measure2}; Dichtungsring; Kugellager ~~~~; Hydraulikschlauch; Filtereinsatz
  Arbeitshandschuhe; LED-Panel {n} W; Netzteil {n} W; Aktenordner breit; Wandfarbe weiß
  Rohrbogen {measure2}; Steckdose; Leuchtmittel E27; Gipskartonplatte; Fliesen grau; Steuergerät
  Messgerät; Pumpe; Bohrer-Set; Palette; Trennblätter A4; Kartonage {measure2}
  Kaffeebohnen {n1} kg; Mineralwasser 12x0,7 l; Joghurt Banane; Flyer A5; Visitenkarten
  T-Shirt bedruckt; Monitor {nn} Zoll; Tastatur; Notebook; Ventil; Stahlblech {measure2}
  Montageset; Regalboden; Rollcontainer; Kunstrasen; Blumenerde {nn} l; Zement; Dämmplatte
  Türzarge; Fenstergriff
service = Beratung; Montage; Wartung; Softwareentwicklung; Webhosting {month}; Anfahrt
  Arbeitszeit Geselle; Arbeitszeit Meister; Reparatur {good}; Projektleitung; Übersetzung; Schulung
  Jahreslizenz; Gestaltung Logo; Reinigung Büroräume; Transport; Installation vor Ort
  Datensicherung; Miete {month}; Fahrtkosten; Lieferung; Korrektorat; Entsorgung; Grundgebühr
  Arbeitspreis Strom; Übernachtung mit Frühstück; Konzept und Text; Design Web-Site; Stundenlohn
  Inbetriebnahme; Prüfung nach DGUV V3; Versandkosten; Planung {noun}
quality2 = schwarz; weiß; grau; verzinkt; Edelstahl; Typ {up2}; Modell {coined}; Gr. {size2}
  {n} mm; Serie {n}; {nn}er Pack; inkl. Zubehör; gebraucht; Art. {coined}; DIN {n}; lackiert
  Standard; {nn} Stück
up2 = A; B; C; S; X; HD; Pro
size2 = S; M; L; XL; 42; 120
measure2 = M{nn}x{n}; {n} mm; {n1} m; {nn}x{nn} cm; {n1},{n1} m; 3x1,5; DN {nn}; {n}x{n}x{n1}
month = Januar; Februar; März; April; Mai; Juni; Juli; August; September; Oktober; November
  Dezember
item = {good}; {good}; {good} {quality2}; {coined} {good}; {good}, {quality2}; {service}; {service}
  {service} {coined}; {coined} {up2}{n}; {good} {coined} {n}, {quality2}; {service} ({month})
note = Seriennr. {coined}-~~~~~; Lieferschein ~~~~~~; Farbe: {quality2}; Garantie {n1} Jahre
  Charge ~~~~~; Ursprungsland: DE; Zolltarifnr. ~~~~~~~~; Ihr Zeichen {coined}; laut Angebot {n}
  EAN ~~~~~~~~~~~~~; inkl. Verpackung; Ansprechpartner {surname}; Kostenstelle ~~~~
  Lieferdatum siehe Lieferschein
group = Material; Arbeitsleistung; Dienstleistungen; Bauabschnitt {n1}; Projekt {coined}
  Lieferschein {n}~~~; Titel {n1} {trade2}; Los {n1}; Filiale {city2}; Lohn
unit2 = Stk; Stk.; Stück; St; h; Std.; kg; m; m²; Pkg; Set; Psch.; l; Tage; Pauschal; Paar; VE; km
  kWh; C62
t_invoice = Rechnung; RECHNUNG; Rechnung; Rechnung; Ausgangsrechnung; Handelsrechnung
  Schlussrechnung; Honorarrechnung; Rechnung (Original); Warenrechnung; Abschlagsrechnung
  Teilrechnung
t_credit = Gutschrift; GUTSCHRIFT; Rechnungskorrektur; Stornorechnung; Korrekturrechnung
t_proforma = Proforma-Rechnung; Auftragsbestätigung; Angebot; Pro-forma-Rechnung
t_bill = Ihre Rechnung; Monatsrechnung; Verbrauchsabrechnung; Telefonrechnung; Jahresabrechnung
  Ihre Stromrechnung
k_number = Rechnungsnummer; Rechnungsnr.; Rechnungs-Nr.; Rechnung Nr.; Rechnungs-Nr; Re.-Nr.
  Nummer; Belegnr.; Nr.; Rechnung; Beleg-Nr.; RECHNUNGSNUMMER; Rechnungs-Nummer; Belegnummer
  RE-Nr.; Rechnung-Nr.
k_date = Datum; Rechnungsdatum; Belegdatum; Datum; Ausstellungsdatum; Rechnungsdatum; Rechnung vom
  vom; DATUM
k_due = Fällig am; Fälligkeit; Zahlbar bis; Zahlungsziel; Fälligkeitsdatum; Zahlung bis
  zahlbar bis; Fällig; Zu zahlen bis; Bitte zahlen bis; Fälligkeitstermin
k_po = Bestellnummer; Ihre Bestellung; Bestell-Nr.; Bestellnr.; Ihre Bestellnummer
  Ihre Bestell-Nr.; Auftragsnr.; Ihre Auftragsnummer; Bestellung Nr.; Bestellreferenz; Ihr Auftrag
  PO-Nummer
k_customer = Kundennummer; Kundennr.; Kunden-Nr.; Kd.-Nr.; Debitor; Debitorennr.; Ihre Kundennummer
  Kunde; Kundenkonto; Vertragskonto; Mandant
k_quote = Angebot; Angebotsnr.; Projekt; Projekt-Nr.; Vorgang; Unser Zeichen; Auftrag
  Vorgangsnummer; Kommission
k_order_date = Bestelldatum; Bestellung vom; Auftragsdatum; Ihre Bestellung vom
k_delivery = Lieferdatum; Leistungsdatum; Liefertermin; Liefer-/Leistungsdatum; Versanddatum
  Lieferung am
k_note = Lieferschein; Lieferscheinnr.; Lieferschein-Nr.; Lieferscheinnummer; LS-Nr.
k_period = Leistungszeitraum; Abrechnungszeitraum; Zeitraum; Lieferzeitraum; Abrechnungsperiode
  Leistung vom
k_stay = An-/Abreise; Aufenthalt; Anreise/Abreise
k_term = Zahlungsbedingungen; Zahlungsbedingung; Zahlungsziel; Zahlungskonditionen; Zahlung
  Zahlungsart
k_contact = Ansprechpartner; Sachbearbeiter; Bearbeiter; Ihr Ansprechpartner; Betreuer; Verkäufer
  Kontakt
k_ship_via = Versandart; Lieferbedingung; Lieferart; Versand
v_ship_via = DHL; Spedition; Selbstabholung; UPS; frei Haus; ab Werk; EXW; DPD; Paket
k_yourref = Ihr Zeichen; Ihre Referenz; Referenz; Ihre Nachricht vom
k_taxid_customer = Ihre USt-IdNr.; USt-IdNr. Kunde; Ihre UID-Nr.; Ihre Ust-ID
k_billto = Rechnungsadresse; Rechnungsempfänger; Rechnung an; Kunde; An; Käufer; Rechnungsanschrift
  Empfänger
k_shipto = Lieferadresse; Lieferanschrift; Warenempfänger; Lieferung an; Abweichende Lieferadresse
k_from = Absender; Verkäufer; Lieferant; Rechnungssteller; Rechnung von; Von
k_subtotal = Nettobetrag; Summe netto; Netto; Zwischensumme; Gesamt netto; Nettosumme
  Rechnungsbetrag netto; Zwischensumme (netto); Summe Netto; Warenwert netto; Gesamtbetrag netto
  Steuerpflichtiger Betrag; Nettowarenwert
k_lines = Summe Positionen; Summe; Positionssumme; Warenwert; Gesamtsumme Positionen
k_total = Gesamtbetrag; Rechnungsbetrag; Gesamt; Summe; Bruttobetrag; Summe brutto; Gesamtsumme
  Endbetrag; Zahlbetrag; Rechnungssumme; Gesamt brutto; Gesamtbetrag brutto; Endsumme; Zu zahlen
  RECHNUNGSBETRAG; Total; Rechnungsbetrag brutto; Zu zahlender Betrag; Bruttosumme
  Rechnungsendbetrag; Gesamtbetrag inkl. MwSt.
k_total_plain = Gesamtbetrag; Rechnungsbetrag; Bruttobetrag; Bruttosumme; Rechnungssumme
  Gesamt brutto; Summe brutto
k_due_amount = Zahlbetrag; Restbetrag; Noch zu zahlen; Offener Betrag; Zu zahlender Betrag
  Fälliger Betrag; Zu zahlen; Restforderung; Nachzahlung
k_prepaid = Anzahlung; Abschlagszahlung; bereits gezahlt; abzgl. Anzahlung; Vorauszahlung; Bezahlt
  geleistete Abschläge
k_discount = Rabatt; abzgl. Rabatt; Nachlass; Rabatt {r}%; {r}% Rabatt; abzüglich {r} % Nachlass
  Gesamtrabatt
k_shipping = Versandkosten; Versand; Fracht; Porto; Verpackung und Versand; Frachtkosten; Lieferung
k_tax_all = Summe MwSt.; Umsatzsteuer; Mehrwertsteuer; MwSt; Steuerbetrag; Steuer gesamt
  Summe Umsatzsteuer; USt.
k_tax = {tax} {r}%; {tax} {r} %; zzgl. {r}% {tax}; {r}% {tax}; zzgl. {tax} {r} %; {tax} ({r}%)
  zuzüglich {r} % {tax}; + {r}% {tax}; {r},00 % {tax}
k_tax_on = {r}% {tax} auf {net}; {tax} {r} % auf {net}; {tax} {r}% von {net}
  zzgl. {r} % {tax} aus {net}
k_included = inkl. {r}% {tax}; enthaltene {tax} {r} %; darin enthalten {r}% {tax}
  enthält {r} % {tax}
k_carry = Übertrag; Zwischensumme; Übertrag auf nächste Seite; Zwischensumme Seite
k_brought = Übertrag; Übertrag von Vorseite; Vortrag
k_group_sum = Zwischensumme; Summe
page = Seite; Seite; Blatt; S.
of = von; /; von
c_taxtable = MwSt-Satz; Satz; Steuersatz; MwSt %; Steuer %; Code; USt-Satz
c_taxtable_net = Netto; Nettobetrag; Basis; Grundlage; Bemessungsgrundlage; Warenwert
c_taxtable_amount = MwSt; Steuer; Steuerbetrag; MwSt-Betrag; USt.
c_taxtable_gross = Brutto; Gesamt; Bruttobetrag
h_taxtable = Steueraufstellung; MwSt-Aufstellung; Umsatzsteuer; Aufschlüsselung der MwSt.
c_pos = Pos.; Pos; Nr.; #; Position; Lfd. Nr.
c_code = Artikelnr.; Art.-Nr.; Artikel; Artikel-Nr.; Artikelnummer; Art.Nr.; Produktnr.; Material
c_item = Bezeichnung; Beschreibung; Artikelbezeichnung; Leistung; Text; Artikel; Produkt; Position
  Leistungsbeschreibung; Artikel / Leistung; Bezeichnung der Leistung; Produktbezeichnung
  Warenbezeichnung
c_qty = Menge; Anzahl; Anz.; Stück; Stunden; MENGE; Mge.
c_unit = Einheit; ME; Einh.; EH
c_price = Einzelpreis; Preis; EP; Einzelpreis €; Stückpreis; E-Preis; Nettopreis; Preis/Einheit
  Einzelpr.; Satz
c_tax = MwSt; USt; MwSt.%; USt. %; St.; MwSt-Satz; Steuer; USt %
c_amount = Gesamt; Gesamtpreis; Betrag; Summe; GP; Gesamtpreis €; Preis; Netto; Betrag EUR
  Gesamt (netto); Nettobetrag; G-Preis; Positionssumme; Wert
c_date = Datum; Leistungsdatum; Tag
c_discount = Rabatt; Rab. %; Rabatt %; Rab.
c_gross = Brutto; Bruttopreis; Gesamt brutto
c_taxamount = MwSt €; USt-Betrag; Steuer
k_phone = Tel.; Telefon; Tel; Fon; Telefon-Nr.
k_fax = Fax; Telefax; Fax-Nr.
k_mail = E-Mail; Email; E-mail; Mail; eMail
k_web = Web; Internet; www; Homepage
k_iban = IBAN; IBAN; IBAN-Nr.
k_bic = BIC; SWIFT; BIC/SWIFT; SWIFT-BIC
k_bank = Bank; Bankverbindung; Kreditinstitut; Bankname; Unsere Bankverbindung
k_account = Konto; Kto.-Nr.; Konto-Nr.; Kontonummer
k_sort = BLZ; Bankleitzahl
k_holder = Kontoinhaber; Empfänger; Inhaber
k_taxid = USt-IdNr.; USt-ID; UStID; USt.-Id.-Nr.; USt-Id; Umsatzsteuer-ID; Ust-IdNr; USt-ID-Nr.
  VAT-ID; Ust.ID
k_taxid_at = UID-Nr.; UID; UID-Nummer; ATU-Nr.
k_taxid_ch = MwSt-Nr.; UID; MWST-Nr.; CHE-Nr.
k_taxno = Steuernummer; St.-Nr.; Steuer-Nr.; Steuernr.; Finanzamt {city2} St.-Nr.
v_taxno = ~~/~~~/~~~~~; ~~~/~~~~/~~~~; ~~~ ~~~ ~~~~~; ~~~~~~~~~~; ~~~/~~~/~~~~~
k_director = Geschäftsführer; Geschäftsführung; Vorstand; Inhaber; Geschäftsführer; GF
k_register = Amtsgericht; Registergericht; Handelsregister; HRB; Gerichtsstand
  Sitz der Gesellschaft
v_register = {city2} HRB ~~~~~; {city2}, HRB ~~~~; AG {city2} HRB ~~~~~; HRA ~~~~ {city2}; {city2}
bank = {coined} Bank; Sparkasse {city2}; Volksbank {city2} eG; Raiffeisenbank {city2}
  {coined}bank AG; Kreissparkasse {city2}
s_intro = für unsere Lieferungen und Leistungen berechnen wir Ihnen:
  wir stellen Ihnen folgende Leistungen in Rechnung:
  vielen Dank für Ihren Auftrag. Wir berechnen Ihnen wie folgt:
  gemäß Ihrer Bestellung lieferten wir Ihnen:
  wie vereinbart erlauben wir uns, folgende Positionen zu berechnen.; hiermit berechnen wir Ihnen
s_hello = Sehr geehrte Damen und Herren,; Sehr geehrter Herr {surname},
  Sehr geehrte Frau {surname},; Hallo {given},; Guten Tag,; Lieber Kunde,
s_pay = Bitte überweisen Sie den Betrag von <total> bis zum <due> auf unser Konto <iban>.
  Zahlbar bis <due> ohne Abzug.; Bitte überweisen Sie <total> innerhalb von <term2>.
  Zahlungsbedingungen: <term>; <term>.; Zahlbar bis zum <due>.
  Den Betrag von <total> überweisen Sie bitte bis <due> unter Angabe der Rechnungsnummer <number>.
  Bitte zahlen Sie <total> bis spätestens <due>.
  Der Betrag wird am <due> von Ihrem Konto abgebucht.
  Bitte überweisen Sie den Gesamtbetrag auf das Konto IBAN <iban>.; Zahlungsziel: <term>
  Wir bitten um Überweisung auf folgendes Konto: <iban>; Der Rechnungsbetrag ist fällig am <due>.
s_term = {d} Tage netto; Zahlbar innerhalb von {d} Tagen ohne Abzug; {d} Tage; sofort ohne Abzug
  sofort fällig; innerhalb {d} Tagen netto; Sofort zahlbar, rein netto; {d} Tage netto Kasse
  10 Tage 2% Skonto, {d} Tage netto; Zahlung innerhalb von {d} Tagen
  innerhalb von 8 Tagen 3 % Skonto, {d} Tage netto; Vorkasse; Lastschrift
  Zahlbar ohne Abzug innerhalb von {d} Tagen nach Rechnungserhalt
  Zahlbar innerhalb {d} Tagen netto
s_term2 = {d} Tagen; {d} Tagen nach Rechnungserhalt; {d} Tagen ohne Abzug
s_close = Mit freundlichen Grüßen; Vielen Dank für Ihren Auftrag!; Freundliche Grüße
  Wir danken für Ihr Vertrauen.; Vielen Dank für die gute Zusammenarbeit.; Viele Grüße; Besten Dank
s_legal = Bis Sie alles bezahlt haben, gehört die Ware uns.; Es gelten unsere AGB.
  Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.; Steuerfreie innergemeinschaftliche Lieferung.
  Leistungsdatum entspricht Rechnungsdatum.
  Soweit nicht anders angegeben, gilt das Rechnungsdatum als Lieferdatum.
  Bei Zahlungsverzug berechnen wir Verzugszinsen.; Alle Preise in <currency>.
  Es gilt der Eigentumsvorbehalt.
  Skontofähiger Betrag siehe oben. Erfüllungsort und Gerichtsstand ist {city2}.
  Steuerschuldnerschaft des Leistungsempfängers; Vereinbarte Boni sind nicht abgezogen.
  Reklamationen bitte innerhalb von {nn} Tagen.
slogan = Qualität seit 19~~; Ihr Partner für {trade2}; {trade2} · {trade2} · {trade2}
  Meisterbetrieb; Einfach besser
and_to = -; bis; –; bis zum; -
country = Deutschland; Österreich; Schweiz; Germany; Frankreich; Niederlande; Polen
own_country = Deutschland; Germany; DEUTSCHLAND; DE
""")
