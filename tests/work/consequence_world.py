"""A small office for tests of what follows from an import: files are written as CSV, tiers are ranked among a handful."""

import csv
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import caller_on

from cmledger.ledger.store import Ledger, create_ledger
from cmledger.policy.load import load_policy, profile_text
from cmledger.policy.schema import Policy
from cmledger.records.account import ImportReport
from cmledger.records.due import Wanted
from cmledger.work.assign_tiers import TierReport, assign_tiers
from cmledger.work.due_visits import due_list
from cmledger.work.import_excel import import_excel

DAY = "2026-11-22"
CUSTOMERS = (
    "户号",
    "户名",
    "供电所",
    "线路",
    "客户经理",
    "用户状态",
    "电压等级",
    "光伏",
    "联系电话",
    "2025年用电量(kWh)",
)
CONSUMPTION = ("户号", "年", "月", "电量(kWh)")
VISITS = ("户号", "走访日期", "客户经理", "走访内容", "服务项目")
MANAGERS = ("姓名", "供电所", "级别", "电话")
OFFICE = "示例供电所"


class World:
    """A ledger with its policy, and the files imported into it. Counting began on 2026-09-01."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, 0
        folder.mkdir(parents=True, exist_ok=True)
        self.policy_path = folder / "policy.toml"
        text = profile_text("three-fixed")
        few = text.replace("sales_rank_top = 10", "sales_rank_top = 1")
        self.policy_path.write_text(
            few.replace("sales_rank_top = 50", "sales_rank_top = 3"), encoding="utf-8"
        )
        self.path = folder / "cmledger.db"
        self.ledger: Ledger = create_ledger(str(self.path), caller_on("2026-09-05"))

    @property
    def policy(self) -> Policy:
        return load_policy(self.policy_path)

    def file(self, header: Sequence[str], rows: Sequence[Sequence[Any]], name: str = "") -> Path:
        """A CSV file; a blank is a blank."""
        self.files += 1
        path = self.folder / f"{name or '示例'}{self.files}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
        return path

    def take(self, *paths: Path, day: str = DAY, **how: Any) -> ImportReport:
        """Import them, consequences and all."""
        how = {"consequences": True, "policy": self.policy_path, **how}
        return import_excel(self.ledger.location, list(paths), caller_on(day), **how)

    def assign(self, day: str = DAY, *, dry_run: bool = False) -> TierReport:
        return assign_tiers(self.ledger, self.policy, caller_on(day), dry_run=dry_run)

    def dues(self, day: str = DAY) -> dict[str, dict[str, Any]]:
        """The last ten digits of a 户号 -> what is owed, in the terms of the consequences."""
        rows = due_list(self.ledger, self.policy, caller_on(day), Wanted()).rows
        faces = ("status", "due_by", "period", "overdue_since", "missed", "manager")
        found = ((row.account_no[-10:], row.to_json()) for row in rows)
        return {key: {face: told[face] for face in faces} for key, told in found}

    def any_tier(self) -> bool:
        """Whether anybody has a tier; where nobody was in scope, assign-tiers has left no trace."""
        return any('INTO "customer_tier"' in line for line in self.dump())

    def dump(self) -> list[str]:
        """The whole content of the ledger."""
        connection = sqlite3.connect(self.path)
        try:
            return list(connection.iterdump())
        finally:
            connection.close()

    def copy(self, folder: Path) -> "World":
        """The same again, to try out on."""
        other = object.__new__(World)
        other.folder, other.files, other.policy_path = folder, 0, self.policy_path
        folder.mkdir()
        other.path = folder / "cmledger.db"
        source, target = sqlite3.connect(self.path), sqlite3.connect(other.path)
        source.backup(target)
        source.close()
        target.close()
        other.ledger = Ledger(str(other.path), other.path, self.ledger.count_from)
        return other


def account(number: int) -> str:
    return f"370000{number:04d}"


def customer(number: int, **cells: Any) -> list[Any]:
    """A row under CUSTOMERS; named cells replace the usual ones."""
    usual = {
        "户号": account(number), "户名": f"示例客户{number}", "供电所": OFFICE, "线路": "示例一线", "客户经理": "示例甲",
        "用户状态": "正常用电", "电压等级": "10kV", "光伏": None, "联系电话": None, "2025年用电量(kWh)": 1000 * number,
    }  # fmt: skip
    return [{**usual, **cells}[title] for title in CUSTOMERS]
