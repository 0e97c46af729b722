"""Word lists of Spanish and Italian forms.

What is missing here is the same in English; see `docai.vlm.builtin.synth.form_words`.
"""

from docai.vlm.builtin.synth.words import parse

SPANISH_FORM = parse("""
v_name = {given} {surname}; {given} {surname} {surname}; D. {given} {surname}; {surname}, {given}
  {cap}. {surname}; Sra. {surname}
v_names = {v_name}, {v_name}; {v_name} y {v_name}
v_date = {01-28}/{01-12}/20{05-25}; {01-28}-{01-12}-{80-99}; {1-28} de {month} de 20{05-25}
  {1-28}/{1-12}/19{70-99}
v_month = {month} 20{05-25}; {01-12}/{80-99}
v_time = {07-19}:{00-59}; {7-19}:{10-59} h; {1-12}:{10-59} a.m.
v_phone = 9~ ~~~ ~~ ~~; 6~~ ~~~ ~~~; 9~-~~~~~~~; +34 ~~~ ~~~ ~~~
v_email = {given}.{surname}@{coined}.es; info@{coined}.es
v_number = {1-99}; {1-9}.{100-999}; {2-60}
v_decimal = {0-9},~; {0-30},~~
v_money = {1-999},~~ €; {1-99}.{100-999},~~ €; {1-99}.{100-999} ptas.; {1-999},00
v_state = Málaga; Burgos; Toledo; Murcia
v_zip = ~~~~~
v_country = España; México; Perú; Chile; Francia; española
v_street = C/ {surname}, {1-150}; Avda. {noun}, {1-99}; Plaza {surname}, {1-30}; Apdo. ~~~
v_address = {v_street}, ~~~~~ {city}; {v_street} ~~~~~ {city}
v_place = {city}; planta {1-9}; almacén {1-9}; oficina de {city}; sala {100-400}; edificio {cap}
v_company = {coined} S.A.; {surname} e Hijos; {coined} S.L.; Ayuntamiento de {city}; Grupo {coined}
  Laboratorios {coined}; {merchant}
v_department = Compras; Ventas; Contabilidad; Personal; Investigación; Calidad; Mantenimiento
  Jurídico; Marketing
v_job = empleado; directora; ingeniero; profesora; jefe de sección; contable; enfermera; técnico
  estudiante
v_product = {coined} {goods}; {goods}; {coined} {1-900}
v_material = acero; papel; vidrio; madera; cobre; plástico
v_color = blanco; azul; rojo; negro; verde claro
v_measure = {1-99} mm; {1-99},~ g; {1-900} kg; {1-99} cm; {1-900} ml; {20-90} °C
v_duration = {1-12} semanas; {2-90} días; {1-9} meses; {1-9} años; {1-40} horas
v_yesno = sí; no; SÍ; NO
v_none = ninguno; no procede; ver anexo; ídem; desconocido; -
v_status = bueno; en curso; terminado; soltero; casada; nuevo; provisional; aprobado
v_subject = {thing} {adjb}; {topic}; {thing} de {month} 20{05-25}; {thing} de {v_product}
v_short = {thing} {adjb}; {thing}; {v_product}; {thing} y {thing}
v_note = {sentence}; {clause}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}
v_essay = {v_long} {v_long}
month = enero; febrero; marzo; abril; mayo; junio; julio; agosto; septiembre; octubre; noviembre
  diciembre
mon = ene; feb; mar; abr; may; jun; jul; ago; sep; oct; nov; dic
MON = ENE; FEB; MAR; ABR; MAY; JUN; JUL; AGO; SEP; OCT; NOV; DIC
adjb = anual; especial; nueva; mensual; interna; adicional; provisional; final; principal; técnica
thing = solicitud; entrega; compra; póliza; inscripción; visita; formación; obra; reserva; prueba
  reunión; declaración
things = muestras; paquetes; documentos; equipos; productos; personas; gastos; piezas; copias; cajas
report = informe; resumen; parte; plan
topic = viaje a {city}; reducción de costes; seguridad laboral; nuevo envase
  renovación del contrato
clause = {things} recibidas en buen estado; véase el anexo; {thing} pendiente; cita el {v_date}
  coste de {v_money}
sentence = La {thing} {adjb} se terminó el {v_date}.; Se han enviado {v_number} {things} a {city}.
  La {thing} será revisada por {v_name}.
  Rogamos devuelvan el formulario a {v_company}.; El coste total es de {v_money}.
  No hay problemas con la {thing}.; La {thing} sigue pendiente.
  Los gastos deben justificarse antes del {v_date}.
done = terminada
did = revisado
firm = {v_company}; Ayuntamiento de {city}; Junta de {city}; Seguros {coined}; Universidad de {city}
  Hospital San {given}
motto = Departamento de {v_department}; Ministerio de {v_department}; Desde 19{10-90}
  Delegación de {city}
title = Solicitud de {thing}; Formulario de {thing}; Hoja de {thing}; Ficha de inscripción
  Parte de accidente; Hoja de gastos; Orden de compra
  Declaración de {thing}; Cuestionario; Informe de {thing}; Ficha de {thing}
form = formulario; ficha; hoja; informe
section = Datos personales; Datos de la {thing}; A rellenar por la administración; {cap}. {thing}
  Documentación; Datos bancarios; Observaciones
  {1-9}. {thing}; Declaración; Solicitante; Datos del representante; Parte {roman}
hint = Rellene en mayúsculas; Marque con una X lo que proceda; (si procede); * Campo obligatorio
  Ver instrucciones al dorso
legal = Declaro que los datos consignados son ciertos.
  La falsedad de los datos dará lugar a sanción.
  Este mensaje va dirigido únicamente a su destinatario.; Los precios no incluyen IVA.
fax_title = FAX; Fax; Transmisión por fax; TELEFAX
f_fax = A@name; De@name; Fecha@date; Fax@phone; Tel.@phone; N.º de páginas@count; Asunto@subject
  Empresa@company; A la atención de@name; Copia@names; Para@name
  Remitente@name; Páginas (incluida esta)@count; Departamento@department; Ref.@code; Teléfono@phone
f_memo = A@name; De@name; Fecha@date; Asunto@subject; Copia@names; Departamento@department
  Referencia@code; Para@name
f_person = Nombre@given; Apellidos@surname; Fecha de nacimiento@date; Domicilio@address
  Código postal@zip; Localidad@city; Teléfono@phone; DNI/NIF@code
  Correo electrónico@email; Profesión@job; Nacionalidad@country; Estado civil@status
  Empresa@company; Provincia@state; Móvil@phone; Lugar de nacimiento@city
  Nombre y apellidos@name; Sexo@cap; Edad@number; N.º Seguridad Social@account
f_office = Fecha@date; Solicitante@name; Departamento@department; N.º de pedido@code
  Proveedor@company; Cantidad@number; Precio unitario@money; Importe@money
  Fecha de entrega@date; Proyecto@subject; Responsable@name; Referencia@code; Cliente@company
  Presupuesto@money; Motivo@short; Lugar@place; Duración@duration
  Inicio@date; Fin@date; Aprobado por@name; Centro de coste@code; Forma de pago@duration
  Marca@product; Recibido el@date; N.º de expediente@code
f_lab = Muestra n.º@code; Lote@code; Fecha de ensayo@date; Analista@name; Peso@measure
  Longitud@measure; Temperatura@measure; Color@color; Humedad@percent
  Aspecto@status; Densidad@decimal; pH@decimal; Material@material; Conservación@short; Equipo@code
  Diámetro@measure
f_legal = Expediente@code; Asegurado@name; N.º de póliza@code; Fecha del siniestro@date
  Lugar del siniestro@address; Importe reclamado@money; Testigo@name
  Juzgado@city; Abogado@name; Matrícula@code; Demandante@name; Demandado@company; Hora@time
  Vehículo@product; Causa@note
f_medical = Paciente@name; Médico@name; Aseguradora@company; Grupo sanguíneo@cap; Talla@measure
  Peso@measure; Alergias@none; Medicación@product
  N.º de historia@account; Diagnóstico@short; Motivo de consulta@note; Fecha de ingreso@date
  Antecedentes@none
f_school = Alumno/a@name; Curso@number; Año académico@year; Padre, madre o tutor@name
  Centro@company; Idioma@country; Título@short; Asignatura@department; Tutor@name
f_money = IBAN@account; BIC@code; Entidad@company; Titular@name; Importe@money; Base imponible@money
  Tipo de interés@percent; Plazo@duration; Anticipo@money
  Ingresos mensuales@money; Alquiler@money; Saldo@money; Concepto@subject; Cuota@money
f_goods = Destinatario@company; Remitente@company; País de origen@country; Peso bruto (kg)@decimal
  N.º de bultos@count; Valor en aduana@money; Transportista@company
  Mercancía@product; N.º de envío@account; Fecha de entrega@date; Conductor@name
  Partida arancelaria@code
f_long = Observaciones@long; Descripción@long; Motivo de la {thing}@long; Notas@note; Mensaje@long
  Resultados@long; Comentarios@long; Justificación@long
f_made = Fecha de {thing}@date; Número de {thing}@code; Tipo de {thing}@short
  Lugar de {thing}@place; Importe de la {thing}@money; {thing} {adjb}@short; N.º de {things}@count
  Responsable de la {thing}@name; Duración de la {thing}@duration; Total {things}@number
c_table = Descripción@product; Cantidad@number; Precio@money; Importe@money; Fecha@date
  Observaciones@status; Lugar@city; Nombre@name; Ref.@code; Desde@month; Hasta@month
  Empresa@company; Puesto@job; Km@number; Peso@decimal; Artículo@product; {things}@number
r_rows = Sueldos; Viajes; Material; Equipos; Alquiler; Teléfono; Seguro; Alojamiento; Comidas
  Combustible; Otros; Total; {thing}; {things}
r_cols = Previsto; Real; Diferencia; {month}; 20{10-25}; Importe; Solicitado; Concedido; Total
o_group = Estado civil; Sexo; Forma de pago; Tipo de {thing}; Motivo; Estado; Turno; Vivienda
o_yesno = sí/no; Sí/No; SÍ/NO
o_option = soltero/casado/divorciado/viudo; hombre/mujer; efectivo/tarjeta/transferencia
  alta/modificación/baja; {thing}/{thing}/{thing}; diario/semanal/mensual
  urgente/normal; {things}/{things}/otros; propia/alquilada; muy bien/bien/regular/mal
q_ask = ¿Está satisfecho con la {thing}?; ¿Cuántas {things} utiliza?; ¿Cómo conoció la {thing}?
  ¿Quién es responsable de la {thing}?; ¿Ha realizado alguna {thing}?
s_statement = La {thing} es clara; El personal es amable; Los {things} llegan a tiempo
  Estoy satisfecho con la {thing}; El precio de la {thing} es justo
s_scale = nunca/a veces/a menudo/siempre; malo/regular/bueno/excelente; 1/2/3/4/5
sign = Firma; Firma del solicitante; Firma y sello; Conforme; Firma del responsable; Vº Bº
sign_date = Fecha; En, a; Fecha de firma
blank = D. {_v_name} , con domicilio en {_v_address} , autoriza a {_v_company} a la {thing}.
  La cantidad de {_v_money} se abonará antes del {_v_date} .
  La reunión se celebrará en {_v_city} el {_v_date} a las {_v_time} .
  Hemos recibido {_v_count} {things} de {_v_company} .
page = Página {i} de {n}; Pág. {i}; {i}/{n}
formno = Modelo ~~~; Mod. ~~-~~; Impreso n.º ~~~; ~~~~~~~~; Ref. ^^-~~
stamp = RECIBIDO; COPIA; PAGADO; REGISTRO
w_total = Total; TOTAL; Suma
""")

