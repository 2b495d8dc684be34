"""The floor of an import: python-calamine reads every cell, one executemany puts them into SQLite. BOOK DATABASE"""

import sqlite3
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

book, database = sys.argv[1:]
Path(database).unlink(missing_ok=True)
rows = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
connection = sqlite3.connect(database)
connection.execute(f"CREATE TABLE customer ({', '.join(f'c{n}' for n in range(len(rows[0])))})")
with connection:
    marks = ", ".join("?" * len(rows[0]))
    plain = [tuple(c if isinstance(c, str | float | int) else str(c) for c in row) for row in rows]
    connection.executemany(f"INSERT INTO customer VALUES ({marks})", plain)
print(connection.execute("SELECT count(*) FROM customer").fetchone()[0] - 1)
