"""From a workbook to rows: recognition, the rows that are no data, units, years, and every cell's own name."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cmledger.errors import NeedsDecision, UsageProblem
from cmledger.records.intake import CLEAR, FileSeen, SheetSeen
from cmledger.sheets.intake import ReadingChoices, read_file

TODAY = dt.date(2026, 11, 22)
A = [f"37000000{n:02d}" for n in range(11, 100)]
"""户号 of invented customers."""


class Office:
    """Workbooks written row by row as an office would keep them, and what reading them gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def book(self, *sheets: tuple[str, list[list[Any]], list[str]], name: str = "表格") -> Path:
        """(sheet name, rows, merged ranges) … as a file."""
        book = Workbook()
        book.remove(book.active)
        for title, rows, merges in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for merged in merges:
                sheet.merge_cells(merged)
        path = self.folder / f"{name}.xlsx"
        book.save(path)
        return path

    def read(self, path: Path, **choices: Any) -> FileSeen:
        return read_file(path, ReadingChoices(as_of=TODAY, **choices))

    def sheet(
        self,
        rows: list[list[Any]],
        *,
        sheet: str = "Sheet1",
        merges: tuple[str, ...] = (),
        name: str = "表格",
        **choices: Any,
    ) -> SheetSeen:
        return self.read(self.book((sheet, rows, list(merges)), name=name), **choices).sheets[0]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def fields(sheet: SheetSeen) -> dict[str, str]:
    """Column letters -> field, of the mapped columns."""
    return {u.column: u.field or "" for u in sheet.columns if u.use == "mapped"}


def codes(sheet: SheetSeen) -> list[tuple[str | None, str]]:
    """(cell, code) of all findings but the skipped rows'."""
    skipped = {code for _, code in sheet.skipped}
    return [(f.cell, f.code) for f in sheet.findings if f.code not in skipped]


def values(sheet: SheetSeen, field: str) -> list[Any]:
    assert sheet.rows is not None
    return list(sheet.rows.values[field])


# --- the whole of a 专变台账 -----------------------------------------------------------------------


def test_a_ledger_with_all_its_furniture(office: Office) -> None:
    rows = [
        ["国网示例县供电公司示例供电所2025年专变用户台账"],
        ["单位：万千瓦时"],
        [],
        ["序号", "线路", "户 号", "户名", "容量\n（kVA）", "联系人", None, "年用电量", "备注"],
        [None, None, None, None, None, "姓名", "电话", None, None],
        [1, "示例一线", A[0], "张　三", "2*315", "李　四", 13800000001.0, 12.5, None],
        [2, None, int(A[1]), "示例厂", 400, "王五", "138 0000 0002", "1,000", "/"],
        [None, "小计", None, None, 1030, None, None, 1012.5, None],
        ["序号", "线路", "户号", "户名", "容量(kVA)", "姓名", "电话", "年用电量", "备注"],
        [3, "示例二线", "3.70123E+12", "示例店", 315, None, None, 1, None],
        [4, None, None, "没有户号", 315, None, None, 1, None],
        [5, None, A[2], "示例社", "清空", None, None, "#N/A", "老户"],
        [],
        ["合计", None, "共5户"],
        ["填表人：赵六", None, None, None, "审核人：钱七"],
        ["注：容量按合同容量填写"],
    ]  # fmt: skip
    sheet = office.sheet(rows, merges=("A1:I1", "F4:G4", "B6:B7", "B10:B12"))
    assert sheet.kind == "customers"
    assert sheet.header_rows == (4, 5)
    assert sheet.office_hint == "示例供电所"
    assert fields(sheet) == {
        "B": "line", "C": "account_no", "D": "name", "E": "contract_capacity_kva", "F": "contact_name",
        "G": "contact_phone", "H": "kwh:2025", "I": "remark",
    }  # fmt: skip
    assert sheet.skipped == [
        (8, "total-row"), (9, "repeated-header"), (14, "total-row"), (15, "footer-row"), (16, "footer-row"),
    ]  # fmt: skip
    assert sheet.rows is not None
    assert sheet.rows.numbers == [6, 7, 10, 11, 12]
    assert sheet.read == 10
    assert values(sheet, "customer.account_no") == [A[0], A[1], None, None, A[2]]
    assert values(sheet, "customer.name") == [
        "张\u3000三",
        "示例厂",
        "示例店",
        "没有户号",
        "示例社",
    ]
    assert values(sheet, "customer.line") == ["示例一线"] * 2 + ["示例二线"] * 3
    assert values(sheet, "customer.contract_capacity_kva") == [
        630_000,
        400_000,
        315_000,
        315_000,
        CLEAR,
    ]
    assert values(sheet, "customer.contact_phone")[:2] == ["13800000001", "13800000002"]
    assert values(sheet, "customer.remark") == [None, None, None, None, "老户"]
    (energy,) = sheet.rows.energy
    assert (energy.column, energy.year, energy.month) == ("H", 2025, 0)
    assert list(energy.values) == [125_000_000, 10_000_000_000, 10_000_000, 10_000_000, None]
    assert sheet.rows.refused == {2, 3, 4}
    assert ("C10", "damaged-number") in codes(sheet)
    assert ("C11", "missing-key") in codes(sheet)
    assert ("H12", "cell-error") in codes(sheet)
    assert ("H", "energy-year-from-title") in codes(sheet)
    assert ("E", "capacity-taken-as-contract") in codes(sheet)
    assert ("H7", "energy-above-capacity") in codes(sheet)


