"""疑似重复客户: one row is two customers that look alike; what the office decides of them comes back in 处理."""

from typing import Final

from cmledger.sheets.kinds import AccountNo, Choice, Text
from cmledger.sheets.layout import Column, Layout, Proof

DECISION: Final = {
    "distinct": ("不是同一户", "不同", "不是", "两户", "保留两户"),
    "into-first": (
        "并入甲户",
        "并入甲",
        "合并到甲",
        "合并到甲户",
        "合并入甲户",
        "保留甲",
        "保留甲户",
        "甲",
        "甲户",
    ),
    "into-second": (
        "并入乙户",
        "并入乙",
        "合并到乙",
        "合并到乙户",
        "合并入乙户",
        "保留乙",
        "保留乙户",
        "乙",
        "乙户",
    ),
}
"""What may be decided; a blank leaves it open."""

DUPLICATES = Layout(
    kind="duplicates",
    title="疑似重复客户",
    key=("duplicate.first", "duplicate.second"),
    table="duplicate",
    proof=Proof(("duplicate.first", "duplicate.second", "duplicate.decision"), weight=8),
    on_screen=("first", "second", "decision"),
    keeps_extras=False,
    words=("疑似重复", "重复客户"),
    columns=(
        Column("duplicate.first", "甲户号", AccountNo(), ("甲户户号",), required=True),
        Column("duplicate.second", "乙户号", AccountNo(), ("乙户户号",), required=True),
        Column("duplicate.decision", "处理", Choice(DECISION), ("处理意见", "处理结果")),
    ),
    readings=(
        Column("form.first_name", "甲户名", Text(24), export_only=True),
        Column("form.second_name", "乙户名", Text(24), export_only=True),
        Column("form.reasons", "相同之处", Text(22), export_only=True),
        Column("form.phones", "电话", Text(28), export_only=True),
        Column("form.meters", "电能表编号", Text(46), export_only=True),
        Column("form.addresses", "用电地址", Text(48), export_only=True),
    ),
)  # fmt: skip
