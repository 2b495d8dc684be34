"""Run a command and note what it took. RESULT STDOUT STDERR COMMAND…

A process of its own, because a child's peak memory counts from that of the process it was forked from.
"""

import json
import os
import sys
import time
from pathlib import Path

result, out, err, *command = sys.argv[1:]
with Path(out).open("wb") as stdout, Path(err).open("wb") as stderr:
    start = time.perf_counter()
    pid = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, stdout.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, stderr.fileno(), 2),
        ],
    )
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
facts = (os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
Path(result).write_text(json.dumps(facts))
