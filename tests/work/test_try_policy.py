"""try-policy: what would change, by the very paths of assign-tiers and due-visits, and nothing written."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conftest import assert_sound, caller_on
from tests.work.consequence_world import CUSTOMERS, DAY, World, account, customer

from cmledger.cli.app import run
from cmledger.errors import BadPolicy
from cmledger.policy.load import load_policy
from cmledger.records.trial import PolicyTrial
from cmledger.work.assign_tiers import assign_tiers
from cmledger.work.try_policy import try_policy


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Eight customers of 1000 to 8000 kWh: 8 is diamond, 7 and 6 gold; counted since 2026-09-01."""
    made = World(tmp_path / "office")
    rows = [customer(n, 客户经理="示例甲" if n % 2 else "示例乙") for n in range(1, 9)]
    made.take(made.file(CUSTOMERS, rows))
    made.assign()
    return made


def text_of(world: World, *changes: tuple[str, str], more: str = "") -> str:
    text = world.policy_path.read_text(encoding="utf-8")
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    return text + more


def trial(world: World, text: str, day: str = DAY, **how: Any) -> PolicyTrial:
    path = world.folder / "new.toml"
    path.write_text(text, encoding="utf-8")
    before = world.dump()
    report = try_policy(world.ledger, world.policy, path, caller_on(day), **how)
    if not how.get("excel"):
        assert world.dump() == before
    return report


def moves(report: PolicyTrial) -> dict[str, tuple[str | None, str | None]]:
    return {move.account_no: (move.before, move.after) for move in report.moves}


FIVE_GOLD = ("sales_rank_top = 3", "sales_rank_top = 5")


def test_it_tells_who_would_move_and_why(world: World) -> None:
    report = trial(world, text_of(world, FIVE_GOLD))
    assert moves(report) == {account(n): ("normal", "gold") for n in (4, 5)}
    assert (report.moved, report.pending, report.same) == (2, 0, False)
    five = next(move for move in report.moves if move.account_no == account(5))
    assert five.manager == "示例甲"
    assert [(b["rule"], b["value"], b["threshold"]) for b in five.because] == [("sales-rank", 4, 5)]
    assert "本所第 4 名（前 5 名）" in five.why


def test_what_it_foretells_is_what_assign_tiers_then_does(world: World, tmp_path: Path) -> None:
    text = text_of(world, FIVE_GOLD, more="\n[hysteresis]\npromote = 0.2\n")
    report = trial(world, text)
    other = world.copy(tmp_path / "copy")
    later = text_of(world) + (
        "\n[[edition]]\nsince = 2026-11-22\n[edition.hysteresis]\npromote = 0.2\n[edition.tier.gold]\n"
        + text[text.index("[tier.gold]") :].partition("]\n")[2].partition("\n[tier")[0]
    )
    path = tmp_path / "later.toml"
    path.write_text(later, encoding="utf-8")
    done = assign_tiers(other.ledger, load_policy(path), caller_on(DAY))
    assert {m.account_no: (m.before, m.after) for m in done.moves} == moves(report)
    assert {t.tier: t.load.after.customers for t in report.tiers} == {
        tier: n for tier, n in done.counts.items() if tier != "out_of_scope"
    }


def test_loads_are_told_by_tier_and_manager_before_and_after(world: World) -> None:
    report = trial(world, text_of(world, FIVE_GOLD))
    told = {one.tier: (one.load.before, one.load.after) for one in report.tiers}
    assert {t: (b.customers, a.customers) for t, (b, a) in told.items()} == {
        "diamond": (1, 1),
        "gold": (2, 4),
        "normal": (5, 3),
    }
    assert {t: (b.visits_a_year, a.visits_a_year) for t, (b, a) in told.items()} == {
        "diamond": (12, 12),
        "gold": (24, 48),
        "normal": (20, 12),
    }
    # gold: 12 visits, B4, B8, G6, 3 festivals of G7; normal: 4 visits, B4, B8; diamond: 12, B4, B8, 4 D4, 4 D5, D6, 2 D7, D9
    assert {t: (b.dues_a_year, a.dues_a_year) for t, (b, a) in told.items()} == {
        "diamond": (26, 26),
        "gold": (36, 72),
        "normal": (30, 18),
    }
    managers = {one.manager: one.load for one in report.managers}
    assert set(managers) == {"示例甲", "示例乙"}
    for face in range(4):
        for side in ("before", "after"):
            parts = [getattr(load, side).faces[face] for load in managers.values()]
            assert sum(parts) == getattr(report.total, side).faces[face]
    assert {(r.manager, t.tier) for r in report.managers for t in r.tiers} == {
        ("示例甲", "gold"), ("示例甲", "normal"), ("示例乙", "diamond"), ("示例乙", "gold"), ("示例乙", "normal"),
    }  # fmt: skip


def test_visits_now_are_those_of_the_due_list(world: World) -> None:
    report = trial(world, text_of(world, FIVE_GOLD))
    assert report.total.before.visits_now == len(world.dues())
    assert report.total.after.visits_now == len(world.dues())  # periods begun keep their tier
    # a new month's cycle begins with the next month, and not within this one
    monthly = (
        'cycle = { per = "quarter", times = 1 }\nperformer',
        'cycle = { per = "month", times = 1 }\nperformer',
    )
    report = trial(world, text_of(world, monthly))
    assert report.moved == 0
    assert report.total.after.visits_now <= report.total.before.visits_now
    assert (report.total.before.visits_a_year, report.total.after.visits_a_year) == (56, 96)


