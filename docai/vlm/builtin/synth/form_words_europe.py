"""Word lists of German and French forms.

What is missing here is the same in English; see `docai.vlm.builtin.synth.form_words`.
"""

from docai.vlm.builtin.synth.words import parse

GERMAN_FORM = parse("""
v_name = {given} {surname}; {cap}. {surname}; Herr {surname}; Frau {given} {surname}
  Dr. {given} {surname}; {surname}, {given}
v_names = {v_name}, {v_name}; {v_name} und {v_name}
v_date = {01-28}.{01-12}.20{05-25}; {01-28}.{01-12}.{80-99}; {1-28}.{1-12}.{70-99}
  {1-28}. {month} 20{05-25}; {01-28}.{01-12}.19{70-99}
v_month = {month} 20{05-25}; {01-12}/{80-99}
v_time = {07-19}:{00-59}; {7-19}.{10-59} Uhr; {7-19} Uhr; {07-19}:{00-59} Uhr
v_phone = 0~~ / ~~~~~~; 0~~~~/~~~~~; 0~~-~~~~~~~; +49 ~~~ ~~~~~~; 01~~ ~~~~~~~
v_email = {given}.{surname}@{coined}.de; info@{coined}.de
v_number = {1-99}; {1-9}.{100-999}; {2-60}; {10-900}
v_decimal = {0-9},~; {0-30},~~; {1-99},~
v_money = {1-999},~~ €; {1-99}.{100-999},~~ EUR; {1-999},~~; {10-900} DM; {1-99}.{100-999},00
  {1-9}.{100-999} €
v_percent = {1-99} %; {0-30},~ %; {1-99}%
v_state = Bayern; Hessen; Sachsen; NRW
v_zip = ~~~~~
v_country = Deutschland; Österreich; Schweiz; Polen; Italien; deutsch; Türkei
v_street = {noun}{way} {1-199}; {surname}{way} {1-99}{cap}; Am {noun} {1-60}; Postfach ~~~~
v_address = {v_street}, ~~~~~ {city}; {v_street} ~~~~~ {city}
v_place = {city}; Raum ~~~; Gebäude {1-40}; Lager {1-9}; Werk {city}; {1-5}. Stock; Zimmer {1-400}
v_company = {coined} GmbH; {surname} & Söhne; {coined} AG; {noun}-Werke GmbH; Stadtwerke {city}
  {surname} KG; Universität {city}; {merchant}
v_department = Einkauf; Vertrieb; Buchhaltung; Personal; Forschung; Qualitätssicherung; Versand
  Bauamt; Sozialamt; Technik
v_job = Sachbearbeiter; Leiterin; Ingenieur; Verkäuferin; Lehrer; Ärztin; Techniker; Meister
  Geschäftsführer; Student
v_product = {coined} {goods}; {goods}; {coined} {1-900}; {quality} {goods}
v_material = Stahl; Papier; Glas; Holz; Kupfer; Kunststoff; Gummi
v_color = weiß; blau; rot; schwarz; hellgrün; gelb
v_measure = {1-99} mm; {1-99},~ g; {1-900} kg; {1-99} cm; {1-30} x {1-30} cm; {1-900} ml; {20-90} °C
v_duration = {1-12} Wochen; {2-90} Tage; {1-9} Monate; {1-40} Std.; {1-9} Jahre
v_yesno = ja; nein; Ja; Nein; JA; NEIN
v_none = keine; entfällt; siehe Anlage; unbekannt; wie oben; -; k. A.
v_status = in Ordnung; erledigt; offen; genehmigt; ledig; verheiratet; neu; gut; vorläufig
v_subject = {adjb} {thing}; {thing} {v_product}; {topic}; {thing} {month} 20{05-25}
v_short = {adjb} {thing}; {thing}; {v_product}; {thing} und {thing}; {v_material}
v_note = {sentence}; {sentence} {sentence}; {clause}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}
v_essay = {v_long} {v_long}; {v_long} {sentence}
month = Januar; Februar; März; April; Mai; Juni; Juli; August; September; Oktober; November
  Dezember
mon = Jan; Feb; Mär; Apr; Mai; Jun; Jul; Aug; Sep; Okt; Nov; Dez
MON = JAN; FEB; MÄR; APR; MAI; JUN; JUL; AUG; SEP; OKT; NOV; DEZ
ampm = Uhr
adjb = jährliche; besondere; endgültige; neue; monatliche; zusätzliche; interne; geplante; erste
  allgemeine
thing = Prüfung; Lieferung; Bestellung; Versicherung; Anmeldung; Rechnung; Wohnung; Maßnahme; Probe
  Zahlung; Reise; Schulung; Anlage
things = Proben; Waren; Unterlagen; Geräte; Pakete; Personen; Kosten; Teile; Muster; Belege
report = Bericht; Übersicht; Antrag; Auswertung; Plan
topic = Reise nach {city}; Erneuerung der Anlage; Sicherheit am Arbeitsplatz; neue Verpackung; Umzug
  Kündigung der Versicherung
clause = {things} vollständig erhalten; siehe Anlage; {thing} wird nachgereicht; Termin am {v_date}
  Kosten {v_money}
sentence = Die {adjb} {thing} wurde am {v_date} abgeschlossen.
  Alle {things} sind in {city} eingetroffen.; Die {thing} wird von {v_name} geprüft.
  Bitte senden Sie die {things} an {v_company}.
  Wegen der {thing} sind keine weiteren {things} nötig.; Die Kosten betragen {v_money}.
  Am {v_date} fiel die {thing} aus.; Die {adjb} {thing} ist noch offen.
  Wir bitten um Genehmigung der {thing}.
done = erledigt
did = geprüft
firm = {v_company}; {v_company}; Stadt {city}; Landratsamt {city}; Finanzamt {city}
  {noun} Versicherung AG; Gemeinde {city}
motto = Abteilung {v_department}; Der Oberbürgermeister; Amt für {v_department}
  Ihr Partner seit 19{10-90}
title = Antrag auf {thing}; {thing}santrag; Formular {thing}; Anmeldung; Meldebogen; Schadensanzeige
  {thing}: {report}; Fragebogen; Reisekostenabrechnung
  Prüfprotokoll; Anmeldeformular; Mitgliedsantrag; Aufnahmebogen; Bestellschein
  Erklärung zur {thing}; Übergabeprotokoll
form = Formular; Bogen; Antrag; Bericht
section = Angaben zur Person; Angaben zur {thing}; {thing}; Nur vom Amt auszufüllen
  Allgemeine Angaben; {cap}. {thing}; Teil {roman}; Bankverbindung
  Erklärung; Anlagen; Bemerkungen; Antragsteller/in; Weitere Angaben; {1-9}. {thing}
  Bearbeitungsvermerk
hint = Bitte in Druckbuchstaben ausfüllen; Zutreffendes bitte ankreuzen; (falls abweichend)
  Nicht Zutreffendes streichen; * Pflichtfeld
  Bitte die Hinweise auf der Rückseite beachten
  Bitte reichen Sie das Formular bis {1-28}. {month} ein.
legal = Ich versichere, dass die Angaben vollständig und richtig sind.
  Mir ist bekannt, dass falsche Angaben zur Ablehnung führen können.
  Diese Nachricht ist nur für den genannten Empfänger bestimmt.
  Es gelten unsere Allgemeinen Geschäftsbedingungen.
  Ich bin mit der Speicherung meiner Daten einverstanden.
fax_title = Fax; Telefax; FAX-MITTEILUNG; Faxnachricht; TELEFAX
f_fax = An@name; Von@name; Datum@date; Fax@phone; Telefon@phone; Seiten@count; Betreff@subject
  Firma@company; z. Hd.@name; Telefax-Nr.@phone
  Seitenzahl inkl. Deckblatt@count; Abteilung@department; Kopie an@names; Absender@name
  Empfänger@name; Unser Zeichen@code
f_memo = An@name; Von@name; Datum@date; Betreff@subject; Kopie@names; Abteilung@department
  Verteiler@names; Aktenzeichen@code; Betr.@subject
f_person = Name@surname; Vorname@given; Geburtsdatum@date; Straße, Hausnummer@street; PLZ@zip
  Ort@city; Telefon@phone; E-Mail@email
  Staatsangehörigkeit@country; Familienstand@status; Beruf@job; Arbeitgeber@company; Geburtsort@city
  Anschrift@address; Geburtsname@surname
  Name, Vorname@name; PLZ, Wohnort@city; Mobiltelefon@phone; Religion@short; Geschlecht@status
  Telefon privat@phone; Ehegatte@name
f_office = Datum@date; Bearbeiter@name; Abteilung@department; Kostenstelle@code; Auftrags-Nr.@code
  Lieferant@company; Menge@number; Einzelpreis@money
  Gesamtpreis@money; Liefertermin@date; Projekt@subject; Projektleiter@name
  Zahlungsbedingungen@duration; Bestell-Nr.@code; Aktenzeichen@code
  Ansprechpartner@name; Eingangsdatum@date; Genehmigt von@name; Standort@place; Zweck@subject
  Budget@money; Artikel@product; Hersteller@company
  Gültig bis@date; Beginn@date; Ende@date; Kunde@company; Kunden-Nr.@code; Anzahl@count
  Zeitraum@month; Grund@short; Betrag@money
f_lab = Probe Nr.@code; Charge@code; Prüfdatum@date; Prüfer@name; Gewicht@measure; Länge@measure
  Temperatur@measure; Farbe@color; Feuchte@percent
  Aussehen@status; Dichte@decimal; pH-Wert@decimal; Auftraggeber@company; Material@material
  Lagerung@short; Gerät@code; Dicke@measure; Norm@code
f_legal = Aktenzeichen@code; Kläger@name; Beklagter@company; Gericht@city; Versicherungsnehmer@name
  Policen-Nr.@code; Schadensdatum@date; Schadenort@address
  Schadenhöhe@money; Zeuge@name; Kennzeichen@code; Schadennummer@code; Rechtsanwalt@name
  Uhrzeit@time; Schadenursache@note; Fahrzeug@product
f_medical = Patient@name; Krankenkasse@company; Versicherten-Nr.@account; Diagnose@short; Arzt@name
  Blutgruppe@cap; Größe@measure; Gewicht@measure
  Allergien@none; Medikamente@product; Hausarzt@name; Station@place; Aufnahmedatum@date
  Überweisender Arzt@name; Beschwerden@note; Operationen@none
f_school = Schüler/in@name; Klasse@number; Schuljahr@year; Erziehungsberechtigte@name
  Schule@company; Fach@department; Konfession@short; Muttersprache@country
  Klassenlehrer@name; Matrikel-Nr.@code; Studiengang@department; Semester@number
  Einschulung am@date; Abschluss@short
f_money = IBAN@account; BIC@code; Kreditinstitut@company; Kontoinhaber@name; Betrag@money
  Verwendungszweck@subject; Steuernummer@account; Einkünfte@money
  Werbungskosten@money; Monatseinkommen@money; Zinssatz@percent; Laufzeit@duration
  Mandatsreferenz@code; Kaution@money; Vorschuss@money; Erstattung@money
f_goods = Empfänger@company; Absender@company; Ursprungsland@country; Warennummer@code
  Rohmasse (kg)@decimal; Packstücke@count; Zollwert@money; Frachtführer@company
  Warenbezeichnung@product; Lieferschein-Nr.@code; Lieferdatum@date; Fahrer@name
  Sendungsnummer@account; Eigenmasse (kg)@decimal; Kfz-Kennzeichen@code
f_long = Bemerkungen@long; Beschreibung@long; Begründung@long; Hinweise@note; Mitteilung@long
  Grund der {thing}@long; Ergebnis@long; Maßnahmen@long; Schadenhergang@long
f_made = {thing} am@date; Nummer der {thing}@code; Art der {thing}@short; Ort der {thing}@place
  Datum der {thing}@date; {adjb} {thing}@short; Kosten der {thing}@money
  Anzahl {things}@count; {thing} durch@name; Beginn der {thing}@date; Grund der {thing}@short
  {thing}snummer@code; {things} gesamt@number
c_table = Bezeichnung@product; Menge@number; Preis@money; Betrag@money; Datum@date; Bemerkung@status
  Ort@city; Name@name; Nr.@code; Einheit@short; von@month; bis@month
  Arbeitgeber@company; Tätigkeit@job; km@number; Gewicht@decimal; Artikel@product; Lieferant@company
  Schule@company; {things}@number
r_rows = Gehälter; Reisekosten; Material; Geräte; Miete; Porto; Telefon; Versicherung; Übernachtung
  Verpflegung; Fahrkosten; Sonstiges; Summe; {thing}; {things}
r_cols = Plan; Ist; Abweichung; {month}; 20{10-25}; Betrag; Vorjahr; beantragt; bewilligt; Menge
  Gesamt
o_group = Familienstand; Geschlecht; Zahlungsart; Art der {thing}; Grund; Versandart; Anrede
  Steuerklasse; Zustand; Wohnsitz
o_yesno = ja/nein; Ja/Nein; JA/NEIN
o_option = Herr/Frau/Divers; ledig/verheiratet/geschieden/verwitwet; bar/Überweisung/Lastschrift
  neu/Änderung/Kündigung; männlich/weiblich; {thing}/{thing}/{thing}
  täglich/wöchentlich/monatlich; eilig/normal; {things}/{things}/Sonstiges; Vollzeit/Teilzeit
  Eigentum/Miete; sehr gut/gut/mangelhaft
q_ask = Wie zufrieden sind Sie mit der {thing}?; Wie oft nutzen Sie die {adjb} {thing}?
  Haben Sie bereits eine {thing}?; Wer ist für die {things} zuständig?
  Wie haben Sie von uns erfahren?; Was können wir an der {thing} verbessern?
  Seit wann besteht die {thing}?
s_statement = Die {thing} ist verständlich; Das Personal ist freundlich
  Die {things} kommen pünktlich; Die {thing} ist ihren Preis wert; Ich bin mit der {thing} zufrieden
s_scale = trifft nicht zu/trifft kaum zu/teils/trifft zu; sehr gut/gut/befriedigend/schlecht
  nie/selten/oft/immer; 1/2/3/4/5/6
sign = Unterschrift; Unterschrift Antragsteller; Unterschrift des Versicherten
  Ort, Datum, Unterschrift; Genehmigt; Stempel und Unterschrift; Unterschrift Mieter
sign_date = Datum; Ort, Datum
blank = Hiermit bestätigt {_v_name} , dass die {thing} am {_v_date} in {_v_city} stattgefunden hat.
  Ich, {_v_name} , wohnhaft in {_v_address} , ermächtige {_v_company} zur {thing}.
  Der Betrag von {_v_money} ist bis zum {_v_date} zu zahlen.
  Wir haben {_v_count} {things} von {_v_company} erhalten.
page = Seite {i} von {n}; Seite {i}; {i}/{n}; - {i} -
formno = Formular ~~~~; Vordruck ~~-~~; Form. {1-99}/{80-99}; Stand {01-12}/20{05-25}; ~~~~~~~~
  Bl. {1-9}
stamp = EINGEGANGEN; KOPIE; BEZAHLT; GENEHMIGT; ERLEDIGT
w_total = Summe; Gesamt; Gesamtbetrag
""")

