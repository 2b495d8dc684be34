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
}
"""code -> (severity, sentence with {placeholders})"""


def finding(
    code: str, *, row: int | None = None, column: str | None = None, **facts: object
) -> Finding:
    """A finding of that code about a cell, row or column; `facts` fill the sentence."""
    severity, sentence = FINDINGS[code]
    return Finding(code, severity, sentence.format(**facts), row, column)