def test_a_word_on_no_list_is_kept_as_it_stands_and_damage_refuses_the_row(office: Office) -> None:
    sheet = office.sheet(
        [
            ["户号", "户名", "用户状态", "合同容量(kVA)", "立户日期"],
            [A[0], "甲", "托管中", 315, "2015-03-01"],
            [A[1], "乙", "正常", "见附件", "2015-03-01"],
            [A[2], "丙", "正常", 315, "2015-13-01"],
        ]
    )
    assert sheet.rows is not None
    assert sheet.rows.refused == {1, 2}
    assert sheet.rows.extras == {"用户状态(原文)": ["托管中", None, None]}
    assert [(f.cell, f.code, f.severity.value) for f in sheet.findings if f.row] == [
        ("C2", "unknown-word", "warning"),
        ("D3", "not-a-number", "error"),
        ("E4", "no-such-day", "error"),
    ]


def test_nothing_is_filled_down_outside_a_merge(office: Office) -> None:
    sheet = office.sheet(
        [
            ["线路", "户号", "户名", "合同容量", "用电类别"],
            ["示例一线", A[0], "甲", 315, "大工业"],
            [None, A[1], "乙", 315, "商业"],
        ]
    )
    assert values(sheet, "customer.line") == ["示例一线", None]


def test_rows_under_a_merged_account_are_its_continuation(office: Office) -> None:
    rows = [
        ["户号", "户名", "重要性等级", "供电方式", "电源"],
        [A[0], "示例医院", "一级", "双电源", "示例一线"],
        [None, None, None, None, "示例二线"],
        [A[1], "示例泵站", "二级", "双回路", "示例三线"],
    ]
    sheet = office.sheet(rows, merges=("A2:A3", "B2:B3"))
    assert sheet.skipped == [(3, "continuation-row")]
    assert values(sheet, "customer.account_no") == [A[0], A[1]]


