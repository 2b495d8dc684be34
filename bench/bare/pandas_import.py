"""What one would write instead: pandas.read_excel with openpyxl, then to_sql. BOOK DATABASE"""

import sqlite3
import sys
from pathlib import Path

import pandas

book, database = sys.argv[1:]
Path(database).unlink(missing_ok=True)
frame = pandas.read_excel(book, engine="openpyxl", dtype={"户号": str})
connection = sqlite3.connect(database)
frame.to_sql("customer", connection, index=False)
print(len(frame))
