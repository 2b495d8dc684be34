"""Headers as offices draw them, found without knowing a word: rows, titles, and where the data begin."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmledger.sheets.grid import Grid
from cmledger.sheets.header import Header, find_header

Spans = tuple[tuple[int, int, int, int], ...]


def grid(drawn: str, merges: Spans = ()) -> Grid:
    """A grid drawn as lines of cells with | between; what looks like a number is one, unless ' stands before it."""
    rows = [
        [_cell(text.strip()) for text in line.split("|")] for line in drawn.strip("\n").split("\n")
    ]
    width = max(map(len, rows))
    return Grid("表", [row + [None] * (width - len(row)) for row in rows], list(merges))


def _cell(text: str) -> object:
    if text.startswith("'"):
        return text[1:]
    if text.replace(".", "", 1).isdigit() and len(text) < 10:
        return float(text)
    return text or None


def unknown(text: str) -> float:
    return 0.0


def found(drawn: str, merges: Spans = ()) -> Header | None:
    return find_header(grid(drawn, merges), unknown)


CASES: dict[str, tuple[tuple[int, ...], int, Spans, str]] = {
    "plain": (
        (1,),
        2,
        (),
        """
户号|户名|电压|容量
'3700000001|示例纺织|10kV|315
'3700000002|示例机械|10kV|630""",
    ),
    "title unit": (
        (4,),
        5,
        (),
        """
示例供电所专变用户台账||||
填报单位：示例供电所|||单位：万kWh|
||||
序号|户号|户名|年用电量|客户经理
1|'3700000001|示例纺织|12.5|张示例
2|'3700000002|示例机械|10.5|李示例""",
    ),
    "title+date": (
        (2,),
        3,
        (),
        """
示例供电所客户台账||||2026年10月
户号|户名|线路|客户经理|备注
'3700000001|示例纺织|示例一线|张示例|
'3700000002|示例机械|示例一线|李示例|""",
    ),
    "title+date text": (
        (2,),
        3,
        (),
        """
客户台账|||2026年版|
户号|户名|线路|客户经理|备注
'3700000001|示例纺织|示例一线|张示例|
'3700000002|示例机械|示例一线|李示例|""",
    ),
    "merged group": (
        (2, 3),
        4,
        ((0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)),
        """
客户台账|||||
户号|户名|联系人||客户经理|
||姓名|电话|姓名|电话
'3700000001|示例纺织|王示例|'13800000000|张示例|'13900000000""",
    ),
    "unmerged group": (
        (1, 2),
        3,
        (),
        """
户号|户名|联系人||地址
||姓名|电话|
'3700000001|示例纺织|王示例|'13800000000|示例路1号""",
    ),
    "unmerged group leaf below": (
        (1, 2),
        3,
        (),
        """
|||联系人||客户经理|
户号|户名|地址|姓名|电话|姓名|电话
'3700000001|示例纺织|示例路|王示例|'13800000000|张示例|'13900000000""",
    ),
    "months numeric": (
        (1, 2),
        3,
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 6)),
        """
户号|户名|2025年||||
||1|2|3|4|5
'3700000001|示例纺织|1200.5|1300|1400|1200|1111
'3700000002|示例纺织|1200.5|1300|1400|1200|1111""",
    ),
    "months numeric 1 row": (
        (1,),
        2,
        (),
        """
户号|户名|1|2|3|4|5
'3700000001|示例纺织|1200.5|1300|1400|1200|1111
'3700000002|示例纺织|1200.5|1300|1400|1200|1111""",
    ),
    "years numeric": (
        (2,),
        3,
        (),
        """
示例供电所年售电量|||||
户号|户名|2023|2024|2025|备注
'3700000001|示例纺织|120000.5|130000|140000|
'3700000002|示例纺织|120000.5|130000|140000|""",
    ),
    "unit row": (
        (1, 2),
        3,
        (),
        """
户号|户名|合同容量|年用电量|电压
||kVA|万kWh|kV
'3700000001|示例纺织|315|130.5|10""",
    ),
    "number row": (
        (1,),
        3,
        (),
        """
户号|户名|合同容量|年用电量|电压
1|2|3|4|5
'3700000001|示例纺织|315|130.5|10""",
    ),
    "number row text": (
        (1,),
        3,
        (),
        """
户号|户名|合同容量|年用电量|电压
甲|乙|1|2|3
'3700000001|示例纺织|315|130.5|10""",
    ),
    "instruction row": (
        (2,),
        4,
        (),
        """
客户台账||||
户号|户名|合同容量|走访日期|备注
必填，10或13位|必填，与营业执照一致|数字，kVA|格式：2026-01-01|选填
'3700000001|示例纺织|315|2026.1.1|""",
    ),
    "ref row above": (
        (2,),
        3,
        (),
        """
引用客户台账第1列|引用客户台账第2列|引用容量台账第3列|引用电量台账第3列|手工填写
户号|户名|合同容量|年用电量|备注
'3700000001|示例纺织|315|130.5|x""",
    ),
    "notes above": (
        (5,),
        6,
        (),
        """
走访记录表||||
说明：||||
1、本表由客户经理填写；||||
2、每月25日前报营销班。||||
走访日期|户号|户名|走访人|客户意见
2026.3.5|'3700000001|示例纺织|张示例|无
2026.3.6|'3700000002|示例机械|张示例|希望增容""",
    ),
    "summary above": (
        (5,),
        6,
        (),
        """
示例供电所专变台账|||||
总户数|300|专变|120|公变|180
客户经理|12|钻石|10|金牌|41
|||||
户号|户名|线路|容量|电压|客户经理
'3700000001|示例纺织|示例线|315|10kV|张示例
'3700000002|示例机械|示例线|315|10kV|张示例""",
    ),
    "meta merged": (
        (3,),
        4,
        ((0, 0, 0, 5), (1, 0, 1, 2), (1, 3, 1, 5)),
        """
走访台账|||||
填报单位：示例供电所|||填报日期：2026年3月||
走访日期|户号|户名|走访人|客户意见|备注
2026.3.5|'3700000001|示例纺织|张示例|无|""",
    ),
    "meta merged no colon": (
        (3,),
        4,
        ((0, 0, 0, 5), (1, 0, 1, 2), (1, 3, 1, 5)),
        """
走访台账|||||
示例供电所|||2026年3月||
走访日期|户号|户名|走访人|客户意见|备注
2026.3.5|'3700000001|示例纺织|张示例|无|""",
    ),
    "plan actual": (
        (2, 3),
        4,
        ((0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 2, 6)),
        """
走访计划||||||
户号|户名|1月||2月||备注
||计划|实际|计划|实际|
'3700000001|示例纺织|√|√|√||""",
    ),
    "total first": (
        (2,),
        3,
        (),
        """
专变台账||||
户号|户名|合同容量|年用电量|备注
合计||1260|2600000|
'3700000001|示例纺织|315|1300000|
'3700000002|示例机械|945|1300000|""",
    ),
    "managers": (
        (2,),
        3,
        (),
        """
客户经理台账|||||
序号|姓名|级别|联系电话|负责线路|户数
1|张示例|首席客户经理|'13800000001|示例一线|25
2|李示例|高级客户经理|'13800000002|示例二线、示例三线|40
3|赵示例|普通客户经理|'13800000003|示例四线|60""",
    ),
    "all text": (
        (1,),
        2,
        (),
        """
姓名|级别|负责线路
张示例|首席|示例一线
李示例|高级|示例二线
赵示例|普通|示例四线""",
    ),
    "leading blank col": (
        (3,),
        4,
        (),
        """
||||
|专变台账|||
|户号|户名|线路|容量
|'3700000001|示例纺织|示例线|315
|'3700000002|示例机械|示例线|315""",
    ),
    "export latin": (
        (1,),
        2,
        (),
        """
CONS_NO|CONS_NAME|ELEC_ADDR|VOLT_CODE|CONTRACT_CAP
'3700000001|示例纺织|示例路|AC00101|315
'3700000002|示例机械|示例路|AC00101|315""",
    ),
    "two code rows": (
        (1,),
        3,
        (),
        """
户号|户名|地址|电压|容量
CONS_NO|CONS_NAME|ELEC_ADDR|VOLT_CODE|CONTRACT_CAP
'3700000001|示例纺织|示例路|AC00101|315
'3700000002|示例机械|示例路|AC00101|315""",
    ),
    "merged lines down": (
        (2,),
        3,
        ((0, 0, 0, 4), (2, 0, 4, 0), (2, 4, 4, 4)),
        """
专变台账||||
线路|户号|户名|容量|客户经理
示例一线|'3700000001|示例纺织|315|张示例
|'3700000002|示例机械|315|
|'3700000003|示例机械|315|""",
    ),
    "long titles": (
        (1,),
        2,
        (),
        """
户号（13位，必填）|户名（与营业执照一致）|是否双电源（是/否）|可靠性要求（高/一般/无）
'3700000001|示例纺织|是|高
'3700000002|示例机械|否|无""",
    ),
    "3 level": (
        (2, 3, 4),
        5,
        (
            (0, 0, 0, 7),
            (1, 0, 3, 0),
            (1, 1, 3, 1),
            (1, 2, 1, 7),
            (2, 2, 2, 3),
            (2, 4, 2, 5),
            (2, 6, 2, 7),
        ),
        """
业扩项目跟踪表|||||||
序号|户名|流程环节||||||
||供电方案答复||竣工检验||装表接电|
||计划|实际|计划|实际|计划|实际
1|示例纺织|2026.1.1|2026.1.1|2026.2.1|2026.2.1||""",
    ),
    "two titles": (
        (3,),
        4,
        ((0, 0, 0, 4), (1, 0, 1, 4)),
        """
国网示例县供电公司||||
示例供电所重要客户台账||||
区县|户号|户名|重要性等级|供电电压（kV）
示例县|'3700000001|示例医院|一级|10
示例县|'3700000002|示例煤矿|特级|35""",
    ),
    "template empty": (
        (2,),
        3,
        ((0, 0, 0, 4),),
        """
走访记录表||||
走访日期|户号|户名|走访人|客户意见
||||
||||""",
    ),
    "one data row text": (
        (1,),
        2,
        (),
        """
户号|户名|地址|客户经理
'3700000001|示例纺织|示例路|张示例""",
    ),
}
"""Name -> header rows, first row of data (Excel numbers), merges, the sheet."""

