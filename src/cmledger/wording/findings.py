"""Every finding: its code, severity and sentence. docs/import-workflow.md is checked against this table."""

from cmledger.records.intake import Finding, Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE

FINDINGS: dict[str, tuple[Severity, str]] = {
    # --- rows that are left out, with the reason -------------------------------------------------
    "total-row": (N, "合计/小计行，不作为数据"),
    "footer-row": (N, "表尾说明（填表人、审核人、注等），不作为数据"),
    "repeated-header": (N, "重复的表头行，不作为数据"),
    "reference-row": (N, "表头下的编号或说明行，不作为数据"),
    # --- keys ------------------------------------------------------------------------------------
    "missing-key": (E, "缺少{field}，这一行无法对应到客户"),
    "unknown-account": (E, "台账里没有户号 {value}；请先导入客户台账"),
    "conflicting-rows": (
        E,
        "同一{field} {value} 在文件中出现多次且内容不同（另见第 {rows} 行）；请只保留正确的一行",
    ),
    # --- writing workbooks -----------------------------------------------------------------------
    "control-characters-removed": (W, "含有 Excel 不能保存的控制字符，写出时已去掉"),
    "text-shortened": (W, "文字超过 Excel 一格的上限 32767 字，写出时已截断"),
    # --- found when rows meet the ledger ---------------------------------------------------------
    "two-prefixes": (E, "后 10 位相同而省份前缀不同的户号：{value}；无法判断是否同一客户，请核对后只保留正确的"),
    "ambiguous-manager": (E, "本所有不止一位客户经理叫 {value}；请写成 姓名#工号"),
    "manager-created": (W, "客户经理 {value} 不在经理台账中，已按姓名新建（没有级别）；请补充客户经理台账"),
    "manager-differs": (W, "与经理台账里的不同（台账：{known}），以经理台账为准：{value}"),
    "same-day-visits": (N, "同一客户同一天由同一人走访了多次，按 {count} 次记"),
    "unknown-service": (E, "规则文件里没有服务项目 {value}；请核对服务项目的名称或代码"),
    "form-row-changed": (N, "按表单编号更正了已登记的走访"),
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