def test_hours_are_told_only_where_the_rules_tell_minutes(world: World) -> None:
    report = trial(world, text_of(world, FIVE_GOLD))
    assert (report.total.before.hours, report.total.after.hours) == (None, None)
    assert any("minutes" in note for note in report.notes)
    minutes = ("# minutes = 60 ", "minutes = 90 ")
    report = trial(world, text_of(world, FIVE_GOLD, minutes))
    assert (report.total.before.hours, report.total.after.hours) == (None, 72 * 1.5)
    assert list(report.without_minutes) == ["B4", "B8", "G6", "G7", "D4", "D5", "D6", "D7", "D9"]
    assert any("现在的工时算不出来" in note for note in report.notes)
    assert any("B4（用电检查及安全服务）" in note for note in report.notes)


def test_an_edition_of_the_future_is_tried_as_if_in_force(world: World) -> None:
    text = text_of(
        world,
        more="\n[[edition]]\nsince = 2030-01-01\n[edition.scope]\nany = [{ rule = 'pv', pv = true }]\n",
    )
    report = trial(world, text)
    assert report.tried.since.isoformat() == "2030-01-01"
    assert {after for _, after in moves(report).values()} == {None}
    assert report.moved == 8
    assert report.out_of_scope == (0, 8)
    assert "不在分级范围内" in report.moves[0].why


def test_the_same_rules_change_nothing(world: World) -> None:
    report = trial(world, "# 说明\n" + text_of(world))
    assert (report.same, report.moved) == (True, 0)
    assert report.total.before == report.total.after


def test_moves_begin_where_the_present_rules_end(world: World) -> None:
    """Tiers that assign-tiers would change anyway are no doing of the new rules."""
    world.take(world.file(CUSTOMERS, [customer(9)]))
    report = trial(world, text_of(world))
    assert (report.moved, report.pending) == (0, 3)  # 9 comes first, 8 and 6 go one down
    report = trial(world, text_of(world, FIVE_GOLD))
    assert moves(report) == {account(n): ("normal", "gold") for n in (5, 6)}


def test_other_tiers_altogether(world: World) -> None:
    report = trial(world, 'extend = "three-plus-three"\n')
    assert {one.tier: (one.load.before.customers, one.load.after.customers) for one in report.tiers} == {
        "member": (0, 8), "diamond": (1, 0), "gold": (2, 0), "normal": (5, 0),
    }  # fmt: skip
    assert report.tier_name("member", "") == "大客户"


def test_a_ledger_never_tiered_is_tried_all_the_same(tmp_path: Path) -> None:
    world = World(tmp_path / "office")
    world.take(world.file(CUSTOMERS, [customer(n) for n in range(1, 9)]), consequences=False)
    report = trial(world, text_of(world, FIVE_GOLD))
    assert report.pending == 8
    assert moves(report) == {account(n): ("normal", "gold") for n in (4, 5)}
    assert not world.any_tier()


def test_without_last_year_s_energy_it_says_so(world: World) -> None:
    report = trial(world, text_of(world, FIVE_GOLD), day="2027-02-01")
    assert any("2026" in note for note in report.notes)


def test_a_bad_new_policy_and_an_edited_present_one_are_refused(world: World) -> None:
    with pytest.raises(BadPolicy) as caught:
        trial(world, text_of(world, ('ties = "all-in"', 'ties = "x"')))
    assert (caught.value.where or "").startswith(str(world.folder / "new.toml"))
    new = text_of(world, FIVE_GOLD)
    world.policy_path.write_text(new, encoding="utf-8")
    with pytest.raises(BadPolicy, match="已经用过"):
        trial(world, new)


def test_as_a_workbook_it_is_logged(world: World) -> None:
    path = world.folder / "trial.xlsx"
    report = trial(world, text_of(world, FIVE_GOLD), excel=path)
    assert report.logged is True
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["各等级", "各客户经理", "等级变动"]
    rows = list(book["等级变动"].iter_rows(values_only=True))
    assert rows[1] == ("户号", "户名", "客户经理", "现等级", "新等级", "原因")
    assert [row[:5] for row in rows[2:]] == [
        (account(n), f"示例客户{n}", m, "普通客户", "金牌客户")
        for n, m in ((5, "示例甲"), (4, "示例乙"))
    ]
    figures = {row[0]: row[1:5] for row in book["各等级"].iter_rows(values_only=True)}
    assert figures["金牌客户"][:2] == (2, 4)
    assert figures["合计"][:2] == (8, 8)
    assert_sound(str(world.path))


def test_as_typed(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    Path("new.toml").write_text(text_of(world, FIVE_GOLD), encoding="utf-8")
    words = ["try-policy", "new.toml", "--as-of", DAY]
    assert run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "cmledger.try-policy/1"
    assert told["total"]["visits_a_year"] == {"before": 56, "after": 72}
    assert told["total"]["hours_a_year"] == {"before": None, "after": None}
    assert {move["to"] for move in told["moves"]} == {"gold"}
    assert run(words) == 0
    said = capsys.readouterr().out
    for sentence in ("没有写入任何内容", "2 户等级会变动", "2 → 4", "普通客户 → 金牌客户"):
        assert sentence in said
    Path("new.toml").write_text("since = 1", encoding="utf-8")
    assert run([*words, "-q"]) == 14
    assert run(["try-policy", "none.toml", "-q"]) == 14
