"""The KPI workbook: figures a head can check, charts that Excel draws from cells."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cmledger.records.caller import Caller
from cmledger.records.kpi import Kpi, KpiGroup, KpiPeriod, KpiReport, OpenVisits, TierCount
from cmledger.records.kpi_words import By, Direction, Unit
from cmledger.sheets.intake import ReadingChoices, read_file
from cmledger.sheets.kpi_book import write_kpi_book

OCTOBER = KpiPeriod(
    "2026-10", dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 10, 31), True
)


def groups(**figures: tuple[int, int]) -> tuple[KpiGroup, ...]:
    return tuple(KpiGroup(None if k == "none" else k, *f) for k, f in figures.items())


KPIS = (
    Kpi("customers_gold", "金牌客户数", Unit.COUNT, 5, 12, by=groups(甲=(2, 6), 乙=(3, 6)), tier="gold"),
    Kpi("customers_normal", "普通客户数", Unit.COUNT, 7, 12, by=groups(甲=(4, 6), 乙=(3, 6)), tier="normal"),
    Kpi("visit_completion", "走访完成率", Unit.RATE, 9, 12, 0.95, met=False, by=groups(甲=(4, 6), 乙=(5, 6), none=(0, 0))),
    Kpi("visit_completion_gold", "走访完成率（金牌客户）", Unit.RATE, 0, 0, 0.95, by=groups(甲=(0, 0), 乙=(0, 0), none=(0, 0)), tier="gold"),
    Kpi("visits_overdue", "逾期未走访", Unit.COUNT, 0, 12, 0, Direction.AT_MOST, True, by=groups(甲=(0, 6), 乙=(0, 6))),
    Kpi("customers_per_manager", "人均管户数", Unit.AVERAGE, 12, 2, by=groups(甲=(6, 1), 乙=(6, 1))),
)  # fmt: skip
TIERS = (
    TierCount("gold", "金牌客户", 5),
    TierCount("normal", "普通客户", 7),
    TierCount(None, "未分级", 8),
)


@pytest.fixture
def book(tmp_path: Path, caller: Caller) -> openpyxl.Workbook:
    path = tmp_path / "kpi.xlsx"
    report = KpiReport(
        OCTOBER, dt.date(2026, 11, 22), By.MANAGER, KPIS, TIERS, OpenVisits(3, 1), office="示例供电所"
    )  # fmt: skip
    write_kpi_book(path, report, caller)
    assert [s.kind for s in read_file(path, ReadingChoices(as_of=OCTOBER.last)).sheets] == [
        None
    ] * 5
    return openpyxl.load_workbook(path)


def values(sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int]) -> list[list[object]]:
    return [
        [sheet.cell(r, c).value for c in range(columns[0], columns[1] + 1)]
        for r in range(rows[0], rows[1] + 1)
    ]


def test_kpis_of_one_subject_stand_on_one_sheet(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["指标总览", "客户等级", "走访完成率", "逾期未走访", "人均工作量"]


def test_the_first_page_has_every_figure_with_its_target(book: openpyxl.Workbook) -> None:
    assert values(book["指标总览"], (8, 14), (1, 6)) == [
        ["指标", "数值", "目标", "达标", "分子", "分母"],
        ["金牌客户数", 5, None, None, 5, 12],
        ["普通客户数", 7, None, None, 7, 12],
        ["走访完成率", 0.75, "≥95%", "未达标", 9, 12],
        ["走访完成率（金牌客户）", "—", "≥95%", None, 0, 0],
        ["逾期未走访", 0, "≤0", "达标", 0, 12],
        ["人均管户数", 6, None, None, 12, 2],
    ]
    assert values(book["指标总览"], (9, 11), (8, 10)) == [
        ["金牌客户", 5, 0.25],
        ["普通客户", 7, 0.35],
        ["未分级", 8, 0.4],
    ]


def test_groups_are_ranked_and_add_up(book: openpyxl.Workbook) -> None:
    sheet = book["走访完成率"]
    assert values(sheet, (20, 24), (1, 6)) == [
        [
            "客户经理",
            "走访完成率\n分子",
            "走访完成率\n分母",
            "走访完成率",
            "目标",
            "走访完成率（金牌客户）",
        ],
        ["乙", 5, 6, 5 / 6, 0.95, "—"],
        ["甲", 4, 6, 4 / 6, 0.95, "—"],
        ["（未分配）", 0, 0, "—", 0.95, "—"],
        ["合计", 9, 12, 0.75, 0.95, "—"],
    ]


def test_charts_are_native_and_drawn_from_the_cells_of_the_groups(book: openpyxl.Workbook) -> None:
    charts = {sheet.title: sheet._charts for sheet in book}
    assert {title: len(found) for title, found in charts.items()} == {
        "指标总览": 3,
        "客户等级": 1,
        "走访完成率": 1,
        "逾期未走访": 0,  # nobody is late: nothing to draw
        "人均工作量": 1,
    }
    (completion,) = charts["走访完成率"]
    bars, line = completion._charts
    assert [s.val.numRef.f for s in bars.series] == ["'走访完成率'!$D$21:$D$23"]
    assert [s.val.numRef.f for s in line.series] == ["'走访完成率'!$E$21:$E$23"]
    (tiers,) = charts["客户等级"]
    assert (tiers.grouping, len(tiers.series)) == ("stacked", 2)
    ring = next(c for c in charts["指标总览"] if c.tagname == "doughnutChart")
    assert (
        ring.series[0].val.numRef.f == "'指标总览'!$I$9:$I$10"
    )  # customers in no tier are left out


def test_many_groups_are_all_in_the_table_and_some_in_the_chart(
    tmp_path: Path, caller: Caller
) -> None:
    many = tuple(KpiGroup(f"示例{i}", i, 100) for i in range(50))
    kpi = Kpi("visits_overdue", "逾期未走访", Unit.COUNT, 1225, 5000, by=many)
    report = KpiReport(OCTOBER, dt.date(2026, 11, 22), By.LINE, (kpi,), (), OpenVisits(0, 0))
    path = tmp_path / "kpi.xlsx"
    write_kpi_book(path, report, caller)
    sheet = openpyxl.load_workbook(path)["逾期未走访"]
    assert [row[0] for row in values(sheet, (21, 71), (1, 1))] == [
        f"示例{i}" for i in reversed(range(50))
    ] + ["合计"]
    assert sheet._charts[0].series[0].val.numRef.f == "'逾期未走访'!$B$21:$B$50"
    assert sheet["A3"].value == "图中只画前 30 个；表中为全部。"
