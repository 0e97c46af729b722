"""What invented invoices say, in Korean, Spanish, Italian and Dutch; see `invoice_words`."""

from docai.vlm.builtin.synth.words import parse

KOREAN_INVOICE = parse("""
company = 주식회사 {noun}{trade2}; (주){noun}{trade2}; {noun}{trade2}(주); {noun}{trade2}
  {surname}{given} {trade2}; ㈜{noun}
noun2 = 한빛; 대한; 미래; 동방; 푸른; 새길; 누리; 가온
noun = 한빛; 대한; 미래; 동방; 푸른; 새길; 누리; 가온; 하늘; 소망; 중앙; 서진; 태양; 우리들
trade2 = 상사; 산업; 전자; 기계; 디자인; 유통; 소프트; 건설; 물산; 시스템; 인쇄; 테크; 무역; 가구
person = {surname}{given}; {surname} {given}
department = 구매팀; 경리부; 담당자 {surname}{given}; 총무부 귀중
ko_address = 서울특별시 {gu} {road}로 {n}; 경기도 성남시 {gu} {road}로{nn}번길 {n1}
  부산광역시 {gu} {road}대로 {n}|{nn}층; 서울시 {gu} {road}로 {n}, {nn}층 {n}호
  대전광역시 {gu} {road}동 {n}-{nn}; 인천광역시 {gu} {road}로 {n}|(우) ~~~~~
gu = 강남구; 중구; 서구; 마포구; 북구; 남동구; 분당구; 영등포구; 유성구
road = 테헤란; 중앙; 한강; 번영; 세종; 평화; 새마을; 산업; 백제; 충무
good = 사무용 의자; 책상 {size2}; 복사용지 A4; 모니터 {nn}인치; 노트북 거치대; 볼펜 세트
  케이블 {n1}m; LED 전등; 토너 카트리지; 철제 선반; 회의용 테이블; 볼트 M{nn}; 마우스; 키보드
  명함 인쇄; 현수막 제작; 포장 박스; 안전 장갑; 필터; 펌프 {n}W; 커튼
service = 유지보수 {n1}월분; 홈페이지 제작; 컨설팅 용역; 설치비; 디자인 용역; 운송비; 교육 용역
  서버 호스팅; 사용료; 인건비
size2 = 1200; 1400; 소; 중; 대
up2 = A; B; S; X
quality2 = 블랙; 화이트; {n}형; {up2}타입
month = 1월; 2월; 3월; 4월; 5월; 6월; 7월; 8월; 9월; 10월; 11월; 12월
item = {good}; {good}; {good} {quality2}; {service}; {noun} {good}; {good} ({quality2})
note = 규격: {n}mm; 납품번호 ~~~~~; 색상: {quality2}; 보증 {n1}년
group = 자재비; 인건비; 장비; {noun} 현장; 용역비
unit2 = 개; EA; 대; 식; SET; 박스; 시간; kg; m; 건; 매
t_invoice = 세금계산서; 거래명세서; 청구서; 세 금 계 산 서; 전자세금계산서; INVOICE; 대금청구서
  거래명세표
t_credit = 수정세금계산서; 반품명세서
t_proforma = 견적서; 견 적 서; 발주서
t_bill = 이용요금 청구서; 요금 청구서; 월 청구서
k_number = 승인번호; 계산서번호; 청구번호; 문서번호; 번호; No.; 일련번호; 청구서 번호; 거래번호
k_date = 작성일자; 발행일; 작성일; 청구일; 일자; 발행일자; 날짜; 거래일자; 청구일자
k_due = 납부기한; 지급기한; 결제기한; 납기일; 지불기일; 입금기한
k_po = 주문번호; 발주번호; 발주서 번호; 귀사 발주번호
k_customer = 고객번호; 거래처코드; 회원번호
k_quote = 견적번호; 프로젝트; 관리번호
k_order_date = 주문일; 발주일자
k_delivery = 납품일자; 인도일; 납품일
k_note = 납품서 번호; 송장번호
k_period = 이용기간; 청구기간; 사용기간; 용역기간; 계약기간
k_stay = 숙박기간
k_term = 결제조건; 지급조건; 결제방법; 대금지급조건
k_contact = 담당자; 담당; 작성자; 영업담당
k_ship_via = 배송방법; 인도조건
v_ship_via = 택배; 화물; 직접수령
k_yourref = 참조; 귀사 참조번호
k_taxid_customer = 공급받는자 등록번호; 거래처 등록번호
k_billto = 공급받는자; 수신; 귀하; 받는분; 거래처; 청구처; 고객
k_shipto = 배송지; 납품장소; 받는 곳
k_from = 공급자; 공급하는자; 발신; 판매자
k_subtotal = 공급가액; 공급가액 합계; 소계; 공급가; 공급가액계
k_lines = 품목 합계; 소계
k_total = 합계금액; 합계; 총액; 총 금액; 청구금액; 총합계; 합계 (VAT포함); 결제금액; 총 청구금액
  견적금액
k_total_plain = 합계금액; 합계; 총액; 총합계
k_due_amount = 납부하실 금액; 청구금액; 미수금; 잔액; 받을 금액
k_prepaid = 선급금; 기납부액; 계약금; 입금액
k_discount = 할인; 할인금액; 할인 {r}%; 에누리
k_shipping = 배송비; 운임; 택배비
k_tax_all = 세액; 부가세; 부가가치세; 세액 합계; VAT
k_tax = {tax} {r}%; {tax}({r}%); {tax} ({r}%); {r}% {tax}
k_tax_on = {tax} {r}% ({net})
k_included = {tax} {r}% 포함; 포함된 {tax}({r}%)
k_carry = 이월; 다음 페이지로
k_brought = 전 페이지 이월
k_group_sum = 소계; 계
page = 페이지; 쪽; Page
of = /; of
c_taxtable = 세율
c_taxtable_net = 공급가액
c_taxtable_amount = 세액
c_taxtable_gross = 합계
h_taxtable = 세액 내역
c_pos = No; 번호; 순번; NO
c_code = 품번; 상품코드; 코드; 품목코드
c_item = 품목; 품명; 내용; 품목명; 품 명; 적요; 품명 및 규격; 상품명
c_qty = 수량; 수 량
c_unit = 단위
c_price = 단가; 단 가
c_tax = 세율; 부가세율
c_amount = 공급가액; 금액; 금 액; 합계
c_date = 일자; 월일; 날짜
c_discount = 할인; 할인율
c_gross = 합계; 합계금액
c_taxamount = 세액; 부가세
k_phone = 전화; TEL; 전화번호; Tel
k_fax = FAX; 팩스
k_mail = 이메일; E-mail
k_web = 홈페이지
k_iban = IBAN
k_bic = SWIFT
k_bank = 은행; 은행명; 입금은행
k_account = 계좌번호; 입금계좌; 계좌
k_sort = 지점
k_holder = 예금주
k_taxid = 사업자등록번호; 등록번호; 사업자번호; 사업자 등록번호
k_taxno = 법인등록번호; 종사업장번호
v_taxno = ~~~~~~-~~~~~~~; ~~~~
k_director = 대표자; 대표; 성명; 대표이사
k_register = 업태; 종목; 업종
v_register = 제조업; 도소매; 서비스; 전자상거래; 소프트웨어 개발; 사무용품
bank = {noun}은행; 국민{noun}은행; 농업은행 {noun}지점
s_intro = 아래와 같이 청구합니다.; 위와 같이 견적합니다.; 귀사의 무궁한 발전을 기원합니다.
  위 금액을 청구함
s_hello = {surname}{given} 귀하; 담당자님께
s_pay = <due>까지 <total>을 입금하여 주시기 바랍니다.; 결제조건: <term>; 납부기한 : <due>
  청구금액 : <total>; <total> 정히 청구합니다.; 예금주 : <vendor>
s_term = {d}일 이내; 납품 후 {d}일; 현금; 월말 마감 익월 말 지급; 계산서 발행 후 {d}일 이내
  세금계산서 발행 후 {d}일
s_term2 = {d}일; {d}일 이내
s_close = 감사합니다.; 항상 이용해 주셔서 감사합니다.; 문의사항은 연락 주시기 바랍니다.
s_legal = 이 금액을 청구함; 부가세 별도; 유효기간: 견적일로부터 {nn}일; 단위: <currency>
  연체 시 이자가 부과됩니다.
slogan = 고객과 함께하는 {noun}; 믿을 수 있는 품질
and_to = ~; -
country = 대한민국
own_country = 대한민국
""")

