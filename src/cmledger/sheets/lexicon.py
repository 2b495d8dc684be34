"""The Chinese words of office sheets: what stands around the data, units, marks, and the shape of dates in words.

Field names are not here: they are the titles and aliases of `layouts`.
"""

import re
import unicodedata
from typing import Final

# --- tidying text --------------------------------------------------------------------------------

_UNUSUAL = re.compile(r"[^一-鿿0-9A-Za-z#*+./%_:-]")
"""A text without any of these needs no tidying."""
_INVISIBLE = re.compile(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e"
    "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\x00-\\x08\\x0e-\\x1b\\x7f]"
)
_SPACES = re.compile(r"\s+")
_CJK = "一-鿿㐀-䶿"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}·]) (?=[{_CJK}·])")


def tidy(text: str) -> str:
    """NFKC, without zero-width and control characters, runs of space as one, no padding."""
    if not _UNUSUAL.search(text):
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


_LINE_END = re.compile(r"[^\S\n]*(?:\r\n?|\n)")
_NO_TEXT = re.compile("[\\x0b\\x0c\\x1c-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def written(text: str) -> str:
    """Free text as somebody wrote it: only trimmed, its line breaks alike, without what nobody sees."""
    if not _UNUSUAL.search(text):
        return text
    return _LINE_END.sub("\n", _NO_TEXT.sub("", _INVISIBLE.sub("", text))).strip()


def squeezed(text: str) -> str:
    """Tidied, and without the spaces that pad Chinese names: 张　三 -> 张三, but Wang Wu stays."""
    if not _UNUSUAL.search(text):
        return text
    return _CJK_GAP.sub("", tidy(text))


def bare(text: str) -> str:
    """Tidied, without any space, in lower case: for comparing words."""
    return tidy(text).replace(" ", "").casefold()


# --- blanks, marks -------------------------------------------------------------------------------

CLEAR_WORD: Final = "清空"
BLANKS: Final = frozenset(
    ("", "/", "\\", "-", "--", "---", "—", "——", "―", "~", "*", "无", "空", "未知", "不详", "暂无", "n/a", "N/A", "null", "NULL", "None", "(空)", "(空白)")
)  # fmt: skip
"""What people write where there is nothing to say. Kinds for which 无 is an answer look it up first."""

YES: Final = frozenset(
    ("√", "✓", "✔", "☑", "○", "〇", "●", "◯", "是", "有", "1", "y", "yes", "true", "t", "对")
)
NO: Final = frozenset(
    ("否", "无", "0", "n", "no", "false", "f", "×", "✗", "✘", "x", "没有", "不是")
)
DONE_WORDS: Final = ("v", "已完成", "完成", "已办", "办完", "已办完", "已办结", "办结")
"""What people write into a box beside √."""
OPEN_BOXES: Final = ("□", "☐", "▢", "口")
"""Boxes nobody ticked."""
YES_SHOWN: Final = "是"
NO_SHOWN: Final = "否"

LIST_MARKS: Final = re.compile(r"[、,;/|，；\n]+")
"""What stands between the items of a list in one cell."""

# --- units ---------------------------------------------------------------------------------------

ENERGY_UNITS: Final = {
    "kWh": 1, "千瓦时": 1, "度": 1, "kW·h": 1, "kW.h": 1, "千瓦·时": 1, "千瓦小时": 1,
    "万kWh": 10_000, "万千瓦时": 10_000, "万度": 10_000, "万kW·h": 10_000, "万kW.h": 10_000, "万千瓦·时": 10_000,
    "MWh": 1_000, "兆瓦时": 1_000, "GWh": 1_000_000, "吉瓦时": 1_000_000,
    "亿kWh": 100_000_000, "亿千瓦时": 100_000_000, "亿度": 100_000_000,
}  # fmt: skip
"""Spelling -> how many kWh; the stored unit first."""

CAPACITY_UNITS: Final = {"kVA": 1, "千伏安": 1, "KVA": 1, "MVA": 1_000, "兆伏安": 1_000, "万kVA": 10_000, "万千伏安": 10_000, "kW": 1, "千瓦": 1}  # fmt: skip
"""Spelling -> how many kVA; the stored unit first."""
NOT_QUITE_CAPACITY: Final = frozenset(("kw", "千瓦"))
"""Taken as kVA, but said so."""
HOURS_UNITS: Final = {"学时": 1, "小时": 1, "课时": 1, "时": 1, "h": 1}
"""Spelling -> how many hours of training; the stored unit first."""
MONEY_UNITS: Final = ("万元", "元")
OTHER_UNITS: Final = (
    *MONEY_UNITS,
    "kV",
    "千伏",
    "V",
    "伏",
    "台",
    "户",
    "个",
    "%",
    "天",
    "条",
    "公里",
    "km",
    "米",
)

_ALL_UNITS = {u.casefold(): u for u in (*ENERGY_UNITS, *CAPACITY_UNITS, *OTHER_UNITS) if u != "KVA"}
_SUFFIX_UNITS = sorted(
    (u for u in _ALL_UNITS if len(u) >= 3 or u in ("kw", "kv", "万度", "万元")),
    key=len,
    reverse=True,
)
_BRACKETED = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_UNIT_WORD = re.compile(r"(?:计量)?单位[:\s]*([^\s()]+(?:\s*[,、/;]\s*[^\s()]+)*)")
_AFTER_COMMA = re.compile(r"^(.+?)[,:](.+)$")


def unit_named(text: str) -> str | None:
    """The unit that `text` is the name of, as we write it: 万千瓦时 -> 万千瓦时, KVA -> kVA."""
    return _ALL_UNITS.get(bare(text).removeprefix("单位:").removeprefix("单位"))


def normalised(text: str) -> tuple[str, str | None]:
    """A header as a bare word and its unit: '容量\\n(kVA)' -> ('容量', 'kVA').

    Full-width forms, spaces, line breaks, required-marks and a trailing colon go; brackets that hold no unit stay.
    """
    word = (
        tidy(text)
        .replace(" ", "")
        .strip("*:·.。、")
        .removesuffix("【必填】")
        .removesuffix("(必填)")
    )
    unit = None
    for inside in _BRACKETED.finditer(word):
        unit = unit_named(inside[1])
        if unit:
            return (word[: inside.start()] + word[inside.end() :]).strip("*:"), unit
    tail = _AFTER_COMMA.match(word)
    if tail and unit_named(tail[2]):
        return tail[1], unit_named(tail[2])
    low = word.casefold()
    for ending in _SUFFIX_UNITS:
        if low.endswith(ending) and len(low) > len(ending) + 1:
            return word[: -len(ending)].rstrip("-_/"), _ALL_UNITS[ending]
    return word, None


def without_brackets(word: str) -> str:
    """A header word without its bracketed remarks: 户号(13位) -> 户号."""
    return _BRACKETED.sub("", word).strip("*:")


def units_in_brackets(text: str) -> list[str]:
    """The units that brackets of a header name: 电量(kWh/万kWh) -> [kWh, 万kWh]."""
    words = (w for inside in _BRACKETED.finditer(tidy(text)) for w in LIST_MARKS.split(inside[1]))
    return [unit for word in words if (unit := unit_named(word))]


def units_in_title(text: str) -> list[str]:
    """The units a title row names: 单位：万千瓦时、kVA -> [万千瓦时, kVA]."""
    found: list[str] = []
    for match in _UNIT_WORD.finditer(tidy(text)):
        for word in LIST_MARKS.split(match[1]):
            unit = unit_named(word)
            if unit:
                found.append(unit)
    return found


# --- meter readings ------------------------------------------------------------------------------

REGISTERS: Final = {
    "total": ("有功(总)", "", "总", "总计", "合计"),
    "sharp": ("有功(尖)", "尖", "尖峰", "尖段"),
    "peak": ("有功(峰)", "峰", "高峰", "峰段"),
    "flat": ("有功(平)", "平", "平段", "平时"),
    "valley": ("有功(谷)", "谷", "低谷", "谷段"),
    "deep-valley": ("有功(深谷)", "深谷", "深谷段"),
    "other": ("无功", "无功"),
}
"""Register of a meter -> (as shown, what is left of its name without the words below)."""
METER_HEADERS: Final = frozenset(
    (
        "示数类型",
        "示数类别",
        "计量点编号",
        "计量点号",
        "计量点",
        "计量点名称",
        "抄表序号",
        "费率类型",
    )
)
"""Columns that tell the rows of a list of meters apart."""
REGISTER_FILLING: Final = re.compile(r"正向|有功|电能|电量|示数|表计|[()\[\]_\-/]")
NO_ACTIVE_ENERGY: Final = re.compile(r"无功|反向|需量|视在|上网|发电")

# --- dates in words ------------------------------------------------------------------------------

_CLOCK = r"(?:[ T]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2})?(?:\.\d+)?秒?分?)?"
DATE: Final = re.compile(
    rf"(\d{{4}})\s*[-./年]\s*(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号]?{_CLOCK}(?:[ (]*(?:星期|周).\)?)?"
)
SHORT_YEAR_DATE: Final = re.compile(r"(\d{2})\s*[./年]\s*(\d{1,2})\s*[./月]\s*(\d{1,2})\s*[日号]?")
COMPACT_DATE: Final = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
YEAR_MONTH: Final = re.compile(r"(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?份?")
DATE_WITHOUT_YEAR: Final = re.compile(
    rf"(\d{{1,2}})\s*[-./月]\s*(\d{{1,2}})\s*[日号]?{_CLOCK}(?:[ (]*(?:星期|周).\)?)?"
)
LUNAR_DAY: Final = re.compile(
    r"农历|阴历|旧历|夏历|正月|腊月|冬月|闰.月|初[一二三四五六七八九十]|廿"
)
DATE_RANGE: Final = re.compile(r".*\d.*(?:至|到|-|~|—|、|,|;|和|/ ).*\d.*")
YEAR: Final = re.compile(r"(\d{4})\s*年?度?")
MONTH: Final = re.compile(r"(\d{1,2})\s*月?份?")
MONTH_WORDS: Final = {
    f"{word}月": n
    for n, word in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"), 1)
}  # fmt: skip
WHOLE_YEAR: Final = "全年"
WHOLE_YEAR_WORDS: Final = frozenset((WHOLE_YEAR, "年", "年度", "全年合计", "合计", "年合计", "0"))

# --- moments -------------------------------------------------------------------------------------

HALF: Final = "半"
"""8点半"""
AFTERNOON: Final = re.compile(r"下午|晚上?|夜间|傍晚|午后|pm", re.IGNORECASE)
NEXT_DAY: Final = re.compile(r"次日|第二[天日]|翌日|隔日")
MOMENT_JOINT: Final = re.compile(r"\s*(?:-+|—+|–|―|~+|至|到|起至|起到|起[,、]?)\s*")
_DAY_IN_FULL = (
    r"(?:(?:(?P<year>\d{4})\s*[-./年]\s*)?(?P<month>\d{1,2})\s*[-./月]\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    r"|(?P<cyear>(?:19|20)\d\d)(?P<cmonth>\d\d)(?P<cday>\d\d)(?!\d))"
)
MOMENT: Final = re.compile(
    rf"(?:{_DAY_IN_FULL}|(?P<next>{NEXT_DAY.pattern}|当日|当天))?"
    r"\s*(?:\(?(?:星期|周)[一二三四五六日天]\)?)?[\sT,]*"
    rf"(?P<half>上午|早上?|凌晨|中午|am|{AFTERNOON.pattern})?\s*"
    rf"(?:(?P<hour>\d{{1,2}})\s*[:时点](?!\d{{3}})\s*(?P<minute>\d{{1,2}}|{HALF})?(?:\s*[:分]\s*(?:\d{{1,2}}(?:\.\d+)?)?)?\s*[分秒]?)?",
    re.IGNORECASE,
)
"""A day, a time, or both: 2026.12.5 8:00, 12月5日8时30分, 下午5点, 17:00."""
KINDS_IN_TITLE: Final = {
    "planned": re.compile(r"计划停电|停电计划|计划检修|检修计划|预安排停电"),
    "temporary": re.compile(r"临时停电|临时检修"),
    "fault": re.compile(r"故障停电|故障抢修"),
}
"""What the title of a sheet says of all its outages."""
HOURS: Final = r"小时|个小时|h|hours?|时"
MINUTES: Final = r"分钟?|min|minutes?"

