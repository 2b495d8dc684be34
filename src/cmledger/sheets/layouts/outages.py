"""停电信息: one row is an outage of a line or of a transformer area, planned, temporary or by a fault."""

from typing import Final

from cmledger.sheets.kinds import Choice, Code, Date, Duration, Minute, Name, OfficeName, Text
from cmledger.sheets.layout import Column, Layout, Proof

OUTAGE_KIND: Final = {
    "planned": ("计划停电", "计划", "计划检修", "检修", "计划检修停电", "检修停电", "计划性停电", "预安排停电", "预安排", "月度计划", "周计划"),
    "temporary": ("临时停电", "临时", "临时检修", "临时检修停电", "临时性停电", "非计划检修", "紧急检修", "临停"),
    "fault": ("故障停电", "故障", "故障抢修", "抢修", "抢修停电", "事故停电", "非计划停电", "跳闸"),
}  # fmt: skip

BEGIN: Final = "outage.begins_at"
END: Final = "outage.ends_at"
DAY: Final = "outage.day"
KIND: Final = "outage.outage_kind"
LASTS: Final = ("outage.minutes", "outage.hours", "outage.duration")
"""How long it lasts, by the unit the header names; the last one: by none."""

OUTAGES = Layout(
    kind="outages",
    title="停电信息",
    key=("outage.office", BEGIN, "outage.line", "outage.transformer_area"),
    table="outage",
    proof=Proof(
        (BEGIN,),
        without=("customer.account_no", "customer.meter_no"),
        telling=("outage.line", "outage.transformer_area", "outage.outage_kind", "outage.reason", END, "outage.number", "outage.known_on"),
        enough=4,
    ),
    office="outage.office",
    several=True,
    on_screen=("outage", "begins_at", "ends_at", "line", "transformer_area", "outage_kind"),
    words=("停电信息", "停电计划", "停电安排", "停电通知", "停电公告", "停电预告", "停电明细", "停电记录", "停电清单", "停电台账", "停电一览",
           "计划停电", "临时停电", "故障停电", "停送电计划", "检修停电"),
    columns=(
        Column("outage.outage", "停电号", Code(9), export_only=True),
        Column("outage.number", "停电编号", Code(16), ("停电计划编号", "计划编号", "停电单号", "停电申请编号", "停电信息编号", "停电计划号")),
        Column("outage.line", "停电线路", Name(18), ("线路名称", "所属线路", "线路", "10kV线路", "10kV线路名称", "馈线", "馈线名称", "供电线路", "停电馈线", "影响线路")),
        Column("outage.transformer_area", "停电台区", Name(18), ("台区名称", "台区", "所属台区", "公变名称", "配变名称", "影响台区", "变压器名称")),
        Column("outage.outage_kind", "停电类型", Choice(OUTAGE_KIND), ("停电性质", "停电类别", "停电种类", "类型", "性质", "类别")),
        Column(
            BEGIN, "停电开始时间", Minute(),
            ("停电起始时间", "停电时间", "停电开始", "计划停电时间", "计划停电开始时间", "停电时段", "停电起止时间", "停电起止时段",
             "计划停电起止时间", "计划停电时段", "停电日期及时间", "停电日期", "计划开始时间", "开始时间", "起始时间", "开始停电时间", "起止时间"),
            required=True,
        ),
        Column(
            END, "停电终止时间", Minute(),
            ("停电结束时间", "停电终止", "送电时间", "计划送电时间", "预计送电时间", "恢复送电时间", "预计恢复时间", "复电时间", "预计恢复送电时间",
             "计划停电结束时间", "计划结束时间", "计划终止时间", "结束时间", "终止时间", "截止时间"),
        ),
        Column("outage.reason", "停电原因", Text(24), ("原因", "检修内容", "工作内容", "停电事由", "停电工作内容", "主要工作内容", "事由")),
        Column("outage.known_on", "发布日期", Date(), ("发布时间", "公告日期", "公告时间", "公告发布日期", "公布日期", "下达日期", "批准日期")),
        Column("outage.cancelled_on", "取消日期", Date(), ("取消时间", "撤销日期", "作废日期")),
        Column("outage.office", "供电所", OfficeName(), ("所属供电所", "供电单位", "所属供电单位", "管理单位", "站所", "所属单位", "运维单位", "单位名称")),
        Column("outage.remark", "备注", Text(24), ("说明", "附注", "备注说明")),
    ),
    readings=(
        Column(DAY, "停电日期", Date(), ("日期", "计划停电日期", "计划日期")),
        Column(LASTS[0], "持续时间(min)", Duration(1), ("持续时间(分钟)", "持续时间(分)", "停电时长(分钟)", "停电时长(min)", "时长(分钟)", "时长(min)", "停电持续时间(min)", "停电持续时间(分钟)")),
        Column(LASTS[1], "持续时间(h)", Duration(60), ("持续时间(小时)", "停电时长(小时)", "停电时长(h)", "时长(小时)", "时长(h)", "停电小时数", "停电持续时间(小时)", "停电持续时间(h)")),
        Column(LASTS[2], "持续时间", Duration(), ("停电时长", "时长", "停电持续时间")),
    ),
)  # fmt: skip
