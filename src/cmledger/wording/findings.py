"""Every finding: its code, severity and sentence. docs/import-workflow.md is checked against this table."""

from cmledger.records.intake import Finding, Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

FINDINGS: dict[str, tuple[Severity, str]] = {
    # --- rows that are left out, with the reason -------------------------------------------------
    "total-row": (N, "合计/小计行，不作为数据"),
    "footer-row": (N, "表尾说明（填表人、审核人、注等），不作为数据"),
    "repeated-header": (N, "重复的表头行，不作为数据"),
    "reference-row": (N, "表头下的编号或说明行，不作为数据"),
    # --- rows and columns of a sheet ---------------------------------------------------------------
    "section-row": (N, "分段标题行，不作为数据"),
    "numbered-only": (N, "只有序号的空行，不作为数据"),
    "continuation-row": (W, "户号是纵向合并的单元格，这一行是上一行的延续，未作为另一户读入"),
    "no-reading": (N, "没有填写电量，没有可读入的内容"),
    "key-column-missing": (
        W,
        "像是{kind}，但没有“{title}”列，未处理；列名不同时用 --map 列={field} 指明",
    ),
    "visit-not-filled-in": (N, "还没有填写走访日期，不作为走访"),
    "sheet-not-chosen": (N, "没有用 --sheet 选这张表，未处理"),
    "needs-decision": (W, "{message}{hint}"),
    "map-without-column": (W, "--map 里的“{given}”在这个文件里没有对应的列"),
    "same-field": (N, "{field} 已取自另一列，这一列作为其他内容保存"),
    "same-values": (N, "“{header}”与另一列内容相同，未重复读入"),
    "ignored-by-choice": (N, "按 --map 的指定不读入"),
    "capacity-taken-as-contract": (
        N,
        "“{header}”没有写明是哪种容量，按合同容量读入；不对时用 --map 指明",
    ),
    "kilowatts-in-header": (W, "单位写的是 {unit}，按 kVA 数值读入；请核对"),
    "personal-id-column": (N, "“{header}”是证件号码，不读入台账"),
    "place-from-sheet-name": (N, "没有“{field}”列，按工作表名读作“{value}”"),
    "energy-year-from-title": (N, "“{header}”没有写年份，按标题、工作表名或文件名读作 {year} 年"),
    "energy-month-from-title": (
        N,
        "“{header}”没有写年月，按标题、工作表名或文件名读作 {year} 年 {month} 月",
    ),
    "derived-total": (N, "“{header}”是各月的合计，由分月电量得出，未另行读入"),
    "total-to-date": (N, "“{header}”是到某月为止的累计，不是全年电量，未读入"),
    "year-not-of-title": (
        N,
        "标题、表头或工作表名写的是 {title} 年，这一列写的有 {rows} 年；以各行写的年份为准",
    ),
    "blank-month": (W, "有 {count} 行月份空白，按全年电量读入"),
    "energy-above-capacity": (
        W,
        "电量 {kwh} kWh 超过容量 {kva} kVA 全部时间满载的用电；请核对单位（是否差一万倍）",
    ),
    # --- cells (an error in a cell the row can do without costs only that cell, as a warning) ------
    "cell-error": (E, "“{header}”是错误值 {value}"),
    "formula-without-value": (E, "“{header}”是没有计算结果的公式；请在 Excel 中打开并保存后再导入"),
    "damaged-number": (
        E,
        "“{value}”已丢失数字（科学计数法或超过 15 位），不能还原；请从系统重新取数，按文本填写",
    ),
    "maybe-damaged-number": (W, "{value} 末尾有 4 个以上的 0，可能丢失过数字；请核对"),
    "lost-leading-zero": (
        E,
        "户号 {value} 只有 9 位，可能丢了开头的 0；请按文本填写 10 位或 13 位户号",
    ),
    "account-length": (E, "户号 {value} 有 {length} 位；应为 10 位或 13 位"),
    "not-an-account": (E, "“{value}”不是户号；应为 10 位或 13 位数字"),
    "no-old-account": (E, "“{value}”不是户号"),
    "odd-phone": (W, "“{value}”不像电话号码，按原样保存"),
    "not-a-date": (E, "“{value}”不是日期；请写成 2026-11-22 的样子"),
    "no-such-day": (E, "没有“{value}”这一天"),
    "implausible-date": (E, "日期 {value} 不可信"),
    "date-without-day": (E, "“{value}”没有写明是哪一天"),
    "date-without-year": (E, "“{value}”没有写年份"),
    "several-dates": (E, "“{value}”里有几个日期；请分行填写"),
    "short-year": (W, "“{value}”按 {taken} 读入；请写四位年份"),
    "future-date": (E, "日期 {value} 晚于今天（{today}）"),
    "not-a-year": (E, "“{value}”不是年份"),
    "not-a-month": (E, "“{value}”不是月份"),
    "not-a-period": (E, "“{value}”不是年月；请写成 202503 或 2025年3月"),
    "not-a-number": (E, "“{value}”不是数"),
    "quantity-with-remark": (E, "“{value}”带有说明，不能只取其中的数"),
    "implausible-quantity": (E, "数值 {value} 大得不可信"),
    "negative-quantity": (E, "数值 {value} 是负数"),
    "negative-energy": (W, "电量 {value} 是负数（退补？），按原样读入"),
    "kilowatts": (W, "“{value}”的单位是 kW，按 kVA 数值读入；请核对"),
    "lost-digits": (W, "{value} 超过 15 位，Excel 已丢失末位数字，未读入；请按文本填写"),
    "unknown-word": (E, "“{value}”不在“{header}”的可填内容里（{choices}）"),
    "word-too-wide": (E, "“{value}”不够明确：可能是{open}"),
    "not-yes-or-no": (E, "“{value}”看不出是“是”还是“否”"),
    "not-a-name": (E, "“{value}”不像姓名"),
    "name-with-remark": (N, "“{value}”按“{taken}”读入"),
    "several-persons": (E, "“{value}”里有几个人，不能确定由谁负责；请只填一人"),
    # --- keys ------------------------------------------------------------------------------------
    "missing-key": (E, "缺少{field}，这一行无法读入"),
    "unknown-account": (E, "台账里没有户号 {value}；请先导入客户台账"),
    "conflicting-rows": (
        E,
        "同一{field} {value} 在文件中出现多次且内容不同（另见第 {rows} 行）；请只保留正确的一行",
    ),
    # --- writing workbooks -----------------------------------------------------------------------
    "control-characters-removed": (W, "含有 Excel 不能保存的控制字符，写出时已去掉"),
    "text-shortened": (W, "文字超过 Excel 一格的上限 32767 字，写出时已截断"),
    # --- found when rows meet the ledger ---------------------------------------------------------
    "two-prefixes": (
        E,
        "后 10 位相同而省份前缀不同的户号：{value}；无法判断是否同一客户，请核对后只保留正确的",
    ),
    "ambiguous-manager": (E, "本所有不止一位客户经理叫 {value}；请写成 姓名#工号"),
    "former-number": (
        E,
        "户号 {value} 是客户 {account_no} {name} 的原户号，而这一行写的是 {other}；无法判断是否同一客户，请核对",
    ),
    "office-cleared": (E, "供电所不能清空；要改归属，请写明新的供电所"),
    "no-name": (W, "新客户没有户名"),
    "closed-today": (N, "没有写销户日期，按 {day} 记"),
    "stated-twice": (W, "这次导入的前面已写为 {before}，这里又写为 {after}，以后者为准；请核对"),
    "manager-created": (
        W,
        "客户经理 {value} 不在经理台账中，已按姓名新建（没有级别）；请补充客户经理台账",
    ),
    "manager-differs": (W, "与经理台账里的不同（台账：{known}），以经理台账为准：{value}"),
    "same-day-visits": (N, "同一客户同一天由同一人走访了多次，按 {count} 次记"),
    "unknown-service": (
        W,
        "规则文件里没有服务项目“{value}”，这一项没有登记（走访已登记）；请核对名称或代码",
    ),
    "another-visit-that-day": (
        W,
        "同一天已登记过另一次走访（同一客户、同一走访人，走访内容不同），按第 {count} 次记；"
        "若是更正，请用 cmledger undo 撤销这次导入，并在 cmledger export-excel 导出的走访记录里修改",
    ),
    "form-row-changed": (N, "按表单编号更正了已登记的走访"),
    "form-row-split": (
        N,
        "与同一次走访的其他服务项目不再是同一天、同一走访人，另记为一次走访",
    ),
    "form-row-copied": (
        E,
        "表单编号（可能在隐藏列）{value} 与第 {rows} 行相同而内容不同；"
        "若是另一次走访，请把这一行的表单编号删去，否则请只保留正确的一行",
    ),
    "form-rows-differ": (
        W,
        "与第 {rows} 行是同一次走访而{field}不同，以第 {rows} 行为准；请核对",
    ),
    # --- what reading alone can tell about a sheet -------------------------------------------------
    "hidden-rows": (N, "有 {count} 行被隐藏或筛选掉（第 {rows} 行），照常读入"),
    "hidden-columns": (N, "有 {count} 列被隐藏（{columns} 列），照常读入"),
    "struck-rows": (W, "有 {count} 行带删除线（第 {rows} 行），照常读入；若表示作废请删去后再导入"),
    "uncomputed-formulas": (
        W,
        "有 {count} 个公式没有计算结果（从这一格起）；在 Excel/WPS 中打开并保存一次后再导入",
    ),
}
"""code -> (severity, sentence with {placeholders})"""


def finding(
    code: str, *, row: int | None = None, column: str | None = None, **facts: object
) -> Finding:
    """A finding of that code about a cell, row or column; `facts` fill the sentence."""
    severity, sentence = FINDINGS[code]
    return Finding(code, severity, sentence.format(**facts), row, column)