FRENCH_FORM = parse("""
v_name = {given} {surname}; M. {surname}; Mme {given} {surname}; {cap}. {surname}; {surname} {given}
  Dr {surname}
v_names = {v_name}, {v_name}; {v_name} et {v_name}
v_date = {01-28}/{01-12}/20{05-25}; {01-28}/{01-12}/{80-99}; {1-28} {month} 20{05-25}
  {01-28}.{01-12}.{80-99}; le {1-28} {month} 19{75-99}
v_month = {month} 20{05-25}; {01-12}/{80-99}
v_time = {7-19}h{00-59}; {07-19}:{00-59}; {7-19} h; {7-19} h {10-59}
v_phone = 0~ ~~ ~~ ~~ ~~; 0~.~~.~~.~~.~~; +33 ~ ~~ ~~ ~~ ~~
v_email = {given}.{surname}@{coined}.fr; contact@{coined}.fr
v_number = {1-99}; {1-9} {100-999}; {2-60}
v_decimal = {0-9},~; {0-30},~~
v_money = {1-999},~~ €; {1-99} {100-999},~~ €; {1-999} F; {1-99} {100-999} euros; {1-999},~~
v_percent = {1-99} %; {0-30},~ %
v_state = Rhône; Gironde; Finistère; Var
v_zip = ~~~~~
v_country = France; Belgique; Suisse; Maroc; française; Italie
v_street = {1-199}, rue {surname}; {1-99} avenue {noun}; {1-60} bis, place {surname}; BP ~~~
v_address = {v_street}, ~~~~~ {city}; {v_street} ~~~~~ {city}
v_place = {city}; bâtiment {cap}; salle {100-400}; {1-9}e étage; dépôt {1-9}; agence de {city}
v_company = {coined} SA; Société {coined}; {surname} et Fils; {coined} SARL; Mairie de {city}
  Laboratoires {coined}; {merchant}
v_department = Achats; Ventes; Comptabilité; Ressources humaines; Recherche; Qualité; Expédition
  Service technique; Juridique
v_job = employé; directrice; ingénieur; professeur; chef de service; comptable; infirmière
  technicien; étudiant; gérant
v_product = {coined} {goods}; {goods}; {coined} {1-900}
v_material = acier; papier; verre; bois; cuivre; plastique
v_color = blanc; bleu; rouge; noir; vert clair
v_measure = {1-99} mm; {1-99},~ g; {1-900} kg; {1-99} cm; {1-900} ml; {20-90} °C
v_duration = {1-12} semaines; {2-90} jours; {1-9} mois; {1-9} ans; {1-40} heures
v_yesno = oui; non; OUI; NON; Oui; Non
v_none = néant; sans objet; voir annexe; aucun; idem; -; inconnu
v_status = bon; en cours; terminé; célibataire; mariée; neuf; provisoire; accepté
v_subject = {thing} {adjb}; {topic}; {thing} de {month} 20{05-25}; {thing} {v_product}
v_short = {thing} {adjb}; {thing}; {v_product}; {thing} et {thing}
v_note = {sentence}; {clause}; {sentence} {sentence}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}
v_essay = {v_long} {v_long}; {v_long} {sentence}
month = janvier; février; mars; avril; mai; juin; juillet; août; septembre; octobre; novembre
  décembre
mon = janv.; févr.; mars; avr.; mai; juin; juil.; août; sept.; oct.; nov.; déc.
MON = JAN; FEV; MAR; AVR; MAI; JUIN; JUIL; AOUT; SEP; OCT; NOV; DEC
adjb = annuelle; spéciale; nouvelle; mensuelle; interne; complémentaire; provisoire; finale
  principale; technique
thing = commande; livraison; demande; facture; assurance; inscription; visite; formation; mission
  location; analyse; réunion; déclaration
things = échantillons; colis; documents; appareils; produits; personnes; frais; pièces; dossiers
  exemplaires
report = rapport; bilan; compte rendu; état
topic = déplacement à {city}; réduction des coûts; sécurité du site; nouvel emballage
  renouvellement du contrat
clause = {things} bien reçus; voir pièce jointe; {thing} à compléter; rendez-vous le {v_date}
  coût de {v_money}
sentence = La {thing} {adjb} a été terminée le {v_date}.; Tous les {things} sont arrivés à {city}.
  La {thing} sera suivie par {v_name}.
  Merci de renvoyer les {things} à {v_company}.; Le coût total est de {v_money}.
  Aucun problème concernant la {thing}.
  Les {things} doivent être conservés au sec.; La {thing} reste en attente.
  Nous demandons une {thing} {adjb}.
done = terminée
did = vérifié
firm = {v_company}; Mairie de {city}; Préfecture de {city}; Mutuelle {coined}; Université de {city}
  Hôpital {surname}
motto = Service {v_department}; République {coined}; Direction de la {thing}; Depuis 19{10-90}
title = Demande de {thing}; Formulaire de {thing}; Fiche de {thing}; Bulletin d'inscription
  Déclaration de sinistre; Note de frais; Bon de commande
  Fiche de renseignements; Attestation de {thing}; Questionnaire; Dossier de {thing}
  Rapport de {thing}
form = formulaire; fiche; bulletin; rapport
section = Renseignements généraux; Votre {thing}; Cadre réservé à l'administration; Identité
  {cap} - {thing}; Pièces à joindre; Coordonnées
  Situation familiale; {1-9}. {thing}; Déclaration; Observations; Partie {roman}; Le demandeur
hint = Écrire en lettres majuscules; Cochez la case correspondante; (le cas échéant)
  Rayer la mention inutile; * champ obligatoire; Voir la notice au verso
  À retourner avant le {1-28} {month}
legal = Je certifie sur l'honneur l'exactitude des renseignements fournis.
  Toute fausse déclaration est passible de sanctions.
  Ce message est destiné uniquement à la personne nommée ci-dessus.
  Les prix sont donnés sans engagement.
fax_title = TÉLÉCOPIE; Fax; Bordereau de télécopie; FAX
f_fax = À@name; De@name; Date@date; Fax@phone; Tél.@phone; Nombre de pages@count; Objet@subject
  Société@company; À l'attention de@name; Télécopie@phone
  Copie@names; Expéditeur@name; Destinataire@name; Pages (y compris celle-ci)@count
  Service@department; N/Réf.@code
f_memo = À@name; De@name; Date@date; Objet@subject; Copie à@names; Service@department
  Référence@code; Destinataires@names
f_person = Nom@surname; Prénom@given; Date de naissance@date; Adresse@address; Code postal@zip
  Ville@city; Téléphone@phone; Courriel@email; Profession@job
  Nationalité@country; Lieu de naissance@city; Employeur@company; Situation de famille@status
  Nom de jeune fille@surname; Portable@phone; Nom et prénom@name
  N° de sécurité sociale@account; Commune@city; Pays@country; Téléphone domicile@phone; Sexe@cap
  Conjoint@name
f_office = Date@date; Demandeur@name; Service@department; N° de commande@code; Fournisseur@company
  Quantité@number; Prix unitaire@money; Montant@money
  Date de livraison@date; Projet@subject; Responsable@name; Référence@code; Client@company
  N° client@code; Budget@money; Désignation@product; Motif@short
  Lieu@place; Durée@duration; Début@date; Fin@date; Reçu le@date; Approuvé par@name
  Centre de coût@code; Conditions de paiement@duration; Marque@product
f_lab = Échantillon n°@code; Lot@code; Date d'essai@date; Opérateur@name; Poids@measure
  Longueur@measure; Température@measure; Couleur@color; Humidité@percent
  Aspect@status; Densité@decimal; pH@decimal; Demandeur@company; Matière@material
  Conservation@short; Appareil@code; Diamètre@measure
f_legal = N° de dossier@code; Assuré@name; N° de police@code; Date du sinistre@date
  Lieu du sinistre@address; Montant réclamé@money; Témoin@name; Tribunal@city
  Avocat@name; Immatriculation@code; Circonstances@note; Heure@time; Assureur@company
  N° de sinistre@code; Véhicule@product
f_medical = Patient@name; Médecin traitant@name; Mutuelle@company; Groupe sanguin@cap
  Taille@measure; Poids@measure; Allergies@none; Traitement@product
  N° d'assuré@account; Diagnostic@short; Motif de consultation@note; Date d'entrée@date
  Antécédents@none; Personne à prévenir@name
f_school = Élève@name; Classe@number; Année scolaire@year; Responsable légal@name
  Établissement@company; Langue vivante@country; Diplôme@short; N° étudiant@code
  Filière@department; Professeur principal@name; Date d'inscription@date; Régime@short
f_money = IBAN@account; BIC@code; Banque@company; Titulaire du compte@name; Montant@money
  Revenu imposable@money; Taux@percent; Durée@duration; Avance reçue@money
  Salaire mensuel@money; Loyer@money; Charges@money; Solde à payer@money; N° fiscal@account
  Motif du virement@subject
f_goods = Destinataire@company; Expéditeur@company; Pays d'origine@country; Masse brute (kg)@decimal
  Nombre de colis@count; Valeur en douane@money; Transporteur@company
  Désignation@product; N° de suivi@account; Date de livraison@date; Chauffeur@name
  Position tarifaire@code; Poids net@decimal
f_long = Observations@long; Description@long; Motif de la {thing}@long; Remarques@note; Message@long
  Résultats@long; Circonstances@long; Justification@long; Commentaires@long
f_made = Date de {thing}@date; Numéro de {thing}@code; Type de {thing}@short; Lieu de {thing}@place
  Montant de la {thing}@money; {thing} {adjb}@short; Nombre de {things}@count
  Responsable de la {thing}@name; Durée de la {thing}@duration; N° {thing}@code
  Total {things}@number
c_table = Désignation@product; Quantité@number; Prix@money; Montant@money; Date@date
  Observations@status; Lieu@city; Nom@name; Réf.@code; Unité@short; du@month; au@month
  Employeur@company; Poste@job; Km@number; Poids@decimal; Article@product; Fournisseur@company
  {things}@number
r_rows = Salaires; Déplacements; Fournitures; Matériel; Loyer; Téléphone; Assurance; Hébergement
  Repas; Carburant; Divers; Total; {thing}; {things}
r_cols = Prévu; Réalisé; Écart; {month}; 20{10-25}; Montant; Demandé; Accordé; Total; Année N-1
o_group = Civilité; Situation de famille; Mode de paiement; Type de {thing}; Motif; Régime; État
  Vous êtes
o_yesno = oui/non; Oui/Non; OUI/NON
o_option = M./Mme; célibataire/marié(e)/divorcé(e)/veuf(ve); chèque/espèces/virement
  nouveau/modification/annulation; {thing}/{thing}/{thing}; masculin/féminin
  quotidien/hebdomadaire/mensuel; urgent/normal; {things}/{things}/autres; propriétaire/locataire
  très bien/bien/insuffisant
q_ask = Êtes-vous satisfait de la {thing} ?; Combien de {things} utilisez-vous ?
  Comment avez-vous connu la {thing} ?; Avez-vous déjà fait une {thing} ?
  Quel est l'objet de la {thing} ?; Qui est chargé de la {thing} ?
s_statement = La {thing} est claire; Le personnel est aimable; Les {things} arrivent à temps
  Je suis satisfait de la {thing}; Le prix de la {thing} est juste
s_scale = pas du tout/peu/assez/tout à fait; mauvais/moyen/bon/excellent
  jamais/parfois/souvent/toujours; 1/2/3/4/5
sign = Signature; Signature du demandeur; Signature et cachet; Lu et approuvé
  Signature du responsable; Visa
sign_date = Date; Fait le; Le
blank = Je soussigné {_v_name} , demeurant à {_v_address} , autorise {_v_company} à la {thing}.
  La somme de {_v_money} sera versée avant le {_v_date} .
  La réunion aura lieu à {_v_city} le {_v_date} à {_v_time} .
  Nous avons reçu {_v_count} {things} de {_v_company} .
page = Page {i} sur {n}; page {i}/{n}; {i}; - {i} -
formno = Formulaire ~~~~; Imprimé n° ~~~; cerfa n° ~~~~~*0~; Réf. ^^-~~; ~~~~~~~~
stamp = REÇU; COPIE; PAYÉ; URGENT; ORIGINAL
w_total = Total; TOTAL; Total général
""")
