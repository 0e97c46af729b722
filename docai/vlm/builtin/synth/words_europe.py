"""Word lists for German, French, Italian, Spanish and Dutch receipts."""

from docai.vlm.builtin.synth.words import parse

GERMAN = parse("""
surname = Müller; Schmidt; Weber; Becker; Hoffmann; Schäfer; Koch; Richter; Klein; Wolf; Schröder
  Neumann; Krüger; Voß
given = Anna; Jürgen; Petra; Klaus; Sabine; Uwe; Heike; Lukas; Jonas; Lena; Mia; Stefan; George
  Ute
noun = Adler; Bär; Hirsch; Löwe; Krone; Linde; Rose; Sonne; Stern; Mühle; Brücke; Anker; Turm
  Garten; Ochse; Post
adjective = Goldener; Schwarzer; Alter; Neuer; Grüner; Blauer; Roter; Weißer; Kleiner; Großer
trade = Bäckerei; Apotheke; Restaurant; Gasthaus; Café; Markt; Metzgerei; Buchhandlung; Drogerie
  Baumarkt; Getränke; Blumen; Tankstelle; Hotel; Imbiss; Eisdiele; Brauhaus; Supermarkt
  Schreibwaren; Elektro
merchant = {trade} {surname}; {surname} {trade}; Gasthaus zum {noun}; {adjective} {noun}
  {coined} {trade}; {coined}; Zur {noun}; {surname} & {surname}; {trade} am {noun}
  {initials} {trade}; Restaurant {coined}
suffix = GmbH; GmbH & Co. KG; e.K.; KG; AG; _; _; _; OHG
way = straße; str.; weg; platz; allee; gasse; ring; damm
address = {noun}{way} {n}|~~~~~ {city}; {surname}{way} {n}|~~~~~ {city}
  Am {noun} {nn}, ~~~~~ {city}; {coined}er Ring {n}|D-~~~~~ {city}
city = {noun}stadt; Bad {coined}; {surname}hausen; {noun}burg; {coined}heim; Neu{coined}; München
  Köln; Berlin; {noun}feld
phone = 0~~/~~~~~~~; 0~~~~ / ~~~~~; 0~~-~~~~~~~~; +49 ~~ ~~~~~~~; (0~~~) ~~~~~~; 0~~~ ~~~~~~
company = HRB ~~~~~; Filiale {n}; Inh. {given} {surname}; {mail}
taxid = USt-IdNr. DE~~~~~~~~~; Steuer-Nr.: ~~~/~~~~~; St.Nr. ~~/~~~/~~~~~; UID: DE~~~~~~~~~
  Steuernummer ~~~~~~~~~~
title = Rechnung; RECHNUNG; Kassenbon; Kassenbeleg; Quittung; BAR-VERKAUF; Beleg
goods = Vollmilch; Roggenbrot; Butter; Äpfel; Bananen; Gurke; Käse; Salami; Joghurt; Nudeln; Reis
  Zucker; Mehl; Kaffee; Seife; Duschgel; Zahnpasta; Batterien; Heft A4; Kugelschreiber; Klebeband
  Schrauben; Socken; Kerze; Pfand 0,25; Eier 10er
dish = Schnitzel; Bratwurst; Currywurst; Pommes; Gulasch; Käsespätzle; Salat gr.; Hefeweizen
  Pils 0,5; Radler; Apfelschorle; Mineralwasser; Tasse Kaffee; Apfelstrudel; Leberkäse; Brezel
  Gyros; Tee; Espresso; Rotwein 0,2; Schweinebraten; Suppe; Helles
quality = Bio; Frisch; gr.; kl.; Haus; Natur; Spezial; Extra
measure = 500g; 1kg; 1L; 250ml; 0,5l; 6er; 100g; XL
item = {dish}; {dish}; {goods}; {goods} {measure}; {quality} {goods}; {coined} {goods}
  {quality} {dish}; {goods} {quality}
greet = Vielen Dank; Vielen Dank für Ihren Besuch; Danke für Ihren Einkauf; Auf Wiedersehen
  VIELEN DANK; Bis bald!
foot = Es bediente Sie: {given}; Umtausch nur mit Kassenbon; Öffnungszeiten Mo-Sa 8-20 Uhr
  TSE-Signatur ~~~~~~~~~~; {mail}; Kein Umtausch ohne Beleg; Bon-Nr. ~~~~~; Transaktionsnr. ~~~~~~
  Seriennr. Kasse {coined}~~~~; Tip is not included
info = Tisch: {nn}; Bediener {n1}; Kasse {n1}; Bon-Nr. ~~~~; Rechnung Nr. ~~~~; Beleg ~~~~~
  Tisch {nn}/--; Kassierer: {given}; Filiale ~~~
k_phone = Tel.:; Tel; TEL:; Telefon:; Tel.; Fon; _; _
k_fax = Fax:; Telefax; Fax
k_date = Datum:; Datum; _; _; _; Date:
k_time = Uhrzeit:; Zeit:; _; _; _; _
k_date2 = Gedruckt; Lieferdatum; Bon geöffnet; Gültig bis
k_subtotal = Zwischensumme; ZWISCHENSUMME; Zw.-Summe; Zwischensumme:
k_subtotal_net = Netto; Nettobetrag; NETTO; Netto-Umsatz; Netto(1)
k_total = SUMME; Summe; Summe:; Gesamt; GESAMTBETRAG; Summe EUR; Total; Rechnungsbetrag; ZU ZAHLEN
  Endbetrag; Gesamt EUR; Bar-Total; Betrag
k_total2 = Betrag; Zahlbetrag; BETRAG EUR; Kartenzahlung
k_tip = Trinkgeld; TRINKGELD; Tip
k_service = Bedienung {r}%; Service {r}%
k_discount = Rabatt; Nachlass; Gutschein; Aktion
k_cash = Bar; BAR; Gegeben; Bar EUR; gegeben; Erhalten
k_change = Rückgeld; RÜCKGELD; Zurück; Rückgeld BAR
k_round = Rundung
k_count = Artikel: {q}; Anzahl {q}; Positionen: {q}
k_taxtable = MwSt-Aufstellung; Steuern; Steuer
c_taxtable = Netto; Nettobetrag
c_taxtable2 = MwSt; Steuer; MwSt.
c_item = Artikel; Bezeichnung; Text
c_qty = Menge; Anz.; Mg.
c_price = Preis; Einzel; EP
c_amount = EUR; Betrag; Gesamt; Summe
unit = kg; St; Stk; L
""")

