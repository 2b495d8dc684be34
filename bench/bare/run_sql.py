"""Run one SQL script on a ledger file and fetch the rows of its last SELECT. LEDGER SCRIPT; prints counts by word."""

import sqlite3
import sys
from collections import Counter
from pathlib import Path

ledger, script = sys.argv[1:]
connection = sqlite3.connect(ledger, isolation_level=None)
connection.execute("PRAGMA cache_size = -65536")
connection.execute("PRAGMA temp_store = MEMORY")
connection.execute("PRAGMA synchronous = NORMAL")
counts: Counter[str] = Counter()
for statement in Path(script).read_text(encoding="utf-8").split(";"):
    rows = connection.execute(statement).fetchall()
    if rows:
        counts = Counter(row[0] for row in rows)
print(" ".join(f"{word}={count}" for word, count in sorted(counts.items())))
