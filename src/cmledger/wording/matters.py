"""Words about matters."""

import re
from typing import Final

SAYS_DONE: Final = re.compile(
    r"是|已?(?:整改|处理|完成|销号|办结|消除|闭环|解决|答复)(?:完成|完毕|结束)?|√|完成|办结"
)
"""A result that only says that it is done."""

KINDS: Final = {
    "hazard": "隐患",
    "complaint": "投诉",
    "opinion": "意见",
    "suggestion": "建议",
    "request": "诉求",
    "follow-up": "跟进",
}
"""What a sort of matter is called; another word is its own name."""
