"""The last column of every export, hidden: by it a row is about its record, and its cells about what was shown."""

from cmledger.records.row_tokens import FIELD
from cmledger.sheets.kinds.tokens import RowToken
from cmledger.sheets.layout import Column

ROW_TOKEN = Column(FIELD, "台账行标识", RowToken())
