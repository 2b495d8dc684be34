"""Sentences about the policy file: what is wrong in it, line by line."""

from collections.abc import Iterable
from datetime import date

from cmledger.errors import BadPolicy

CUSTOMER = "客户"
NO_TIER = "未分级"

NOT_A_NUMBER = "应写数字，不加引号"
TOO_LARGE = "数字太大，不能超过 {most}"
NOT_A_DAY = "应写日期，如 2026-01-01，不带钟点"
DAY_OUTSIDE = "日期应在 {first} 至 {last} 之间"
TOO_DEEP = "括号或表名套得太深，看不懂"
TOO_LONG = "这一行的数字太长"
TOO_FINE = "最多写三位小数"
EMPTY_RANGE = (
    "要写出比较：at_least（不低于）、above（高于）、at_most（不超过）、below（低于）至少一个"
)
LISTED_TWICE = "同一项写了两次"
ONE_UNIT = "时限只能写一种单位：minutes、hours、days、working_days 之一"

WHICH_CYCLE = (
    "周期要写明一种，且只能一种：per（每月、季、半年、年）、every_months（隔几个月）、seasons（迎峰等时段）、"
    "dates（到日子）、events（有事时）、once_within_days（做一次）"
)
ONE_LIMIT = "期限只能写一种：within_days（几天内）或 within_working_days（几个工作日内）"
NO_SUCH_CYCLE = "没有这种周期的写法；应写 month、2/quarter、every-6-months、once-within-30-days、none（不做）等，或写成表"
NOT_A_DAY_OF_YEAR = "应写月-日，如 05-01"
NOT_A_PLAIN_WORD = "名称里不能有空格和 , ; = @ 这些符号"
UNKNOWN_SEASON = "没有名为“{code}”的时段；已定义的有：{known}"
OWNER_HAS_NO_TIERS = "owner 是客户经理或网格的项目，不能写 {key}"
OWNER_HAS_NO_DAYS = "客户经理、网格的项目，日子只能是节日：{known}"

FILE_MISSING = "没有找到规则文件：{path}"
FILE_MISSING_HINT = "cmledger init 会在台账旁写下 policy.toml；也可用 --policy 指明另一个规则文件。"
FILE_UNREADABLE = "规则文件读不出来：{path}（{detail}）"
NOT_UTF8 = "不是 UTF-8 编码；请另存为 UTF-8"
MISTAKE = "规则文件 {where}：{what}"
MISTAKES_HINT = "改好后再运行；没有写入任何内容。写法说明见该文件里的注释。"
SYNTAX = "{what}（{detail}）"
UNKNOWN_KEY = "不认识的设置“{key}”"
UNKNOWN_KEY_NEAR = "不认识的设置“{key}”，是不是“{near}”？"
MISSING_KEY = "缺少设置“{key}”"
UNKNOWN_TIER = "没有名为“{code}”的等级；已定义的有：{known}"
UNKNOWN_GRADE = "没有名为“{code}”的客户经理级别；已定义的有：{known}"
UNKNOWN_SERVICE = "没有名为“{code}”的服务项目；已定义的有：{known}"
UNKNOWN_VERSION = "没有名为“{code}”的时限版本；已定义的有：{known}"
INSTEAD_NOT_OWED = "等级“{code}”不在本项目的 tiers 里，写了也不起作用"
NOT_A_SHARE = "比率的目标要在 0 和 1 之间，100% 写作 1.0"
RULE_TWICE = "规则代号“{code}”在本等级里用了两次，或是程序自用的；原因里要分得清，请另取一个"
SHADOWED = "这一条不设条件，会收下所有客户，后面的“{tier}”永远轮不到；它只能放在最后一个等级"
RANK_IN_SCOPE = "范围（scope）里不能用售电量名次：名次本身要在范围定了之后才能排"
RESERVED = "“{code}”另有用途，请换一个代号"
SINCE_MISSING = "每一版规则（[[edition]]）都要写 since = 起用日期"
OUT_OF_ORDER = "各版规则要按 since 从早到晚排列：{since} 不晚于上一版的 {before}"
TOO_EARLY = "规则文件 {path} 最早的一版自 {since} 起用，没有 {day} 的规则"
TOO_EARLY_HINT = "把最早一版的 since 改早，或换一个 --as-of 日期。"
USED_EDITION = "规则文件 {where}：自 {since} 起的这一版规则已经用过，内容不能再改"
USED_EDITION_HINT = (
    "请把这一版改回原样，在文件末尾另加一版：[[edition]]，写上新的 since 和变了的设置"
    "（或先用 cmledger undo 撤销用过它的操作）。原样的全文存在台账里。"
)
NO_SUCH_PROFILE = "没有名为“{name}”的规则模板；现有：{known}"
EXTEND_NOT_TEXT = 'extend 应写样板的名字，如 extend = "three-fixed"'
NO_SUCH_VERSION = "样板“{name}”没有第 {number} 版；现有：{known}"
VERSION_IS_THE_PROFILES = (
    '写了 extend，就不要再写 version：版本是样板的；要定住某一版，写 extend = "样板@版本"'
)
USED_EXTENDED = (
    "这份规则以样板为基础（extend）：若没有改过本文件，就是新版程序里的样板变了，"
    '请写 extend = "样板@版本" 沿用原来那一版（用过的版本写在台账所存全文的末段）。'
)


