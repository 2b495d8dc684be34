"""Code lists of the manager file: levels and education."""

from typing import Final

LEVEL: Final = {
    "senior": ("高级", "高级客户经理", "高级经理"),
    "first": ("一级", "一级客户经理", "一级经理", "1级"),
    "second": ("二级", "二级客户经理", "二级经理", "2级"),
    "trainee": ("见习", "见习客户经理", "见习经理", "见习期"),
}
"""聘任等级: what a manager is appointed to; not the grade (首席, 高级, 普通) that it serves as."""

EDUCATION: Final = {
    "junior": ("初中及以下", "初中", "小学", "初中以下"),
    "secondary": ("高中（中专）", "高中", "中专", "技校", "职高", "中技", "职业高中", "高中/中专"),
    "college": ("大专", "专科", "大学专科", "高职", "大专学历"),
    "bachelor": ("本科", "大学本科", "大学", "学士", "本科学历"),
    "master": ("硕士", "研究生", "硕士研究生"),
    "doctor": ("博士", "博士研究生"),
}
"""学历, from the lowest up; other words stand as written."""
