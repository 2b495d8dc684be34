"""Make a ledger, and the office's rules beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmledger.errors import OutputNotWritable
from cmledger.ledger import dialect
from cmledger.ledger.store import create_ledger
from cmledger.ledger.tables import SCHEMA_VERSION
from cmledger.policy.cases import cases_path
from cmledger.policy.extend import cases_text, profile_text
from cmledger.records.caller import Caller
from cmledger.wording import errors as say


@dataclass(frozen=True, slots=True)
class Initialised:
    """A ledger that was made. journal_mode: wal, or delete on a network share; None on PostgreSQL.

    cases: the file with the profile's readable cases; None where it was not written.
    """

    ledger: str
    policy: Path
    profile: str
    policy_written: bool
    count_from: str
    journal_mode: str | None
    cases: Path | None = None

    exit_code = 0

    def to_json(self) -> dict[str, Any]:
        """`cmledger.init/1`"""
        return {
            "schema": "cmledger.init/1",
            "ledger": self.ledger,
            "schema_version": SCHEMA_VERSION,
            "count_from": self.count_from,
            "journal_mode": self.journal_mode,
            "policy": {
                "path": str(self.policy),
                "profile": self.profile,
                "written": self.policy_written,
                "cases": None if self.cases is None else str(self.cases),
            },
        }


def init(location: str, policy: Path, profile: str, caller: Caller) -> Initialised:
    """Make the ledger and write the profile as `policy`, its cases beside it; an existing file is never touched.

    Either both are there at the end or, on any exception, neither of what this call made.
    Raises NotFound (no such profile), UsageProblem (the ledger exists), OutputNotWritable.
    """
    made: list[Path] = []
    try:
        if _written(policy, profile_text(profile)):
            made.append(policy)
            if _written(cases_path(policy), cases_text(profile)):
                made.append(cases_path(policy))
        ledger = create_ledger(location, caller)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    mode = dialect.journal_mode(ledger.path) if ledger.path is not None else None
    return Initialised(
        dialect.without_password(location),
        policy,
        profile,
        bool(made),
        ledger.count_from.isoformat(),
        mode,
        made[1] if len(made) > 1 else None,
    )


def _written(policy: Path, text: str) -> bool:
    """Whether the file was written; False where one is there already."""
    try:
        policy.parent.mkdir(parents=True, exist_ok=True)
        with policy.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as problem:
        raise OutputNotWritable(
            say.OUTPUT_NOT_WRITABLE.format(path=policy),
            hint=say.OUTPUT_NOT_WRITABLE_HINT,
            where=str(policy),
        ) from problem
    return True