def test_every_row_is_data_or_left_out_with_a_reason(office: Office) -> None:
    rows = [
        ["序号", "户号", "户名", "用电地址", "合同容量", "电压等级"],
        ["栏次", 1, 2, 3, 4, 5],
        ["一、10kV示例一线"],
        [1, A[0], "甲", "示例路1号", 315, "10kV"],
        [2, None, None, None, None, None],
        ["二、10kV示例二线"],
        [3, A[1], "乙", "示例路2号", 315, "10kV"],
        [None, None, "只有户名", None, None, None],
        ["说明：", "以上为全部专变", None],
    ]
    sheet = office.sheet(rows)
    assert sheet.rows is not None
    assert sheet.skipped == [
        (2, "reference-row"), (3, "section-row"), (5, "numbered-only"), (6, "section-row"), (9, "footer-row"),
    ]  # fmt: skip
    assert sheet.rows.numbers == [4, 7, 8]
    assert sheet.rows.refused == {2}


# --- which column is which -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "row", "expected"),
    [
        # 客户级别 is what its values say
        (["户号", "户名", "客户级别", "电压等级"], [A[0], "甲", "一级", "10kV"], {"C": "importance"}),
        (["户号", "户名", "客户级别", "电压等级"], [A[0], "甲", "钻石", "10kV"], {"C": None}),
        # 用户类别: class or tariff
        (["户号", "户名", "用户类别", "电压等级"], [A[0], "甲", "高压", "10kV"], {"C": "customer_class"}),
        (["户号", "户名", "用户类别", "电压等级"], [A[0], "甲", "大工业用电", "10kV"], {"C": "tariff_class"}),
        # 单位名称: the office or the customer
        (["户号", "单位名称", "电压等级", "合同容量"], [A[0], "示例纺织厂", "10kV", 315], {"B": "name"}),
        (["户号", "户名", "单位名称", "电压等级"], [A[0], "甲", "示例供电所", "10kV"], {"B": "name", "C": "office"}),
        # 户数 is not 户号, 表号 neither
        (["户号", "户名", "电压等级", "户数", "表号"], [A[0], "甲", "10kV", 3, "0012"], {"D": None, "E": "meter_no"}),
        # headers with remarks, spaces, marks
        (["户号（13位）*", "客 户 名 称", "供电电压（kV）", "用电地址："], [A[0], "甲", 10, "路"],
         {"A": "account_no", "B": "name", "C": "voltage", "D": "address"}),
        (["营销系统户号", "用户名称", "电压等级", "所属10kV线路名称"], [A[0], "甲", "10kV", "示例一线"],
         {"A": "account_no", "D": "line"}),
        # what a header is not
        (["户号", "户名", "电压等级", "线路编号", "原户名"], [A[0], "甲", "10kV", 7, "乙"], {"D": None, "E": None}),
        # 姓名 and 电话 of the contact beside 户名
        (["户号", "户名", "姓名", "电话", "电压等级"], [A[0], "甲厂", "张三", "13800000001", "10kV"],
         {"B": "name", "C": "contact_name", "D": "contact_phone"}),
        # 是否双电源
        (["户号", "户名", "是否双电源", "电压等级"], [A[0], "甲", "是", "10kV"], {"C": "supply"}),
        (["户号", "户名", "光伏装机容量(kW)", "电压等级"], [A[0], "甲", 30, "10kV"], {"C": None}),
    ],
)  # fmt: skip
def test_columns_by_words_and_values(
    office: Office, headers: list[str], row: list[Any], expected: dict[str, str | None]
) -> None:
    found = fields(office.sheet([headers, row, [A[1], *row[1:]]], sheet="客户台账"))
    assert {letter: found.get(letter) for letter in expected} == expected


def test_a_phone_beside_the_manager_is_the_managers_where_each_has_one(office: Office) -> None:
    headers = ["户号", "户名", "电压等级", "客户经理", "联系电话"]
    one_each = [[A[i], f"厂{i}", "10kV", m, p] for i, (m, p) in enumerate(
        [("张三", "13800000001"), ("李四", "13800000002"), ("张三", "13800000001"), ("张三", "13800000001")]
    )]  # fmt: skip
    assert fields(office.sheet([headers, *one_each]))["E"] == "manager.phone"
    own = [[A[i], f"厂{i}", "10kV", "张三", f"1380000000{i}"] for i in range(4)]
    assert fields(office.sheet([headers, *own]))["E"] == "contact_phone"


