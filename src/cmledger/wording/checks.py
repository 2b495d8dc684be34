"""The invariants of a ledger as `check` names them: title, what it means, what to do where it does not hold."""

_RESTORE = "请停止写入，换用最近一次备份（cmledger backup 或 cmledger daily 所存）。"
_BY_HAND = "台账很可能被其他程序改过；请换用改动之前的备份，或把 --json 的输出交给维护人员。"
_OF_DATA = "用 cmledger history 户号 查看这个值的来处，再导入更正后的表格。"

CHECKS: dict[str, tuple[str, str, str]] = {
    "file-integrity": (
        "文件完好",
        "数据库文件的每一页、每个索引都完好（PostgreSQL：索引和约束都有效）",
        _RESTORE,
    ),
    "schema-as-declared": ("结构完整", "表、列、索引和约束与本程序所用的一致", _BY_HAND),
    "references": ("引用有着落", "凡引用另一条记录的，那条记录都在", _BY_HAND),
    "stored-values": (
        "存储格式正确",
        "日期是 ISO 日期，时刻是 ISO 时刻，是否只有 0 和 1，月份是 0 至 12，JSON 可读，没有空字符串",
        _BY_HAND,
    ),
    "column-kinds": ("字段值有效", "每一列的值都是导入时会接受的值", _OF_DATA),
    "account-keys": ("户号相符", "客户的识别键就是户号的末 10 位", _BY_HAND),
    "visit-managers": ("走访人相符", "走访的识别键里写的就是那位客户经理", _BY_HAND),
    "value-words": (
        "字样有效",
        "换经理的依据、疑似重复的判断、停电和通知的类别、服务周期、纪念日、计划月份、停电和通知的时间，都是程序写得出的字样",
        _BY_HAND,
    ),
    "derived-keys": (
        "识别键相符",
        "履职、停电的识别键里写的就是那位客户经理、那个网格、那条线路、那个台区；没有的是 0",
        _BY_HAND,
    ),
    "days-in-order": (
        "先后相符",
        "事项的完成不早于提出，停电的终止不早于开始（撤销、恢复过的记录各按最近一次有效操作，不在此列）",
        "用 cmledger edit 更正日期，或导入更正后的表格。",
    ),
    "plan-months": (
        "计划日在月内",
        "走访计划的每个日子都在所属的月份里（撤销、恢复过的记录不在此列）",
        "重新执行 cmledger plan-visits；仍不相符时，把 --json 的输出交给维护人员。",
    ),
    "items-of-visits": (
        "项目与走访相符",
        "走访时完成的服务项目，客户和日期就是那次走访的（撤销、恢复过的记录不在此列）",
        _BY_HAND,
    ),
    "spans-in-order": ("时段不倒置", "每个时段的起日早于止日", _BY_HAND),
    "spans-do-not-overlap": (
        "时段不重叠",
        "一位客户在任何一天最多有一个等级、一位客户经理，每个服务项目最多一种约定",
        _BY_HAND,
    ),
    "ids-never-reused": ("编号不重复使用", "下一个编号大于已经用过的每个编号", _BY_HAND),
    "journal-entries": (
        "日志条目完整",
        "每条日志写明表、动作和先前的值，来处是本次操作读过的工作表",
        _BY_HAND,
    ),
    "journal-rows": (
        "日志与记录相符",
        "在册的每条记录都有新增的日志；日志说新增了而未删除的，记录都在",
        _BY_HAND,
    ),
    "journal-values": (
        "撤销恢复相符",
        "撤销、恢复过的每个值，都等于最近一次有效操作写入的值（日志只记先前的值：绕过 cmledger 直接改数据库里的值，若没有别的说法与它不符，检查看不出来）",
        "再执行一次 cmledger undo 或 redo 不会使它变好；请把 --json 的输出交给维护人员。",
    ),
    "operations-live": (
        "操作状态相符",
        "操作是否有效，与撤销、恢复它的次数相符；操作、来源文件所指的都在",
        _BY_HAND,
    ),
    "operation-counts": (
        "操作计数相符",
        "操作所记的新增、更改、删除数，等于它的日志条数",
        _BY_HAND,
    ),
    "import-totals": (
        "导入账目平衡",
        "每张表 读入=新增+更改+未变+拒收+略过；拒收的行不在日志里，有日志的行不多于收下的行",
        _BY_HAND,
    ),
}
"""code -> (title, meaning, what to do); in the order they are checked."""

