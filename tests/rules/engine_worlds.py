"""Random worlds for the engine, each told twice: to the slow model (engine_model) and to the program."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st
from tests.rules.engine_model import (
    Dates,
    Event,
    Events,
    How,
    Interval,
    Life,
    Once,
    Quota,
    Seasons,
    World,
)

from cmledger.policy.load import parse_policy
from cmledger.policy.schema import Policy
from cmledger.records.calendar import CalendarYear
from cmledger.records.obligations import Facts, Happened, Mark, Own, Span
from cmledger.rules.workdays import WorkingDays

DAY = timedelta(days=1)
START, END = date(2025, 1, 1), date(2026, 12, 31)
TIERS = ("diamond", "gold", "normal")
GRADES = {"diamond": 2, "gold": 1, "normal": 0}
SEASONS = {
    "summer": ("05-01", "06-30"),
    "winter": ("11-15", "01-15"),
    "leap": ("02-29", "03-31"),
}
FIXED = (("new-year", "01-01"), ("national-day", "10-01"))
SHIFTS = {
    "earlier": "last-working-day",
    "later": "next-working-day",
    "nearest": "nearest-working-day",
    "none": "last-day",
}

HEAD = """
profile = "three-fixed"
since = 2015-01-01
[scope]
any = [{{ rule = "everybody" }}]
[grade]
chief = "首席"
senior = "高级"
general = "普通"
[tier.diamond]
name = "钻石"
grade = "chief"
any = [{{ rule = "social", social_impact = true }}]
[tier.gold]
name = "金牌"
grade = "senior"
any = [{{ rule = "pv", pv = true }}]
[tier.normal]
name = "普通"
grade = "general"
any = [{{ rule = "rest" }}]
[duty]
due_by = "{due_by}"
performer = "{performer}"
"""


# --- how often, in the policy's words ----------------------------------------------------------------


def table(how: How | None) -> str:
    """A cycle as the policy writes it."""
    if how is None:
        return '"standing"'
    grace = f", grace_days = {how.grace}" if how.grace else ""
    if isinstance(how, Quota):
        spacing = f", spacing_days = {how.spacing}" if how.spacing else ""
        return f'{{ per = "{how.per}", times = {how.times}{spacing}{grace} }}'
    if isinstance(how, Interval):
        return f"{{ every_months = {how.months}{grace} }}"
    if isinstance(how, Seasons):
        return f"{{ seasons = {words(_seasons(how))}{grace} }}"
    if isinstance(how, Dates):
        return f"{{ dates = {words(how.occasions)}, lead_days = {how.lead}{grace} }}"
    if isinstance(how, Events):
        unit = "within_working_days" if how.working else "within_days"
        return f"{{ events = {words(how.kinds)}, {unit} = {how.within}{grace} }}"
    return f"{{ once_within_days = {how.within}{grace} }}"


def text(how: How | None) -> str:
    """A cycle as a customer's plan keeps it, nothing left to the catalogue."""
    if how is None:
        return "none"
    if isinstance(how, Quota):
        return f"{how.times}/{how.per};spacing={how.spacing};grace={how.grace}"
    if isinstance(how, Interval):
        return f"every-{how.months}-months;grace={how.grace}"
    if isinstance(how, Seasons):
        return f"seasons-{','.join(_seasons(how))};grace={how.grace}"
    if isinstance(how, Dates):
        return f"dates-{','.join(how.occasions)};lead={how.lead};grace={how.grace}"
    if isinstance(how, Events):
        unit = "working" if how.working else "within"
        return f"events-{','.join(how.kinds)};{unit}={how.within};grace={how.grace}"
    return f"once-within-{how.within}-days;grace={how.grace}"


def words(those: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in those) + "]"


def _seasons(how: Seasons) -> tuple[str, ...]:
    return tuple(code for code, window in SEASONS.items() if window in how.windows)


def policy_text(
    by_tier: dict[str, How | None],
    *,
    enforce: bool = False,
    shift: str = "earlier",
    importance: How | None = None,
    inspection: bool = False,
) -> str:
    lines = [HEAD.format(due_by=SHIFTS[shift], performer="enforce" if enforce else "report")]
    for code, (since, until) in SEASONS.items():
        lines.append(f'[season.{code}]\nname = "{code}"\nfrom = "{since}"\nuntil = "{until}"')
    lines += [
        f'[service.visit]\nname = "走访"\ntiers = {words(TIERS)}',
        f'cycle = {table(by_tier["normal"])}\nperformer = "serving"\ndischarged_by = ["visit"]',
    ]
    if inspection:
        lines.append("inspection = true")
    for tier in ("diamond", "gold"):
        lines.append(f"instead.{tier}.cycle = {table(by_tier[tier])}")
    if importance is not None:
        lines.append(f"by_importance.special = {table(importance)}")
    return "\n".join(lines) + "\n"


# --- what may happen ---------------------------------------------------------------------------------

GRACE = st.sampled_from([0, 0, 0, 3, 12])