FRENCH = parse("""
surname = Martin; Bernard; Dubois; Durand; Lefèvre; Moreau; Girard; Roux; Fontaine; Lambert
  Chevalier; Garnier
given = Marie; Luc; Chloé; Hugo; Camille; Pierre; Julie; Théo; Élodie; Antoine
noun = Lion; Jardin; Soleil; Moulin; Pont; Marché; Port; Château; Chêne; Coq; Phare; Marin
  Fournil; Panier
adjective = Petit; Grand; Vieux; Bon; Nouveau; Joli
trade = Boulangerie; Pharmacie; Restaurant; Café; Brasserie; Épicerie; Librairie; Fleuriste
  Supérette; Crêperie; Bistrot; Tabac; Garage
merchant = {trade} {surname}; Le {adjective} {noun}; Au {adjective} {noun}; {trade} du {noun}
  Chez {given}; {coined}; {trade} {coined}
suffix = SARL; SAS; EURL; SA; _; _; _; _
address = {n}, rue {surname}|~~~~0 {city}; {n} avenue du {noun}|~~~~~ {city}
  {n}, place {surname}|~~~~~ {city} CEDEX; {n} bd {surname}, ~~~~~ {city}
city = Paris; Lyon; Saint-{given}; {noun}ville; Mont{surname}; {coined}-sur-Mer; Lille; {coined}ac
phone = 0~ ~~ ~~ ~~ ~~; 0~.~~.~~.~~.~~; +33 ~ ~~ ~~ ~~ ~~; 0~~~~~~~~~
company = SIRET ~~~~~~~~~~~~~~; RCS ~~~ ~~~ ~~~; NAF ~~~~^; {mail}
taxid = TVA FR~~~~~~~~~~~; N° TVA: FR ~~ ~~~~~~~~~; TVA INTRA FR~~~~~~~~~~~
title = TICKET; Facture; Reçu; Note; TICKET DE CAISSE; Addition
goods = Lait; Baguette; Beurre; Camembert; Pommes; Tomates; Jambon; Yaourt; Café moulu; Sucre
  Savon; Stylo; Cahier; Piles; Eau 1,5L
dish = Croissant; Café crème; Steak frites; Salade chèvre; Croque-monsieur; Moules frites
  Tarte citron; Crème brûlée; Vin rouge; Pression; Plat du jour; Menu midi
quality = Bio; Grand; Petit; Frais; Maison
measure = 500G; 1KG; 1L; X6; 250G
item = {dish}; {dish}; {goods}; {goods} {measure}; {goods} {quality}; {coined} {goods}
  {dish} {quality}
greet = Merci de votre visite; MERCI; Merci et à bientôt; Merci de votre confiance; À bientôt
foot = Ni repris ni échangé; {mail}; Ticket à conserver; Ouvert du lundi au samedi
  Échange sous {nn} jours; Service compris
info = Table {nn}; Caisse {n1}; Ticket n° ~~~~~; Vendeur: {given}; Couverts: {n1}
  Facture N° ~~~~~; Hôtesse {nn}; Guichet : {n1}
k_phone = Tél.; Tél:; TEL:; Téléphone:; Tel; _
k_fax = Fax:; Fax; FAX
k_date = Date:; Le; Date; _; _; _
k_time = Heure:; à; _; _; _
k_date2 = Imprimé le; Ouvert le; Valable jusqu'au
k_subtotal = Sous-total; SOUS TOTAL; S/Total; Sous-Total:
k_subtotal_net = Total HT; Prix HT; Montant HT; HT; Net HT
k_total = TOTAL; Total TTC; TOTAL TTC; Montant; Net à payer; TOTAL EUR; A PAYER; Somme
  Total à payer; TOTAL EUROS; Montant dû
k_total2 = Montant; MONTANT REEL; CB
k_tip = Pourboire
k_service = Service {r}%
k_discount = Remise; Réduction; Avoir
k_cash = Espèces; ESPECES; Reçu; Espèces EUR
k_change = Rendu; Monnaie; A rendre; RENDU
k_round = Arrondi
k_count = Articles: {q}; Nbre d'articles {q}; {q} articles
k_taxtable = Détail TVA; TVA
c_taxtable = HT; Base HT
c_taxtable2 = TVA; Mt TVA
c_item = Désignation; Article; Libellé
c_qty = Qté; QTE
c_price = P.U.; Prix
c_amount = Montant; Total; EUR
unit = kg; L; pce
""")

