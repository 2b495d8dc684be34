"""Sentences of refused calls: what is wrong, and (…_HINT) what to do next."""

NO_LEDGER = "没有找到台账：{location}"
NO_LEDGER_HINT = (
    "先用 cmledger init 建立台账；或用 --ledger 指明台账文件，或设置环境变量 CMLEDGER_LEDGER。"
)
LEDGER_EXISTS = "台账已经存在：{location}"
LEDGER_EXISTS_HINT = "直接使用即可；要另建一个，请换一个文件名：--ledger 新文件名.db"
LEDGER_BUSY = "台账正被占用：{holder}"
LEDGER_BUSY_HINT = "等它结束后再运行一次；本次没有写入任何内容。"
HOLDER = "进程 {pid}（{host}）正在执行 {command}，开始于 {since}"
HOLDER_UNKNOWN = "另一个程序正在写入"
LEDGER_DAMAGED = "这不是完好的台账文件：{location}（{detail}）"
LEDGER_DAMAGED_HINT = (
    "请换用最近一次备份（cmledger backup 或 cmledger daily 所存）；不要在损坏的文件上继续写。"
)
LEDGER_OLDER = "台账结构为第 {found} 版，本程序需要第 {needed} 版。"
LEDGER_OLDER_HINT = "运行 cmledger upgrade：会先做一份校验过的备份，再升级。"
LEDGER_NEWER = "台账结构为第 {found} 版，比本程序（第 {needed} 版）新。"
LEDGER_NEWER_HINT = "请升级 cmledger 程序后再打开；不要用旧程序写新台账。"
LEDGER_READ_ONLY = "台账文件或其所在文件夹不可写：{location}"
LEDGER_READ_ONLY_HINT = "检查文件的只读属性和文件夹权限，或磁盘是否已满。本次没有写入任何内容。"
NO_POSTGRESQL_DRIVER = "缺少连接 PostgreSQL 所需的组件。"
NO_POSTGRESQL_DRIVER_HINT = "请安装：pip install 'cmledger[postgresql]'"
CANNOT_CONNECT = "连接不上台账数据库：{location}"
CANNOT_CONNECT_HINT = "检查地址、账号和服务器是否已启动。"
BUG = "程序内部出错，没有写入任何内容。详细记录已存入 {log}"
BUG_HINT = "请把该记录文件交给维护人员。"
INTERRUPTED = "已中断；没有写入任何内容。"
NO_CUSTOMER = "台账里没有户号 {account_no} 的客户。"
NO_CUSTOMER_HINT = "核对户号（10 位或 13 位）；可用 cmledger list customers 查看。"
NO_OPERATION = "没有第 {number} 号操作。"
NO_OPERATION_HINT = "用 cmledger log 查看有哪些操作。"
OUTPUT_NOT_WRITABLE = "不能写入文件：{path}"
OUTPUT_NOT_WRITABLE_HINT = (
    "它可能正在 Excel/WPS 中打开，或文件夹只读；请关闭后再试，或换一个文件名。"
)
