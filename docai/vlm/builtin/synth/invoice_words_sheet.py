"""What printed e-invoices and trade papers say, in German, French and English."""

from docai.vlm.builtin.synth.invoice_press import Press, Run, Runs
from docai.vlm.builtin.synth.receipt_content import fill
from docai.vlm.builtin.synth.words import Words, parse

_GERMAN = parse("""
title = Handelsrechnung (380); Rechnung; Rechnung / Gutschrift / Baurechnung; E-Rechnung; XRechnung
  Rechnung (380); Elektronische Rechnung; Handelsrechnung; Rechnungsansicht; RECHNUNG
  Visualisierung der Rechnung; ZUGFeRD-Rechnung; Rechnungsdaten
title_credit = Gutschrift (381); Rechnungskorrektur (384); Rechnung / Gutschrift; Gutschrift
nr = Nr.; Nr.; Nummer; Nr; Rechnungs-Nr.
from = vom; vom; Datum; ausgestellt am; vom
number = Rechnungsnummer; Rechnungsnummer; Nummer; Belegnummer; Rechnungs-Nr.; Dokumentnummer
date = Rechnungsdatum; Rechnungsdatum; Ausstellungsdatum; Belegdatum; Datum
due = Fälligkeitsdatum; Fällig am; Fälligkeit; Zahlungsziel; Fälligkeitsdatum der Zahlung
currency = Währung; Währung; Rechnungswährung; Abrechnungswährung; Währungscode
delivery = Liefer- und Leistungsdatum; Lieferdatum; Leistungsdatum; Tatsächliches Lieferdatum
  Liefer-/Leistungsdatum
order = Bestellung; Bestellnummer; Bestellreferenz; Auftragsnummer des Käufers; Ihre Bestellung
payref = Zahlungsreferenz; Verwendungszweck; Zahlungsreferenz / Verwendungszweck
buyerref = Referenz des Käufers; Käuferreferenz; Leitweg-ID; Buyer Reference; Kundenreferenz
bookref = Buchungsreferenz; Kontierung; Buchungskonto des Käufers; Kostenstelle
contract = Vertragsnummer; Vertrag; Vertragsreferenz; Rahmenvertrag
moreref = Weitere Referenz; Weitere Referenzen; Objektreferenz; Zusätzliche Referenz
confirm = Auftragsbestätigung; Auftragsnummer; Auftragsnummer des Verkäufers; Auftrags-Nr.
note_no = Lieferschein; Lieferscheinnummer; Lieferavis; Versandanzeige
project = Projekt; Projektnummer; Projektreferenz
type = Rechnungsart; Dokumentart; Belegart; Rechnungstyp; Typcode
v_type = 380; 380 (Handelsrechnung); Rechnung; 380 - Commercial invoice; Handelsrechnung
profile = Profil; Spezifikation; Format; Prozess
v_profile = EN 16931; XRechnung 2.0; BASIC; COMFORT; EXTENDED; urn:cen.eu:en16931:2017
period = Abrechnungszeitraum; Leistungszeitraum; Lieferzeitraum; Rechnungszeitraum
data = Rechnungsdaten; Allgemeine Angaben; Kopfdaten; Übersicht; Informationen zur Rechnung; Beleg
seller = Verkäufer; Informationen zum Verkäufer; Rechnungssteller; Angaben zum Verkäufer; Lieferant
  Verkäufer / Leistungserbringer; Verkäufer
buyer = Käufer; Käufer/Leistungsempfänger; Informationen zum Käufer; Rechnungsempfänger
  Angaben zum Käufer; Käufer; Leistungsempfänger
payee = Abweichender Zahlungsempfänger; Zahlungsempfänger; Vom Verkäufer abweichender Empfänger
remarks = Bemerkungen; Bemerkung; Hinweise; Freitext; Anmerkungen; Bemerkung zur Rechnung
ship = Lieferanschrift; Lieferung an; Warenempfänger; Abweichende Lieferanschrift
id = Nummer; Verkäufernummer; Kennung; ID; Identifikation; Nr.
gln = Globale Nummer (GLN); GLN; Globale Nummer; Globale ID (0088); ILN/GLN
name = Name; Name; Firma; Firmenname; Name / Firma; Unternehmen
address = Anschrift; Adresse; Anschrift; Postanschrift
street = Straße; Straße / Hausnummer; Adresszeile 1; Straße und Nr.
city = Ort; PLZ / Ort; PLZ Ort; Ort / PLZ
land = Land; Ländercode; Land; Staat
taxno = Steuernummer; Steuernummer (FC); Steuernummer; St.-Nr.
taxid = USt-IdNr.; Umsatzsteuer-ID; USt-IdNr. (VA); USt-ID; Umsatzsteuer-Identifikationsnummer
contact = Ansprechpartner; Kontakt; Ansprechpartner; Kontaktperson; Name des Kontakts
phone = Telefon; Telefonnummer; Tel.; Telefon
mail = E-Mail; E-Mail-Adresse; E-Mail; Elektronische Adresse
register = Handelsregister; Registernummer; Rechtliche Registrierung
legal = Weitere rechtliche Informationen; Rechtsform; Rechtliche Angaben
items = Rechnungspositionen; Positionen; Positionsdaten; Artikel und Leistungen; Einzelpositionen
item = Position; Rechnungsposition; Pos.; Position Nr.
c_pos = Position; Pos.; Pos; Nr.; Posi-tion
c_code = Artikelnummer; Artikelnr.; Artikelkennung; Art.-Nr. Verkäufer; Artikelnummer; GTIN
c_item = Bezeichnung; Artikelbezeichnung; Produktname; Artikel; Bezeichnung / Beschreibung; Name
c_qty = Menge; Menge; Berechnete Menge; Anzahl
c_unit = Einheit; Mengeneinheit; ME; Einheit (Code)
c_price = Einzelpreis netto; Einzelpreis; Nettopreis; Preis pro Einheit (netto); E-Preis; Preis
c_tax = Steuersatz; USt %; USt-Satz; MwSt %; Steuersatz %
c_amount = Betrag; Gesamtpreis netto; Nettobetrag; Gesamtpreis (netto); Positionssumme; Summe netto
c_date = Leistungsdatum; Datum
c_discount = Zu-/Abschläge; Abschlag %; Rabatt; Nachlass %
c_gross = Brutto; Betrag brutto
c_taxamount = USt-Betrag; Steuer
gtin = GTIN; Globale Artikelnr.; EAN; GTIN (0160)
detail = Beschreibung; Details; Artikelbeschreibung; Zusatz
price_gross = Einzelpreis brutto; Listenpreis; Bruttopreis
sums = Summen; Gesamtbeträge der Rechnung; Rechnungssummen; Beträge; Gesamtsummen; Belegsummen
lines = Summe der Rechnungspositionen; Summe der Positionen; Positionssumme; Summe aller Positionen
  Summe Nettobeträge; Zwischensumme der Positionen
plus = Summe Zuschläge; Summe der Zuschläge; Zuschläge gesamt; Zuschläge
minus = Summe Abschläge; Summe Abzüge; Nachlässe gesamt; Abschläge; Summe Nachlässe
net = Rechnungssumme ohne Umsatzsteuer; Rechnungssumme ohne USt; Gesamtsumme netto; Nettosumme
  Steuerbasisbetrag; Gesamtbetrag ohne USt; Nettobetrag; Summe netto
tax = Steuerbetrag; Summe Umsatzsteuer; Umsatzsteuer gesamt; Steuergesamtbetrag; USt gesamt
gross = Bruttosumme; Rechnungssumme inkl. USt; Gesamtsumme brutto; Rechnungsbetrag; Bruttobetrag
  Rechnungssumme inkl. Umsatzsteuer; Gesamtbetrag
paid = Vorauszahlungen; Anzahlungen; Gezahlter Betrag; Vorausbezahlt; Anzahlungsbetrag
due_sum = Zahlbetrag; Fälliger Betrag; Zahlbetrag; Fälliger Zahlungsbetrag; Offener Betrag
taxes = Umsatzsteueraufschlüsselung; Umsatzsteuer; Aufschlüsselung der Umsatzsteuer; Steuern
rate = Steuersatz; Umsatzsteuersatz; USt-Satz; Prozentsatz
basis = Basisbetrag; Bemessungsgrundlage; Basis; Steuerbasis; Nettobetrag
category = Kategorie; Umsatzsteuerkategorie; Steuerart; Code
payment = Zahlung; Zahlungsdaten; Zahlungsinformationen; Zahlungsmittel; Bankverbindung; Zahlungsart
means = Zahlungsart; Zahlungsmittel; Art der Zahlung; Zahlungsweg
v_means = 58 SEPA-Überweisung; Überweisung; 30; SEPA-Überweisung (58); 42 Zahlung auf Bankkonto
holder = Kontoinhaber; Zahlungsempfänger; Inhaber; Kontoname
terms = Zahlungsbedingungen; Zahlungsbedingung; Skonto / weitere Zahlungsbedingungen; Bedingungen
skonto = Skonto; Skonto 1; Skontobedingung
v_skonto = {n1} Tage 2 %; #SKONTO#TAGE=14#PROZENT=2.00#; 3 % bei Zahlung in 10 Tagen
  2,00 % innerhalb von 14 Tagen
pay_text = Rechnung; RE; Rechnungsnr.; Rechnung Nr.
gf = Geschäftsführer; Geschäftsführung; Vorstand; Vertreten durch
court = Handelsregister {city2} HRB ~~~~~; Registergericht {city2}, HRB ~~~~; AG {city2} HRA ~~~~
  Sitz der Gesellschaft: {city2}, Amtsgericht {city2} HRB ~~~~~
remark = Wir danken für Ihren Auftrag und die gute Zusammenarbeit.
  Die Ware bleibt bis zur vollständigen Bezahlung Eigentum des Verkäufers.
  Rabatte und Boni sind gesondert geregelt.; Lieferung erfolgte gemäß Lieferschein ~~~~~.
  Bei Rückfragen wenden Sie sich bitte an unsere Buchhaltung unter Angabe Ihrer Kundennummer.
  Es gelten unsere Allgemeinen Geschäftsbedingungen in der Fassung vom Januar 20~~.
  Die Aufbewahrungspflicht für Rechnungen beträgt zwei Jahre.; Lieferbedingung: frei Haus
  Unsere Bankverbindung hat sich geändert, bitte beachten Sie die unten genannten Daten.
  Entgeltminderungen ergeben sich aus unseren Rahmen- und Konditionsvereinbarungen.
supplier = Lieferantennr.; Lieferantennummer; Lieferanten-Nr.; Unsere Lief.-Nr. bei Ihnen; Kreditor
zu = zu Rechnung; Bezug Rechnung; Ursprungsrechnung; Originalrechnung; betrifft Rechnung
t_trade = Gutschrift; Rechnungskorrektur; Gutschriftanzeige; Belastungsanzeige; Warengutschrift
t_cost = Kostenrechnung; Kostennote; Rechnung; Honorarnote; Gebührenrechnung; Vergütungsrechnung
t_order = Auftragsbestätigung; Bestellbestätigung; Rechnung zum Auftrag; Auftragsrechnung
your_order = Ihre Bestellung; Ihr Auftrag; Ihre Bestellnr.; Zu Ihrer Bestellung
issued = vom; ausgestellt am; Datum; erstellt am
remit = Zahlbar bis; Bitte zahlen Sie bis; Bitte überweisen bis; Fällig am; Zahlung erbeten bis
siret = Steuernummer; Handelsregister; HRB; Betriebsnummer; Öko-Kontrollstelle
v_siret = ~~/~~~/~~~~~; HRB ~~~~~; DE-ÖKO-0~~; ~~~~~~~~~; HRA ~~~~
""")
_FRENCH = parse("""
title = Facture; Facture (380); FACTURE ÉLECTRONIQUE; Facture commerciale (380); Factur-X; FACTURE
  Facture / Avoir; Visualisation de la facture
title_credit = Avoir (381); Facture d'avoir; Avoir; Facture rectificative (384)
nr = N°; n°; Numéro; Nº
from = du; en date du; Date; émise le
number = Numéro de facture; N° de facture; Numéro; Facture n°
date = Date de facture; Date d'émission; Date
due = Date d'échéance; Échéance; À régler avant le
currency = Devise; Devise de facturation; Code devise
delivery = Date de livraison; Date de livraison effective; Date de prestation
order = Bon de commande; Numéro de commande; Référence commande; N° d'engagement
payref = Référence de paiement; Libellé du virement; Communication
buyerref = Référence acheteur; Code service; Référence de l'acheteur
bookref = Référence comptable; Imputation comptable; Compte
contract = Numéro de contrat; Contrat; Référence du contrat; Marché n°
moreref = Autre référence; Références complémentaires
confirm = Commande vendeur; N° de commande du vendeur; Confirmation
note_no = Bon de livraison; Avis d'expédition; N° BL
project = Projet; Affaire; Référence projet
type = Type de facture; Type de document; Code type
v_type = 380; 380 - Facture commerciale; Facture
profile = Profil; Spécification; Cadre de facturation
v_profile = EN 16931; BASIC; MINIMUM; EXTENDED; A1; M1
period = Période de facturation; Période
data = Informations de facture; Données générales; En-tête; Détails de la facture
seller = Vendeur; Informations du vendeur; Fournisseur; Émetteur; Vendeur
buyer = Acheteur; Client; Informations de l'acheteur; Destinataire; Acheteur
payee = Bénéficiaire; Bénéficiaire du paiement; Affactureur
remarks = Notes; Commentaires; Mentions; Remarques
ship = Adresse de livraison; Livraison; Livré à
id = Identifiant; Numéro; ID; Code
gln = GLN; Identifiant global (0088); Code EAN; SIRET (0009)
name = Nom; Raison sociale; Nom; Dénomination
address = Adresse; Adresse postale; Adresse
street = Rue; Adresse ligne 1; Voie
city = Ville; Code postal / Ville; CP Ville
land = Pays; Code pays
taxno = SIREN; SIRET; N° SIREN; RCS
taxid = N° TVA; TVA intracommunautaire; Numéro de TVA; N° TVA intracom.
contact = Contact; Interlocuteur; Personne à contacter
phone = Téléphone; Tél.; Téléphone
mail = E-mail; Courriel; Adresse électronique
register = RCS; Immatriculation; Registre
legal = Informations légales; Forme juridique; Capital
items = Lignes de facture; Articles; Détail des lignes; Lignes
item = Ligne; Article; Ligne n°
c_pos = Ligne; N°; Pos.
c_code = Référence; Code article; Réf. vendeur; GTIN
c_item = Désignation; Nom de l'article; Description; Article
c_qty = Quantité; Qté; Quantité facturée
c_unit = Unité; Code unité
c_price = Prix unitaire net; Prix unitaire HT; PU HT; Prix net
c_tax = Taux TVA; TVA %; Taux
c_amount = Montant HT; Montant net; Total ligne HT; Total HT
c_date = Date
c_discount = Remise; Remise %
c_gross = TTC
c_taxamount = TVA
gtin = GTIN; EAN; Code-barres
detail = Description; Détail; Complément
price_gross = Prix unitaire brut; Prix brut
sums = Totaux; Montants; Récapitulatif; Total de la facture
lines = Total des lignes HT; Somme des lignes; Total brut HT; Somme des montants nets
plus = Total des charges; Frais; Charges
minus = Total des remises; Remises; Remises globales
net = Total HT; Montant total HT; Total hors TVA; Base imposable
tax = Montant TVA; Total TVA; Montant total de TVA
gross = Total TTC; Montant total TTC; Total avec TVA
paid = Acompte versé; Montant payé; Acomptes
due_sum = Net à payer; Montant dû; Reste à payer; Montant à payer
taxes = Ventilation de la TVA; Détail TVA; TVA
rate = Taux; Taux de TVA
basis = Base HT; Base imposable; Base
category = Catégorie; Code TVA
payment = Paiement; Informations de paiement; Règlement; Coordonnées bancaires
means = Moyen de paiement; Mode de règlement
v_means = Virement; 30 Virement; 58 Virement SEPA; Virement bancaire
holder = Titulaire; Titulaire du compte; Bénéficiaire
terms = Conditions de paiement; Conditions de règlement; Modalités
skonto = Escompte
v_skonto = Pas d'escompte pour paiement anticipé; 2 % sous 10 jours; Néant
pay_text = Facture; Fact.; Facture n°
gf = Gérant; Président; Directeur général; Représentée par
court = RCS {city2} ~~~ ~~~ ~~~; SARL au capital de {nn}000 euros, RCS {city2} ~~~~~~~~~
remark = Nous vous remercions de votre confiance.; Pas d'escompte pour règlement anticipé.
  En cas de retard de paiement, une indemnité forfaitaire de 40 euros est due.
  Clause de réserve de propriété : les marchandises restent notre propriété jusqu'au paiement.
  Livraison selon le bon ~~~~~.; TVA acquittée sur les débits.
supplier = N° fournisseur; Code fournisseur
zu = sur facture; Facture d'origine; Réf. facture initiale
t_trade = Avoir; Facture d'avoir; Note de crédit
t_cost = Note d'honoraires; Facture; Note de frais
t_order = Confirmation de commande; Facture; Accusé de commande
your_order = Votre commande; Votre commande n°; Commande
issued = du; émise le; en date du
remit = À régler avant le; Payable jusqu'au; Merci de régler avant le
siret = SIRET; N° SIRET; Siret; SIREN; R.C.S.
v_siret = ~~~ ~~~ ~~~ 000~~; ~~~~~~~~~000~~; ~~~ ~~~ ~~~
""")
_ENGLISH = parse("""
title = Invoice; Commercial invoice (380); INVOICE; Electronic invoice; Invoice (380); E-Invoice
  Invoice / Credit note
title_credit = Credit note (381); Credit note; Corrected invoice (384)
nr = No.; no.; #; Number
from = of; dated; Date; issued
number = Invoice number; Invoice no.; Number; Document ID
date = Invoice date; Issue date; Date
due = Due date; Payment due date; Payable by
currency = Currency; Invoice currency; Currency code
delivery = Delivery date; Actual delivery date; Date of supply
order = Purchase order; Order reference; Buyer order no.; Order number
payref = Payment reference; Remittance information; Payment ID
buyerref = Buyer reference; Reference of the buyer; Customer reference
bookref = Accounting reference; Buyer accounting reference; Cost centre
contract = Contract number; Contract; Contract reference
moreref = Further reference; Additional reference; Object reference
confirm = Sales order; Seller order no.; Order confirmation
note_no = Delivery note; Despatch advice; Despatch note
project = Project; Project reference
type = Invoice type; Type code; Document type
v_type = 380; 380 Commercial invoice; Commercial invoice
profile = Profile; Specification; Process
v_profile = EN 16931; BASIC; Peppol BIS 3.0; EXTENDED; XRechnung
period = Invoicing period; Billing period
data = Invoice details; General information; Header data; Invoice information
seller = Seller; Seller information; Supplier; Seller details; Invoice issuer
buyer = Buyer; Buyer information; Customer; Buyer details; Invoice recipient
payee = Payee; Deviating payee
remarks = Remarks; Notes; Invoice note; Comments
ship = Delivery address; Deliver to; Delivery information
id = ID; Number; Identifier; Seller ID
gln = Global ID (GLN); GLN; Global number
name = Name; Name; Company name; Legal name
address = Address; Postal address
street = Street; Address line 1
city = City; Postcode / city; Post code and city
land = Country; Country code
taxno = Tax number; Tax registration
taxid = VAT ID; VAT identifier; VAT number
contact = Contact; Contact person; Contact point
phone = Phone; Telephone; Phone number
mail = E-mail; Email address; Electronic address
register = Legal registration; Company register; Registration number
legal = Legal information; Additional legal information
items = Invoice lines; Line items; Items; Invoice items
item = Line; Item; Position; Invoice line
c_pos = Line; Pos.; No.
c_code = Item number; Seller item ID; Article no.; GTIN
c_item = Item name; Description; Name; Item
c_qty = Quantity; Invoiced quantity; Qty
c_unit = Unit; Unit code; UoM
c_price = Net price; Item net price; Unit price
c_tax = VAT rate; VAT %; Tax rate
c_amount = Net amount; Line net amount; Line total; Amount
c_date = Date
c_discount = Allowance %; Discount
c_gross = Gross
c_taxamount = VAT amount
gtin = GTIN; Global item ID; EAN
detail = Description; Details; Item description
price_gross = Gross price; List price
sums = Totals; Document totals; Invoice totals; Amounts
lines = Sum of invoice lines; Sum of line net amounts; Line total
plus = Sum of charges; Charges; Charges total
minus = Sum of allowances; Allowances; Allowance total
net = Total without VAT; Invoice total without VAT; Tax basis total; Net total
tax = Total VAT; VAT total; Invoice total VAT amount
gross = Total with VAT; Invoice total with VAT; Grand total; Gross total
paid = Prepaid; Paid amount; Prepaid amount
due_sum = Amount due; Due payable amount; Amount due for payment
taxes = VAT breakdown; VAT; Tax breakdown
rate = VAT rate; Rate; Percentage
basis = Basis amount; Taxable amount; Basis
category = Category; VAT category code
payment = Payment; Payment details; Payment means; Payment instructions
means = Payment means; Payment method; Means code
v_means = 58 SEPA credit transfer; Credit transfer; 30; Bank transfer
holder = Account holder; Account name; Payee
terms = Payment terms; Terms of payment
skonto = Cash discount
v_skonto = 2 % within {n1} days; 2.00 % in 14 days; none
pay_text = Invoice; INV; Invoice no.
gf = Managing director; Director; Represented by
court = Registered in {city2} No. ~~~~~~~; Companies register {city2} HRB ~~~~~
remark = Thank you for your order.; Goods remain property of the seller until paid in full.
  Delivery as per note ~~~~~.; Our general terms and conditions apply, edition January 20~~.
  Please contact our accounts department in case of questions.; Delivered carriage paid.
supplier = Supplier no.; Vendor number; Our supplier no.
zu = for invoice; Original invoice; Refers to invoice
t_trade = Credit note; Debit note; Invoice correction
t_cost = Statement of fees; Invoice; Fee note
t_order = Order confirmation; Sales invoice; Invoice
your_order = Your order; Your order no.; Your reference
issued = issued at; issued on; of; dated
remit = Please pay no later than; Payable until; Please pay by; Payable by
siret = Company no.; Reg. No.; Registered no.
v_siret = ~~~~~~~~; 0~~~~~~~; SC~~~~~~
""")
SHEET_WORDS: dict[str, Words] = {"de": _GERMAN, "fr": _FRENCH, "en": _ENGLISH}
"""By language; other languages see English software."""
_SPARE = {"city2": ("Ashford", "Lindau", "Dijon")}  # not every country's words have cities


def say(press: Press, key: str) -> str:
    """Return words of a viewer in the invoice's language, or in English."""
    table = SHEET_WORDS.get(press.invoice.land.language, _ENGLISH)
    words = {**_SPARE, **press.invoice.land.words}
    return fill(press.rng, press.rng.choice(table[key]), words)


def named(press: Press, key: str) -> Runs:
    """Return the words of a key as they are set."""
    text = say(press, key)
    text = text.upper() if press.look.is_upper else text
    return (Run(text if text.endswith((":", "#")) else text + press.look.colon),)
