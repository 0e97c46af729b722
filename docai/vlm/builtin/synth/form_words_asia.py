"""Word lists of Korean forms; what is missing here is the same in English."""

from docai.vlm.builtin.synth.words import parse

KOREAN_FORM = parse("""
v_name = {surname}{given}; {surname}{given}; {surname} {given}
v_names = {v_name}, {v_name}; {v_name} {v_name}
v_given = {given}
v_surname = {surname}
v_date = 20{10-25}.{01-12}.{01-28}; 20{10-25}-{01-12}-{01-28}; 20{10-25}년 {1-12}월 {1-28}일
  {10-25}/{01-12}/{01-28}
v_month = 20{10-25}년 {1-12}월; {1-12}월
v_year = 20{10-25}; 20{10-25}년
v_time = {09-18}:{00-59}; 오전 {9-11}시; 오후 {1-6}시 {10-50}분
v_phone = 02-{200-999}-~~~~; 010-~~~~-~~~~; 031-{200-999}-~~~~
v_number = {1-99}; {1-9},{100-999}; {2-30}
v_count = {1-20}; {1-9}명; {1-9}개; {1-20}매
v_money = {1-999},000원; {10-99}0,000; {1-9},{100-999},000원
v_ssn = ~~~~~~-*******
v_city = 서울; 부산; 대구; 인천; 광주; 대전; 수원
v_state = 경기도; 강원도; 경상남도; 전라북도
v_zip = ~~~~~
v_country = 대한민국; 미국; 일본; 독일
v_street = {noun}로 {1-99}; {noun}길 {1-50}
v_address = {v_city}시 {noun}구 {noun}로 {1-99}; {v_state} {v_city}시 {noun}동 {1-99}-{1-20}
v_place = {v_city}; {noun}동 {1-20}층; {noun}관 {100-900}호
v_company = 주식회사 {noun}; (주){noun}; {noun}{trade}; {noun} 산업
v_department = 총무과; 인사과; 영업부; 기획실; 연구소; 재무팀; 품질관리팀
v_job = 과장; 대리; 부장; 사원; 연구원; 교사; 의사; 간호사
v_product = {noun} {goods}; {goods}
v_material = 종이; 유리; 철; 나무; 면
v_color = 흰색; 검정; 파랑; 빨강
v_duration = {1-12}개월; {1-30}일; {1-4}시간
v_yesno = 예; 아니오; 있음; 없음
v_none = 없음; 해당 없음; 미정; 상동
v_status = 양호; 완료; 진행 중; 승인; 보류
v_subject = {adjb} {thing} {report}; {thing} {report}
v_short = {adjb} {thing}; {thing}; {v_product}
v_note = {sentence}
v_long = {sentence} {sentence}; {sentence}
v_essay = {v_long} {v_long}
month = 1월; 2월; 3월; 4월; 5월; 6월; 7월; 8월; 9월; 10월; 11월; 12월
mon = 1월; 2월; 3월; 4월; 5월; 6월
MON = 7월; 8월; 9월; 10월; 11월; 12월
adjb = 연간; 특별; 최종; 월간; 신규; 정기; 임시; 추가; 내부
thing = 시료; 계약; 예산; 사업; 제품; 주문; 시험; 교육; 회의; 차량; 장비; 환자; 배송
things = 시료; 제품; 문서; 장비; 상자; 직원; 회원; 주문서
report = 보고서; 요약; 계획서; 평가; 결과
topic = {thing} 개선; 비용 절감; 안전 점검; 신제품 출시; {thing} 관리
clause = {thing} 완료; {adjb} {thing} 예정; {things} 반납 완료; 추후 연락
sentence = {adjb} {thing} {report}를 제출합니다.; {things}은 {v_date}까지 도착할 예정입니다.
  {thing} 결과는 양호합니다.
  {v_department}에서 {thing}을 확인하였습니다.; 추가 {things}이 필요합니다.
  {thing} 비용은 {v_money}입니다.
done = 완료
did = 완료
firm = {v_company}; {v_city}시청; {noun}대학교; {noun}병원; {noun} 연구소
motto = {v_department}; 고객과 함께하는 {noun}; {v_city} 지사
title = {thing} 신청서; {thing} {report}; {adjb} {thing} 신청서; {thing} 확인서; {thing} 의뢰서
  {thing} 등록 신청서
  {thing} 동의서
form = 신청서; 확인서; 의뢰서; 대장
section = 신청인; {thing} 정보; 기본 정보; {thing} 내용; 처리 결과; 기타 사항; 담당자 기재란
  동의 사항
hint = 뒷면의 작성 방법을 읽고 작성하시기 바랍니다.; * 표시는 필수 항목입니다.
  해당란에 표시하십시오.; 굵은 선 안만 작성하십시오.
legal = 위와 같이 신청합니다.; 위의 내용은 사실과 다름이 없음을 확인합니다.
  개인정보 수집 및 이용에 동의합니다.
fax_title = 팩스; FAX; 팩스 송부서
f_fax = 수신@name; 발신@name; 날짜@date; 팩스@phone; 전화@phone; 매수@count; 제목@subject; 참조@name
  회사@company
  부서@department
f_memo = 수신@name; 발신@name; 일자@date; 제목@subject; 참조@name; 부서@department; 문서번호@code
f_person = 성명@name; 주소@address; 생년월일@date; 전화번호@phone; 휴대전화@phone; 이메일@email
  직업@job; 국적@country
  주민등록번호@ssn; 우편번호@zip; 직장명@company; 성별@status; 비상연락처@phone; 나이@number
  관계@short
f_office = 신청일@date; 담당자@name; 부서명@department; 금액@money; 수량@number; 품명@product
  규격@measure; 단가@money
  거래처@company
  납기일@date; 사업명@subject; 계약번호@code; 비고@short; 접수번호@code; 접수일@date
  처리기간@duration; 예산@money; 승인자@name
f_lab = 시료명@product; 시료번호@code; 시험일@date; 온도@measure; 무게@measure; 농도@percent
  시험자@name; 의뢰자@company
  색상@color; 길이@measure
f_legal = 사건번호@code; 원고@name; 피고@name; 법원@city; 접수일@date; 대리인@name
  보험증권번호@code; 사고일시@date
  사고장소@address; 피보험자@name
f_medical = 환자명@name; 등록번호@code; 진료과@department; 진단명@short; 혈액형@cap; 담당의@name
  키@measure; 체중@measure
  알레르기@none; 내원일@date
f_school = 학생명@name; 학년@number; 학교명@company; 보호자@name; 담임@name; 입학일@date; 학번@code
  전공@department
f_money = 계좌번호@account; 예금주@name; 은행명@company; 금액@money; 이체일@date; 지점@city
  이자율@percent; 기간@duration
  세액@money
f_goods = 수하인@company; 송하인@company; 원산지@country; 총중량@measure; 포장수@count; 선적항@city
  도착항@city
  운송장번호@account; 배송일@date
f_long = 비고@long; 신청 사유@long; 특이사항@long; 내용@long; 의견@long; 목적@long; 기타@note
f_made = {thing} 번호@code; {thing}명@product; {thing} 일자@date; {thing} 수량@number
  {thing} 비용@money
  {adjb} {thing}@short; {thing} 담당@name
c_table = 품명@product; 수량@number; 단가@money; 금액@money; 일자@date; 비고@status; 규격@measure
  성명@name
  업체명@company; 번호@code
r_rows = 인건비; 출장비; 재료비; 장비비; 인쇄비; 통신비; 임차료; 보험료; {thing}비; 기타; 합계
r_cols = 예산; 실적; 차이; {month}; 금액; 전년도; 계획; 승인액
o_group = 성별; 구분; 처리 방법; {thing} 종류; 결제 방법; 수령 방법
o_yesno = 예/아니오; 유/무; 있음/없음
o_option = 남/여; 신규/변경/취소; 현금/카드/이체; 방문/우편/이메일; 일반/긴급
  {thing}/{thing}/{thing}; 미혼/기혼; 동의함/동의하지 않음
q_ask = {thing}에 만족하십니까?; {things}을 얼마나 자주 이용하십니까?
  {thing}의 문제점은 무엇입니까?; {thing}을 어떻게 알게 되었습니까?
s_statement = {thing}이 편리하다; {thing} 가격이 적당하다; 직원이 친절하다; {things}의 품질이 좋다
s_scale = 매우 불만/불만/보통/만족/매우 만족; 1/2/3/4/5; 나쁨/보통/좋음
sign = 서명; 신청인 (서명); 서명 또는 인; 확인자; 담당자 서명
sign_date = 일자; 날짜
blank = 본인 {_v_name} 은 {_v_company} 에 {_v_money} 을 지급할 것을 약속합니다.
  회의는 {_v_date} {_v_time} 에 {_v_place} 에서 개최합니다.
page = {i} / {n}; {i}쪽; - {i} -
formno = 서식 제~~호; [별지 제{1-20}호서식]; 양식 ~~-~~; ~~~~~~~~
stamp = 접수; 승인; 사본; 원본
w_total = 합계; 총계; 계
""")