ITALIAN = parse("""
surname = Rossi; Bianchi; Ferrari; Esposito; Romano; Ricci; Conti; Greco; Gallo; Costa; Fontana
  Moretti
given = Luca; Giulia; Marco; Sara; Paolo; Elena; Matteo; Chiara
noun = Sole; Leone; Mare; Ponte; Torre; Stella; Giardino; Forno; Porto; Gatto; Cavallo; Ulivo
trade = Trattoria; Pizzeria; Bar; Farmacia; Panificio; Alimentari; Ristorante; Caffè; Gelateria
  Libreria; Osteria; Supermercato
merchant = {trade} {surname}; {trade} al {noun}; {trade} {coined}; {coined}; Da {given}
  {trade} del {noun}
suffix = S.r.l.; S.p.A.; SNC; _; _; di {surname} {given}
address = Via {surname}, {n}|~~~~~ {city}; Piazza {noun} {nn}|~~~~~ {city}
  Corso {surname} {n}, {city}; Via {surname} {n} - ~~~~~ {city} (^^)
city = Roma; Milano; San {given}; Castel {noun}; {coined}; Monte{noun}; Borgo {noun}; Torino
phone = 0~~ ~~~~~~~; 0~~-~~~~~~; +39 0~~ ~~~~~~; 0~~~/~~~~~~; 3~~ ~~~~~~~
company = REA ^^-~~~~~~; {mail}
taxid = P.IVA ~~~~~~~~~~~; P. IVA: ~~~~~~~~~~~; C.F. ~~~~~~~~~~~; Part.IVA ~~~~~~~~~~~
title = DOCUMENTO COMMERCIALE; Scontrino; Ricevuta fiscale; di vendita o prestazione; Preconto
goods = Latte; Pane; Burro; Mele; Pomodori; Prosciutto; Mozzarella; Pasta; Olio EVO; Acqua; Sapone
  Penna; Quaderno; Vino; Riso
dish = Caffè; Cappuccino; Cornetto; Margherita; Spaghetti vongole; Lasagne; Tiramisù; Acqua nat.
  Birra media; Insalata; Coperto; Bruschetta; Risotto; Bistecca
quality = Bio; Grande; Piccolo; Fresco; Misto
measure = 500G; 1KG; 1L; 6PZ
item = {dish}; {dish}; {goods}; {goods} {measure}; {dish} {quality}; {coined} {goods}
greet = Grazie; Grazie e arrivederci; ARRIVEDERCI E GRAZIE; Grazie per la visita
foot = Merce non rimborsabile; {mail}; Documento n. ~~~~-~~~~; RT {coined}~~~~~~
  Conservare lo scontrino
info = Tavolo {nn}; Cassa {n1}; Op. {given}; Coperti {n1}; Scontrino n. ~~~~; Doc. N. ~~~~
k_phone = Tel.; Tel:; TEL.; Telefono; _; _
k_fax = Fax; Fax:
k_date = Data:; Data; _; _; _
k_time = Ora:; ore; _; _; _
k_date2 = Stampato; Aperto
k_subtotal = Subtotale; SUBTOTALE; Sub-totale
k_subtotal_net = Imponibile; Totale netto
k_total = TOTALE; TOTALE EURO; TOTALE COMPLESSIVO; Totale; TOTALE EUR; Importo; Da pagare
  Totale €
k_total2 = Importo pagato; IMPORTO; Pagamento elettronico
k_tip = Mancia
k_service = Servizio {r}%
k_discount = Sconto; SCONTO
k_cash = Contanti; CONTANTE; Contante; Contanti EUR
k_change = Resto; RESTO
k_round = Arrotondamento
k_count = Pezzi: {q}; N. articoli {q}
k_taxtable = Riepilogo IVA; IVA
c_taxtable = Imponibile; Base
c_taxtable2 = IVA; Imposta
c_item = Descrizione; Articolo; DESCRIZIONE
c_qty = Qtà; Q.ta
c_price = Prezzo; P.U.
c_amount = Prezzo(€); Importo; EURO
unit = kg; pz; L
""")