NONE: dict[str, str] = {
    "no header data": """
'3700000001|示例纺织|10kV|315|张示例
'3700000002|示例机械|10kV|630|张示例
'3700000003|示例化工|10kV|630|张示例""",
    "no header title+data": """
示例供电所专变客户||||
'3700000001|示例纺织|10kV|315|张示例
'3700000002|示例机械|10kV|630|张示例""",
    "form": """
客户走访记录单|||
户号|'3700000001|户名|示例纺织
地址|示例市示例路1号|电压|10kV
联系人|王示例|电话|'13800000000
走访日期|2026年3月5日|走访人|张示例
走访内容|||
客户意见|||""",
    "form2": """
基本情况|
单位名称|示例供电所
所长|张示例
电话|'13800000000
地址|示例市示例路""",
    "notes sheet": """
填表说明
1、本表由客户经理填写；
2、每月25日前报营销班。""",
}
"""Sheets without a header."""


@pytest.mark.parametrize("name", CASES)
def test_header_rows(name: str) -> None:
    rows, first, merges, drawn = CASES[name]
    header = found(drawn, merges)
    assert header is not None
    assert (header.rows, header.first_data_row) == (rows, first)
    assert 0.5 < header.confidence <= 1


@pytest.mark.parametrize("name", NONE)
def test_no_header(name: str) -> None:
    assert found(NONE[name]) is None


