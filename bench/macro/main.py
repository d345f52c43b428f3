# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""bench/run: chooses, measures, prints one table and writes results.json."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from . import gates, instruments, report, subjects, tools
from .bench import QUICK, Bench, Settings
from .processes import BenchError, raise_file_limit

_ROOT = Path(__file__).resolve().parents[2]
_NEEDED = ("bench_floor", "bench_origin", "bench_driver", "bench_openloop")


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures faultline beside a "
                                     "bare relay (the floor), nginx, haproxy and toxiproxy.")
    parser.add_argument("--quick", action="store_true", help="short looks: rough figures")
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="a subject or an instrument; may be repeated")
    parser.add_argument("--origin", choices=("own", "nginx"), default="own",
                        help="who answers the requests (memory is always measured with 'own')")
    parser.add_argument("--build", default=str(_ROOT / "build" / "bench"), metavar="DIR",
                        help="where the binaries are and results.json goes (build/bench)")
    options = parser.parse_args(arguments)
    names = [subject.name for subject in subjects.all_subjects()]
    wrong = [name for name in options.only if name not in names and name not in instruments.ALL]
    if wrong:
        parser.error(f"unknown name '{wrong[0]}'\n  subjects: {' '.join(names)}\n"
                     f"  instruments: {' '.join(instruments.ALL)}")
    return options


def _say(text):
    print(text, file=sys.stderr, flush=True)


class _Say:
    """What is told beside figures. A failure decides the exit code, a skip does not."""

    def __init__(self):
        self.failures, self.skips = [], []

    def failed(self, text):
        self.failures.append(text)
        _say(f"failed: {text}")

    def skipped(self, text):
        self.skips.append(text)
        _say(f"skipped {text}")


def _choose(options, say):
    """(subjects to measure, instruments to use); what is missing is said and skipped."""
    chosen, build = [], Path(options.build)
    named = {name for name in options.only if name not in instruments.ALL}
    for subject in subjects.all_subjects():
        if named and subject.name not in named:
            continue
        missing = subject.missing(build)
        if missing:
            say.skipped(f"{subject.name}: {missing}")
        else:
            chosen.append(subject)
    wanted = [name for name in instruments.ALL
              if name in options.only or not set(options.only) & set(instruments.ALL)]
    for name in list(wanted):
        needed = instruments.NEEDS.get(name)
        if needed and not tools.find(needed):
            say.skipped(f"{name}: {needed} is not installed")
            wanted.remove(name)
    return chosen, wanted


def _measure(bench, chosen, wanted, say):
    results = {}
    for name in wanted:
        start = time.monotonic()
        users = [subject for subject in chosen if name in subject.uses]
        if not users:
            continue
        results[name] = instruments.ALL[name](bench, users, say)
        _say(f"{name}: {time.monotonic() - start:.0f} s")
    return results


def _print(chosen, results, outcome):
    environment = outcome["environment"]
    blocks = [
        [report.table(results, chosen)],
        [goal["text"] for goal in outcome["goals"] if goal["state"] != "not measured"]
        or ["goals: not measured by what was chosen"],
        report.details(results),
        [report.comparison_line(entry) for entry in outcome["comparisons"]],
    ]
    print("\n\n".join("\n".join(block) for block in blocks if any(block)))
    print(f"\n{environment['cpu']}, {environment['cpus']} CPUs, load average "
          f"{environment['load_average_at_start']:.2f} before and "
          f"{environment['load_average_at_end']:.2f} after, {outcome['seconds']:.0f} s"
          f"{', quick: figures are rough' if outcome['quick'] else ''}")
    if any(one.get("disturbed") for name in ("cpu", "bulk")
           for one in results.get(name, {}).values()):
        print("~ other work took more than 5 % of the CPU (or the host 2 %) in most slices: trust "
              "instructions and system calls, not time")


def main(arguments):
    options = _parse(arguments)
    build = Path(options.build)
    absent = [name for name in _NEEDED if not (build / name).is_file()]
    if absent:
        _say(f"error: {', '.join(absent)} not in {build}: ./dev bench builds them")
        return 1
    say = _Say()
    chosen, wanted = _choose(options, say)
    raise_file_limit()

    def interrupt(*_):
        raise KeyboardInterrupt

    # Ended from outside, the children still have to go.
    signal.signal(signal.SIGTERM, interrupt)
    start = time.monotonic()
    try:
        with Bench(build, QUICK if options.quick else Settings(), options.origin) as bench:
            environment = bench.environment()
            results = _measure(bench, chosen, wanted, say)
    except BenchError as error:
        _say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    environment["load_average_at_end"] = os.getloadavg()[0]
    budget = json.loads((_ROOT / "bench" / "budget.json").read_text())
    outcome = {
        "quick": options.quick, "seconds": round(time.monotonic() - start, 1),
        "environment": environment, "results": results,
        "failures": say.failures, "skipped": say.skips,
        "goals": gates.judge(results, budget), "comparisons": report.comparisons(results),
    }
    _print(chosen, results, outcome)
    path = build / "results.json"
    path.write_text(json.dumps(outcome, indent=2, sort_keys=True) + "\n")
    print(f"results: {os.path.relpath(path)}")
    return 1 if say.failures else 0