SPANISH = parse("""
surname = García; Fernández; López; Martínez; Sánchez; Pérez; Gómez; Ruiz; Díaz; Moreno; Romero
  Navarro; Muñoz
given = Ana; Luis; Carmen; Javier; Lucía; Pablo; María; Jorge; Rosa
noun = Sol; León; Mar; Puente; Torre; Estrella; Jardín; Rincón; Puerto; Gato; Molino; Olivo; Faro
trade = Bar; Restaurante; Farmacia; Panadería; Supermercado; Librería; Cafetería; Ferretería
  Taberna; Tienda; Mesón; Heladería; Pescados
merchant = {trade} {surname}; {trade} El {noun}; {trade} {coined}; {coined}; Casa {given}
  {trade} La {coined}; Hermanos {surname}
suffix = S.L.; S.A.; SL; _; _; C.B.
address = C/ {surname}, {n}|~~~~~ {city}; Avda. {noun}, {n}|~~~~~ {city}
  Calle del {noun} {nn}|~~~~~ - {city}; Plaza {surname}, {nn}, {city}
  Gran Via {surname} nº {n}|~~~~~ {city}
city = Madrid; Barcelona; San {given}; Villa{noun}; {coined}; Puerto {noun}; Sevilla
  Santa {given}
phone = 9~ ~~~ ~~ ~~; 9~~~~~~~~; 9~-~~~~~~~; +34 ~~~ ~~~ ~~~; 6~~ ~~ ~~ ~~; 9~.~~~.~~.~~
company = {coined} Restauration S.L.; {mail}; Tienda {n}
taxid = CIF: B~~~~~~~~; NIF ^~~~~~~~~; C.I.F. B-~~~~~~~~; CIF.A~~~~~~~~
title = FACTURA SIMPLIFICADA; Ticket; Factura; RECIBO; NO VALIDO COMO FACTURA
goods = Leche semi; Pan barra; Mantequilla; Manzanas; Tomate pera; Jamón serrano; Queso; Yogur
  Arroz; Aceite oliva; Jabón; Bolígrafo; Cuaderno; Pilas; Aguacate
dish = Café con leche; Café cortado; Tortilla; Paella; Gazpacho; Croquetas; Patatas bravas; Caña
  Vino tinto; Bocadillo; Menú del día; Flan; Churros; Calamares; Agua min.; Ensalada
quality = Mixta; Grande; Pequeño; Casera; Natural
measure = 500G; 1KG; 1L; 6U; 33CL
item = {dish}; {dish}; {goods}; {goods} {measure}; {dish} {quality}; {coined} {goods}
greet = Gracias por su visita; GRACIAS; Muchas gracias; ***GRACIAS POR SU VISITA***; Vuelva pronto
foot = No se admiten devoluciones sin ticket; {mail}; IVA INCLUIDO; WiFi gratis: {coined}
  Le atendió: {given}; Guarde su ticket; ¿Qué tal ha ido?
info = Mesa: {nn}; Caja {n1}; Ticket: ~~~-~~~~~; Camarero: {given}; Comensales {n1}
  N.FACT.: ~~~~~~~; Fra. ~~~~~; Cajero: {given}
k_phone = Tel.; Tel:; Telf:; Tlf.; Teléfono:; _; _
k_fax = Fax:; Fax
k_date = Fecha:; FECHA; Fec.:; Fecha; _; _
k_time = Hora:; HORA; _; _; _
k_date2 = Fec. Actual:; Impreso; Apertura
k_subtotal = Subtotal; SUBTOTAL; Sub-total; Suma
k_subtotal_net = Base imponible; Base; BASE; Base Imp.
k_total = TOTAL; Total; TOTAL A PAGAR; TOTAL EUROS; Total (Impuestos Incl.); Importe total
  **TOTAL**; TOTAL EUR; A pagar; TOTAL A PAGAR EUROS
k_total2 = Tot. pagado; Importe; TARJETA; TOTAL PAGADO
k_tip = Propina
k_service = Servicio {r}%
k_discount = Descuento; Dto.
k_cash = Efectivo; EFECTIVO; Entregado; Contado
k_change = Cambio; CAMBIO; Devolución; A devolver
k_round = Redondeo
k_count = Artículos: {q}; Total artículos {q}; Uds. {q}
k_taxtable = Desglose IVA; Desglose de IVA; Tipo IVA
c_taxtable = Base; Base imp.
c_taxtable2 = Cuota; IVA
c_item = Artículo; Descripción; Producto; Concepto
c_qty = Uds.; Cant.; Ct.
c_price = Precio; P.U.
c_amount = Importe; IMPORTE; Total
unit = kg; ud; L
""")

