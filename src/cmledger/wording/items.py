"""Pieces of sentences about service items that nobody knows."""

IS_IT = "（是不是{near}？）"
QUOTED = "“{name}”"
OR = "或"
ITEMS_ARE = "；可用的：{known}"