def titles(name: str) -> list[str]:
    _, _, merges, drawn = CASES[name]
    header = found(drawn, merges)
    assert header is not None
    return header.titles


def test_titles_are_paths() -> None:
    persons = ["户号", "户名", "联系人/姓名", "联系人/电话", "客户经理/姓名", "客户经理/电话"]
    assert titles("merged group") == persons
    assert titles("unmerged group") == [*persons[:4], "地址"]
    assert titles("unmerged group leaf below") == [*persons[:2], "地址", *persons[2:]]
    assert titles("3 level")[:4] == [
        "序号",
        "户名",
        "流程环节/供电方案答复/计划",
        "流程环节/供电方案答复/实际",
    ]
    assert titles("months numeric") == ["户号", "户名", *(f"2025年/{m}" for m in range(1, 6))]
    assert titles("unit row")[2:] == ["合同容量(kVA)", "年用电量(万kWh)", "电压(kV)"]
    assert titles("leading blank col") == ["", "户号", "户名", "线路", "容量"]


def test_knowing_the_words_settles_a_single_column() -> None:
    drawn = "户号\n'3700000001\n'3700000002"
    assert found(drawn) is None
    header = find_header(grid(drawn), lambda text: 1.0 if text == "户号" else 0.0)
    assert header is not None
    assert header.rows == (1,)


def test_knowing_the_words_raises_confidence() -> None:
    _, _, merges, drawn = CASES["all text"]
    plain = found(drawn, merges)
    known = find_header(
        grid(drawn, merges), lambda text: 0.9 if len(text) > 1 and text[0] != "示" else 0
    )
    assert plain is not None
    assert known is not None
    assert known.rows == plain.rows
    assert known.confidence > plain.confidence


@given(st.integers(0, 6), st.integers(3, 9), st.integers(1, 30), st.integers(0, 10**6))
def test_a_plain_table_under_any_number_of_notes(
    above: int, width: int, height: int, seed: int
) -> None:
    """Titles of 2-6 characters that no lexicon knows, over account numbers, names and amounts."""
    chance = random.Random(seed)
    names = chance.sample("甲乙丙丁戊己庚辛壬癸子丑寅卯", width)
    rows: list[list[object]] = [[f"说明文字第{i}条" if i % 2 else None] for i in range(above)]
    rows.append([name + chance.choice(("项", "值", "码", "程度")) for name in names])
    for i in range(height):
        made = [
            f"37{chance.randrange(10**8):08}",
            f"示例{i}",
            *(chance.randrange(9999) / 2 for _ in names),
        ]
        rows.append(list(made[:width]))
    full = [row + [None] * (width - len(row)) for row in rows]
    header = find_header(Grid("表", full), unknown)
    assert header is not None
    assert header.rows == (above + 1,)
    assert header.first_data_row == above + 2


def test_empty_and_wide_sheets() -> None:
    assert find_header(Grid("空", []), unknown) is None
    assert find_header(Grid("空", [[None, ""], [" ", None]]), unknown) is None
    wide: list[list[object]] = [[f"指标{i}项" for i in range(400)]]
    wide += [[float(i * r) for i in range(400)] for r in range(80)]
    start = time.process_time()
    header = find_header(Grid("宽", wide), unknown)
    assert header is not None
    assert header.rows == (1,)
    assert time.process_time() - start < 3
