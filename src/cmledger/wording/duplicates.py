"""Sentences about customers that look alike."""

NAME_VARIANTS = {"有限责任公司": "有限公司", "股份有限公司": "有限公司"}
"""Legal forms as they are written at length -> as they are compared."""

REASONS = {
    "same-meter": "表号相同",
    "same-name": "户名相同",
    "same-phone": "电话相同",
    "same-address": "地址相同",
}
HEADS = ("甲户号", "甲户名", "乙户号", "乙户名", "相同之处")
NONE = "没有发现疑似重复的客户。"
COUNT = "疑似重复 {count} 对。"
MORE = "……另有 {count} 对，用 --json 查看全部，或用 --excel 写成工作簿。"
SHARED = {
    "same-phone": "另有 {count} 个电话各由许多户共用（代办、物业等），不作为依据。",
    "same-meter": "另有 {count} 个表号各由许多户共用，不作为依据。",
    "same-name": "另有 {count} 个户名各由许多户共用（路灯、基站等），不作为依据。",
}
WRITTEN = "已写入 {path}。在“处理”一列选择后，用 cmledger import-excel 导入。"
HEADING = "疑似重复客户"
NOTE = (
    "在“处理”一列填写：不是同一户、并入甲户、并入乙户；不填则以后再说。"
    "并入后，另一户的走访、电量等转到保留的那一户，另一户销户；可用 cmledger undo 撤销。"
)
MERGED = "户号 {account_no} 已并入 {into}，不能再登记。"
MERGED_HINT = "请改写 {into}；并错了，先用 cmledger undo 撤销合并。"
BLANK = "（空）"
BOTH = "{first} / {second}"
