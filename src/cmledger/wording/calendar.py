"""Sentences about the years of the working calendar that an office writes down itself."""

BAD_CALENDAR = "工作日历文件不能用：{where}：{what}"
HINT = (
    "文件名写成 calendar-2027.toml，内容两行：holidays = [2027-01-01, …]（放假），"
    "workdays = [2027-02-20, …]（周末调休上班）。"
)
BAD_NAME = "工作日历的文件名应是 calendar-年份.toml：{name}"
UNREADABLE = "读不出来，文件应是 UTF-8 编码的文本"
SYNTAX = "这一行写法不对；日期写成 2027-01-01，用逗号隔开，外面加方括号"
UNKNOWN_KEY = "不认识“{key}”，只有 holidays 和 workdays"
NOT_A_LIST = "“{key}”应是一串日期"
NOT_A_DAY = "“{key}”里的 {value} 不是日期，应写成 2027-01-01 的样子，不加引号"
OTHER_YEAR = "{day} 不在 {year} 年"
IN_BOTH = "{day} 既写了放假又写了上班"
