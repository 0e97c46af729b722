"""What invented invoices say, in Italian and Dutch; see `invoice_words`."""

from docai.vlm.builtin.synth.words import parse

ITALIAN_INVOICE = parse("""
company = {coined} {suffix2}; {surname} {trade2} {suffix2}; {trade2} {surname} {suffix2}
  Fratelli {surname} {suffix2}; {coined} {trade2} {suffix2}
trade2 = Forniture; Informatica; Mobili; Consulenza; Costruzioni; Impianti; Trasporti; Grafica
  Alimentari; Meccanica
suffix2 = S.r.l.; S.p.A.; SRL; s.n.c.; S.a.s.; _
person = {given} {surname}; Sig. {given} {surname}; Dott. {surname}
department = Ufficio Acquisti; Amministrazione; c.a. {given} {surname}
it_address = Via {surname}, {n}|~~~~~ {city} (^^); Corso {surname} {nn}|~~~~~ {city}
  Piazza {noun} {nn}|~~~~~ {city} ^^; Via del {noun} {n}/{up2}|~~~~~ {city} (^^)
up2 = A; B; C
good = Sedia ufficio; Tavolo riunioni; Carta A4; Toner {coined}; Cavo {n} m; Viti M{nn}
  Vernice bianca {nn} L; Monitor {nn}"; Guanti; Filtro aria; Pompa {n} W; Scatola cartone
  Lampada LED; Scaffale; Biglietti da visita; Vino rosso {coined}
service = Consulenza; Manutenzione {month}; Sviluppo web; Installazione; Trasporto; Formazione
  Affitto {month}; Manodopera; Progetto grafico
month = gennaio; febbraio; marzo; aprile; maggio; giugno; luglio; agosto; settembre; ottobre
  novembre; dicembre
quality2 = nero; bianco; modello {coined}; {n} mm; serie {n}
item = {good}; {good}; {good} {quality2}; {service}; {service} {coined}
note = N. di serie ~~~~~; DDT ~~~~~; Garanzia {n1} anni; Lotto ~~~~
group = Materiali; Manodopera; Servizi; Cantiere {coined}
unit2 = pz; PZ; h; ore; kg; m; mq; NR; cf; L
t_invoice = FATTURA; Fattura; Fattura di vendita; FATTURA IMMEDIATA; Fattura di cortesia
t_credit = Nota di credito; NOTA DI CREDITO
t_proforma = Fattura proforma; PREVENTIVO
t_bill = La sua bolletta; Fattura servizi
k_number = Fattura n.; N. fattura; Numero fattura; Numero; Fattura N°; N. documento; Nr.
k_date = Data; Data fattura; Del; Data documento; DATA
k_due = Scadenza; Data scadenza; Scadenza pagamento; Pagare entro
k_po = Ordine n.; Vs. ordine; N. ordine; Rif. ordine; Ordine d'acquisto
k_customer = Cod. cliente; Codice cliente; Cliente n.
k_quote = Preventivo n.; Riferimento; Commessa; Offerta
k_order_date = Data ordine
k_delivery = Data consegna
k_note = DDT n.; Documento di trasporto
k_period = Periodo; Periodo di fatturazione; Periodo di riferimento
k_stay = Arrivo / Partenza
k_term = Pagamento; Condizioni di pagamento; Modalità di pagamento; Termini di pagamento
k_contact = Contatto; Agente; Referente
k_ship_via = Trasporto; Porto
v_ship_via = Corriere; Franco; Mittente
k_yourref = Vs. riferimento; Rif.
k_taxid_customer = P.IVA cliente; Partita IVA cliente
k_billto = Cliente; Spett.le; Intestatario; Destinatario; Fatturare a
k_shipto = Luogo di consegna; Spedire a; Destinazione merce
k_from = Emittente; Fornitore; Cedente; Mittente
k_subtotal = Imponibile; Totale imponibile; Subtotale; Totale netto; Totale merce
k_lines = Totale righe; Totale merce lordo; Somma
k_total = Totale; TOTALE; Totale fattura; Totale documento; TOTALE DOCUMENTO; Totale da pagare
  Importo totale; Netto a pagare
k_total_plain = Totale; Totale fattura; Totale documento
k_due_amount = Netto a pagare; Da pagare; Saldo; Importo dovuto
k_prepaid = Acconto; Anticipo; Pagato
k_discount = Sconto; Sconto {r}%; Abbuono
k_shipping = Spese di trasporto; Spese di spedizione; Trasporto
k_tax_all = IVA; Totale IVA; Imposta; Totale imposta
k_tax = {tax} {r}%; {tax} ({r}%); {tax} al {r}%; {tax} {r} %
k_tax_on = {tax} {r}% su {net}
k_included = {tax} {r}% inclusa; di cui {tax} {r}%
k_carry = A riportare
k_brought = Riporto
k_group_sum = Subtotale; Totale
page = Pagina; Pag.
of = di; /
c_taxtable = Aliquota; % IVA; Cod. IVA
c_taxtable_net = Imponibile
c_taxtable_amount = Imposta; IVA
c_taxtable_gross = Totale
h_taxtable = Riepilogo IVA
c_pos = N.; #; Riga
c_code = Codice; Cod. articolo; Articolo
c_item = Descrizione; Descrizione beni/servizi; DESCRIZIONE; Prodotto
c_qty = Quantità; Q.tà; Qtà
c_unit = UM; U.M.
c_price = Prezzo; Prezzo unitario; Prezzo unit.
c_tax = IVA; % IVA; Aliq.
c_amount = Importo; Totale; IMPORTO; Prezzo totale
c_date = Data
c_discount = Sconto; Sc. %
c_gross = Totale ivato
c_taxamount = Imposta
k_phone = Tel.; Telefono; Tel
k_fax = Fax
k_mail = Email; E-mail; PEC
k_web = Web; Sito
k_iban = IBAN; Codice IBAN
k_bic = BIC; SWIFT
k_bank = Banca; Banca d'appoggio
k_account = Conto; C/C
k_sort = ABI/CAB
k_holder = Intestato a; Beneficiario
k_taxid = P.IVA; Partita IVA; P. IVA; Part. IVA
k_taxno = REA; C.F.; Cod. Fisc.
v_taxno = MI-~~~~~~~; ~~~~~~~~~~~
k_director = Amministratore; Titolare
k_register = Registro Imprese; Capitale sociale
v_register = {city} ~~~~~~; € {nn}.000 i.v.
bank = Banca {coined}; Cassa di {city}; Banca di {city}
s_intro = Vi fatturiamo quanto segue:; Con la presente Vi addebitiamo:
s_hello = Gentile cliente,; Spett.le ditta,
s_pay = Vi preghiamo di versare <total> entro il <due>.; Bonifico bancario su IBAN <iban>.
  Pagamento: <term>; Scadenza: <due>
s_term = {d} giorni; {d} gg d.f.; Bonifico {d} gg f.m.; Rimessa diretta; {d} giorni data fattura
  Contanti
s_term2 = {d} giorni
s_close = Grazie per la fiducia.; Distinti saluti; Cordiali saluti
s_legal = Contributo CONAI assolto ove dovuto.; La merce viaggia a rischio del committente.
  Importi in <currency>.
slogan = Qualità dal 19~~; {trade2} e {trade2}
and_to = al; -; a
country = Italia; Germania; Svizzera
own_country = Italia; ITALIA
""")

