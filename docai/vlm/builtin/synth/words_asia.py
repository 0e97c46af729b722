"""Word lists for Korean, Japanese and Chinese receipts."""

from docai.vlm.builtin.synth.words import parse

KOREAN = parse("""
surname = 김; 이; 박; 최; 정; 강; 조; 윤; 장; 임; 한; 오
given = 민준; 서연; 지우; 하은; 도윤; 수빈; 예린; 준호
noun = 한강; 하늘; 바다; 별빛; 소나무; 달빛; 푸른; 행복; 은하; 가온; 다온; 새봄; 온누리; 초록; 도담
trade = 식당; 카페; 마트; 약국; 서점; 분식; 치킨; 베이커리; 문구; 정육점; 편의점; 국밥; 갈비; 꽃집
  안경
merchant = {noun}{trade}; {noun} {trade}; (주){noun}{trade}; {noun}{noun} {trade}
  {surname}가네{trade}; {noun}네 {trade}
suffix = _; _; {branch}
branch = 강남점; 본점; 역삼점; 홍대점; 서면점; 판교점
address = 서울특별시 {gu} {dong}로 {n}|{dong}빌딩 {n1}층; 경기도 {dong}시 {dong}로{nn}길 {n}
  서울시 {gu} {dong}동 {n}-{nn}; 부산광역시 {gu} {dong}로 {n}
gu = 강남구; 마포구; 종로구; 서초구; 중구; 해운대구; 송파구
dong = 테헤란; 새빛; 한빛; 역삼; 신촌; 월드컵; 청계; 가람; 무지개
phone = 02-~~~~-~~~~; 0~~-~~~-~~~~; 031-~~~-~~~~; 051-~~~-~~~~; 070-~~~~-~~~~
company = 대표: {surname}{given}; 대표자 {surname}{given}
taxid = 사업자번호: ~~~-~~-~~~~~; 사업자등록번호 ~~~-~~-~~~~~
title = 영수증; [영수증]; 매출전표; 계산서
item = 아메리카노; 카페라떼; 비빔밥; 김치찌개; 된장찌개; 불고기; 삼겹살; 떡볶이; 김밥; 라면; 치킨
  콜라; 사이다; 소주; 맥주; 우유; 생수; 식빵; 바닐라라떼
  돈까스; 냉면; 만두; 공기밥; 볼펜; 노트; 딸기케이크; 치약; 휴지; {noun} 세트; 핫초코; 녹차라떼
  순대국; 해물파전
greet = 감사합니다; 이용해 주셔서 감사합니다; 또 오세요; 고객님 감사합니다
foot = 교환/환불은 영수증 지참 후 7일 이내; 적립 포인트 ~~~; 와이파이: {coined}; 승인번호 ~~~~~~~~
info = 테이블: {nn}; 주문번호 ~~~; 계산원: {surname}{given}; POS {nn}; 영수증번호 ~~~~~~
  담당: {given}
k_phone = TEL:; 전화:; Tel; 전화번호; T.; _; _
k_fax = FAX:; 팩스
k_date = 일시:; 판매일시; 날짜:; 거래일시:; _; _
k_time = 시간:; _; _; _
k_date2 = 출력일시; 입장
k_subtotal = 소계; 소 계; 과세물품가액
k_subtotal_net = 공급가액; 과세금액; 공급가
k_total = 합계; 합 계; 총액; 결제금액; 총 합계; 받을금액; 합계금액; 청구금액
k_total2 = 승인금액; 카드결제; 신용카드; 결제금액
k_tip = 봉사료
k_service = 봉사료 {r}%
k_discount = 할인; 쿠폰할인
k_cash = 현금; 받은금액; 현금결제
k_change = 거스름돈; 거스름
k_round = 절사
k_count = 수량 합계: {q}
k_taxtable = 세금내역
c_taxtable = 과세
c_taxtable2 = 부가세
c_item = 상품명; 품명; 메뉴
c_qty = 수량
c_price = 단가
c_amount = 금액
unit = kg; 개
""")

