"""What sorts of things columns hold. Each kind reads whole columns and shows single values; both ways agree."""

from cmledger.sheets.kinds.accounts import AccountNo, OldAccountNo, Phone
from cmledger.sheets.kinds.base import Understands
from cmledger.sheets.kinds.contacts import NAME_AND_PHONE, Contact
from cmledger.sheets.kinds.counts import Count, Months
from cmledger.sheets.kinds.cycles import Cycle
from cmledger.sheets.kinds.days import Date, Month, MonthDay, Period, Year
from cmledger.sheets.kinds.follow_up import FollowUp
from cmledger.sheets.kinds.minutes import Duration, Minute
from cmledger.sheets.kinds.quantities import Capacity, Energy, Quantity
from cmledger.sheets.kinds.registers import Register
from cmledger.sheets.kinds.several import SeveralOf
from cmledger.sheets.kinds.words import (
    ID_SHAPED,
    Choice,
    Code,
    Flag,
    Name,
    OfficeName,
    OpenChoice,
    Person,
    Possession,
    Service,
    Services,
    Text,
    Voltage,
    Word,
    YesMeans,
    has_lost_digits,
)

__all__ = [
    "ID_SHAPED",
    "NAME_AND_PHONE",
    "AccountNo",
    "Capacity",
    "Choice",
    "Code",
    "Contact",
    "Count",
    "Cycle",
    "Date",
    "Duration",
    "Energy",
    "Flag",
    "FollowUp",
    "Minute",
    "Month",
    "MonthDay",
    "Months",
    "Name",
    "OfficeName",
    "OldAccountNo",
    "OpenChoice",
    "Period",
    "Person",
    "Phone",
    "Possession",
    "Quantity",
    "Register",
    "Service",
    "Services",
    "SeveralOf",
    "Text",
    "Understands",
    "Voltage",
    "Word",
    "Year",
    "YesMeans",
    "has_lost_digits",
]