DUTCH_INVOICE = parse("""
company = {coined} {suffix2}; {surname} {trade2} {suffix2}; {trade2} {surname}
  {coined} {trade2} {suffix2}; {surname} & Zonen {suffix2}
trade2 = Techniek; Installaties; Kantoor; Bouw; Transport; Advies; Ontwerp; Drukwerk; Handel
  Software; Groothandel
suffix2 = B.V.; BV; V.O.F.; N.V.; _; Holding B.V.
person = {given} {surname}; Dhr. {surname}; Mevr. {given} {surname}
department = Crediteurenadministratie; t.a.v. {given} {surname}; Afd. Inkoop
nl_address = {noun}{way} {n}|~~~~ ^^ {city}; {surname}{way} {nn}|~~~~ ^^ {city}
  Postbus ~~~|~~~~ ^^ {city}; Industrieweg {n}|~~~~ ^^ {city}
good = Bureaustoel; Vergadertafel; Printpapier A4; Toner {coined}; Kabel {n} m; Schroeven M{nn}
  Muurverf wit {nn} L; Monitor {nn}"; Werkhandschoenen; Luchtfilter; Pomp {n} W; Kartonnen doos
  LED-lamp; Stellingkast; Visitekaartjes
service = Advies; Onderhoud {month}; Webontwikkeling; Installatie; Transport; Training
  Huur {month}; Arbeidsloon; Grafisch ontwerp; Hosting
month = januari; februari; maart; april; mei; juni; juli; augustus; september; oktober; november
  december
quality2 = zwart; wit; model {coined}; {n} mm; serie {n}
item = {good}; {good}; {good} {quality2}; {service}; {service} {coined}
note = Serienr. ~~~~~; Pakbon ~~~~~; Garantie {n1} jaar; Kleur: {quality2}
group = Materiaal; Arbeid; Diensten; Project {coined}
unit2 = st; stuks; uur; kg; m; m²; doos; set; L
t_invoice = FACTUUR; Factuur; Verkoopfactuur; FACTUUR
t_credit = Creditnota; CREDITFACTUUR
t_proforma = Proformafactuur; OFFERTE
t_bill = Uw rekening; Maandnota
k_number = Factuurnummer; Factuurnr.; Factuur nr.; Nummer; Factuur; Notanummer
k_date = Datum; Factuurdatum; Datum factuur
k_due = Vervaldatum; Betalen voor; Uiterste betaaldatum; Te betalen voor
k_po = Uw ordernummer; Bestelnummer; Inkoopordernummer; Uw bestelling; PO-nummer
k_customer = Klantnummer; Debiteurnr.; Klantnr.; Debiteurnummer
k_quote = Offertenummer; Project; Ons kenmerk
k_order_date = Orderdatum; Besteldatum
k_delivery = Leverdatum
k_note = Pakbonnummer; Pakbon
k_period = Periode; Factuurperiode; Leveringsperiode
k_stay = Aankomst / Vertrek
k_term = Betalingsvoorwaarden; Betalingstermijn; Betaling; Betalingsconditie
k_contact = Contactpersoon; Verkoper; Behandeld door
k_ship_via = Verzendwijze
v_ship_via = PostNL; Afgehaald; Franco
k_yourref = Uw referentie; Uw kenmerk
k_taxid_customer = Uw BTW-nummer; BTW-nr. klant
k_billto = Factuuradres; Klant; Factuur aan; Aan
k_shipto = Afleveradres; Leveren aan
k_from = Van; Leverancier; Afzender
k_subtotal = Subtotaal; Totaal excl. BTW; Totaal exclusief BTW; Bedrag excl. BTW; Netto
k_lines = Totaal regels; Goederenbedrag
k_total = Totaal; TOTAAL; Totaal incl. BTW; Te betalen; Totaalbedrag; Factuurbedrag
  Totaal te betalen; Totaal inclusief BTW
k_total_plain = Totaal; Totaal incl. BTW; Factuurbedrag
k_due_amount = Te betalen; Nog te voldoen; Openstaand bedrag; Restant
k_prepaid = Aanbetaling; Reeds voldaan; Voorschot
k_discount = Korting; Korting {r}%; {r}% korting
k_shipping = Verzendkosten; Vrachtkosten; Transport
k_tax_all = BTW; Totaal BTW; BTW-bedrag; Btw
k_tax = {tax} {r}%; {r}% {tax}; {tax} ({r}%); {tax} {r} %; {tax} hoog {r}%
k_tax_on = {r}% {tax} over {net}; {tax} {r}% over {net}
k_included = incl. {r}% {tax}; waarvan {tax} {r}%
k_carry = Transport
k_brought = Transport vorige pagina
k_group_sum = Subtotaal; Totaal
page = Pagina; Blad
of = van; /
c_taxtable = BTW %; Tarief
c_taxtable_net = Grondslag; Over
c_taxtable_amount = BTW; BTW-bedrag
c_taxtable_gross = Totaal
h_taxtable = BTW-specificatie
c_pos = Nr.; #; Pos.
c_code = Artikelnr.; Artikel; Code; Artikelnummer
c_item = Omschrijving; Artikel; Beschrijving; OMSCHRIJVING
c_qty = Aantal; Uren; Aant.
c_unit = Eenheid; Ehd.
c_price = Prijs; Stukprijs; Tarief; Prijs per stuk; Prijs excl.
c_tax = BTW; BTW %; Btw
c_amount = Bedrag; Totaal; Totaal excl.; Regelbedrag
c_date = Datum
c_discount = Korting; Kort. %
c_gross = Totaal incl.
c_taxamount = BTW-bedrag
k_phone = Tel.; Telefoon; T
k_fax = Fax
k_mail = E-mail; E; Mail
k_web = Website; Web; W
k_iban = IBAN; IBAN-nr.; Rekeningnummer (IBAN)
k_bic = BIC; SWIFT
k_bank = Bank; Banknaam
k_account = Rekeningnr.; Rekening
k_sort = Bankcode
k_holder = Ten name van; t.n.v.
k_taxid = BTW-nummer; BTW-nr.; BTW; Btw-id; BTW nr.
k_taxno = KvK; KvK-nummer; K.v.K.
v_taxno = ~~~~~~~~
k_director = Directie; Directeur
k_register = Handelsregister
v_register = {city}; ~~~~~~~~
bank = {coined} Bank; Bank {city}
s_intro = Hierbij brengen wij u in rekening:; Wij factureren u als volgt:
s_hello = Geachte heer/mevrouw,; Beste {given},
s_pay = Wij verzoeken u <total> voor <due> over te maken op <iban>.
  Gelieve te betalen voor <due> o.v.v. <number>.; Betaling: <term>
s_term = {d} dagen; Binnen {d} dagen; {d} dagen na factuurdatum; {d} dagen netto; Contant
s_term2 = {d} dagen
s_close = Bedankt voor uw opdracht.; Met vriendelijke groet,; Bedankt voor uw vertrouwen.
s_legal = Op al onze leveringen zijn onze voorwaarden van toepassing.; BTW verlegd.
  Bedragen in <currency>.
slogan = Kwaliteit sinds 19~~; {trade2} en {trade2}
and_to = t/m; -; tot; tot en met
country = Nederland; België; Duitsland
own_country = Nederland; NEDERLAND
""")