quotas = st.builds(
    Quota,
    st.sampled_from(["month", "month", "quarter", "half-year", "year"]),
    st.sampled_from([1, 1, 1, 2, 3]),
    st.sampled_from([0, 0, 0, 1, 5, 20]),
    GRACE,
)
intervals = st.builds(Interval, st.sampled_from([1, 1, 2, 3, 6]), GRACE)
seasons = st.builds(
    Seasons,
    st.lists(st.sampled_from(list(SEASONS.values())), min_size=1, unique=True).map(tuple),
    GRACE,
)
dates = st.builds(
    Dates,
    st.lists(
        st.sampled_from(["birthday", "founding", "new-year", "national-day"]),
        min_size=1,
        unique=True,
    ).map(tuple),
    st.sampled_from([0, 3, 40]),
    GRACE,
)
events = st.builds(
    Events,
    st.lists(
        st.sampled_from(["suspension", "complaint", "planned-outage"]), min_size=1, unique=True
    ).map(tuple),
    st.sampled_from([0, 1, 7]),
    st.booleans(),
    GRACE,
)
once = st.builds(Once, st.sampled_from([1, 30, 60]), GRACE)
KINDS: dict[str, st.SearchStrategy[How]] = {
    "quota": quotas,
    "interval": intervals,
    "season": seasons,
    "date": dates,
    "event": events,
    "once": once,
}
hows: st.SearchStrategy[How] = st.one_of(*KINDS.values())


def edges() -> list[date]:
    """Days on which something ends or begins, and their neighbours."""
    found = set()
    for year in (2025, 2026):
        for month in range(1, 13):
            first = date(year, month, 1)
            found |= {first + DAY * n for n in (-2, -1, 0, 1, 4, 14)}
    return sorted(day for day in found if START <= day <= END)


some_day = st.one_of(st.sampled_from(edges()), st.dates(START, END))
a_day_asked = st.one_of(some_day, some_day.map(lambda day: day.replace(year=2026)))
"""Rather late than early, so that there is a history."""
days_of_year = st.sampled_from(["02-29", "03-01", "12-31", "01-01", "05-31", "10-02", "11-30"])


@st.composite
def calendars(draw: st.DrawFn) -> dict[int, CalendarYear]:
    """Holidays up to ten days long, and weekends worked."""
    years = {}
    for year in (2024, 2025, 2026, 2027, 2028):
        # the first Sunday at least: a year without any would be one written down for its festivals alone
        holidays = {next(d for d in (date(year, 1, n) for n in range(1, 8)) if d.weekday() == 6)}
        for begin in draw(st.lists(st.dates(date(year, 1, 1), date(year, 12, 20)), max_size=3)):
            holidays |= {begin + DAY * n for n in range(draw(st.integers(1, 10)))}
        worked = draw(st.lists(st.dates(date(year, 1, 1), date(year, 12, 31)), max_size=6))
        made_up = {day for day in worked if day.weekday() >= 5} - holidays
        years[year] = CalendarYear(year, frozenset(holidays), frozenset(made_up))
    return years


def works_on(years: dict[int, CalendarYear], day: date) -> bool:
    year = years.get(day.year)
    if year is None:
        return day.weekday() < 5
    return day in year.workdays or (day.weekday() < 5 and day not in year.holidays)


@dataclass(frozen=True)
class Rules:
    """A policy, from when on it counts, and a calendar."""

    by_tier: dict[str, How | None]
    count_from: date
    enforce: bool
    shift: str
    importance: How | None
    inspection: bool
    years: dict[int, CalendarYear]

    @property
    def text(self) -> str:
        return policy_text(
            self.by_tier,
            enforce=self.enforce,
            shift=self.shift,
            importance=self.importance,
            inspection=self.inspection,
        )

    @property
    def policy(self) -> Policy:
        return parse_policy(self.text, "policy.toml")

    @property
    def days(self) -> WorkingDays:
        return WorkingDays(self.years)


@dataclass(frozen=True)
class Case:
    """A customer under rules, told twice."""

    rules: Rules
    world: World
    importance: str | None
    months: int | None

    def facts(self, as_of: date) -> Facts:
        """What the ledger tells on a day: nothing later was done or has happened, nobody closes later."""
        world = self.world
        closed = world.closed
        return Facts(
            opened_on=world.opened,
            closed_on=closed if closed is not None and closed <= as_of else None,
            spans=tuple(Span(since, until, tier, "rest") for since, until, tier in world.tiers),
            done=tuple(sorted(Mark(*deed) for deed in world.deeds if deed[0] <= as_of)),
            own=tuple(Own(since, until, text(how)) for since, until, how in world.plan),
            inspection=self.months,
            importance=self.importance,
            days=self.personal,
            events=tuple(
                Happened(one.kind, one.day, one.deadline)
                for one in world.events
                if one.day <= as_of
            ),
        )

    @property
    def personal(self) -> tuple[tuple[str, str], ...]:
        """Its own days of the year."""
        return tuple(one for one in self.world.dates if one not in FIXED)

    def lived(self, as_of: date) -> Life:
        """The model, having lived to a day; it knows of closings and happenings no more than the ledger does."""
        closed = self.world.closed
        known = replace(
            self.world,
            closed=closed if closed is not None and closed <= as_of else None,
            events=tuple(one for one in self.world.events if one.day <= as_of),
        )
        life = Life(known, date(2024, 11, 1))
        life.live(as_of)
        return life