def test_groups_say_whose_name_it_is(office: Office) -> None:
    rows = [
        ["户号", "户名", "电压等级", "客户经理", None, "抄表员", None],
        [None, None, None, "姓名", "电话", "姓名", "电话"],
        [A[0], "甲", "10kV", "张三", "13800000001", "李四", "13800000002"],
    ]
    sheet = office.sheet(rows, merges=("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"))
    assert fields(sheet) == {
        "A": "account_no", "B": "name", "C": "voltage", "D": "manager", "E": "manager.phone",
    }  # fmt: skip
    assert sheet.rows is not None
    assert sheet.rows.extras == {"抄表员/姓名": ["李四"], "抄表员/电话": ["13800000002"]}


def test_identity_numbers_are_not_taken_in(office: Office) -> None:
    sheet = office.sheet(
        [["户号", "户名", "身份证号", "电压等级"], [A[0], "甲", "示例号码", "220V"]]
    )
    assert sheet.rows is not None
    assert sheet.rows.extras == {}
    assert ("C", "personal-id-column") in codes(sheet)


def test_a_second_phone_is_kept_beside_the_first(office: Office) -> None:
    sheet = office.sheet(
        [
            ["户号", "户名", "电压等级", "手机", "联系电话"],
            [A[0], "甲", "10kV", "13800000001", "0555-1234567"],
        ]
    )
    assert values(sheet, "customer.contact_phone") == ["0555-1234567"]
    assert sheet.rows is not None
    assert sheet.rows.extras == {"手机": ["13800000001"]}
    assert ("D", "same-field") in codes(sheet)


def test_two_managers_are_asked_about(office: Office) -> None:
    rows = [
        ["户号", "户名", "电压等级", "客户经理", "台区经理"],
        [A[0], "甲", "10kV", "张三", "李四"],
    ]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows)
    assert "--map D=manager --map E=ignore" in (refused.value.hint or "")
    sheet = office.sheet(rows, mapping={"E": "manager", "客户经理": "ignore"})
    assert values(sheet, "customer_manager.manager") == ["李四"]
    assert ("D", "ignored-by-choice") in codes(sheet)


def test_ten_and_thirteen_digits_side_by_side_are_one_account(office: Office) -> None:
    sheet = office.sheet(
        [["用户编号", "户号", "户名", "电压等级"], ["370" + A[0], A[0], "甲", "10kV"]]
    )
    assert len([u for u in sheet.columns if u.field == "account_no"]) == 1
    assert "same-values" in [code for _, code in codes(sheet)]


def test_our_tier_is_not_taken_from_sheets(office: Office) -> None:
    sheet = office.sheet([["户号", "户名", "电压等级", "客户等级"], [A[0], "甲", "10kV", "钻石"]])
    assert [u.use for u in sheet.columns if u.column == "D"] == ["ignored"]


# --- energy --------------------------------------------------------------------------------------


def energies(sheet: SheetSeen) -> dict[str, tuple[int, int]]:
    assert sheet.rows is not None
    return {e.column: (e.year, e.month) for e in sheet.rows.energy}


@pytest.mark.parametrize(
    ("header", "period"),
    [
        ("2025年用电量", (2025, 0)), ("2025年度售电量(万千瓦时)", (2025, 0)), ("2024年年用电量", (2024, 0)),
        ("2025年1月电量", (2025, 1)), ("202503电量", (2025, 3)), ("2025-11月用电量", (2025, 11)),
        ("2025年12月份售电量（kWh）", (2025, 12)),
    ],
)  # fmt: skip
def test_a_header_that_says_its_period(
    office: Office, header: str, period: tuple[int, int]
) -> None:
    sheet = office.sheet([["户号", "户名", header], [A[0], "甲", 100]])
    assert energies(sheet) == {"C": period}


