"""Items done without a visit, recorded by hand: for a customer, and those of managers and grids."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cmledger.cli import options
from cmledger.cli.cleared import say_cleared
from cmledger.cli.show import Screen, show

if TYPE_CHECKING:
    from cmledger.records.deeds import DeedReport

_Day = Annotated[
    date | None,
    typer.Option("--date", metavar="日期", parser=options.day, help="哪一天做的；默认今天。"),
]
_Manager = Annotated[
    str | None, typer.Option("--manager", help="做的客户经理；同名的写成 姓名#工号。")
]
_Service = Annotated[
    str, typer.Option("--service", metavar="项目", help="做了哪个服务项目：编号或名称。")
]


def record_service(
    account_no: Annotated[str, typer.Argument(metavar="户号", help="10 位或 13 位户号。")],
    service: _Service,
    day: _Day = None,
    manager: _Manager = None,
    method: Annotated[
        str | None, typer.Option("--method", help="方式：微信、短信、电话、上门等。")
    ] = None,
    content: Annotated[str | None, typer.Option("--content", help="做了什么。")] = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """登记一项不上门走访也算完成的服务（祝福、账单、资料等），并说明哪些到期项目因此完成。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.deeds import ServiceTold
    from cmledger.work import record_deed as work

    location = options.ledger_location(ledger)
    caller = options.caller(as_of)
    told = ServiceTold(account_no, service, day or caller.as_of, manager, method, content)
    rules = load_policy(options.policy_path(policy, location))
    report = work.record_service(open_ledger(location), rules, caller, told, dry_run=dry_run)
    return show(report, deed_text, as_json=as_json, quiet=quiet)


def record_duty(
    service: _Service,
    manager: _Manager = None,
    grid: Annotated[str | None, typer.Option("--grid", help="哪个网格、社区或村。")] = None,
    day: _Day = None,
    content: Annotated[str | None, typer.Option("--content", help="做了什么。")] = None,
    materials: Annotated[
        int | None, typer.Option("--materials", min=0, metavar="份数", help="发放宣传资料多少份。")
    ] = None,
    answered: Annotated[
        int | None, typer.Option("--answered", min=0, metavar="个数", help="解答问题多少个。")
    ] = None,
    attendees: Annotated[
        int | None, typer.Option("--attendees", min=0, metavar="人数", help="多少人参加。")
    ] = None,
    office: options.OfficeOption = None,
    ledger: options.LedgerOption = None,
    policy: options.PolicyOption = None,
    as_of: options.AsOfOption = None,
    dry_run: options.DryRunOption = False,
    as_json: options.JsonOption = False,
    quiet: options.QuietOption = False,
) -> int:
    """登记客户经理或网格自己的事（座谈会、政企联系、宣传），并说明哪些到期项目因此完成。"""
    from cmledger.ledger.store import open_ledger
    from cmledger.policy.load import load_policy
    from cmledger.records.deeds import DutyTold
    from cmledger.work import record_deed as work

    location = options.ledger_location(ledger)
    caller = options.caller(as_of)
    told = DutyTold(
        service,
        day or caller.as_of,
        manager,
        grid,
        office,
        content,
        materials,
        answered,
        attendees,
    )
    rules = load_policy(options.policy_path(policy, location))
    report = work.record_duty(open_ledger(location), rules, caller, told, dry_run=dry_run)
    return show(report, deed_text, as_json=as_json, quiet=quiet)


def deed_text(screen: Screen, report: "DeedReport") -> None:
    """What was recorded, what it cleared, and what is left to do."""
    from cmledger.wording import deeds as say
    from cmledger.wording import dues as say_dues

    service = report.service_names[report.service]
    if report.outcome == "unchanged":
        told = say.UNCHANGED
    elif report.command == "record-service":
        whose = {key: value or "" for key, value in report.whose.items()}
        told = say.SERVICE.format(**whose, day=report.day, service=service)
    else:
        who = say.DUTY_JOINT.join(filter(None, (report.manager, report.whose["grid"])))
        told = say.DUTY.format(who=who, day=report.day, service=service)
    screen.line(told, strong=True)
    say_cleared(screen, report, named=report.manager is not None)
    if report.dry_run:
        screen.line(say_dues.DRY_RUN)
    elif report.operation is not None:
        screen.line(say_dues.OPERATION.format(number=report.operation))