# --- persons, phones -----------------------------------------------------------------------------

PERSON_REMARK: Final = re.compile(r"[(\[].*?[)\]]")
"""张三(所长): the remark."""
EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?|#)\s*(\d{1,6})$", re.IGNORECASE)
PHONE_CHATTER: Final = re.compile(r"\(?微信同号\)?|\(?同微信\)?|(?:手机|电话|座机|办|宅|固话)[:]")
LIKE_A_PHONE: Final = re.compile(r"[\d\s+()（）\-—/、,，;；转.]{7,}")
"""What is worth a closer look where a phone may stand."""
BESIDE_A_PHONE: Final = " :,;/|、()[]-.转"
"""What may stand between a name and its phone."""
EXTENSION_SHOWN: Final = "转"

# --- quantities ----------------------------------------------------------------------------------

QUANTITY_REMARK: Final = re.compile(r"[^()]*[(\[].*[)\]]")
"""200(暂停): a number with a remark."""
SETS: Final = frozenset(("台", "组", "路"))
"""What is counted in 2台×315."""

# --- counts --------------------------------------------------------------------------------------

COUNTED: Final = "份|张|册|本|个|次|人次|人|户|条|件|项|起"
"""What may stand after a whole number."""
_ONCE = "(?:1?次)?"
EVERY_MONTHS: Final = (
    (re.compile(rf"每?(\d+)?个?月(?:1次|度)?{_ONCE}"), 1),
    (re.compile(rf"每?(\d+)?个?季度?{_ONCE}"), 3),
    (re.compile(rf"每?()半年度?{_ONCE}"), 6),
    (re.compile(rf"每?(\d+)?年度?{_ONCE}"), 12),
    (re.compile(r"(\d+)(?:\.0+)?"), 1),
)
"""Every so many months: a pattern, whose number counts lengths of so many months."""
TIMES_A_PERIOD: Final = (
    re.compile(r"每?(年|半年|季度?|月)度?(\d+)次|(\d+)次/每?(年|半年|季度?|月)度?"),
    {"年": 12, "半年": 6, "季度": 3, "季": 3, "月": 1},
)
"""So many times in each period, and the months of a period."""
OWN_SOURCES: Final = re.compile(
    r"发电|柴油|汽油|燃气|ups|eps|不间断|蓄电池|应急电源|保安电源|储能", re.IGNORECASE
)
"""What a customer's own source may be."""
NOT_THERE: Final = ("无", "未", "没", "不")
"""A remark that begins so says that something is not there, or not yet."""