DUTCH = parse("""
surname = de Vries; Jansen; Bakker; Visser; Smit; Mulder; Bos; Vos; Dekker; Brouwer; van Dijk
  Kuipers
given = Daan; Sanne; Bram; Lotte; Kees; Femke; Jan; Anouk
noun = Leeuw; Molen; Anker; Zwaan; Brug; Haven; Tuin; Ster; Zon; Kroon; Vos; Eik; Dijk
adjective = Gouden; Oude; Nieuwe; Groene; Blauwe; Witte
trade = Bakkerij; Apotheek; Restaurant; Café; Slagerij; Boekhandel; Supermarkt; Drogist; Bloemen
  Eetcafé; Tankstation; Kaashandel
merchant = {trade} {surname}; De {adjective} {noun}; {coined} {trade}; {trade} 't {noun}; {coined}
  {surname} & Zn; {trade} de {noun}
suffix = B.V.; BV; V.O.F.; _; _; _
way = straat; weg; laan; plein; gracht; kade
address = {noun}{way} {n}|~~~~ ^^ {city}; {surname}{way} {nn}, {city}
  {noun}{way} {n}|~~~~^^ {city}; {coined}{way} {nn}|{city}
city = Amsterdam; Utrecht; {noun}dam; {coined}recht; Den {noun}; {noun}hoven; {coined}wijk
phone = 0~~-~~~~~~~; 0~~~-~~~~~~; +31 ~~ ~~~~~~~; 0~~ ~~~ ~~ ~~
company = KvK ~~~~~~~~; Filiaal {n}; {mail}
taxid = BTW nr. NL~~~~~~~~~B~~; BTW: NL~~~~~~~~~B01
title = KASSABON; Bon; Nota; Factuur; Rekening
goods = Melk; Brood; Boter; Appels; Kaas jong; Ham; Yoghurt; Rijst; Koffie; Suiker; Zeep; Pen
  Schrift; Batterijen; Eieren; Hagelslag
dish = Kroket; Frikandel; Patat; Bitterballen; Pannenkoek; Uitsmijter; Tosti; Appeltaart; Biertje
  Koffie verkeerd; Cappuccino; Cola; Spa rood; Huiswijn; Soep v/d dag
quality = Bio; Vers; Groot; Klein; Huis
measure = 500G; 1KG; 1L; 6ST
item = {dish}; {dish}; {goods}; {goods} {measure}; {quality} {goods}; {coined} {goods}
greet = Bedankt en tot ziens; Dank u wel; BEDANKT; Bedankt voor uw bezoek; Tot ziens!
foot = Ruilen binnen {nn} dagen met bon; {mail}; Spaar mee!; U bent geholpen door: {given}
  Openingstijden 9-18 uur
info = Tafel {nn}; Kassa {n1}; Bonnr. ~~~~~; Bediende: {given}; Aantal gasten {n1}
  Transactie ~~~~~~
k_phone = Tel.; Tel:; Telefoon:; T; _; _
k_fax = Fax:; Fax
k_date = Datum:; Datum; _; _; _
k_time = Tijd:; Tijd; _; _; _
k_date2 = Afgedrukt; Geopend
k_subtotal = Subtotaal; SUBTOTAAL; Sub-totaal
k_subtotal_net = Netto; Excl. BTW; Totaal excl.
k_total = TOTAAL; Totaal; Totaal:; TE BETALEN; Totaal EUR; Te betalen; TOTAAL INCL.; Totaalbedrag
k_total2 = Bedrag; PIN; Betaald
k_tip = Fooi
k_service = Bediening {r}%
k_discount = Korting; Bonus
k_cash = Contant; CONTANT; Ontvangen
k_change = Wisselgeld; Terug; WISSELGELD
k_round = Afronding
k_count = Aantal artikelen: {q}; Artikelen {q}
k_taxtable = BTW-overzicht; BTW
c_taxtable = Excl.; Grondslag
c_taxtable2 = BTW; BTW-bedrag
c_item = Omschrijving; Artikel
c_qty = Aantal; Aant.
c_price = Prijs
c_amount = Bedrag; Totaal; EUR
unit = kg; st; L
""")
