"""What invented invoices say, in French; see `invoice_words`."""

from docai.vlm.builtin.synth.words import parse

FRENCH_INVOICE = parse("""
company = {coined} {trade2} {suffix2}; {surname} & Fils {suffix2}; {trade2} {surname}
  {coined} {suffix2}; {suffix2} {surname} {trade2}; {surname} {trade2} {suffix2}
  Les {noun}s de {city2}; {initials} {trade2} {suffix2}; Établissements {surname}
  {trade2} du {noun} {suffix2}; {given} {surname}; Atelier {coined}; {coined} Groupe
  Société {coined}; Le {noun} {adjective2}; Au bon {noun}; {coined} France {suffix2}
  Ets {surname} {suffix2}
trade2 = Conseil; Bâtiment; Informatique; Mobilier; Décoration; Imprimerie; Transports; Électricité
  Plomberie; Menuiserie; Distribution; Services; Industrie; Design; Logistique; Négoce; Maçonnerie
  Formation; Médias; Équipement; Énergie; Papeterie; Emballages; Peinture; Studio; Ingénierie
  Bureautique; Traiteur
suffix2 = SARL; SAS; SA; EURL; SASU; S.A.R.L.; S.A.S.; _; _; SCOP; SNC
adjective2 = Doré; Bleu; Vert; Moderne; Royal; Blanc
city2 = Paris; Lyon; Nantes; Lille; Annecy; Dijon; Tours; Brest; Metz; Pau; Saint-{given}
  {coined}-sur-Loire; {noun}ville; Mont{surname}; Albi; Rennes; Bordeaux; Villeneuve; {coined}ac
person = {given} {surname}; M. {given} {surname}; Mme {given} {surname}; Mme {surname}
department = Service Comptabilité; À l'attention de {given} {surname}; Service Achats
  M. {given} {surname}; Mme {given} {surname}; Comptabilité fournisseurs
fr_address = {n} rue {surname}|~~~~0 {city2}; {n}, avenue du {noun}|~~~~~ {city2}
  {nn} bis, place {surname}|~~~~~ {city2}; {n} boulevard {given} {surname}|~~~~~ {city2} Cedex {n1}
  ZI du {noun}|{n} rue {surname}|~~~~~ {city2}; {nn} impasse des {noun}s|~~~~~ {city2}
  BP ~~~|~~~~~ {city2} CEDEX; {n} chemin du {noun}|Bât. {up2}|~~~~~ {city2}
be_address = Rue du {noun}, {nn}|{n1}~~0 {city2}; Avenue {surname} {n}|B-~~~~ {city2}
fch_address = Rue {surname} {nn}|~~~~ {city2}; Chemin du {noun} {n1}|CH-~~~~ {city2}
good = Bureau réglable; Siège ergonomique; Plan de travail; Vestiaire à casiers; Caisson mobile
  Lampe LED à pince; Consigne; Câble électrique {measure2}; Vis inox {measure2}; Ramette papier A4
  Cartouche d'encre; Écran {nn} pouces; Peinture blanche {nn} L; Carrelage gris; Tuyau {measure2}
  Disjoncteur; Prise murale; Palette bois; Carton double; Banquette d'accueil; Table basse
  Bac gerbable; Bras pour écran; Tableau blanc; Cloison acoustique; Clavier sans fil
  Ordinateur portable; Filtre à air; Pompe {coined}; Roulement ~~~~; Gants de protection
  Café en grains {n1} kg; Plaquette 8 pages; Cartes de visite; Sac de ciment; Porte intérieure
  Fenêtre PVC; Étagère murale; Corbeille à papier; Paroi mobile; Bouteille de vin rouge
  Fauteuil {coined}; Rideau
service = Prestation de conseil; Développement web; Maintenance mensuelle; Hébergement {month}
  Installation; Formation {coined}; Main d'œuvre; Frais de déplacement; Traduction
  Création de logo; Pose de {good}; Réparation {good}; Gestion de projet; Abonnement {coined}
  Licence annuelle; Nettoyage des locaux; Livraison; Location de salle; Audit; Repas
  Hébergement sur place; Nuitée chambre double; Carnet de dépannage (dix interventions)
  Technicien réseau (selon relevé des heures passées); Conception graphique; Shooting photo
  Loyer {month}; Rénovation de toiture (deuxième tranche); Frais de port; Expertise
  Assistance téléphonique; Transport
quality2 = noir; blanc; gris; inox; modèle {coined}; taille {size2}; {n} mm; série {n}; lot de {nn}
  sur mesure; avec accessoires; réf. {coined}; type {up2}; en bois; gauche; droite; personnalisable
  double
up2 = A; B; C; S; X; HD; Pro
size2 = S; M; L; XL; 42; 120
measure2 = M{nn}x{n}; {n} mm; {n1} m; {nn}x{nn} cm; {n1},{n1} m; {nn} L; 3G1,5
month = janvier; février; mars; avril; mai; juin; juillet; août; septembre; octobre; novembre
  décembre
item = {good}; {good}; {good} {quality2}; {good} {coined}; {good}, {quality2}; {service}; {service}
  {service} - {coined}; {coined} {up2}{n}; {good} {coined} {n}, {quality2}; {service} ({month})
  {good} avec {good}
note = N° de série {coined}-~~~~~; Bon de livraison ~~~~~~; Couleur : {quality2}; Garantie {n1} ans
  Lot ~~~~~; Origine : FR; Code douanier ~~~~~~~~; Selon devis {n}; dont éco-participation 0,{nn}
  Chantier {city2}
group = Fournitures; Main d'œuvre; Prestations; Lot {n1} {trade2}; Projet {coined}
  Bon de livraison n° {n}~~~; Phase {n1}
unit2 = U; pce; pcs; h; heures; kg; m; m²; jours; lot; forfait; L; Unité(s); Unités; Heures; u.
  ens; ml; Jours
t_invoice = FACTURE; Facture; FACTURE; Facture; Facture client; FACTURE DE VENTE; Facture d'acompte
  Facture originale
t_credit = AVOIR; Avoir; Facture d'avoir; Note de crédit; AVOIR CLIENT
t_proforma = FACTURE PROFORMA; Facture pro forma; Devis; DEVIS; Confirmation de commande
t_bill = Votre facture; Relevé; Facture mensuelle; Votre facture d'électricité; Facture de services
k_number = N° de facture; Facture N°; Facture n°; Numéro de facture; N° facture; Numéro; Facture
  N°; Facture #; Réf. facture; N° Facture #; FACTURE N°; Facture no; N° document; Référence facture
  Facture numéro; Num. facture
k_date = Date; Date de facturation; Date de facture; Date facture; Date d'émission; Émise le; Le
  Date de la facture; Du; DATE
k_due = Date d'échéance; Échéance; Échéance le; Payable avant le; À régler avant
  Date limite de paiement; À payer avant le; Règlement avant le; Date échéance; Echéance
  Échéance le
  À régler avant le; Date de règlement; Due le; A payer avant
k_po = N° BC; Bon de commande; BC #; N° de commande; Commande n°; N° BC #; Votre commande
  Réf. commande; BC; N° bon de commande; Commande; Référence commande; Numéro de commande
  N° de bon de commande; Votre bon de commande; Source; Origine; BC N°
k_customer = N° client; Code client; Client n°; Référence client; ID client; Compte client
  Numéro client
k_quote = N° d'affaire; Devis n°; Affaire; Projet; Dossier; Notre référence; Chantier; Offre n°
k_order_date = Date de commande; Commandé le; Commande du
k_delivery = Date de livraison; Livré le; Date d'expédition; Livraison
k_note = Bon de livraison; BL n°; N° BL; N° d'expédition
k_period = Période; Période de facturation; Période du; Période de prestation; Prestation du
  Abonnement du
k_stay = Arrivée / Départ; Séjour du
k_term = Conditions de paiement; Conditions de règlement; Modalités de paiement; Mode de règlement
  Règlement; Paiement
k_contact = Vendeur; Contact; Commandé par; Interlocuteur; Votre contact; Commercial; Suivi par
  Affaire suivie par
k_ship_via = Mode de livraison; Transporteur; Expédition
v_ship_via = Colissimo; Chronopost; Enlèvement; Franco; DHL; Transporteur; Départ usine
k_yourref = Vos réf.; Votre référence; Réf.; Référence
k_taxid_customer = N° TVA client; Votre n° TVA; TVA intracom. client; TVA client
k_billto = Facturé à; Adresse de facturation; Client; Facturer à; Destinataire; Adressé à
  À l'attention de; Information client; Doit; Acheteur; FACTURÉ À; Coordonnées client
  Informations client
k_shipto = Adresse de livraison; Livré à; Livraison; Expédier à; Lieu de livraison
k_from = Émetteur; Fournisseur; Vendeur; De; Prestataire; Information fournisseur; Coordonnées
  Émis par; Informations vendeur
k_subtotal = Total HT; Montant HT; TOTAL HT; Total H.T.; Sous-total; Total net HT; Base HT
  Montant total HT; Sous-total HT; HT; Montant hors taxes; Total hors taxes; Total €HT; Net HT
  Montant net HT
k_lines = Total brut HT; Total lignes; Sous-total; Total brut
k_total = Total TTC; TOTAL TTC; Montant TTC; Net à payer; Total à payer; Total; Montant total TTC
  Total T.T.C.; Montant à payer; Total TTC à payer; NET À PAYER; Net à payer €; Total général
  TOTAL; Montant total; Total dû; Net à payer TTC; TTC; A payer
k_total_plain = Total TTC; TOTAL TTC; Montant TTC; Total T.T.C.; Total; Montant total TTC
k_due_amount = Net à payer; Reste à payer; Montant à payer; Solde à payer; Montant dû; Solde
  Reste dû; NET À PAYER
k_prepaid = Acompte; Acompte versé; Déjà réglé; Règlement; Payé; Acompte reçu; Déduction acompte
k_discount = Remise; Remise {r}%; Rabais; Remise globale; Remise ({r} %); Escompte; Réduction
k_shipping = Frais de port; Port; Transport; Frais de livraison; Frais d'expédition
k_tax_all = TVA; Total TVA; Montant TVA; Taxes; Total Taxes; TAXES; Total T.V.A.; Montant de la TVA
  Taxe; Montant taxes
k_tax = {tax} {r}%; {tax} {r} %; {tax} ({r}%); {tax} à {r}%; Montant {tax} {r}%; {tax} {r},00 %
  Total {tax} {r}%
k_tax_on = {tax} {r}% sur {net}; {tax} {r} % de {net}; {tax} à {r} % sur {net}
k_included = dont {tax} {r}%; Dont {tax} ({r} %); {tax} incluse {r}%
k_carry = À reporter; Report à nouveau; Sous-total à reporter; Total à reporter
k_brought = Report; Report page précédente
k_group_sum = Sous-total; Total
page = Page; Page; page
of = sur; /; de; sur
c_taxtable = Taux; Taux TVA; % TVA; Code; TVA
c_taxtable_net = Base HT; Base; Montant HT; HT; Total HT
c_taxtable_amount = Montant TVA; TVA; Montant; Taxe
c_taxtable_gross = TTC; Montant TTC; Total TTC
h_taxtable = Détail TVA; Détail de la TVA; Récapitulatif TVA; Ventilation TVA
c_pos = #; N°; Pos.; Ligne; Rang
c_code = Référence; Réf.; Code; Code article; Article; Réf; Référ.; N° article
c_item = Description; Désignation; Détail; Libellé; Article; Produit; Prestation; Description :
  Intitulé; Produit / Service; Désignation des prestations; Nature de la prestation; Produits
  Articles; DÉSIGNATION; Détails
c_qty = Quantité; Qté; Qtée; Qte; Nombre; QTÉ; Quantités; Qté.
c_unit = Unité; U.; Unit.
c_price = Prix unitaire; Prix; P.U.; PU HT; Prix Uni. €; Prix unitaire HT; P.U. HT; Taux
  Prix unit.; PU; Tarif; Prix HT
c_tax = TVA; Taxes; % TVA; Taux TVA; TVA %; Taxe
c_amount = Montant; Total HT; Sous total; Montant HT; Montant €H.T.; Prix; Total; Prix total
  Prix total HT; Sous-total; Total ligne; MONTANT; Montant €; Total €; Somme
c_date = Date; Date de prestation
c_discount = Remise; Rem. %; Rem.; Remise %
c_gross = Total TTC; TTC; Montant TTC
c_taxamount = Taxes; Mt TVA; Montant TVA
k_phone = Tél.; Tél; Téléphone; Tel; T
k_fax = Fax; Télécopie
k_mail = E-mail; Email; Courriel; Mél; Mail
k_web = Site; Web; Site web; www
k_iban = IBAN; IBAN; N° IBAN
k_bic = BIC; SWIFT; SWIFT/BIC; BIC/SWIFT; Swift
k_bank = Banque; Domiciliation; Nom de la banque; Nos coordonnées bancaires; Banque:
k_account = N° de compte; Compte; RIB
k_sort = Code banque; Code guichet
k_holder = Titulaire; Bénéficiaire; Titulaire du compte
k_taxid = N° TVA; TVA intracommunautaire; N° TVA intracommunautaire; TVA Intra; N° TVA intracom.
  Numéro de TVA; TVA; N° de TVA
k_taxid_ch = N° TVA; IDE; Numéro TVA
k_taxno = SIRET; N° SIRET; SIREN; Siret; RCS {city2}; R.C.S. {city2}; SIRET :
v_taxno = ~~~ ~~~ ~~~ ~~~~~; ~~~~~~~~~~~~~~; ~~~ ~~~ ~~~; ~~~ ~~~ ~~~ 000~~
k_director = Gérant; Gérante; Directeur; Président
k_register = RCS; Code APE; NAF; Capital social; Capital
v_register = {city2} B ~~~ ~~~ ~~~; ~~~~^; {n} 000 €; RCS {city2} ~~~ ~~~ ~~~
  au capital de {nn} 000 €
bank = Banque {coined}; Crédit {city2}; Banque Populaire de {city2}; Caisse d'Épargne {city2}
  Banque {up2}BC
s_intro = Veuillez trouver ci-dessous le détail de nos prestations :
  Suite à votre commande, nous vous facturons :
  Nous vous prions de trouver ci-après notre facture.; En votre aimable règlement :
s_hello = Madame, Monsieur,; Cher client,; Bonjour,; Monsieur,
s_pay = Merci de régler <total> avant le <due>.
  Règlement à effectuer par virement sur le compte <iban>.; <term>.
  Montant à régler avant le <due> : <total>; Conditions de paiement : <term>; Payable sous <term2>.
  Montant total à payer : <total>
  Merci d'utiliser la communication suivante pour votre paiement : <number>
  Chèque à l'ordre de <vendor>.; Facture payable au plus tard le <due>.
  Règlement par virement avant le <due>, IBAN : <iban>
  Arrêtée la présente facture à la somme de <total>.; Veuillez verser <total> au plus tard le <due>
s_term = {d} jours; {d} jours net; {d} jours fin de mois; Paiement comptant; À réception de facture
  {d} jours date de facture; Paiement à {d} jours; Payable à réception; Virement à {d} jours
  Comptant; Net {d} jours; paiement immédiat; {d} jours après la fin du mois
  Règlement sous {d} jours
s_term2 = {d} jours; {d} jours à réception; {d} jours fin de mois
s_close = Merci de votre confiance.; Cordialement; Merci pour votre commande !
  Nous vous remercions de votre confiance.; Sincères salutations; Au plaisir de vous revoir
s_legal = En cas de retard de paiement, une pénalité de 3 fois le taux légal sera appliquée.
  TVA non applicable, art. 293 B du CGI
  En cas de paiement anticipé, aucun escompte ne sera accordé.
  Indemnité forfaitaire pour frais de recouvrement : 40 €; Pas d'escompte pour paiement anticipé.
  Les marchandises restent notre propriété jusqu'au paiement intégral.
  Tout retard de paiement engendre une pénalité.; Autoliquidation de la TVA.
  Prix exprimés en <currency>.; Conditions générales de vente disponibles sur demande.
  Membre d'une association agréée, le règlement par chèque est accepté.
slogan = Depuis 19~~; L'art du {noun}; Votre partenaire {trade2}; {trade2} - {trade2} - {trade2}
  La qualité d'abord
and_to = au; -; au; –; à
country = France; Belgique; Suisse; Allemagne; États Unis; Luxembourg; Espagne
own_country = France; FRANCE; France
""")