def rarely(draw: st.DrawFn) -> bool:
    """Once in six times."""
    return draw(st.integers(0, 5)) == 5


@st.composite
def offices(draw: st.DrawFn, kind: str = "") -> Rules:
    """Rules. kind: that of the tiers' cycles, mostly."""
    by_tier: dict[str, How | None] = {
        tier: None if rarely(draw) else draw(hows if rarely(draw) else KINDS.get(kind, hows))
        for tier in TIERS
    }
    if draw(st.booleans()):
        by_tier["gold"] = by_tier["normal"]
    months = [START, START, *(date(2025, m, 1) for m in (2, 9)), date(2026, 1, 1), date(2026, 5, 1)]
    return Rules(
        by_tier=by_tier,
        count_from=draw(st.sampled_from(months)),
        enforce=draw(st.booleans()),
        shift=draw(st.sampled_from(list(SHIFTS))),
        importance=draw(hows) if rarely(draw) else None,
        inspection=rarely(draw),
        years=draw(calendars()),
    )


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[date, date, str], ...]:
    """Tiers that change, begin late, pause or end."""
    begins = [date(2015, 3, 1), *sorted(draw(st.lists(some_day, max_size=3, unique=True)))]
    if len(begins) > 1 and rarely(draw):
        begins = begins[1:]
    found = []
    for n, begin in enumerate(begins):
        until = begins[n + 1] if n + 1 < len(begins) else date.max
        if not rarely(draw):
            found.append((begin, until, draw(st.sampled_from(TIERS))))
    return tuple(found)


@st.composite
def plans(draw: st.DrawFn) -> tuple[tuple[date, date, How | None], ...]:
    """Mostly none; else one or two, with a gap or without."""
    begins = sorted(draw(st.lists(some_day, max_size=3, unique=True)))
    found = []
    for n, begin in enumerate(begins):
        until = begins[n + 1] if n + 1 < len(begins) else date.max
        if rarely(draw):
            found.append((begin, until, None))
        elif draw(st.booleans()):
            found.append((begin, until, draw(hows)))
    return tuple(found)


@st.composite
def happenings(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of every kind; outages that were known long before, the same day, or only afterwards."""
    kinds = st.sampled_from(["suspension", "complaint", "planned-outage"])
    told = st.tuples(kinds, some_day, st.sampled_from([-2, 0, 6, 20]))
    found = [
        Event(kind, day, day + DAY * lead if kind == "planned-outage" else None)
        for kind, day, lead in draw(st.lists(told, max_size=4, unique_by=lambda one: one[:2]))
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.kind)))


@st.composite
def deeds(draw: st.DrawFn, near: list[date]) -> tuple[tuple[date, int], ...]:
    """What was done, some of it soon after another or after what happened, by managers of any grade."""
    found = []
    begins = st.one_of(some_day, st.sampled_from(near)) if near else some_day
    for day in draw(st.lists(begins, max_size=5)):
        after = (0, *draw(st.lists(st.integers(0, 40), max_size=3)))
        found += [(day + DAY * days, draw(st.integers(0, 2))) for days in after]
    return tuple(sorted(found))


@st.composite
def customers(draw: st.DrawFn, rules: Rules) -> Case:
    """A customer with a history full of collisions."""
    months = draw(st.sampled_from([None, None, 1, 4])) if rules.inspection else None
    special = rules.importance is not None and draw(st.booleans())
    personal = [
        (occasion, day)
        for occasion in ("birthday", "founding")
        if (day := draw(st.one_of(st.none(), days_of_year)))
    ]
    own: dict[str, How | None] = {}
    if months:
        own = {
            tier: Interval(months, listed.grace if listed else 0)
            for tier, listed in rules.by_tier.items()
        }
    elif special:
        own = dict.fromkeys(TIERS, rules.importance)
    happened = draw(happenings())
    world = World(
        count_from=rules.count_from,
        tiers=draw(spans()),
        by_tier=rules.by_tier,
        plan=draw(plans()),
        opened=draw(some_day) if rarely(draw) else draw(st.sampled_from([None, date(2015, 3, 1)])),
        closed=draw(some_day) if rarely(draw) else None,
        deeds=draw(deeds([one.day for one in happened])),
        dates=(*personal, *FIXED),
        events=happened,
        own=own,
        needed=GRADES,
        enforce=rules.enforce,
        works=lambda day: works_on(rules.years, day),
        shift=rules.shift,
    )
    return Case(rules, world, "special" if special else None, months)


@st.composite
def cases(draw: st.DrawFn, kind: str = "") -> Case:
    """Rules and one customer."""
    return draw(customers(draw(offices(kind))))
