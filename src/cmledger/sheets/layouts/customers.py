"""客户台账: one row is one 户号; it may also tell its manager, the manager's phone and a year's energy."""

from cmledger.sheets.kinds import (
    AccountNo,
    Capacity,
    Choice,
    Code,
    Contact,
    Date,
    Energy,
    Flag,
    Months,
    Name,
    OfficeName,
    OldAccountNo,
    OpenChoice,
    Person,
    Phone,
    Possession,
    SeveralOf,
    Text,
    Voltage,
    YesMeans,
)
from cmledger.sheets.layout import Column, Layout, Proof
from cmledger.sheets.layouts import codes
from cmledger.sheets.lexicon import OWN_SOURCES

ACCOUNT_NO = Column(
    "customer.account_no", "户号", AccountNo(),
    ("用户编号", "客户编号", "用电户号", "用电编号", "营销用户编号", "客户代码", "用户户号", "用户号", "客户户号", "缴费户号",
     "电费户号", "营销户号", "总户号", "新户号", "系统户号", "13位户号", "新用户编号", "用户代码", "电表户号", "供电用户号",
     "CONS_NO", "客户号", "编号"),
    required=True,
)  # fmt: skip

NAME_TITLE = "户名"
KWH = Column(
    "consumption.kwh", "用电量(kWh)", Energy(),
    ("用电量", "电量", "售电量", "年用电量", "年电量", "年用电", "年售电量", "年度售电量", "年度用电量", "全年用电量", "全年电量",
     "累计电量", "累计用电量", "上年电量", "上年用电量", "上年度用电量", "去年用电量", "月用电量", "月电量", "本月电量", "本月用电量",
     "抄见电量", "总电量", "总用电量", "实际用电量", "结算电量", "月售电量", "本年电量", "本年用电量", "本年累计电量", "有功总电量"),
)  # fmt: skip

METER_NO = Column(
    "customer.meter_no", "电能表编号", Code(20),
    ("表号", "电表号", "电表编号", "资产编号", "电能表资产号", "表计资产编号", "电能表资产编号", "电能表号"),
)  # fmt: skip

LEVEL_WORDS = ("客户级别", "客户等级", "用户级别", "用户等级", "级别", "等级")