# --- names ---------------------------------------------------------------------------------------

SEVERAL_PERSONS: Final = re.compile(r"[、,;/|]|(?<=[一-鿿])(?:和|及)(?=[一-鿿])")
OFFICE_ENDINGS: Final = (
    "供电所",
    "供电公司",
    "供电中心",
    "供电服务站",
    "供电分公司",
    "供电局",
    "营业所",
    "供电站",
)
LIST_JOINT: Final = "、"

# --- headers -------------------------------------------------------------------------------------

SERIAL_HEADERS: Final = frozenset(
    ("序号", "序", "no", "no.", "№", "行号", "项次", "编号序", "顺序号")
)
REASON_HEADER: Final = "错误原因"
SOURCE_ROW_HEADER: Final = "原行号"
RETURNED_HEADERS: Final = frozenset((REASON_HEADER, SOURCE_ROW_HEADER))
"""Columns that cmledger adds to a workbook it hands back; they are no part of the table when it comes again."""
PERSONS_POST: Final = re.compile(r"职务|职位|岗位|身份|职称")
"""What a column tells of a person, not of the customer the person is at."""
AMOUNTS: Final = re.compile(
    r"金额|欠费(?!原因|停电)|电费|应收|实收|违约金|滞纳金|余额|欠缴|预存|[(（]万?元[)）]"
)
"""Columns of money, which records of arrears do not take in."""
OWN_COLUMN: Final = "(原列)"
"""After the title of an office's own column that would else be a field's, in what cmledger exports."""
ERROR_TEXT: Final = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)|#{3,}", re.IGNORECASE
)
"""What Excel shows instead of a value, and what a copy of that, or a CSV, holds as text."""
PERSONAL_IDS: Final = re.compile(r"身份证|证件号|证照号|公民身份号|居民身份")
"""Columns that are not taken in at all: identity numbers."""
ID_LENGTH: Final = 18
ID_LEFT_OUT: Final = "***"
_ID_NUMBER = re.compile(
    r"(?<!\d)([1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})([\dXx])(?![\dA-Za-z])"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def looks_like_an_id(text: str) -> bool:
    """Whether a text is built like the identity number of a person, whatever its check digit."""
    return len(text) == ID_LENGTH and _ID_NUMBER.fullmatch(text) is not None


def without_personal_ids(text: str) -> str:
    """The text with *** for each identity number of a person: 18 digits with a day of birth and a true check digit."""
    return _ID_NUMBER.sub(_left_out, text)


def _left_out(found: re.Match[str]) -> str:
    total = sum(int(d) * w for d, w in zip(found[1], _ID_WEIGHTS, strict=True))
    return ID_LEFT_OUT if "10X98765432"[total % 11] == found[2].upper() else found[0]


CAPACITY_OF_EQUIPMENT: Final = frozenset(("变压器容量", "受电容量", "总容量", "合计容量"))
"""Capacities that are most often, and not surely, what the contract says."""
CHINESE_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CHINESE_SCALES: Final = {"十": 10, "百": 100}
CHINESE_NUMBER: Final = re.compile("[零〇一二两三四五六七八九十百]+")

WEAK_HEADERS: Final = frozenset(
    ("编号", "代码", "编码", "客户代码", "名称", "姓名", "单位名称", "单位", "类别", "类型", "级别", "等级", "状态", "日期", "时间",
     "内容", "方式", "意见", "评价", "容量", "电源", "说明", "村", "社区", "小区", "片区", "用户类别", "客户类别", "客户类型", "用户类型",
     "客户级别", "客户等级", "用户级别", "用户等级", "客户分级", "月份", "负责人", "法人", "线路性质", "所属单位", "客户编号", "责任人",
     "电源情况", "处理情况", "供电所可靠性", "客户代表", "业务类型", "业务类别", "业务名称", "业务项目", "办理业务", "业务")
)  # fmt: skip
"""Headers that say little alone: their values must fit, and clearer headers go first."""

GENERIC_LEAVES: Final = ("姓名", "名称", "电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "编号", "日期", "时间", "备注", "说明", "类别", "级别", "等级", "内容", "容量")  # fmt: skip
"""Under a merged header these belong to it: 抄表员/姓名 is no customer."""
NEUTRAL_GROUPS: Final = re.compile(r".*(信息|资料|情况|档案|概况|客户|用户)$")
PHONE_HEADERS: Final = frozenset(
    (
        "电话",
        "联系电话",
        "手机",
        "手机号",
        "手机号码",
        "联系方式",
        "电话号码",
        "联系手机",
        "移动电话",
        "办公电话",
    )
)

ENDS_A_COMPOUND: Final = frozenset(("户号", "户名", "表号"))
"""Two-character words that may end a longer header: 营销系统户号."""
OTHER_THING: Final = re.compile(
    r"^(原|旧|曾用|上级|变更前|变更后|备用|第二|第三|邮寄|开票|抄表|供电所|班长|所长|村|社区|物业|联络员|电工|下次|计划|应|上次)|(编号|编码|数量|台数|个数|户数|条数|数)$"
)
"""A header so made is not what its last word says: 原户名, 线路编号, 上次走访日期."""

# --- energy headers ------------------------------------------------------------------------------

SENTENCE: Final = re.compile(r"[。，；：:;,!？?]|^\d+[.、]")
"""What a column title does not hold."""
ENERGY_WORD: Final = re.compile(r"电量$|^年用电$|^电量合计$|^用电$")
NOT_ENERGY: Final = re.compile(
    r"电费|金额|应收|实收|欠费|单价|电价|税|费$|峰|谷|平段|平时|尖|无功|反向|上网|发电|自发|线损|损失|损耗|同比|环比|增长|增幅|增量|变化|差异|日均|户均|月均|平均|占比|比例|率|计划|预测|目标|负荷|需量|示数|读数|节电|可节约|分摊|退补"
)
AMOUNTS_IN_TITLE: Final = re.compile(
    r"电费|金额|应收|欠费|走访|计划|负荷|线损|巡视|检查|值班|考勤|停电|温度"
)
ENERGY_IN_TITLE: Final = re.compile(r"电量|抄见|抄表")
TOTAL_HEADERS: Final = frozenset(
    ("合计", "小计", "总计", "累计", "合计电量", "电量合计", "累计电量", "总电量")
)
WHOLE_YEAR_HEADERS: Final = frozenset(("全年", "年合计", "全年合计", "年度合计", "年累计", "全年累计", "年总计", "全年电量", "全年用电量", "全年售电量"))  # fmt: skip
WHOLE_YEAR_IN: Final = re.compile(r"^年|全年|年度")
THIS_MONTH: Final = re.compile(r"本月|当月|^月")
TO_DATE: Final = re.compile(r"累计|本年|截至|截止")
RELATIVE_YEAR: Final = re.compile(r"上年|去年|前年|同期|上期")
ALL_MONTHS: Final = re.compile(r"(?<!\d)1月?[-~至到—]12月份?")
"""1-12月 is the whole year."""
MONTH_RANGE: Final = re.compile(
    r"(?<!\d)\d{1,2}月?\s*[-~至到—]\s*\d{1,2}\s*月|上半年|下半年|季度|前\d+个?月"
)
YEAR_MONTH_IN: Final = re.compile(
    r"(?<!\d)(20\d\d)(?:(?:年|[-./])/?(1[0-2]|0?[1-9])(?![\d.])|(1[0-2]|0[1-9]))(?:月份?)?(?:[-/.](?:0?1)(?: 00:00:00)?)?(?!\d)"
)
YEAR_IN: Final = re.compile(r"(?<!\d)(20\d\d)(?:年度?|(?!\d))")
MONTH_IN: Final = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月份?")
FULL_DATE_IN: Final = re.compile(
    r"(?<!\d)20\d\d(?:年\d{1,2}月\d{1,2}日?|([-./])\d{1,2}\1\d{1,2}|[01]\d[0-3]\d(?!\d))"
)

OTHER_SUBJECTS: Final = re.compile(
    r"隐患|整改|业扩|报装|工单|受理|投诉|停电计划|停电通知|督导|培训|欠费|催费|考核|积分|演练|检查|巡视|联络员|处理人|申请编号"
)
"""What sheets are about that name customers and are no ledger of them."""

# --- rows that are no data -----------------------------------------------------------------------

TOTAL_ROW: Final = re.compile(
    r"(.{0,16}(合计|小计|总计|共计|累计|汇总)|平均|平均值|均值|总和|合\s*计|小\s*计|总\s*计|共\d+[户条次人家个].{0,8})[:]?"
)
FOOTER_ROW: Final = re.compile(
    r"(填表|填报|制表|编制|审核|审批|批准|校核|复核|统计|记录|经办|签字|签名|签章|盖章|报送|主管|分管|单位负责|部门负责|所长|班长|负责|联系)[^:]{0,6}:|(注|说明|备注|附注|填表说明|填写说明|注释|附)\d?[:、.]|(填表人|制表人|审核人|填报人|负责人|批准人|复核人)$|\*?注$|^\*注|注:"
)
REFERENCE_ROW: Final = re.compile(
    r"栏次|栏号|填写说明|填写要求|填写示例|示例:|例:|例如|必填|选填|格式:|\(填写"
)
REFERENCE_MARK: Final = re.compile(
    r"\(?\d{1,2}\)?|[①-⑳]|[甲乙丙丁戊己庚辛壬癸]|[A-Z]{1,2}|栏次|\d{1,2}=.*"
)
TECHNICAL_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")

# --- what titles, sheet names and file names tell --------------------------------------------------

_OFFICE_LEAD = re.compile(r"^.*(?:公司|分公司|供电局)|^[年月日度季]+|^(?:单位|部门|名称|关于)+")
LINE_SHEET: Final = re.compile(r"(?:\d+(?:\.\d+)?k[vV])?[一-鿿\d#]{1,12}(?:线|线路|专线|支线|馈线)")
NOT_A_LINE: Final = re.compile(
    r"^(?:专线|在线|离线|无线|有线|线上|总线|干线|曲线|线路|各线|按线|分线)$|清单|下线$|上线$"
)
GRID_SHEET: Final = re.compile(r"[一-鿿\d]{1,12}(?:村|社区|小区|网格)")
AREA_SHEET: Final = re.compile(r"[一-鿿\d#]{1,16}台区")
SECTION_ORDINAL: Final = re.compile(
    r"[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[ⅠⅡⅢⅣⅤⅥIVX]{1,4})[)）]?[、.:]?"
)
"""一、 or (一) or 1. before the text of a section row, or in a cell of its own."""
SECTION_START: Final = re.compile(
    r"^(?:[(（](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）]|(?:[一二三四五六七八九十]{1,3}|\d{1,3})[、.])?\s*"
    r"(?:(?:所属|供电)?(?:线路|台区|网格|村|社区)(?:名称)?\s*[:：])?\s*"
)
BESIDE_A_PLACE: Final = re.compile(
    r"(?:专变|公变|高压|低压|客户|用户|台账|台帐|清单|清册|明细|名单|汇总|档案|资料|信息|情况|统计|一览|表)+$"
)
"""What the name of a sheet says after its place: 示例线专变客户台账."""
LIKE_A_PLACE: Final = re.compile(r"[一-鿿\d](?:线(?!路|上|下|损|索)|台区|村|社区|网格)")
"""What a sheet's name says that may mean a place, though which cannot be told."""
PLACE_REMARK: Final = re.compile(r"[(（\[].*?[)）\]]|[:：]?(?:共)?\d+户$")
"""What a section row says beside its place: 示例一线（12户）."""
AROUND_A_PLACE: Final = ":、."
LISTED_BY: Final = {
    re.compile(r"按线路|分线路|线路分"): "line",
    re.compile(r"按台区|分台区"): "transformer_area",
    re.compile(r"按(?:行政)?村|分村|按社区|分社区|按网格|分网格"): "grid",
}
"""What a title says of the section rows below -> the face name of the place they name."""


def office_named(text: str) -> str | None:
    """The office that a title or file name speaks of: 国网示例县供电公司示例供电所2025年台账 -> 示例供电所."""
    for match in re.finditer(r"[一-鿿]+?供电(?:所|服务站)", tidy(text).replace(" ", "")):
        name = _OFFICE_LEAD.sub("", match[0])
        if len(name) > 3 and not name.startswith(("各", "全", "本", "所属", "某")):
            return name
    return None


# --- where the header stands -----------------------------------------------------------------------

TITLE_ENDINGS: Final = (
    "名称", "编号", "编码", "代码", "日期", "时间", "电话", "手机", "号码", "地址", "类型", "类别", "分类", "性质", "等级", "级别",
    "方式", "情况", "状态", "单位", "部门", "人员", "负责人", "联系人", "经办人", "责任人", "金额", "数量", "单价",
    "备注", "序号", "姓名", "户号", "户名", "容量", "电量", "电压", "倍率", "次数", "比例", "得分", "内容", "原因", "结果",
    "措施", "意见", "期限", "年份", "月份", "职务", "性别", "来源", "用途", "版本", "型号", "规格", "标志", "标识",
)  # fmt: skip
"""How titles of columns end, in any trade; values of cells seldom do."""

COUNTED_TITLE: Final = re.compile(r"\d+[年月季度号期路次级]|[A-Z]\d|^第\d+|\d+$")
"""Digits that titles do hold: 1月, 第2次, 电源1."""
LISTED_SENTENCE: Final = re.compile(r"(?:\d+|[一二三四五六七八九十])[.、)]\s*\S{2}|注\d*:|\*?注:")
"""A sentence of an instruction: 1、填写…"""
FIRST_OF_SERIES: Final = frozenset("甲乙丙丁ABC")
"""What stands before the numbers of a row that numbers the columns: 甲 乙 1 2 3."""
SAYS_OF_SHEET: Final = re.compile(
    r"(?!其中).+:\s*$|(?!其中).{2,8}:.+|.*\s{3,}年.*|\d{2,4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月份?)?"
)
"""A cell above a header that is about the sheet, no group of columns: 填报单位：…, 2026年10月."""
AUXILIARY_STARTS: Final = ("引用", "填写", "填报说明", "填表说明", "模板说明", "示例:", "例:", "例如", "格式:", "必填", "选填", "请填", "请选择", "注:")  # fmt: skip
"""How a cell between header and data begins that tells how to fill in, or what a column refers to."""

TYPE_WORDS: Final = frozenset(
    ("文本", "文本型", "字符", "字符型", "字符串", "文字", "数字", "数值", "数值型", "整数", "小数", "日期", "日期型", "时间", "下拉", "下拉选择", "单选", "多选", "必填", "选填", "非必填", "可选", "布尔", "text", "varchar", "varchar2", "string", "char", "number", "numeric", "int", "integer", "float", "double", "decimal", "date", "datetime")
)  # fmt: skip
"""What a row of data types says."""

UNTIL: Final = "[-~至到—–]"
"""Between the first and the last of a range of rows."""
