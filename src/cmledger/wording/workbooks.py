"""Words inside the workbooks cmledger writes: headings, instructions, footers."""

PAGE = "第 &P 页 / 共 &N 页"
INTERNAL = "内部资料，注意保密　{actor}　{day}"
"""Stamped on every printed page: who took it out of the ledger, and when."""
SHEET_CONTINUED = "{title}({number})"
CHOICES_SHEET = "下拉选项"
CHOICE_TITLE = "不在下拉选项中"
CHOICE_TEXT = "可用的写法：{choices}。确实要这样写吗？"