CUSTOMERS = Layout(
    kind="customers",
    title="客户台账",
    key=("customer.account_no",),
    table="customer",
    proof=Proof(("customer.account_no",), general=4),
    office="customer.office",
    on_screen=("account_no", "name", "line", "tier", "manager", "contact_name", "contact_phone"),
    phones=(("customer_manager.manager", "manager.phone"),),
    words=("客户台账", "用户台账", "客户台帐", "用户台帐", "专变", "客户档案", "用户档案", "客户信息", "用户信息", "重要客户",
           "重要用户", "客户清单", "用户清单", "客户明细", "用户明细", "大客户", "光伏", "充电桩"),
    columns=(
        ACCOUNT_NO,
        Column("customer.old_account_no", "原户号", OldAccountNo(), ("原用户编号", "旧户号", "老户号", "10位户号", "原客户编号", "旧用户编号")),
        Column(
            "customer.name", "户名", Text(30),
            ("用户名称", "客户名称", "用电户名称", "用电客户名称", "用电户名", "用户姓名", "客户姓名", "企业名称", "用电单位", "厂名",
             "客户单位", "新客户名称", "用户名", "客户名", "单位名称", "用电单位名称", "名称", "姓名"),
        ),
        Column(
            "customer.address", "用电地址", Text(30),
            ("用户地址", "客户地址", "装表地址", "供电地址", "安装地址", "用能地址", "地址", "详细地址", "联系地址", "通讯地址",
             "住址", "坐落"),
        ),
        Column(
            "customer.office", "供电所", OfficeName(),
            ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "供电公司", "单位名称", "所属单位"),
        ),
        Column(
            "customer.line", "线路", Name(16),
            ("线路名称", "所属线路", "供电线路", "供电线路名称", "所属馈线", "10kV线路", "10kV线路名称", "电源线路", "主供线路", "馈线名称",
             "馈线", "所在线路", "线路名"),
        ),
        Column(
            "customer.transformer_area", "台区", Name(16),
            ("台区名称", "所属台区", "配变名称", "公变名称", "变压器名称", "台区名"),
        ),
        Column(
            "customer.grid", "网格", Name(14),
            ("网格名称", "供电网格名称", "所属网格", "村", "行政村", "村委会", "社区", "小区", "所属村", "片区", "村名", "社区名称", "所属社区",
             "网格/社区/村", "村/社区", "社区/村"),
        ),
        Column("customer.status", "用户状态", Choice(codes.STATUS), ("客户状态", "用电状态", "运行状态", "状态")),
        Column(
            "customer.customer_class", "客户分类", Choice(codes.CUSTOMER_CLASS, too_wide=codes.CUSTOMER_CLASS_TOO_WIDE),
            ("用户分类", "客户类别", "用户类别", "客户类型", "用户类型", "专变公变", "公专变", "公变专变", "公专变标志", "类别", "类型"),
        ),
        Column(
            "customer.voltage", "电压等级", Voltage(codes.VOLTAGE, codes.VOLTS, codes.VOLTAGE_WORDS),
            ("供电电压", "用户电压等级", "接入电压", "受电电压", "供电电压等级", "电压", "接入电压等级"),
        ),
        Column(
            "customer.tariff_class", "用电类别", OpenChoice(codes.TARIFF_CLASS, width=16),
            ("用电性质", "用电分类", "用电类型", "用户类别", "客户类别", "电价类别", "类别", "类型"),
        ),
        Column("customer.industry", "行业分类", Text(16), ("行业类别", "行业", "所属行业", "行业名称")),
        Column(
            "customer.contract_capacity_kva", "合同容量(kVA)", Capacity(),
            ("合同容量", "报装容量", "申请容量", "核定容量", "约定容量", "协议容量", "合计容量", "总容量", "变压器容量", "受电容量",
             "装见容量", "用电容量", "容量"),
        ),
        Column("customer.operating_capacity_kva", "运行容量(kVA)", Capacity(), ("运行容量", "实际容量", "计费容量")),
        Column(
            "customer.supply", "供电方式", Choice(codes.SUPPLY, too_wide=codes.SUPPLY_TOO_WIDE),
            ("电源类型", "电源情况", "电源性质", "供电电源", "电源方式", "电源数目", "电源"),
        ),
        Column("customer.dedicated_line", "是否专线", Flag(("专线", "专线供电"), ("公线", "公用线路", "非专线")), ("专线", "专线客户", "是否专线客户", "是否专线用户", "线路性质")),
        Column(
            "customer.reliability_need", "供电可靠性要求", Choice(codes.RELIABILITY),
            ("可靠性要求", "可靠性需求", "供电可靠性需求", "供电可靠性"),
        ),
        Column(
            "customer.social_impact", "停电社会影响", Flag(("重大", "大", "较大"), ("小", "一般", "不大")),
            ("社会影响", "是否重大社会影响", "停电影响", "重大社会影响", "停电有重大社会影响"),
        ),
        Column(
            "customer.importance", "重要性等级", Choice(codes.IMPORTANCE, too_wide=codes.IMPORTANCE_TOO_WIDE, width=14),
            ("客户重要等级", "重要用户等级", "重要等级", "重要客户级别", "重要客户等级", "重要级别", "客户重要性", "客户重要性等级",
             "用户重要性等级", "是否重要客户", "是否重要用户", "重要性", *LEVEL_WORDS),
        ),
        Column("customer.pv", "光伏", Flag(("光伏", "光伏用户"), ()), ("是否光伏", "光伏接入", "是否光伏用户", "是否有光伏", "分布式光伏", "分布式电源", "光伏用户")),
        Column(
            "customer.ev_charging", "充电桩", Flag(("充电桩",), ()),
            ("是否充电桩", "充电设施", "电动汽车充电桩", "电动汽车充电", "是否有充电桩", "充电桩用户", "汽车充电桩"),
        ),
        Column(
            "customer.payment_channel", "缴费方式", OpenChoice(codes.PAYMENT_CHANNEL),
            ("交费方式", "缴费渠道", "交费渠道", "新型缴费", "新型缴费方式", "收费方式"),
        ),
        METER_NO,
        Column(
            "customer.contact_name", "联系人", Contact(10),
            ("姓名", "客户联系人", "电气联系人", "停送电联系人", "帐务联系人", "账务联系人", "电气负责人", "企业负责人", "法定代表人", "法人",
             "负责人", "联系人姓名", "法人代表", "企业联系人", "用电负责人"),
        ),
        Column(
            "customer.contact_phone", "联系电话", Phone(),
            ("电话", "联系人电话", "客户联系电话", "联系方式", "手机号码", "手机号", "手机", "联系手机", "移动电话", "电话号码", "固定电话",
             "办公电话", "座机", "联系人联系电话", "联系人手机", "客户电话", "用户电话", "联系人联系方式"),
        ),
        Column(
            "customer_manager.manager", "客户经理", Person(),
            ("客户经理姓名", "台区经理", "网格经理", "网格服务经理", "片区客户经理", "社区客户经理", "会员客户经理", "区域客户经理", "片区经理",
             "社区经理", "台区负责人", "网格员", "责任人", "服务人员", "包保人", "设备主人", "所属客户经理", "台区经理姓名", "责任客户经理"),
        ),
        Column(
            "customer.channel", "服务渠道", OpenChoice(codes.CHANNEL),
            ("沟通渠道", "信息渠道", "信息服务渠道", "通知方式", "通知渠道", "告知方式", "联系渠道", "推送方式", "推送渠道", "客户服务渠道"),
        ),
        Column("customer.representative", "是否客户代表", Flag(("客户代表",)), ("客户代表", "社区客户代表", "是否社区客户代表")),
        Column(
            "customer.special_group", "特殊群体", SeveralOf(codes.SPECIAL_GROUP, codes.SPECIAL_TOGETHER),
            ("特殊人群", "特殊客户", "特殊客户类型", "特殊用户", "特殊群体类型", "特殊群体类别", "弱势群体", "困难群体", "特困群体", "关爱对象",
             "帮扶对象", "帮扶类型", "特殊客户群体"),
        ),
        Column(
            "customer.own_source", "自备电源", Possession(OWN_SOURCES, ("已配置", "有自备电源", "已配备"), ("无自备电源", "未配置", "未配备")),
            ("是否有自备电源", "是否自备电源", "有无自备电源", "自备电源标志", "自备电源容量", "自备应急电源", "应急自备电源", "自备应急电源容量",
             "自备发电机", "自备发电机容量", "发电机容量", "自备电源情况", "自备应急电源情况", "自备电源数目"),
        ),
        Column(
            "customer.inspection_months", "检查周期(月)", Months(),
            ("检查周期", "用电检查周期", "安全检查周期", "用电安全检查周期", "用检周期", "检查周期月数"),
        ),
        Column("customer.opened_on", "立户日期", Date(past=True), ("立户时间", "送电日期", "送电时间", "接火送电", "开户日期", "开户时间", "装表接电日期")),
        Column("customer.closed_on", "销户日期", Date(past=True), ("销户时间", "拆表日期")),
        Column("customer.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
        Column("customer_tier.tier", "客户等级", Choice(codes.TIER), ("星级", "客户分级", "服务等级", "客户星级", "星级等级", "VIP等级", *LEVEL_WORDS, "客户类别"), export_only=True),
    ),
    readings=(
        KWH,
        Column("customer.special_group", "是否低保户", YesMeans("low-income"), ("低保户", "是否低保")),
        Column("customer.special_group", "是否独居老人", YesMeans("elderly,living-alone"), ("独居老人", "孤寡老人", "空巢老人", "是否孤寡老人", "是否空巢老人")),
        Column("customer.special_group", "是否残疾", YesMeans("disabled"), ("残疾人", "是否残疾人")),
        Column("form.last_visit", "最近走访", Date(), export_only=True),
        Column("customer.supply", "是否双电源", YesMeans("dual-source"), ("外线是否双电源", "进线是否双电源", "双电源")),
        Column("customer.supply", "是否双回路", YesMeans("dual-circuit"), ("双回路",)),
        Column(
            "manager.phone", "客户经理电话", Phone(),
            ("台区经理电话", "责任人电话", "经理联系方式", "客户经理联系电话", "客户经理联系方式", "经理电话", "客户经理手机", "网格经理电话"),
        ),
        Column("manager.grade", "客户经理级别", Choice(codes.GRADE), ("经理级别", "客户经理类别", "客户经理等级", "客户经理类型", "级别", "等级")),
    ),
)  # fmt: skip