SPANISH_INVOICE = parse("""
company = {coined} {suffix2}; {surname} y {surname} {suffix2}; {trade2} {surname} {suffix2}
  {coined} {trade2} {suffix2}; Hermanos {surname}
trade2 = Suministros; Informática; Muebles; Consultoría; Construcciones; Electricidad; Transportes
  Diseño; Imprenta; Alimentación
suffix2 = S.L.; S.A.; SL; SLU; S.L.U.; _
person = {given} {surname}; {given} {surname} {surname}; D. {given} {surname}
department = Dpto. de Contabilidad; A/A {given} {surname}; Compras
es_address = C/ {surname}, {n}|~~~~~ {city}; Avda. del {noun}, {nn}, 2º|~~~~~ {city}
  Calle {surname} {n}|~~~~~ {city} (España); Pol. Ind. {noun}, nave {nn}|~~~~~ {city}
good = Silla de oficina; Mesa de reunión; Papel A4; Tóner {coined}; Cable {n} m; Tornillos M{nn}
  Pintura blanca {nn} L; Monitor {nn}"; Guantes de trabajo; Filtro de aire; Bomba {n} W
  Caja de cartón; Lámpara LED; Estantería; Tarjetas de visita
service = Consultoría; Mantenimiento {month}; Desarrollo web; Instalación; Transporte; Formación
  Alquiler {month}; Mano de obra; Diseño gráfico
month = enero; febrero; marzo; abril; mayo; junio; julio; agosto; septiembre; octubre; noviembre
  diciembre
quality2 = negro; blanco; modelo {coined}; {n} mm; serie {n}
item = {good}; {good}; {good} {quality2}; {service}; {service} {coined}
note = Nº de serie ~~~~~; Albarán ~~~~~; Garantía {n1} años; Lote ~~~~
group = Materiales; Mano de obra; Servicios; Obra {coined}
unit2 = ud; uds.; h; kg; m; m²; horas; caja; L
t_invoice = FACTURA; Factura; FACTURA; Factura de venta
t_credit = Factura rectificativa; ABONO; Nota de crédito
t_proforma = Factura proforma; PRESUPUESTO
t_bill = Su factura; Factura de servicios
k_number = Nº de factura; Factura nº; Número de factura; Nº factura; Factura; Número; Fra. nº; N.º
k_date = Fecha; Fecha de factura; Fecha de emisión; Fecha factura; FECHA
k_due = Vencimiento; Fecha de vencimiento; Vence el; Fecha límite de pago
k_po = Nº de pedido; Pedido; Su pedido; Orden de compra; Nº pedido cliente
k_customer = Nº de cliente; Cliente nº; Código cliente; Cód. cliente
k_quote = Presupuesto nº; Referencia; Proyecto; Oferta
k_order_date = Fecha de pedido
k_delivery = Fecha de entrega
k_note = Albarán; Nº albarán
k_period = Periodo de facturación; Periodo; Período facturado
k_stay = Entrada / Salida
k_term = Forma de pago; Condiciones de pago; Pago
k_contact = Contacto; Comercial; Vendedor; Atendido por
k_ship_via = Envío; Transporte
v_ship_via = SEUR; Recogida; Portes pagados
k_yourref = Su referencia; Ref.
k_taxid_customer = NIF cliente; CIF cliente; C.I.F. cliente
k_billto = Cliente; Facturar a; Datos del cliente; Facturado a; Destinatario
k_shipto = Dirección de entrega; Enviar a; Entregar en
k_from = Emisor; Proveedor; De; Vendedor
k_subtotal = Base imponible; Subtotal; Total neto; B. Imponible; Importe neto; Suma
k_lines = Total bruto; Suma; Importe bruto
k_total = Total; TOTAL; Total factura; TOTAL FACTURA; Importe total; Total a pagar; TOTAL A PAGAR
  Total con IVA
k_total_plain = Total; TOTAL FACTURA; Importe total; Total con IVA
k_due_amount = Pendiente de pago; Importe pendiente; A pagar; Saldo pendiente
k_prepaid = Anticipo; A cuenta; Pagado; Entrega a cuenta
k_discount = Descuento; Dto. {r}%; Descuento {r}%; Dto.
k_shipping = Portes; Gastos de envío; Transporte
k_tax_all = IVA; Total IVA; Cuota IVA; I.V.A.; Impuestos
k_tax = {tax} {r}%; {tax} ({r}%); {r}% {tax}; {tax} al {r}%; {tax} {r} %
k_tax_on = {tax} {r}% sobre {net}; {r}% {tax} de {net}
k_included = {tax} {r}% incluido; Incluye {tax} {r}%
k_carry = Suma y sigue
k_brought = Suma anterior
k_group_sum = Subtotal; Total
page = Página; Pág.; Hoja
of = de; /
c_taxtable = Tipo; % IVA; IVA
c_taxtable_net = Base imponible; Base
c_taxtable_amount = Cuota; Cuota IVA; Importe IVA
c_taxtable_gross = Total
h_taxtable = Desglose de IVA
c_pos = Nº; #; Línea
c_code = Referencia; Código; Ref.; Artículo
c_item = Descripción; Concepto; Artículo; Detalle; DESCRIPCIÓN
c_qty = Cantidad; Cant.; Uds.; Unidades
c_unit = Ud.; Unidad
c_price = Precio; Precio unitario; P. unitario; Precio ud.; P.V.P.
c_tax = IVA; % IVA; I.V.A.
c_amount = Importe; Total; IMPORTE; Subtotal; Total línea
c_date = Fecha
c_discount = Dto.; % Dto.; Descuento
c_gross = Total con IVA
c_taxamount = Cuota IVA
k_phone = Tel.; Teléfono; Tlf.
k_fax = Fax
k_mail = Email; Correo; E-mail
k_web = Web
k_iban = IBAN; Cuenta IBAN; Nº de cuenta IBAN
k_bic = BIC; SWIFT
k_bank = Banco; Entidad; Entidad bancaria
k_account = Nº de cuenta; Cuenta
k_sort = Oficina
k_holder = Titular; Beneficiario
k_taxid = NIF; CIF; C.I.F.; N.I.F.; NIF/CIF
k_taxno = Reg. Mercantil; Nº registro
v_taxno = T ~~~~, F ~~~, H M-~~~~~~
k_director = Administrador; Gerente
k_register = Registro Mercantil
v_register = {city}, tomo ~~~~
bank = Banco {coined}; Caja {city}; Banco de {city}
s_intro = Les facturamos los siguientes conceptos:; Gracias por su pedido.
s_hello = Estimado cliente:; Estimados señores:
s_pay = Rogamos realicen el pago de <total> antes del <due>.; Transferencia a la cuenta <iban>.
  Forma de pago: <term>; Vencimiento: <due>
s_term = {d} días; {d} días fecha factura; Transferencia a {d} días; Al contado; Recibo a {d} días
  Contado
s_term2 = {d} días
s_close = Gracias por su confianza.; Muchas gracias; Atentamente,
s_legal = Operación sujeta a IVA.; La mercancía es propiedad del vendedor hasta su pago.
  Importes en <currency>.; Conserve esta factura.
slogan = Calidad desde 19~~; {trade2} y {trade2}
and_to = a; -; al; hasta
country = España; Portugal; Francia
own_country = España; ESPAÑA
""")
