"""The floor of reading: python-calamine reads every cell and nothing else. BOOK"""

import sys

from python_calamine import CalamineWorkbook

rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
print(len(rows) - 1)
