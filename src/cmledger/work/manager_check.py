"""Which manager lacks what of the conditions for the level held, and of whom it is not known."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from cmledger.ledger.assignment import roster
from cmledger.ledger.coverage import Facts, facts_of_managers
from cmledger.ledger.editions import check_editions
from cmledger.ledger.narrow import narrowed
from cmledger.ledger.store import Ledger
from cmledger.policy.schema import Edition, Policy
from cmledger.policy.staff import ManagerLevel
from cmledger.records.caller import Caller
from cmledger.records.coverage import ManagerCheck, Standing
from cmledger.rules.staff import Known, Lack, held_against
from cmledger.wording import assigning as say
from cmledger.work.log_export import log_export

COMMAND = "manager-check"


def manager_check(
    ledger: Ledger,
    policy: Policy,
    caller: Caller,
    *,
    office: str | None = None,
    excel: Path | None = None,
) -> ManagerCheck:
    """Every manager who is there on the day of the call. Raises NotFound (office), BadPolicy, OutputNotWritable."""
    edition = policy.edition_on(caller.as_of)
    with ledger.reading() as connection:
        check_editions(connection, policy)
        narrow = narrowed(connection, office=office)
        found = roster(connection, caller.as_of, None)
        facts = facts_of_managers(connection)
    managers = []
    for one in facts:
        person = found.people[one.id]
        if person.left or (narrow.offices is not None and person.office not in narrow.offices):
            continue
        managers.append(
            _standing(edition, found.offices[person.office], person.name, one, caller.as_of)
        )
    order = {"lacking": 0, "unknown": 1, "no-level": 2, "no-conditions": 3, "met": 4}
    managers.sort(key=lambda one: (order[one.state], one.office, one.manager))
    names = {
        str(code): rule.name or say.LEVELS[code] for code, rule in edition.manager_level.items()
    }
    report = ManagerCheck(
        caller.as_of, tuple(managers), bool(edition.manager_level), {**say.LEVELS, **names}
    )
    if excel is None:
        return report
    from cmledger.sheets.staff_books import write_check_book

    write_check_book(excel, report, caller)
    rows = {"rows": {COMMAND: len(managers)}, "path": str(excel)}
    return replace(report, excel=str(excel), logged=log_export(ledger, caller, rows))


def _standing(edition: Edition, office: str, name: str, facts: Facts, day: date) -> Standing:
    levels = {str(code): rule for code, rule in edition.manager_level.items()}
    if facts.level is None or facts.level not in levels:
        state = "no-level" if facts.level is None else "no-conditions"
        return Standing(office, name, facts.level, state, {}, ())
    rule = levels[facts.level]
    lacking: dict[str, str] = {}
    unknown: list[str] = []
    for one in held_against(rule, _known(facts), day):
        if isinstance(one, Lack):
            lacking[one.condition.removesuffix("-unclear")] = _text(one, rule)
        else:
            unknown.append(one)
    state = "lacking" if lacking else "unknown" if unknown else "met"
    return Standing(office, name, facts.level, state, lacking, tuple(unknown))


def _known(facts: Facts) -> Known:
    return Known(
        facts.education,
        None if facts.power_since is None else date.fromisoformat(facts.power_since),
        None if facts.bad_record is None else bool(facts.bad_record),
        None if facts.healthy is None else bool(facts.healthy),
        [(date.fromisoformat(day), hours) for day, hours in facts.trainings],
    )


def _text(lack: Lack, rule: ManagerLevel) -> str:
    """What is lacking, in words."""
    have, asked = lack.have, lack.asked
    if lack.condition.startswith("education"):
        have, asked = (say.EDUCATION.get(str(word), str(word)) for word in (have, asked))
    within = ""
    if lack.condition == "training":
        have = f"{int(str(have)) / 1000:g}"
        if rule.training_months is not None:
            within = say.WITHIN.format(months=rule.training_months)
    return say.LACKS[lack.condition].format(have=have, asked=asked, within=within)