def too_early(path: str, day: date, since: date) -> BadPolicy:
    """No edition is in force yet."""
    return BadPolicy(
        TOO_EARLY.format(path=path, since=since, day=day), hint=TOO_EARLY_HINT, where=path
    )


def listed(known: Iterable[object]) -> str:
    """Codes one after the other."""
    return "、".join(str(code) for code in known) or "（无）"


def wrong_value(kind: str, context: dict[str, object]) -> str:
    """What a validation error of that type says, in the office's words."""
    if kind == "literal_error":
        words = str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")
        return f"只能写下列之一：{words}".replace("'", '"')
    if kind == "string_pattern_mismatch":
        return "代号只用小写英文字母、数字和连字符，以字母开头"
    if kind == "greater_than":
        return f"要大于 {context.get('gt')}"
    if kind == "less_than_equal":
        return f"不能大于 {context.get('le')}"
    if kind == "less_than":
        return f"要小于 {str(context.get('lt')).removesuffix('.0')}"
    if kind == "greater_than_equal":
        return f"不能小于 {context.get('ge')}"
    if kind == "too_short":
        return "至少要写一项"
    if kind == "value_error":
        return str(context.get("error", ""))
    return _SHAPES.get(kind, "写法不对")


_SHAPES = {
    "which_cycle": "：" + WHICH_CYCLE,
    "string_type": "应是文字，写在引号里",
    "string_too_short": "不能留空",
    "bool_type": "应写 true（是）或 false（否），不加引号",
    "int_type": "应写整数，不加引号",
    "tuple_type": '应是列表，写成 ["…", "…"]',
    "dict_type": "这里应是一组设置（写成 [表名] 或 { … }）",
    "model_type": "这里应是一组设置（写成 [表名] 或 { … }）",
    "model_attributes_type": "这里应是一组设置（写成 [表名] 或 { … }）",
}


def wrong_syntax(detail: str) -> str:
    """What the TOML reader's complaint means, for people who have never heard of TOML."""
    meaning = next((m for start, m in _SYNTAX if start in detail), "这一行看不懂，或上一行没有写完")
    return SYNTAX.format(what=meaning, detail=detail)


_SYNTAX = (
    ("Invalid value", '等号后面的值写得不对；文字要用英文引号 " 括起来'),
    ("Expected '='", "设置名后面缺少等号；说明文字前面要加 #"),
    ("Invalid statement", "这一行看不懂；说明文字前面要加 #"),
    ("end of a table declaration", "表名的方括号没有配对"),
    ("Unclosed", "括号没有配对，或括号里缺少逗号"),
    ("Unterminated", "引号没有配对"),
    ("Expected newline", "一行只能写一个设置；引号没有配对，或说明文字前面缺少 #"),
    ("Cannot overwrite", "同一个设置写了两次"),
    ("Cannot declare", "同一个表写了两次"),
    ("Duplicate inline", "同一个设置写了两次"),
    ("Illegal character", "引号没有配对，或有看不见的字符"),
    ("Unescaped", "引号里有反斜线 \\；改用斜线 / 或写两个反斜线"),
)
