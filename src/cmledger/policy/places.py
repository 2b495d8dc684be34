"""On which line of a TOML file a setting stands, so that a mistake can be shown to whoever wrote it.

tomllib keeps no positions. This walks text that tomllib has already accepted, so it need not judge it.
"""

import re

Path = tuple[str | int, ...]
"""Where a setting lies in the parsed document: ("tier", "gold", "any", 0, "pv")."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]\}#\n]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


def key_lines(text: str) -> dict[Path, int]:
    """The line (1-based) of every table, key and array element of a valid TOML text."""
    return _Walk(text.replace("\r\n", "\n")).document()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        self._blank(newlines=True)
        while self.at < len(self.text):
            if self._take("[["):
                table = self._next_element(self._resolved(self._key()))
                self._take("]]")
            elif self._take("["):
                table = self._resolved(self._key())
                self._take("]")
                self._note(table)
            else:
                self._pair(table)
            self._blank(newlines=True)
        return self.lines

    def _next_element(self, array: Path) -> Path:
        position = self.lengths.get(array, 0)
        self.lengths[array] = position + 1
        self._note(array)
        self._note((*array, position))
        return (*array, position)

    def _resolved(self, key: Path) -> Path:
        """A header's key with the running element of every array of tables it passes through."""
        path: Path = ()
        for step, part in enumerate(key):
            path = (*path, part)
            if path in self.lengths and step < len(key) - 1:
                path = (*path, self.lengths[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self._note(path)
        self._take("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        if self._take("["):
            position = 0
            self._blank(newlines=True)
            while not self._take("]"):
                self._note((*path, position))
                self._value((*path, position))
                position += 1
                self._blank(newlines=True)
                self._take(",")
                self._blank(newlines=True)
        elif self._take("{"):
            self._blank(newlines=True)
            while not self._take("}"):
                self._pair(path)
                self._blank(newlines=True)
                self._take(",")
                self._blank(newlines=True)
        elif self._string() is None:
            found = _SCALAR.match(self.text, self.at)
            self.at = found.end() if found else self.at + 1

    def _key(self) -> Path:
        parts: list[str] = []
        while True:
            self._blank()
            quoted = self._string()
            if quoted is not None:
                parts.append(quoted)
            elif found := _BARE.match(self.text, self.at):
                parts.append(found.group())
                self.at = found.end()
            self._blank()
            if not self._take("."):
                return tuple(parts)

    def _string(self) -> str | None:
        """Step over a string; its text without quotes (escapes as written)."""
        for pattern in _STRINGS:
            if found := pattern.match(self.text, self.at):
                self.at = found.end()
                marks = 3 if found.group()[:3] in {'"""', "'''"} else 1
                return found.group()[marks:-marks]
        return None

    def _blank(self, *, newlines: bool = False) -> None:
        """Step over spaces and, where they may stand, line ends and comments."""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "#" and newlines:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif sign in " \t" or (sign == "\n" and newlines):
                self.at += 1
            else:
                return

    def _take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def _note(self, path: Path) -> None:
        """Here a path begins, and every table around it that has not been seen yet."""
        line = self.text.count("\n", 0, self.at) + 1
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                break
            self.lines[path[:length]] = line