@pytest.mark.parametrize(
    ("title", "sheet", "name", "period"),
    [
        ("2025年售电量明细", "Sheet1", "表格", (2025, 0)),
        ("售电量明细", "2025年", "表格", (2025, 0)),
        ("售电量明细", "Sheet1", "2025年售电量", (2025, 0)),
        ("2025年3月售电量明细", "Sheet1", "表格", (2025, 3)),
        ("售电量明细（填报日期2026年1月5日）", "Sheet1", "202503抄表", (2025, 3)),
    ],
)
def test_the_period_stands_around_the_table(
    office: Office, title: str, sheet: str, name: str, period: tuple[int, int]
) -> None:
    rows = [[title], ["户号", "户名", "售电量"], [A[0], "甲", 100]]
    assert energies(office.sheet(rows, sheet=sheet, name=name, merges=("A1:C1",))) == {"C": period}


@pytest.mark.parametrize("header", ["年用电量", "售电量", "上年电量"])
def test_a_year_nobody_says_is_asked_for(office: Office, header: str) -> None:
    rows = [["户号", "户名", header], [A[0], "甲", 100], [A[1], "乙", 200]]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows)
    assert refused.value.exit_code == 16
    assert "--map C=kwh:2025" in (refused.value.hint or "")
    assert energies(office.sheet(rows, mapping={"C": "kwh:2025"})) == {"C": (2025, 0)}
    assert energies(office.sheet(rows, mapping={header: "kwh:2025-03"})) == {"C": (2025, 3)}


def test_looking_reports_what_importing_would_ask(office: Office) -> None:
    sheet = office.sheet([["户号", "户名", "年用电量"], [A[0], "甲", 100]], ask=False)
    assert (None, "needs-decision") in codes(sheet)


def test_twelve_months_under_a_year(office: Office) -> None:
    months = [f"{m}月" for m in range(1, 13)]
    rows = [
        ["售电量统计表"],
        ["单位：万kWh"],
        ["户号", "户名", "2025年", *[None] * 11, "合计"],
        [None, None, *months, None],
        [A[0], "甲", *range(1, 13), 78],
        [A[1], "乙", *["/"] * 6, *range(1, 7), 21],
    ]
    sheet = office.sheet(rows, merges=("A3:A4", "B3:B4", "C3:N3", "O3:O4"))
    assert sheet.kind == "consumption"
    assert list(energies(sheet).values()) == [(2025, m) for m in range(1, 13)]
    assert sheet.rows is not None
    assert sheet.rows.energy[0].values == [10_000_000, None]
    assert ("O", "derived-total") in codes(sheet)
    assert {u.unit for u in sheet.columns if u.use == "mapped" and u.column != "A"} == {"万kWh"}


def test_amounts_of_money_are_no_energy(office: Office) -> None:
    rows = [
        ["户号", "户名", "2025年电量", "2025年电费（元）", "峰段电量", "线损电量", "1-6月电量"],
        [A[0], "甲", 100, 70, 30, 2, 40],
    ]
    assert energies(office.sheet(rows)) == {"C": (2025, 0)}


def test_months_of_a_visit_plan_are_no_energy(office: Office) -> None:
    rows = [
        ["2026年走访计划"],
        ["户号", "户名", *(f"{m}月" for m in range(1, 13))],
        [A[0], "甲", *["√"] * 12],
    ]
    assert office.sheet(rows, merges=("A1:N1",)).kind != "consumption"


def test_long_form_with_year_and_month(office: Office) -> None:
    rows = [
        ["户号", "年", "月", "电量（度）"],
        [A[0], 2025, 1, 10],
        [A[0], "2025年", "2月", "20"],
        [A[0], 2025, None, 30],
        [A[0], 2025, 13, 5],
    ]
    sheet = office.sheet(rows)
    assert values(sheet, "consumption.year") == [2025] * 4
    assert values(sheet, "consumption.month") == [1, 2, 0, None]
    assert values(sheet, "consumption.kwh") == [10_000, 20_000, 30_000, 5_000]
    assert sheet.rows is not None
    assert sheet.rows.refused == {3}
    assert ("C4", "blank-month") in codes(sheet)


