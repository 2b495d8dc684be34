"""Import damaged and random files for as long as wanted: python tests/fuzz/run.py --cases 20000 --seed 1 --minutes 30

Each case is its number: `--only N` repeats one, `--first N` goes on from there. A case that is wrong is kept in
`--keep` with its files and what was wrong. The cases run in a process of their own, so that an abort or a hang of
native code is a finding too.
"""

import argparse
import functools
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fuzz.cases import case, seeds
from tests.fuzz.oracle import judge, world

from cmledger.ledger import dialect

_PATIENCE = 60.0
"""Seconds until a case is called a hang."""


def work(
    pipe: Connection, folder: Path, keep: Path, seed: int, numbers: range, minutes: float
) -> None:
    """Run the cases, telling of each before and after. Whatever native code writes to stderr is a finding."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    warnings.simplefilter("ignore")
    noise = folder / "stderr"
    talk = os.dup(2)
    os.dup2(os.open(noise, os.O_RDWR | os.O_CREAT | os.O_APPEND), 2)
    dialect.sqlite_engine = functools.cache(
        dialect.sqlite_engine
    )  # else compiling SQL is a third of all
    at = world(folder / "world")
    sources = seeds(folder, large=True, office=True)
    end = time.monotonic() + minutes * 60
    for number in numbers:
        if time.monotonic() > end:
            break
        pipe.send(("begin", number, ""))
        place = folder / "case"
        shutil.rmtree(place, ignore_errors=True)
        one = case(seed, number, sources, place)
        os.truncate(noise, 0)
        try:
            wrong = judge(one, at)
        except BaseException as problem:
            import traceback

            wrong = ["the oracle failed: " + "".join(traceback.format_exception(problem))[-3000:]]
        if noise.stat().st_size:
            wrong.append("native noise: " + noise.read_text(errors="replace")[:600])
        if wrong:
            saved = keep / str(number)
            shutil.rmtree(saved, ignore_errors=True)
            shutil.copytree(place, saved)
            said = [f"{one.name} ledger={one.ledger} {[p.name for p in one.files]} {list(one.options)}", *wrong]  # fmt: skip
            (saved / "wrong.txt").write_text("\n".join(said), errors="backslashreplace")
        pipe.send(("end", one.name, wrong))
    pipe.send(("codes", "", dict(at.codes)))
    os.dup2(talk, 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "cmledger-fuzz")
    given = parser.parse_args()
    numbers = range(given.first, given.first + given.cases)
    if given.only is not None:
        numbers = range(given.only, given.only + 1)
    given.keep.mkdir(parents=True, exist_ok=True)
    done: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    bad = 0
    begun = time.monotonic()
    while numbers:
        minutes = given.minutes - (time.monotonic() - begun) / 60
        if minutes <= 0:
            break
        with tempfile.TemporaryDirectory(prefix="cmledger-fuzz-") as folder:
            here, there = multiprocessing.Pipe()
            arguments = (there, Path(folder), given.keep, given.seed, numbers, minutes)
            process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
            process.start()
            there.close()
            number, ended = numbers.start, False
            while True:
                try:
                    if not here.poll(_PATIENCE):
                        raise TimeoutError
                    what, about, said = here.recv()
                except (EOFError, TimeoutError) as problem:
                    if not ended:
                        bad += 1
                        print(number, "died" if isinstance(problem, EOFError) else "hangs", flush=True)  # fmt: skip
                        keep = given.keep / str(number)
                        shutil.copytree(Path(folder) / "case", keep, dirs_exist_ok=True)
                        numbers = range(number + 1, numbers.stop)
                    break
                if what == "begin":
                    number = int(about)
                elif what == "codes":
                    codes.update(said)
                    ended = True
                    numbers = range(0)
                else:
                    done[about] += 1
                    for one in said:
                        bad += 1
                        print(number, about, one.replace("\n", "\n    "), flush=True)
                    if sum(done.values()) % 1000 == 0:
                        print(f"{sum(done.values())} cases, {bad} wrong, {time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
            process.kill()
            process.join()
    print(f"{sum(done.values())} cases, {bad} wrong, seed {given.seed}, {time.monotonic() - begun:.0f} s")  # fmt: skip
    for name, count in sorted(done.items()):
        print(f"  {name}: {count}")
    print("  exit codes:", dict(codes))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