ITALIAN_FORM = parse("""
v_name = {given} {surname}; Sig. {surname}; {surname} {given}; {cap}. {surname}; Dott. {surname}
  Sig.ra {given} {surname}
v_names = {v_name}, {v_name}; {v_name} e {v_name}
v_date = {01-28}/{01-12}/20{05-25}; {01-28}.{01-12}.{80-99}; {1-28} {month} 20{05-25}
  {1-28}/{1-12}/19{70-99}
v_month = {month} 20{05-25}; {01-12}/{80-99}
v_time = {07-19}:{00-59}; ore {7-19}.{10-59}; {7-19}.{10-59}
v_phone = 0~~ ~~~~~~~; 3~~ ~~~~~~~; 0~~-~~~~~~; +39 0~~ ~~~~~~
v_email = {given}.{surname}@{coined}.it; info@{coined}.it
v_number = {1-99}; {1-9}.{100-999}; {2-60}
v_decimal = {0-9},~; {0-30},~~
v_money = € {1-999},~~; {1-99}.{100-999},~~ €; L. {10-900}.000; {1-999},00
v_state = MI; TO; RM; NA; FI
v_zip = ~~~~~
v_country = Italia; Francia; Svizzera; italiana; Germania
v_street = Via {surname}, {1-150}; Corso {surname} {1-99}; Piazza {noun} {1-30}; C.P. ~~~
v_address = {v_street}, ~~~~~ {city}; {v_street} - ~~~~~ {city}
v_place = {city}; piano {1-9}; magazzino {1-9}; sede di {city}; stanza {100-400}
v_company = {coined} S.p.A.; {surname} e Figli; {coined} S.r.l.; Comune di {city}; Gruppo {coined}
  Laboratori {coined}; {merchant}
v_department = Acquisti; Vendite; Contabilità; Personale; Ricerca; Qualità; Manutenzione; Legale
  Spedizioni
v_job = impiegato; direttrice; ingegnere; insegnante; capo reparto; ragioniere; infermiera; tecnico
  studente
v_product = {coined} {goods}; {goods}; {coined} {1-900}
v_material = acciaio; carta; vetro; legno; rame; plastica
v_color = bianco; blu; rosso; nero; verde chiaro
v_measure = {1-99} mm; {1-99},~ g; {1-900} kg; {1-99} cm; {1-900} ml; {20-90} °C
v_duration = {1-12} settimane; {2-90} giorni; {1-9} mesi; {1-9} anni; {1-40} ore
v_yesno = sì; no; SÌ; NO
v_none = nessuno; non applicabile; vedi allegato; idem; -; da definire
v_status = buono; in corso; terminato; celibe; coniugata; nuovo; provvisorio; approvato
v_subject = {thing} {adjb}; {topic}; {thing} di {month} 20{05-25}; {thing} {v_product}
v_short = {thing} {adjb}; {thing}; {v_product}; {thing} e {thing}
v_note = {sentence}; {clause}
v_long = {sentence} {sentence}; {sentence}; {sentence} {sentence} {sentence}
v_essay = {v_long} {v_long}
month = gennaio; febbraio; marzo; aprile; maggio; giugno; luglio; agosto; settembre; ottobre
  novembre; dicembre
mon = gen; feb; mar; apr; mag; giu; lug; ago; set; ott; nov; dic
MON = GEN; FEB; MAR; APR; MAG; GIU; LUG; AGO; SET; OTT; NOV; DIC
adjb = annuale; speciale; nuova; mensile; interna; aggiuntiva; provvisoria; finale; principale
  tecnica
thing = richiesta; consegna; fornitura; polizza; iscrizione; visita; trasferta; prova; riunione
  dichiarazione; prenotazione; verifica
things = campioni; pacchi; documenti; apparecchi; prodotti; articoli; pezzi; moduli; colli
report = relazione; riepilogo; verbale; piano
topic = viaggio a {city}; riduzione dei costi; sicurezza sul lavoro; nuovo imballo
  rinnovo del contratto
clause = {things} ricevuti in buono stato; vedi allegato; {thing} in attesa
  appuntamento il {v_date}; costo di {v_money}
sentence = La {thing} {adjb} è stata completata il {v_date}.
  Tutti i {things} sono arrivati a {city}.; La {thing} sarà seguita da {v_name}.
  Si prega di restituire i {things} a {v_company}.; Il costo totale è di {v_money}.
  Nessun problema per la {thing}.; La {thing} è ancora in sospeso.
done = completata
did = verificato
firm = {v_company}; Comune di {city}; Provincia di {city}; Assicurazioni {coined}
  Università di {city}; Ospedale San {given}
motto = Ufficio {v_department}; Ministero della {thing}; Dal 19{10-90}; Settore {v_department}
title = Modulo di {thing}; Domanda di {thing}; Scheda di {thing}; Denuncia di sinistro; Nota spese
  Ordine di acquisto; Dichiarazione di {thing}; Questionario
  Verbale di {thing}; Scheda di iscrizione; Richiesta di {thing}
form = modulo; scheda; domanda; relazione
section = Dati anagrafici; Dati della {thing}; Spazio riservato all'ufficio; {cap}. {thing}
  Allegati; Coordinate bancarie; Note; {1-9}. {thing}; Dichiarazione
  Il richiedente; Quadro {cap}; Parte {roman}
hint = Compilare in stampatello; Barrare la casella che interessa; (se diverso)
  * Campo obbligatorio; Vedi istruzioni sul retro
legal = Il sottoscritto dichiara che i dati sono veritieri.
  Autorizzo il trattamento dei dati personali.
  Il presente messaggio è destinato esclusivamente al destinatario.
  I prezzi si intendono IVA esclusa.
fax_title = FAX; Fax; Trasmissione fax; TELEFAX
f_fax = A@name; Da@name; Data@date; Fax@phone; Tel.@phone; N. pagine@count; Oggetto@subject
  Ditta@company; Alla c.a. di@name; p.c.@names; Mittente@name
  Destinatario@name; Pagine (inclusa la presente)@count; Ufficio@department; Rif.@code
f_memo = A@name; Da@name; Data@date; Oggetto@subject; p.c.@names; Ufficio@department; Prot. n.@code
  Rif.@code
f_person = Nome@given; Cognome@surname; Data di nascita@date; Indirizzo@address; CAP@zip
  Comune@city; Telefono@phone; Codice fiscale@account; E-mail@email
  Professione@job; Cittadinanza@country; Stato civile@status; Datore di lavoro@company
  Provincia@state; Cellulare@phone; Luogo di nascita@city; Cognome e nome@name
  Residente in@city; Sesso@cap; Età@number; Nato a@city; Il@date
f_office = Data@date; Richiedente@name; Reparto@department; N. ordine@code; Fornitore@company
  Quantità@number; Prezzo unitario@money; Importo@money; Progetto@subject
  Data di consegna@date; Responsabile@name; Riferimento@code; Cliente@company; Budget@money
  Motivo@short; Luogo@place; Durata@duration; Inizio@date; Fine@date
  Approvato da@name; Centro di costo@code; Pagamento@duration; Marca@product; Ricevuto il@date
  Protocollo@code
f_lab = Campione n.@code; Lotto@code; Data prova@date; Operatore@name; Peso@measure
  Lunghezza@measure; Temperatura@measure; Colore@color; Umidità@percent
  Aspetto@status; Densità@decimal; pH@decimal; Materiale@material; Conservazione@short
  Strumento@code; Diametro@measure
f_legal = Pratica n.@code; Assicurato@name; Polizza n.@code; Data del sinistro@date
  Luogo del sinistro@address; Importo richiesto@money; Testimone@name
  Tribunale@city; Avvocato@name; Targa@code; Attore@name; Convenuto@company; Ora@time
  Veicolo@product; Causa@note
f_medical = Paziente@name; Medico curante@name; ASL@city; Gruppo sanguigno@cap; Altezza@measure
  Peso@measure; Allergie@none; Terapia@product
  Tessera sanitaria@account; Diagnosi@short; Motivo della visita@note; Data di ricovero@date
  Anamnesi@none
f_school = Alunno@name; Classe@number; Anno scolastico@year; Genitore@name; Scuola@company
  Lingua straniera@country; Titolo di studio@short; Materia@department; Matricola@code
f_money = IBAN@account; BIC@code; Banca@company; Intestatario@name; Importo@money
  Reddito imponibile@money; Tasso@percent; Durata@duration; Anticipo@money
  Reddito mensile@money; Affitto@money; Saldo@money; Causale@subject; Rata@money; Filiale@city
f_goods = Destinatario@company; Mittente@company; Paese di origine@country; Peso lordo (kg)@decimal
  N. colli@count; Valore doganale@money; Vettore@company
  Descrizione merce@product; N. spedizione@account; Data di consegna@date; Autista@name
  Voce doganale@code
f_long = Note@long; Descrizione@long; Motivo della {thing}@long; Osservazioni@note; Messaggio@long
  Risultati@long; Commenti@long; Motivazione@long
f_made = Data della {thing}@date; Numero {thing}@code; Tipo di {thing}@short
  Luogo della {thing}@place; Importo {thing}@money; {thing} {adjb}@short; N. {things}@count
  Responsabile {thing}@name; Durata della {thing}@duration; Totale {things}@number
c_table = Descrizione@product; Quantità@number; Prezzo@money; Importo@money; Data@date; Note@status
  Luogo@city; Nome@name; Rif.@code; Dal@month; Al@month
  Ditta@company; Mansione@job; Km@number; Peso@decimal; Articolo@product; {things}@number
r_rows = Stipendi; Viaggi; Materiali; Attrezzature; Affitto; Telefono; Assicurazione; Alloggio
  Pasti; Carburante; Altro; Totale; {thing}; {things}
r_cols = Previsto; Effettivo; Differenza; {month}; 20{10-25}; Importo; Richiesto; Approvato; Totale
o_group = Stato civile; Sesso; Modalità di pagamento; Tipo di {thing}; Motivo; Stato; Turno
  Abitazione
o_yesno = sì/no; Sì/No; SÌ/NO
o_option = celibe/coniugato/divorziato/vedovo; M/F; contanti/carta/bonifico
  nuovo/modifica/cessazione; {thing}/{thing}/{thing}; giornaliero/settimanale/mensile
  urgente/normale; {things}/{things}/altro; proprietà/affitto; ottimo/buono/sufficiente/scarso
q_ask = È soddisfatto della {thing}?; Quanti {things} utilizza?; Come ha conosciuto la {thing}?
  Chi è responsabile della {thing}?; Ha già fatto una {thing}?
s_statement = La {thing} è chiara; Il personale è gentile; I {things} arrivano puntuali
  Sono soddisfatto della {thing}; Il prezzo della {thing} è giusto
s_scale = mai/a volte/spesso/sempre; scarso/sufficiente/buono/ottimo; 1/2/3/4/5
sign = Firma; Firma del richiedente; Timbro e firma; Il dichiarante; Firma del responsabile; Visto
sign_date = Data; Luogo e data
blank = Il sottoscritto {_v_name} , residente in {_v_address} , autorizza {_v_company} alla {thing}.
  La somma di {_v_money} sarà versata entro il {_v_date} .
  La riunione si terrà a {_v_city} il {_v_date} alle {_v_time} .
  Abbiamo ricevuto {_v_count} {things} da {_v_company} .
page = Pagina {i} di {n}; Pag. {i}; {i}/{n}
formno = Mod. ~~~; Modello ~~/^; Mod. {1-99}-{80-99}; ~~~~~~~~; Rif. ^^-~~
stamp = RICEVUTO; COPIA; PAGATO; PROTOCOLLO
w_total = Totale; TOTALE; Somma
""")