def test_long_form_with_a_period(office: Office) -> None:
    sheet = office.sheet(
        [
            ["户号", "电费年月", "售电量"],
            [A[0], 202501, 10],
            [A[0], "2025年2月", 20],
            [A[0], "?", 20],
        ]
    )
    assert values(sheet, "consumption.year") == [2025, 2025, None]
    assert values(sheet, "consumption.month") == [1, 2, None]
    assert sheet.rows is not None
    assert sheet.rows.refused == {2}


# --- managers, visits, other sheets ----------------------------------------------------------------


def test_managers(office: Office) -> None:
    rows = [
        ["示例供电所客户经理台账"],
        ["序号", "姓 名", "级别", "联系电话", "负责线路", "户数"],
        [1, "张　三", "首席", 13800000001, "示例一线", 20],
        [2, "李四（所长）", "高级客户经理", "13800000002", "示例二线", 30],
        ["合计", "2人", None, None, None, 50],
        ["填表人：王五", None, None],
    ]
    sheet = office.sheet(rows, merges=("A1:F1",))
    assert sheet.kind == "managers"
    assert values(sheet, "manager.name") == ["张三", "李四"]
    assert values(sheet, "manager.grade") == ["chief", "senior"]
    assert sheet.skipped == [(5, "total-row"), (6, "footer-row")]
    assert sheet.rows is not None
    assert sheet.rows.extras == {"户数": ["20", "30"]}


def test_visits(office: Office) -> None:
    rows = [
        [
            "走访日期",
            "户号",
            "户名",
            "走访人",
            "走访方式",
            "走访内容",
            "客户意见",
            "满意度",
            "服务项目",
        ],
        ["2026.3.5", A[0], "甲", "张三", "上门", "了解需求", "无", "满意", "走访、用电检查"],
        [dt.date(2026, 12, 1), A[0], "甲", "张三", "电话", "回访", None, "很满意", None],
        [None, A[1], "乙", "张三", "上门", "无日期", None, None, None],
        [None, A[2], "丙", "李四", None, None, None, None, None],
        ["3月5日", A[3], "丁", "李四", None, "问候", None, None, None],
    ]
    sheet = office.sheet(rows)
    assert sheet.kind == "visits"
    assert values(sheet, "visit.visited_on") == ["2026-03-05", None, None, None]
    assert values(sheet, "visit.services")[0] == ("visit", "B4")
    assert values(sheet, "visit.satisfaction")[:2] == ["satisfied", "very-satisfied"]
    assert sheet.skipped == [(5, "visit-not-filled-in")]
    assert sheet.rows is not None
    assert sheet.rows.refused == {1, 2, 3}
    assert {("A3", "future-date"), ("A4", "missing-key"), ("A6", "moment-without-year")} <= set(
        codes(sheet)
    )


def test_a_customer_with_a_wrong_word_loses_the_word_not_the_row(office: Office) -> None:
    sheet = office.sheet(
        [["户号", "户名", "电压等级", "重要性等级"], [A[0], "甲", "10kV", "三级重要"]]
    )
    assert sheet.rows is not None
    assert sheet.rows.refused == set()
    (said,) = [f for f in sheet.findings if f.code == "unknown-word"]
    assert (said.severity, said.cell) == ("warning", "D2")


