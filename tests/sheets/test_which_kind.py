"""Which kind a table is: grids, lines, areas, liaisons and contacts take nothing from customers, visits and strangers."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cmledger.sheets.intake import ReadingChoices, read_file

CHOICES = ReadingChoices(as_of=dt.date(2026, 11, 22), ask=False)


def seen(tmp_path: Path, headers: str, *rows: tuple[object, ...], title: str = "", sheet: str = "Sheet1") -> Any:  # fmt: skip
    book = openpyxl.Workbook()
    work = book.active
    work.title = sheet
    if title:
        work.append([title])
    work.append(headers.split())
    for row in rows:
        work.append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)
    return read_file(path, CHOICES).sheets[0]


NO = ("3700000001", "3700000002")


@pytest.mark.parametrize(
    ("title", "headers", "row", "kind"),
    [
        # customers have lines, areas, grids and contacts, and stay customers
        ("专变用户台账", "序号 供电所 线路 台区 户号 户名 电压等级 合同容量 客户经理 联系人 电话", (1, "示例供电所", "示例一线", "示例1号台区", NO[0], "示例一厂", "10kV", 315, "示例甲", "示例卯", "13700000001"), "customers"),
        ("网格客户台账", "网格 网格经理 户号 户名 用电地址 联系人 电话", ("新华社区", "示例甲", NO[0], "示例一厂", "示例路", "示例卯", "13700000001"), "customers"),
        ("", "台区名称 台区编号 户号 户名 电能表编号", ("示例1号台区", "TQ01", NO[0], "示例一厂", "0012345"), "customers"),
        ("", "户号 户名 用电类别 合同容量 供电电压 联系人 联系类型 电话", (NO[0], "示例一厂", "大工业", 315, "10kV", "示例卯", "电气联系人", "13700000001"), "customers"),
        ("走访记录", "户号 户名 走访日期 联系人 电话 走访内容", (NO[0], "示例一厂", "2026-10-08", "示例卯", "13700000001", "讲解"), "visits"),
        ("客户经理台账", "姓名 级别 电话 负责线路", ("示例甲", "高级", "13800000001", "示例一线"), "managers"),
        # what happened to customers creates none, though the sheet shows facts of them
        ("2026年11月暂停减容客户明细", "序号 户号 户名 业务类型 报停日期 启用日期", (1, NO[0], "示例一厂", "暂停", "2026-11-03", "2027-01-05"), "events"),
        ("", "户号 户名 业务类型 报停日期 恢复日期", (NO[0], "示例一厂", "减容", "2026-11-03", None), "events"),
        ("报停台账", "户号 户名 用电地址 电压等级 合同容量 停用容量 业务类型 停用日期 启用日期", (NO[0], "示例一厂", "示例路", "10kV", 315, 315, "报停", "2026-11-03", None), "events"),
        ("专变用户台账", "户号 户名 电压等级 合同容量 线路 报停日期", (NO[0], "示例一厂", "10kV", 315, "示例一线", "2026-11-03"), "customers"),
        ("", "户号 户名 业务类型 受理时间 办理时限", (NO[0], "示例一厂", "电费咨询", "2026-11-03", 5), None),
        # a column for each occasion
        ("", "户号 户名 生日 厂庆日", (NO[0], "示例一厂", "5月3日", "1998-10-08"), "dates"),
        ("客户生日登记", "户号 户名 联系人 电话 生日", (NO[0], "示例一厂", "示例卯", "13700000001", "5月3日"), "dates"),
        ("专变用户台账", "户号 户名 电压等级 合同容量 线路 厂庆日", (NO[0], "示例一厂", "10kV", 315, "示例一线", "10月8日"), "customers"),
        # strangers
        ("停电计划", "台区名称 台区编号 所属线路 停电类型 停电开始时间 停电户数", ("示例1号台区", "TQ01", "示例一线", "计划", "2026-11-22 08:00", 20), "outages"),
        ("", "台区名称 所属线路 停电类型 停电开始时间 停电终止时间 停电户数", ("示例1号台区", "示例一线", "计划", "2026-11-22 08:00", "2026-11-22 17:00", 20), "outages"),
        ("停电通知记录", "停电编号 户号 户名 通知时间 通知方式 结果", ("TD01", NO[0], "示例一厂", "2026-11-22 08:00", "电话", "同意"), "outage-notices"),
        ("检修记录", "设备名称 开始时间 结束时间 工作内容 负责人", ("示例变压器", "2026-11-22 08:00", "2026-11-22 17:00", "检修", "示例甲"), None),
        ("请假登记", "姓名 开始时间 结束时间 类型 原因", ("示例甲", "2026-11-22 08:00", "2026-11-22 17:00", "事假", "家事"), None),
        ("台区线损统计", "台区名称 台区编号 台区经理 供电量 售电量 线损率", ("示例1号台区", "TQ01", "示例甲", 1000, 950, 0.05), None),
        ("线路负荷", "线路名称 线路编号 变电站 最大负荷", ("示例一线", "XL01", "示例变", 3.5), None),
        ("通讯录", "姓名 职务 电话", ("示例甲", "班长", "13800000001"), None),
        ("", "社区 居民 门牌号 电话", ("新华社区", "示例子", "1-101", "13800000001"), None),
        ("设备清单", "变压器名称 型号 容量 生产厂家", ("示例变压器", "S11", 315, "示例厂"), None),
        # the new kinds, with and without a title
        ("网格台账", "网格编号 网格名称 网格经理 电话 台区数 户数 社区联系人 职务 电话", ("WG01", "新华社区", "示例甲", "13800000001", 3, 200, "示例子", "社区书记", "13900000001"), "grids"),
        ("", "村名 客户经理 联系电话 村联络员 联络员电话", ("示例村", "示例甲", "13800000001", "示例子", "13900000001"), "grids"),
        ("社区联络员一览表", "社区 姓名 职务 联系电话", ("新华社区", "示例子", "社区书记", "13900000001"), "liaisons"),
        ("", "所属社区 联络员 职务 手机号码", ("新华社区", "示例子", "社区书记", "13900000001"), "liaisons"),
        ("线路清单", "序号 线路名称 长度", (1, "示例一线", 8.5), "lines"),
        ("", "线路名称 线路编号 电压等级 变电站", ("示例一线", "XL01", "10kV", "示例变"), "lines"),
        ("台区台账", "台区名称 台区编号 台区容量 线损率 台区经理 所属线路", ("示例1号台区", "TQ01", 315, 0.05, "示例甲", "示例一线"), "transformer-areas"),
        ("", "公变名称 所属线路 配变容量 台区经理", ("示例1号公变", "示例一线", 315, "示例甲"), "transformer-areas"),
        ("客户联系人明细", "户号 户名 姓名 电话", (NO[0], "示例一厂", "示例卯", "13700000001"), "contacts"),
        ("联系人", "户号 户名 姓名 职务 手机", (NO[0], "示例一厂", "示例卯", "电工", "13700000001"), "contacts"),
        ("", "户号 户名 联系类型 联系人 电话", (NO[0], "示例一厂", "电气联系人", "示例卯", "13700000001"), "contacts"),
    ],
)  # fmt: skip
def test_the_kind_of_a_table(
    tmp_path: Path, title: str, headers: str, row: tuple[object, ...], kind: str | None
) -> None:
    other = tuple(
        NO[1] if cell == NO[0] else f"{cell}二" if cell == row[0] else cell for cell in row
    )
    sheet = seen(tmp_path, headers, row, other, title=title)
    assert sheet.kind == kind
    assert not [f for f in sheet.findings if f.code == "needs-decision"]


def fields(sheet: Any) -> dict[str, str]:
    return {c.header: c.field for c in sheet.columns if c.use == "mapped"}


def test_a_phone_belongs_to_the_person_left_of_it(tmp_path: Path) -> None:
    sheet = seen(
        tmp_path,
        "网格名称 网格经理 电话 户数 联络员 职务 手机",
        ("新华社区", "示例甲", "13800000001", 200, "示例子", "社区书记", "13900000001"),
        ("示例村", "示例乙", "13800000002", 100, "示例丑", "村主任", "13900000002"),
    )
    assert fields(sheet) == {
        "网格名称": "name", "网格经理": "manager", "电话": "manager.phone", "联络员": "liaison.name",
        "职务": "liaison.role", "手机": "liaison.phone",
    }  # fmt: skip
    assert [c.header for c in sheet.columns if c.use == "extra"] == ["户数"]


def test_a_phone_and_a_post_without_a_liaison_are_kept_as_they_stand(tmp_path: Path) -> None:
    sheet = seen(
        tmp_path,
        "网格编号 网格名称 网格类型 职务 电话",
        ("WG01", "新华社区", "社区", "书记", "13900000001"),
    )
    assert sheet.kind == "grids"
    assert [c.header for c in sheet.columns if c.use == "extra"] == ["职务", "电话"]


PERSONS = "户号 户名 姓名 职务 手机"


def test_several_persons_under_one_account_are_contacts(tmp_path: Path) -> None:
    first = (NO[0], "示例一厂", "示例卯", "电工", "13700000001")
    second = (NO[0], "示例一厂", "示例辰", "法人", "13700000002")
    assert seen(tmp_path, PERSONS, first, second).kind == "contacts"
    assert seen(tmp_path, "户号 户名 联系人 电话", first[:3] + first[4:], second[:3] + second[4:]).kind == "contacts"  # fmt: skip
    sized = "户号 户名 合同容量(kVA) 联系人 电话"
    rows = [(*row[:2], 315, row[2], row[4]) for row in (first, second)]
    assert seen(tmp_path, sized, *rows).kind == "customers"


def test_persons_of_a_post_may_be_contacts_or_of_customers_which_is_asked(tmp_path: Path) -> None:
    rows = [(no, "示例一厂", "示例卯", "电工", "13700000001") for no in NO]
    sheet = seen(tmp_path, PERSONS, *rows)
    asked = [f.message for f in sheet.findings if f.code == "needs-decision"]
    assert len(asked) == 1
    assert "--kind customers" in asked[0]
    assert "--kind contacts" in asked[0]
    named = seen(tmp_path, PERSONS, *rows, sheet="客户台账")
    assert (named.kind, [f for f in named.findings if f.code == "needs-decision"]) == ("customers", [])  # fmt: skip
