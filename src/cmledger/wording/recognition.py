"""Sentences about what a sheet and its columns are taken for."""

NO_SUCH_KIND = "没有“{kind}”这一类表格。"
KINDS_ARE = "可用的类别：{kinds}"
NO_SUCH_FIELD = "没有叫“{field}”的字段。"
FIELDS_ARE = "可用的字段：{fields}；电量写成 kwh:2025 或 kwh:2025-03，不要的列写成 ignore；单位写在 @ 之后，如 kwh:2025@万kWh。"
NO_SUCH_UNIT = "--map 的“{given}”里，@ 后面不是这个字段的单位。"
UNITS_ARE = "电量的单位：{energy}；容量的单位：{capacity}"
NO_SUCH_COLUMN = "{path} 里没有 --map 指定的列：{given}。"
COLUMNS_ARE = "它有这些列：{columns}。只用于别的文件的 --map，请把那个文件分开导入。"
NO_SUCH_SHEET = "{path} 里没有名为“{sheet}”的工作表。"
SHEETS_ARE = "它有这些工作表：{sheets}"
OR = " 还是 "
WHICH_KIND = "看不出这是哪一类表：{kinds}。"
WHICH_KIND_HINT = "请用 --kind {first} 或 --kind {second} 指明。"
WHICH_YEAR = (
    "{column} 列“{header}”没有写明是哪一年（或哪一月）的电量，标题、工作表名和文件名里也没有。"
)
WHICH_YEAR_OF_ALL = "这些列没有写明是哪一年的电量，标题、工作表名和文件名里也没有：{columns}。"
WHICH_YEAR_OF_ALL_HINT = (
    "请用 --year 2025 的样子指明年份；只有某一列不同时，用 --map {column}=kwh:2025-01 指明那一列。"
)
WHICH_YEAR_HINT = "请指明，例如 --map {column}=kwh:2025（全年）或 --map {column}=kwh:2025-03（某月）；不要这一列用 --map {column}=ignore。"
IS_A_TOTAL = "像是各月的合计"
IS_TO_DATE = "像是到某月为止的累计"
ONLY_FIGURES = (
    "有 {count} 行只在 {column} 列“{header}”填了电量，而这一列{why}，不能确定是不是全年电量。"
)
WHICH_UNIT = "标题写了不止一种单位（{units}），不能确定 {column} 列“{header}”用的是哪一种。"
WHICH_UNIT_HINT = "请把单位写进这一列的表头，或用 --map {column}=@{unit} 指明（也可同时指明字段，如 kwh:2025@{unit}）。"
UNIT_NOT_OF_COLUMN = (
    "--map 给 {column} 列“{header}”指定了单位 {unit}，但这一列没有读作用这种单位的电量或容量。"
)
UNIT_NOT_OF_COLUMN_HINT = "请同时指明字段，例如 --map {column}=kwh:2025@万kWh，或去掉单位。"
MONTH_TWICE = "{column} 列“{header}”写了月份，{other} 列“{other_header}”又是某一个月的电量。"
MONTH_TWICE_HINT = "按表头的月份读用 --map {column}=ignore；按行里的月份读，不用 {other} 这样的列：--map {other}=ignore。"
WHICH_FIELD = "{column} 列“{header}”可能是“{first}”，也可能是“{second}”，各行内容两样都说得通。"
WHICH_FIELD_HINT = "请用 --map {column}={first} 或 --map {column}={second} 指明；不要这一列用 --map {column}=ignore。"
NOT_OF_KIND = "--map 把 {column} 列“{header}”指定为 {field}，而{kind}没有这个字段。"
FIELDS_OF_KIND = "这一类表的字段：{fields}；表的类别不对时用 --kind 指明。"
READ_AS = "读作“{field}”"
SWAPPED = "与“{other}”列对调读入"
KEPT_BESIDE = "电话已取自另一列，这一列作为其他内容保存"
WHICH_COLUMN = "{first} 列“{first_header}”和 {second} 列“{second_header}”都像 {field}，且内容不同。"
WHICH_COLUMN_HINT = "请指明用哪一列，例如 --map {first}={field} --map {second}=ignore。"
NO_KEY_COLUMN = "找不到“{title}”列，不能作为{kind}读入。现有的列：{columns}"
NO_KEY_COLUMN_HINT = "请用 --map 列={field} 指明（列写字母或表头文字）。"
NOT_HEADER_ROWS = "--header-rows 的“{given}”不是表头所在的行。"
NOT_HEADER_ROWS_HINT = "请写成 --header-rows 2-3（从 1 数起的行号，最多 9 行），有几张工作表时写 --header-rows 工作表名=2-3；没有表头写 0。"
HEADER_ROWS_CLASH = (
    "{sheet}的 --header-rows 互相冲突：同一行不能属于两个表头，0（没有表头）不能与别的行同用。"
)
THE_ONLY_SHEET = "同一张工作表"
HEADER_ROWS_OF_WHICH = "{path} 里有几张工作表（{sheets}），不知道 --header-rows 指的是哪一张。"
HEADER_ROWS_OF_WHICH_HINT = "请写明工作表，例如 --header-rows {sheet}=2-3，或用 --sheet 只选一张。"
HEADER_ROWS_BEYOND = "{path} 的工作表“{sheet}”只有 {rows} 行，没有第 {row} 行。"
HEADER_UNSURE = "不能确定哪几行是表头：像是第 {rows} 行（把握 {confidence}）。"
HEADER_UNSURE_ABOVE = (
    "不能确定哪几行是表头：像是第 {rows} 行，但上面一行也可能是表头（把握 {confidence}）。"
)
HEADER_UNSURE_HINT = "请指明，例如 {options}；没有表头用 --header-rows {sheet}=0。"
HEADER_OPTION = "--header-rows {sheet}={rows}"
NO_HEADER = "有 {count} 行数据，{column} 列像户号，但没有找到表头。"
NO_HEADER_HINT = (
    "表头在第几行请用 --header-rows {sheet}=行号 指明；没有表头的，用 --header-rows {sheet}=0 "
    "--kind customers --map {column}=account_no 指明各列（其余列同样用 --map 列字母=字段）。"
)
WHERE = "{path} 工作表“{sheet}”："
KEPT = "；原文另存，这一项未采用，同行其他内容照常读入"
OTHER_VALUES = "{header}(其他)"
"""The name under which further values of a field are kept that has room for one."""
ONLY_FIRST = "；各行不同的“{columns}”只取第一行"
NOT_KEPT = "；这一格未保存，同行其他内容照常读入"
LISTED = "、"
COLUMN = "{column}列"
SECOND_HEADER = "{header}（{column}列）"
TIMES = "（同列同值共 {count} 处，不逐一列出）"
AS_WRITTEN = "{header}(原文)"
"""The name under which a word that is on no list is kept."""
MAPPED = "{column} {header}→{field}"
MOVED = "{header} {before}→{after}"
MAPPED_COLUMN_GONE = (
    "第 {operation} 号操作里指明为 {field} 的“{header}”列这次没有了；新出现的列：{new}。"
)
MAPPED_COLUMN_GONE_HINT = "请指明哪一列接替它，例如 --map {column}={field}；不再有这一列时，用 cmledger mappings forget {number}。"
UNIT_GONE = "{column} 列“{header}”没有写单位，而上次是 {unit}。"
UNIT_GONE_HINT = "请把单位写进表头，或用 --map {column}=@{unit} 指明。"
OF_SHEET = "“{sheet}”里是“{header}”"
LETTERS_OF_SEVERAL = "--map 的 {letters} 列在几张表里不是同一列：{columns}。"
LETTERS_OF_SEVERAL_HINT = (
    "请改用表头文字指明，例如 --map {header}=字段，或用 --sheet 只读一张工作表，分开导入。"
)