def test_a_sheet_per_line_and_sheets_that_are_not_ours(office: Office) -> None:
    table = [["户号", "户名", "电压等级", "合同容量"], [A[0], "甲", "10kV", 315]]
    path = office.book(
        ("封面", [["示例供电所"], ["专变台账"]], []),
        ("10kV示例线", table, []),
        ("示例村", [table[0], [A[1], "乙", "220V", 8]], []),
        ("汇总", [["线路", "户数", "容量"], ["10kV示例线", 1, 315], ["合计", 1, 315]], []),
        ("空表", [], []),
    )
    cover, line, village, summary, empty = office.read(path).sheets
    assert [s.kind for s in (cover, line, village, summary, empty)] == [
        None,
        "customers",
        "customers",
        None,
        None,
    ]
    assert values(line, "customer.line") == ["10kV示例线"]
    assert values(village, "customer.grid") == ["示例村"]
    assert (None, "place-from-sheet-name") in codes(line)
    assert cover.rows is None


def test_only_the_sheets_chosen(office: Office) -> None:
    table = [["户号", "户名", "电压等级", "合同容量"], [A[0], "甲", "10kV", 315]]
    path = office.book(("一月", table, []), ("二月", table, []))
    first, second = office.read(path, sheets=("二月",)).sheets
    assert (first.kind, second.kind) == (None, "customers")
    assert first.header_rows == (1,)
    with pytest.raises(UsageProblem) as refused:
        office.read(path, sheets=("三月",))
    assert "一月、二月" in (refused.value.hint or "")


def test_a_kind_that_is_said_needs_its_key(office: Office) -> None:
    rows = [["号", "甲方", "电压等级"], [A[0], "甲", "10kV"], [A[1], "乙", "10kV"]]
    with pytest.raises(NeedsDecision) as refused:
        office.sheet(rows, kind="customers")
    assert "--map 列=account_no" in (refused.value.hint or "")
    sheet = office.sheet(rows, kind="customers", mapping={"A": "account_no", "甲方": "name"})
    assert values(sheet, "customer.account_no") == [A[0], A[1]]
    assert values(sheet, "customer.name") == ["甲", "乙"]


def test_a_field_that_does_not_exist_is_refused(office: Office) -> None:
    with pytest.raises(UsageProblem) as refused:
        office.sheet([["户号", "户名"], [A[0], "甲"]], mapping={"A": "acount"})
    assert "account_no" in (refused.value.hint or "")


def test_every_column_is_mapped_kept_or_named(office: Office) -> None:
    rows = [
        ["序号", "户号", "户名", "电压等级", "自用水源", "空列", None],
        [1, A[0], "甲", "10kV", "发电机", None, "无表头"],
    ]
    sheet = office.sheet(rows)
    assert [(u.column, u.use) for u in sheet.columns] == [
        ("A", "ignored"), ("B", "mapped"), ("C", "mapped"), ("D", "mapped"), ("E", "extra"), ("F", "ignored"),
        ("G", "extra"),
    ]  # fmt: skip
    assert sheet.rows is not None
    assert sheet.rows.extras == {"自用水源": ["发电机"], "G列": ["无表头"]}


def test_a_ledger_of_something_else_is_left_alone(office: Office) -> None:
    rows = [
        ["专变用户隐患台账"],
        ["户号", "户名", "用电地址", "联系电话", "隐患内容", "整改期限"],
        [A[0], "甲", "示例路", "13800000001", "接地不良", "2026.12.1"],
    ]
    assert office.sheet(rows, merges=("A1:F1",)).kind is None


def test_visits_without_an_account_are_said_to_lack_it(office: Office) -> None:
    sheet = office.sheet(
        [
            ["走访日期", "户名", "走访人", "走访内容", "满意度"],
            ["2026.3.5", "甲", "张三", "了解", "满意"],
        ]
    )
    assert sheet.kind is None
    assert (None, "key-column-missing") in codes(sheet)


def test_energy_beside_facts_of_customers_is_their_ledger(office: Office) -> None:
    sheet = office.sheet([["户号", "户名", "合同容量", "2025年用电量"], [A[0], "甲", 315, 100]])
    assert (sheet.kind, energies(sheet)) == ("customers", {"D": (2025, 0)})
    sheet = office.sheet(
        [
            ["户号", "户名", "线路", "2025年用电量"],
            [A[0], "甲", "示例一线", 100],
            [A[1], "乙", "示例一线", "/"],
        ]
    )
    assert (sheet.kind, sheet.skipped) == ("consumption", [(3, "no-reading")])