JAPANESE = parse("""
surname = 佐藤; 鈴木; 高橋; 田中; 渡辺; 山本; 中村; 小林; 加藤; 吉田
given = 太郎; 花子; 健; 美咲; 翔; 葵
noun = さくら; みどり; ひかり; つばき; 松; 竹; あおぞら; 富士見; 若葉; 月; かもめ; 白樺
trade = 食堂; 書店; 薬局; カフェ; ベーカリー; マート; 寿司; ラーメン; 酒店; 文具; 商店; 花店
merchant = {noun}{trade}; {trade} {noun}; {noun}{noun}{trade}; {surname}{trade}
  株式会社{noun}{trade}
suffix = _; _; {branch}
branch = 駅前店; 本店; 中央店; 東口店; 南町店
address = 東京都{ku}{machi}{n1}-{nn}-{n1}; 〒~~~-~~~~|東京都{ku}{machi}{n1}丁目{nn}番
  大阪市{ku}{machi}{n1}-{nn}
ku = 港区; 中央区; 北区; 西区; 緑区
machi = 本町; 栄町; 緑町; 旭町; 若松町; 富士見町
phone = 03-~~~~-~~~~; 06-~~~~-~~~~; 0~~-~~~-~~~~; 0~~~-~~-~~~~
company = 責任者 {surname}; 店No. ~~~~
taxid = 登録番号 T~~~~~~~~~~~~~; T~~~~~~~~~~~~~
title = 領収書; 領収証; レシート; お会計票
item = おにぎり鮭; 牛乳; 食パン; 緑茶; コーヒー; ラーメン; 餃子; 生ビール; 天ぷら定食; 唐揚げ
  カレー; うどん; そば; 味噌汁; たまご; バナナ; ノート
  ボールペン; チョコ; アイス; 豆腐; 納豆; サラダ; ケーキ; 弁当; {noun}セット; のり弁; 電池単3
greet = ありがとうございました; またお越しください; 毎度ありがとうございます
foot = 返品はレシート持参で7日以内; ポイント残高 ~~~; 軽減税率対象商品
info = レジ {n1}; 担当 {surname}; No.~~~~~; 伝票No. ~~~~; テーブル {nn}; {n1}名様
k_phone = TEL; TEL:; 電話; ☎; _
k_fax = FAX; FAX:
k_date = 日時; 日付:; _; _; _
k_time = 時刻; _; _; _
k_date2 = 発行日; 入店
k_subtotal = 小計; 小 計
k_subtotal_net = 税抜合計; 税抜額; 対象額
k_total = 合計; 合 計; お会計; 合計金額; ご請求額; お買上計
k_total2 = クレジット; お支払額; 電子マネー
k_tip = サービス料
k_service = サービス料 {r}%
k_discount = 値引; 割引
k_cash = お預り; お預かり; 現金; 現計
k_change = お釣り; おつり; 釣銭
k_round = 端数
k_count = 点数 {q}; お買上点数 {q}点
k_taxtable = 税内訳
c_taxtable = 対象額
c_taxtable2 = 税額
c_item = 品名; 商品
c_qty = 数量
c_price = 単価
c_amount = 金額
unit = 個; kg
""")

CHINESE = parse("""
surname = 王; 李; 张; 刘; 陈; 杨; 赵; 黄; 周; 吴
given = 伟; 芳; 敏; 静; 磊; 洋; 艳
noun = 金龙; 东方; 南山; 星光; 和平; 幸福; 长城; 荷花; 明月; 福临; 春风; 百味
trade = 餐厅; 超市; 书店; 药房; 面馆; 咖啡; 便利店; 饭店; 茶楼; 文具店; 火锅
merchant = {noun}{trade}; {noun}{noun}{trade}; {surname}记{trade}; {noun}{trade}有限公司
suffix = _; _; ({branch})
branch = 中山店; 人民路店; 总店; 万达店
address = {cn}市{noun}路{n}号; {cn}市{noun}区{noun}街{n}号|{noun}大厦{n1}楼
cn = 北京; 上海; 广州; 深圳; 成都; 杭州
phone = 010-~~~~~~~~; 021-~~~~~~~~; 0~~~-~~~~~~~; 1~~~~~~~~~~
company = 店号: ~~~; 门店 ~~~~
taxid = 税号: 91~~~~~~~~~~~~~~~^
title = 收据; 结账单; 销售小票; 消费清单
item = 米饭; 宫保鸡丁; 麻婆豆腐; 牛肉面; 小笼包; 酸辣汤; 青岛啤酒; 可乐; 绿茶; 牛奶; 面包; 鸡蛋
  苹果; 香皂; 笔记本; 火锅套餐; 鱼香肉丝; 春卷; 豆浆
  矿泉水; {noun}套餐
greet = 谢谢惠顾; 欢迎再次光临; 谢谢光临
foot = 请保留小票; 退换货请凭小票7日内办理; 会员积分 ~~~; 客服电话 400~~~~~~~
info = 桌号: {nn}; 收银员: {given}; 单号: ~~~~~~~~; 人数: {n1}; 流水号 ~~~~~~; 机号 {nn}
k_phone = 电话:; 电话; TEL:; 订餐电话:
k_fax = 传真:
k_date = 日期:; 时间:; _; 开单时间:
k_time = _; _; 时间:
k_date2 = 打印时间:; 入店
k_subtotal = 小计; 小计:; 消费金额
k_subtotal_net = 不含税金额; 净额
k_total = 合计; 总计; 合计:; 应付; 应收金额; 总金额; 应付金额:; 实付金额
k_total2 = 支付宝; 微信支付; 实收; 银行卡
k_tip = 服务费
k_service = 服务费 {r}%
k_discount = 优惠; 折扣
k_cash = 现金; 现金:; 收款
k_change = 找零; 找零:; 找赎
k_round = 抹零
k_count = 数量: {q}; 件数 {q}
k_taxtable = 税额明细
c_taxtable = 金额
c_taxtable2 = 税额
c_item = 品名; 商品名称; 菜名
c_qty = 数量
c_price = 单价
c_amount = 金额; 小计
unit = 份; 斤
""")
