"""Sentences about a command line that cannot be understood, and the headings of --help."""

HINT = "加 --help 查看用法。"
NO_COMMAND = "没有 {name} 这个命令。"
NEAR = "是不是 {names}？"
ALL_COMMANDS = "用 cmledger --help 查看全部命令。"
NO_OPTION = "没有 {name} 这个选项。"
MISSING = "缺少 {name}。"
NEEDS_VALUE = "{name} 后面要跟一个值。"
TAKES_NO_VALUE = "{name} 后面不带值。"
EXTRA = "多出了不认识的内容：{words}"
BAD_VALUE = "{name} 的值不对：{detail}"
OTHER = "命令写法不对：{detail}"
NOT_A_DAY = "日期应写成 2026-11-22 的样子：{text}"
NOT_A_MONTH = "月份应写成 2026-12 的样子：{text}"
DAY_OUTSIDE = "日期应在 {first} 至 {last} 之间：{text}"

VALUE_WRONG: tuple[tuple[str, str], ...] = (
    (r"valid integer|valid int\b", "应是整数"),
    (r"valid number|valid float", "应是数字"),
    (r"greater than or equal to (.+)", r"不能小于 \1"),
    (r"less than or equal to (.+)", r"不能大于 \1"),
    (r"greater than (.+)", r"应大于 \1"),
    (r"less than (.+)", r"应小于 \1"),
    (r"is not one of (.+?)\.?$", r"应为其中之一：\1"),
    (r"path (.+) does not exist", r"没有这个文件：\1"),
    (r"is a directory", "这是文件夹，不是文件"),
    (r"is not readable", "文件不可读"),
    (r"is not writable", "文件不可写"),
)
"""What the framework says of a value (pattern) and what the user reads; the first match counts."""

USAGE = "用法："
HEADINGS = {"Options": "选项：", "Arguments": "参数：", "Commands": "命令："}
HELP: tuple[tuple[str, str], ...] = (
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 …"),
    (r"Show this message and exit\.", "显示本帮助。"),
    (r"  \[default: ([^;\]]*).*\]$", r"（默认 \1）"),
    (r"  \[required\]$", ""),
    (r"  \[(x>=\d+|\d+<=x<=\d+)\]$", ""),
    (r"<int range>|<int>|<float>", "数"),
    (r"<(list\[)?Path\]?>|<path>", "文件"),
    (r"<(list\[)?str\]?>|<text>", "文字"),
)
"""The framework's own words in a help text."""

WORKING = "正在处理……"
