"""What `list` shows of each kind fits 80 columns: no day is broken, and no column is two characters wide."""

from pathlib import Path

import openpyxl
import pytest

from cmledger.cli.app import run

NAME = "示例市第一机械制造有限公司"
NO = "3700000001"
BOOKS = [
    (("户号", "户名", "供电所", "线路", "合同容量", "客户经理"), (NO, NAME, "示例供电所", "10kV示例一线", 315, "示例甲")),
    (("户号", "户名", "服务日期", "服务项目", "服务人员", "服务方式", "服务内容"), (NO, NAME, "2026-11-03", "G7", "示例甲", "微信", "厂庆祝福和节日问候")),
    (("线路名称", "停电时间", "停电类型", "停电原因", "停电编号"), ("10kV示例一线", "2026-12-05 8:00-17:00", "计划", "更换绝缘子", "TD202612050001")),
    (("户号", "户名", "类别", "日期", "内容", "期限", "责任人"), (NO, NAME, "投诉", "2026-11-02", "停电没有通知，要求答复", "2026-11-07", "示例甲")),
    (("日期", "项目", "客户经理", "网格/社区", "内容", "发放资料"), ("2026-11-03", "与镇政府沟通联系", "示例甲", "示例社区", "园区规划", "120份")),
    (("户号", "户名", "业务类型", "报停日期", "备注"), (NO, NAME, "报停", "2026-11-03", "淡季停产")),
    (("户号", "户名", "服务项目", "周期", "自", "至", "备注"), (NO, NAME, "G7", "每季度一次", "2026-01-01", "2026-12-31", "客户要求")),
]  # fmt: skip
KINDS = {
    "services": ["2026-11-03"],
    "outages": ["2026-12-05 08:00", "2026-12-05 17:00"],
    "matters": ["2026-11-07"],
    "duties": ["2026-11-03"],
    "events": ["2026-11-03"],
    "plans": ["2026-01-01", "2026-12-31"],
}


def test_lists_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    there = ("--ledger", str(tmp_path / "l.db"), "--as-of", "2026-11-23")
    assert run(["init", "-q", *there]) == 0
    for rows in BOOKS:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        assert run(["import-excel", str(tmp_path / "a.xlsx"), "-q", *there]) == 0, rows
    for kind, days in KINDS.items():
        capsys.readouterr()
        assert run(["list", kind, *there]) == 0
        said = capsys.readouterr().out
        for line in said.splitlines():
            wide = sum(2 if ord(c) > 0x2E80 else 1 for c in line)
            assert wide <= 80, line
        assert all(day in said for day in days), said
        rule = said.splitlines()[2]
        assert set(rule.strip()) == {"─"}, said  # every title stands on one line