def test_all_twelve_months_are_the_year(office: Office) -> None:
    assert energies(office.sheet([["户号", "户名", "2025年1-12月用电量"], [A[0], "甲", 100]])) == {
        "C": (2025, 0)
    }


def test_dates_as_headers_of_months(office: Office) -> None:
    months = [dt.date(2025, m, 1) for m in range(1, 13)]
    sheet = office.sheet(
        [["售电量", None], ["户号", "户名", *months], [A[0], "甲", *range(1, 13)]],
        merges=("A1:N1",),
    )
    assert sorted(energies(sheet).values()) == [(2025, m) for m in range(1, 13)]


def test_an_odd_value_of_a_whole_column_is_told_once(office: Office) -> None:
    rows = [["户号", "户名", "用户分类", "电压等级"], *([a, "甲", "公变", "220V"] for a in A[:30])]
    (said,) = [f for f in office.sheet(rows).findings if f.code == "word-too-wide"]
    assert (said.cell, "30" in said.message) == ("C2", True)


def test_a_mapping_that_fits_no_column_is_refused(office: Office) -> None:
    rows = [["户号", "户名", "电压等级"], [A[0], "甲", "10kV"]]
    with pytest.raises(UsageProblem) as refused:
        office.sheet(rows, mapping={"表中没有": "remark"})
    assert "表中没有" in str(refused.value)
    assert "A 户号、B 户名、C 电压等级" in (refused.value.hint or "")
    looked = office.sheet(rows, mapping={"表中没有": "remark"}, ask=False)
    assert (None, "map-without-column") in codes(looked)


def test_a_mapping_need_fit_only_one_of_the_tables(office: Office) -> None:
    path = office.book(
        ("一", [["户号", "户名", "电压等级", "甲方"], [A[0], "甲", "10kV", "乙"]], []),
        ("二", [["户号", "户名", "电压等级", "合同容量"], [A[1], "丙", "10kV", 315]], []),
        ("封面", [["目录", "页码", "丙方"], ["一", 1, 2], ["二", 2, 3]], []),
    )
    first, _, cover = office.read(path, mapping={"甲方": "remark"}).sheets
    assert (values(first, "customer.remark"), cover.kind) == (["乙"], None)
    with pytest.raises(UsageProblem):
        office.read(path, mapping={"丙方": "remark"})


@pytest.mark.parametrize("over", [["客户", None], [None, None]])
def test_energy_and_amount_under_each_month(office: Office, over: list[Any]) -> None:
    rows = [
        [*over, "2025年1月", None, "2025年2月", None],
        ["户号", "户名", "电量", "电费", "电量", "电费"],
        [A[0], "甲", 100, 50, 110, 55],
        [A[1], "乙", 200, 100, 210, 105],
    ]
    merges = ("C1:D1", "E1:F1", *(("A1:B1",) if over[0] else ()))
    assert energies(office.sheet(rows, merges=merges)) == {"C": (2025, 1), "E": (2025, 2)}


def test_titles_that_name_two_months_do_not_settle_the_period(office: Office) -> None:
    rows = [["2025年1月"], ["2025年2月"], ["户号", "户名", "电量"], [A[0], "甲", 100]]
    with pytest.raises(NeedsDecision):
        office.sheet(rows, merges=("A1:C1", "A2:C2"))


def test_the_grade_beside_the_manager_is_the_managers(office: Office) -> None:
    rows = [
        ["户号", "户名", "电压等级", "客户经理", "级别"],
        [A[0], "甲", "10kV", "张三", "首席"],
        [A[1], "乙", "10kV", "李四", "高级"],
    ]
    sheet = office.sheet(rows)
    assert values(sheet, "manager.grade") == ["chief", "senior"]
