"""The hidden columns of a 一户一方案 sheet, by which its tables are known again wherever rows were put in.

Right of the page stand the 户号, the mark, and of a service item `code=name as shown`, of the customer its 供电所. The mark of a table's header row
names the kind; that of its rows is their record's, as in any export; END stands below the last row.
"""

from typing import Final

from cmledger.sheets.layout import Layout
from cmledger.sheets.layouts.customers import CUSTOMERS
from cmledger.sheets.layouts.dates import DATES
from cmledger.sheets.layouts.plans import PLANS
from cmledger.sheets.layouts.row_token import ROW_TOKEN

PAGE: Final = "cmledger-plan/1:"
END: Final = "cmledger-plan/1:end"
ACCOUNT, MARK, ITEM = 6, 7, 8
"""0-based columns behind the page."""
TABLES: Final[dict[str, tuple[Layout, dict[int, str]]]] = {
    "plans": (
        PLANS,
        {0: "customer_plan.service", 2: "customer_plan.cycle", 5: "customer_plan.remark"},
    ),
    "dates": (
        DATES,
        {0: "customer_date.occasion", 1: "customer_date.day", 2: "customer_date.remark"},
    ),
    "customers": (
        CUSTOMERS,
        {0: "customer.channel", 2: "customer.inspection_months", ITEM: "customer.office"},
    ),
}
"""Table -> its layout, and which of its columns stands where; the others are only shown."""
HIDDEN: Final = {ACCOUNT: "customer.account_no", MARK: ROW_TOKEN.field}
EDITED: Final = {"plans": (2, 5), "dates": (0, 1, 2), "customers": (0, 2)}
"""The columns staff write in; a row in which none of them says anything tells nothing."""
