"""Sentences about offices, lines and managers given by name."""

NO_OFFICE = "台账里没有叫“{name}”的供电所。"
NO_LINE = "台账里没有叫“{name}”的线路。"
NO_MANAGER = "台账里没有叫“{name}”的客户经理。"
PERHAPS = "是不是：{names}"
THERE_ARE = "现有：{names}"
AND_MORE = " 等"
NONE_YET = "台账里还没有登记；先用 cmledger import-excel 导入。"
