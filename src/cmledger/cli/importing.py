"""Taking the office's workbooks in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.show import Head, Screen, show
from cmledger.wording.intake import KINDS
from cmledger.wording.lists import listed

if TYPE_CHECKING:
    from cmledger.records.account import FileAccount, ImportReport, SheetAccount

_MOST_FINDINGS = 20

FilesArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        readable=False,  # the reader says it better than the framework
        help="要导入的 .xlsx、.xlsb、.xls、.et、.ods、.csv 或网页表格，可以多个。",
    ),
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", help=f"指明是哪一类表：{listed(KINDS)}。"),
]
SheetOption = Annotated[
    list[str] | None, typer.Option("--sheet", help="只读这个工作表；可以多次。")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="列=字段",
        help="指明某列是什么，如 C=account_no 或 编号=account_no；单位写在 @ 后，如 D=kwh:2025@万kWh；=ignore 不用这列。",
    ),
]

HeaderRowsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--header-rows",
        metavar="[表=]行",
        help="指明表头在第几行，如 2-3 或 专变台账=2-3；没有表头写 0（列再用 --map 列字母=字段 指明）。",
    ),
]

YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        metavar="年",
        min=1949,
        max=2100,
        help="表头只写月份（1月…12月）的电量、只写月日的日期和时间，是哪一年的。",
    ),
]

MaxCellsOption = Annotated[
    int | None,
    typer.Option(
        "--max-cells",
        metavar="N",
        min=1,
        help="一个文件最多读多少个单元格（默认 450 万；.xls、.ods、XML、网页 200 万）；其他大小上限按比例放宽，占用的内存随之增加。",
    ),
]


def import_excel(
    files: FilesArgument,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    kind: KindOption = None,
    sheet: SheetOption = None,
    column: MapOption = None,
    header_rows: HeaderRowsOption = None,
    max_cells: MaxCellsOption = None,
    year: YearOption = None,
    office: Annotated[
        str | None, typer.Option("--office", help="没有写供电所的表属于哪个供电所。")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="同一个文件以前导入过，也重新处理每一行。")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="PATH",
            help="有行被拒收时，标好错误的工作簿写到哪里：.xlsx 文件名或文件夹；不写则在原文件旁边，名为 原文件名-待更正.xlsx。",
        ),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="这些客户台账是全的：列出台账里有、表里没有的客户，供核对是否销户（不会自行销户）。",
        ),
    ] = False,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """把办公表格导入台账：自动认出是哪一类表、表头在哪里；不认得的不猜。

    有行被拒收时，在原文件旁边写一份标红并写明原因的工作簿，改好后导入它即可。
    """
    from cmledger.cli.consequences import MOST  # the help of all commands does without it
    from cmledger.work.import_excel import import_excel
    from cmledger.work.rejects import HandBack

    location = options.ledger_location(ledger)
    report = import_excel(
        location,
        files,
        options.caller(as_of),
        policy=options.policy_path(policy, location),
        kind=kind,
        sheets=sheet or (),
        mapping=options.pairs(column, "--map"),
        header_rows=header_rows or (),
        max_cells=max_cells,
        year=year,
        office=office,
        again=again,
        dry_run=dry_run,
        rejects=HandBack(rejects, max_cells),
        complete=complete,
        consequences=as_json or not quiet,
        most=None if as_json else MOST,
    )
    return show(report, _text, as_json=as_json, quiet=quiet)


def _text(screen: Screen, report: "ImportReport") -> None:
    from cmledger.records.account import TOTALS
    from cmledger.wording import intake as say

    for file in report.files:
        _file_text(screen, file)
    for kind, names in report.created.items():
        if names:
            screen.line(say.CREATED.format(what=say.TABLES[kind], names=say.some(names)))
    screen.table(
        [Head(say.OUTCOMES[name], "right") for name in TOTALS],
        [[report.totals[name] for name in TOTALS]],
    )
    if report.consequences:
        from cmledger.cli.consequences import consequences_text

        consequences_text(screen, report.consequences)
    if report.dry_run:
        screen.line(say.DRY_RUN, strong=True)
    elif report.operation is None:
        screen.line(say.NOTHING_CHANGED, strong=True)
    else:
        screen.line(say.DONE.format(operation=report.operation), strong=True)


def _file_text(screen: Screen, file: "FileAccount") -> None:
    from cmledger.records.account import TOTALS
    from cmledger.wording import intake as say

    ours = [sheet for sheet in file.sheets if sheet.kind is not None]
    screen.table(
        [*(Head(t) for t in say.SHEET_HEADS), *(Head(say.OUTCOMES[n], "right") for n in TOTALS)],
        [
            [
                say.HIDDEN.format(sheet=sheet.name) if sheet.hidden else sheet.name,
                say.KINDS.get(sheet.kind or "", sheet.kind),
                listed(sheet.header_rows),
                *(sheet.totals.get(name, 0) for name in TOTALS),
            ]
            for sheet in ours
        ],
        title=file.path,
    )
    if file.taken_before is not None:
        screen.line(say.TAKEN_BEFORE.format(operation=file.taken_before))
    others = [sheet for sheet in file.sheets if sheet.kind is None]
    unchosen = [s.name for s in others if any(f["code"] == "sheet-not-chosen" for f in s.findings)]
    unknown = dict.fromkeys(sheet.name for sheet in others if sheet.name not in unchosen)
    if unknown:
        screen.line(say.NOT_OURS_SHEETS.format(sheets=listed(unknown)))
    if unchosen:
        screen.line(say.NOT_CHOSEN_SHEETS.format(sheets=listed(unchosen)))
    for use, sentence in (("ignored", say.IGNORED_COLUMNS), ("extra", say.EXTRA_COLUMNS)):
        columns = {
            f"{c['column']} {c['header'] or say.NO_TITLE}": None
            for sheet in ours
            for c in sheet.columns
            if c.get("use") == use
        }
        if columns:
            screen.line(sentence.format(columns=say.some(list(columns))))
    _skipped_text(screen, ours)
    unread = [s for s in others if any(f["code"] == "no-header" for f in s.findings)]
    findings_text(screen, [*ours, *unread])
    from cmledger.cli.consequences import changes_text

    changes_text(screen, ours)
    _rejects_text(screen, file)


def _rejects_text(screen: Screen, file: "FileAccount") -> None:
    """Where the rejected rows can be corrected."""
    from cmledger.wording import returned as say

    if file.rejects is not None:
        rows = sum(sheet.totals.get("rejected", 0) for sheet in file.sheets)
        screen.line(say.AT.format(rows=rows, path=file.rejects), strong=True)
    for one in file.findings:
        screen.line(one["message"])


def _skipped_text(screen: Screen, sheets: "list[SheetAccount]") -> None:
    """Rows left out, by reason."""
    from cmledger.wording import intake as say

    reasons: dict[str, list[str]] = {}
    for sheet in sheets:
        for row in sheet.skipped:
            where = say.SHEET_ROW if len(sheets) > 1 else say.ROW
            reasons.setdefault(row["message"], []).append(
                where.format(sheet=sheet.name, row=row["row"])
            )
    for reason, rows in reasons.items():
        screen.line(say.SKIPPED_ROWS.format(reason=reason, count=len(rows), rows=say.some(rows)))


def findings_text(screen: Screen, sheets: "list[SheetAccount]") -> None:
    """The findings of a file's sheets in one table, errors first where there are many."""
    from cmledger.rules.masking import masked_within
    from cmledger.wording import intake as say

    rank = list(say.SEVERITIES)
    left_out = {(s.name, str(r["row"]), r["code"]) for s in sheets for r in s.skipped}
    found = [
        (sheet.name, f)
        for sheet in sheets
        for f in sheet.findings
        if (sheet.name, f["cell"], f["code"]) not in left_out
    ]
    alike: dict[tuple[str, str, str], list[str]] = {}  # said once, of all the cells it is true of
    for name, f in sorted(found, key=lambda f: rank.index(f[1]["severity"])):
        alike.setdefault((name, f["severity"], f["message"]), []).append(f["cell"])
    shown = list(alike.items())[:_MOST_FINDINGS]
    several = len({sheet.name for sheet in sheets}) > 1
    heads = [Head(title) for title in say.FINDING_HEADS]
    if shown:
        screen.table(
            heads if several else heads[1:],
            [
                [
                    *([name] if several else []),
                    say.some([cell for cell in cells if cell]),
                    say.SEVERITIES[severity],
                    masked_within(message),
                ]
                for (name, severity, message), cells in shown
            ],
        )
    left = len(found) - sum(len(cells) for _, cells in shown)
    if left:
        screen.line(say.MORE_FINDINGS.format(count=left))