LIST_HEADS = ("名称", "代号", "含义")
BROKEN = "✗ {title}（{code}）：{count} 处"
NOT_CHECKED = "文件或结构不完好时，其余 {count} 项无从检查。"
ROW = "  {what}：{detail}"
MORE = "  ……另有 {count} 处，用 --json 查看更多。"
NEXT = "  → {cure}"
SUMMARY = "台账有 {broken} 项检查没有通过。"
A_ROW = "{table} {key}"
NUMBERED = "#{number}"
TABLES = {
    "operation": "操作",
    "source_file": "导入的文件",
    "source_sheet": "导入的工作表",
    "entry": "日志",
    "event": "事件",
    "policy_edition": "规则版本",
    "ledger_info": "台账信息",
    "liaison": "联络员",
    "contact": "联系人",
    "duplicate": "疑似重复的两户",
}
"""What a row of a table is called, where wording.intake has no name for it."""

MISSING_TABLE = "缺少表 {table}"
MISSING_COLUMN = "表 {table} 缺少列 {column}"
MISSING_INDEX = "表 {table} 缺少索引 {index}"
MISSING_UNIQUE = "表 {table} 缺少唯一约束 {columns}"
MISSING_REFERENCE = "表 {table} 的列 {column} 缺少外键"
NOT_STRICT = "表 {table} 不再限定类型"
HAS_TRIGGER = "有不属于台账的触发器 {name}"
DANGLING = "{column}={value} 在 {parent} 中不存在"
VALUE = "{column}={value}"
EMPTY_TEXT = "{column} 是空字符串"
SPAN = "{start} 至 {end}"
NOT_IN_MONTH = "{month} 的计划写着 {day}"
NOT_OF_VISIT = "写着 {day} 完成，走访是 {visited_on}；或客户不是同一户"
OVERLAP = "{start} 至 {end} 与 {next} 开始的时段重叠"
COUNTER = "{table} 的下一个编号是 {next}，已用到 {last}"
NO_COUNTER = "{table} 没有编号计数，已用到 {last}"
ODD_ENTRY = "第 {operation} 号操作的日志：{what}"
ENTRY_TABLE = "没有这个表"
ENTRY_ACTION = "动作 {action} 与先前的值不配"
ENTRY_SOURCE = "来处不是本次操作的工作表"
ENTRY_BEFORE = "先前的值不可读"
ENTRY_FIELDS = "没有这些列：{fields}"
NOT_IN_JOURNAL = "没有新增它的日志"
ROW_GONE = "第 {operation} 号操作新增了它，但记录不在"
ROW_BACK = "第 {operation} 号操作删除了它，但记录还在"
SPANS_NOT_IN_JOURNAL = "有时段，但没有日志"
SHOULD_BE_GONE = "写过它的操作都已撤销，也没有记录用到它，但记录还在"
SHOULD_EXIST = "新增它的操作有效，但记录不在"
SHOULD_READ = "{fields} 不是最近一次有效操作写入的值"
LIVE_WRONG = "第 {operation} 号操作被撤销、恢复 {flips} 次，状态却是{state}"
LIVE, UNDONE = "有效", "已撤销"
BAD_TARGET = "第 {operation} 号操作所指的第 {target} 号不能撤销或恢复"
COUNTS_DIFFER = "第 {operation} 号操作：记 {told}，实有 {found}"
TOTALS_DIFFER = "{file} {sheet}：读入 {read}，合计 {sum}"
REFUSED_DIFFER = "{file} {sheet}：拒收 {told} 行，所记的行有 {found} 行"
REFUSED_WRITTEN = "{file} {sheet}：拒收的第 {rows} 行却有日志"
ROWS_DIFFER = "{file} {sheet}：收下 {told} 行，却有 {found} 行写了台账"
