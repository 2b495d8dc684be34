"""A sign of life on work longer than a second: on a terminal only, on stderr, and gone before anything is printed."""

import os
import sys
import threading
from typing import Any, TextIO

from cmledger.wording.usage import WORKING

_AFTER_SECONDS = 1.0

_timer: threading.Timer | None = None
_status: Any = None
_turn = threading.Lock()


def start() -> None:
    """Begin to wait; the sign appears after a second."""
    global _timer
    if not sys.stderr.isatty():
        return
    # a descriptor of its own: readers point stderr elsewhere while native code may panic
    terminal = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", errors="replace")
    _timer = threading.Timer(_AFTER_SECONDS, _appear, [terminal])
    _timer.daemon = True
    _timer.start()


def _appear(terminal: TextIO) -> None:
    global _status
    from rich.console import Console

    with _turn:
        if _timer is None:  # stopped meanwhile
            return
        _status = Console(file=terminal).status(WORKING)
        _status.start()


def stop() -> None:
    """Whoever prints calls this first; more than once does no harm."""
    global _timer, _status
    with _turn:
        if _timer is not None:
            _timer.cancel()
            _timer = None
        if _status is not None:
            _status.stop()
            _status = None
