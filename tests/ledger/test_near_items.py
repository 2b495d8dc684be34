"""A word that is no service item: the items it may mean are named, nothing is taken for it."""

import pytest

from cmledger.records.items import CUSTOMER, MANAGER, Items

NAMES = {
    "M1": "发放电力服务联系卡", "M2": "电子账单与电费分析、无功指导", "G3": "电子账单及用电详单",
    "G4": "协商停电", "Z1": "客户座谈会",
}  # fmt: skip
ITEMS = Items({c: c for c in NAMES}, NAMES, {"Z1": MANAGER})


@pytest.mark.parametrize(
    ("word", "owners", "near"),
    [
        ("发放联系卡", (CUSTOMER,), ["发放电力服务联系卡"]),
        ("电子账单", (CUSTOMER,), ["电子账单与电费分析、无功指导", "电子账单及用电详单"]),
        ("停电协商", (CUSTOMER,), ["协商停电"]),
        ("座谈会", (MANAGER,), ["客户座谈会"]),
        ("座谈会", (CUSTOMER,), []),
        ("打扫卫生", (CUSTOMER, MANAGER), []),
    ],
)
def test_names_like_a_word(word: str, owners: tuple[str, ...], near: list[str]) -> None:
    assert ITEMS.near(word, owners) == near
