"""What `policy show` tells of managers, the month's plan, visit forms and outages."""

from typing import TYPE_CHECKING

from cmledger.cli.show import Screen

if TYPE_CHECKING:
    from cmledger.policy.schema import Edition


def conduct(screen: Screen, edition: "Edition") -> None:
    """Two chapters: how managers are chosen, and how their work is laid out."""
    from cmledger.wording import policies as say_all
    from cmledger.wording import policy_conduct as say

    screen.line(say.STAFF, strong=True)
    usual = edition.duty.customers_per_manager
    for line in say.assignment_text(edition.assignment.model_dump(), usual):
        screen.line(line)
    screen.line(say.LEVELS_HEAD if edition.manager_level else say.NO_LEVELS)
    for level, rule in edition.manager_level.items():
        screen.line(say_all.ITEM.format(text=say.level_text(level, rule.model_dump())))
    screen.line(say.CONDUCT, strong=True)
    screen.line(say.plan_text(edition.plan.model_dump()))
    names = {code: service.name for code, service in edition.service.items()}
    for line in (
        *say.forms_text(edition.forms.model_dump(), names),
        *say.outages_text(edition.outage.model_dump()),
    ):
        screen.line(line)
    agreed = edition.agree_service
    if agreed is not None:
        screen.line(say.AGREED.format(code=agreed, name=names[agreed]))
