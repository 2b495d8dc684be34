"""Sentences about how sheets were read, remembered."""

NO_SUCH_MAPPING = "没有记住第 {number} 号列对应。"
NO_SUCH_MAPPING_HINT = "用 cmledger mappings list 查看记住了哪些。"
NONE_YET = "还没有记住任何列对应；导入表格后会自动记住。"
NEEDS_NUMBER = "请写明编号，例如 cmledger mappings {action} 12；编号见 cmledger mappings list。"
NO_SUCH_ACTION = "没有“{action}”这个动作；可以用 list、show、forget。"
HEADS = ("编号", "工作表", "类别", "列", "由 --map 指明", "操作", "文件")
COLUMN_HEADS = ("列", "表头", "读作", "单位", "由 --map 指明")
SHOWN = "第 {number} 号：{sheet}（{kind}），来自第 {operation} 号操作（{at}，{file}）"
FORGOTTEN = "已忘掉第 {number} 号列对应；以后这样的表重新辨认。"
NOT_READ = "（未读作字段）"
