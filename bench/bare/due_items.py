"""The bare answer of due-services to bench/services.toml on 2026-11-22: one SELECT per item, written by hand, its rows fetched.

LEDGER; prints counts by word. Good only where each customer has had one tier since before count_from, and was opened
long before; nothing of performers' grades, working days, or what else could have happened.
"""

import sqlite3
import sys
from collections import Counter

_OWED = """
WITH owed AS (
    SELECT t.customer_id, t.tier, {months} AS months, (
               SELECT max({day}) FROM {deed} d
               WHERE d.customer_id = t.customer_id AND {day} <= '2026-11-22' {which}
           ) AS last_done
    FROM customer_tier t
    WHERE t.valid_from <= '2026-11-22' AND t.valid_to > '2026-11-22'
), gap AS (
    SELECT owed.*, {missed} AS missed FROM owed WHERE {is_due}
)
SELECT CASE WHEN gap.missed > 0 THEN 'overdue' ELSE 'due' END AS status,
       c.account_no, c.name, gap.tier, m.name, gap.last_done, gap.missed
FROM gap
JOIN customer c ON c.id = gap.customer_id
LEFT JOIN customer_manager s
       ON s.customer_id = c.id AND s.valid_from <= '2026-11-22' AND s.valid_to > '2026-11-22'
LEFT JOIN manager m ON m.id = s.manager_id
"""
_DONE = {"deed": "service_done", "day": "d.done_on"}
_QUOTA = {
    # not since the period began; missed: full periods since the last time, or since 2026-01-01
    "is_due": """last_done IS NULL OR
        (substr(last_done, 1, 4) * 12 + substr(last_done, 6, 2) - 1) / months < (2026 * 12 + 10) / months""",
    "missed": """min(
        CASE WHEN last_done IS NULL THEN 99 ELSE (2026 * 12 + 10) / months
             - (substr(last_done, 1, 4) * 12 + substr(last_done, 6, 2) - 1) / months - 1 END,
        10 / months)""",
}
_PLANNED = """CASE WHEN EXISTS (
    SELECT 1 FROM customer_plan p WHERE p.customer_id = t.customer_id AND p.service = 'S8'
    AND p.valid_from <= '2026-11-22' AND p.valid_to > '2026-11-22') THEN 1 ELSE 12 END"""
_HALF_YEAR_ON = "date(last_done, '+6 months')"

_ITEMS: dict[str, dict[str, str]] = {
    "visit": {
        **_QUOTA, "deed": "visit", "day": "d.visited_on",
        "months": "CASE t.tier WHEN 'normal' THEN 3 ELSE 1 END",
    },
    **{
        code: {**_DONE, **_QUOTA, "months": months}
        for code, months in (("S1", "1"), ("S2", "3"), ("S3", "6"), ("S4", "12"), ("S8", _PLANNED))
    },
    "S5": {  # due in the month that ends half a year after the last time
        **_DONE, "months": "6",
        "is_due": f"last_done IS NULL OR date({_HALF_YEAR_ON}, 'start of month') <= '2026-11-22'",
        "missed": f"last_done IS NULL OR {_HALF_YEAR_ON} <= '2026-11-22'",  # that is a Sunday: due on Friday
    },
    "S6": {**_DONE, "months": "12", "is_due": "last_done IS NULL", "missed": "1"},
    "S7": {  # winter's days began on 10-15, summer's on 05-01
        **_DONE, "months": "6",
        "is_due": "last_done IS NULL OR last_done < '2026-10-15'",
        "missed": "last_done IS NULL OR last_done < '2026-05-01'",
    },
    "S9": {**_DONE, "months": "0", "is_due": "last_done IS NULL", "missed": "1"},
}  # fmt: skip

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = -65536")
connection.execute("PRAGMA temp_store = MEMORY")
counts: Counter[str] = Counter()
for code, facts in _ITEMS.items():
    which = "" if code == "visit" else f"AND d.service = '{code}'"
    rows = connection.execute(_OWED.format(which=which, **facts)).fetchall()
    counts.update(row[0] for row in rows)
print(" ".join(f"{word}={count}" for word, count in sorted(counts.items())))
