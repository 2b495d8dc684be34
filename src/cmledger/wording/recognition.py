"""Sentences about what a sheet and its columns are taken for."""

NO_SUCH_KIND = "没有“{kind}”这一类表格。"
KINDS_ARE = "可用的类别：{kinds}"
