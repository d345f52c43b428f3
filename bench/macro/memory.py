# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Resident memory: of idle and of active connections, and its peak under peers that hang."""

import time
from pathlib import Path

from .measure import each
from .processes import BenchError

_GIB = 1 << 30
_ACTIVE_CONNECTIONS = 256
_CROWD = 10_000  # Idle connections for the goal on the whole process.


def memory(bench, chosen, say):
    """Growth per connection is what the subject allocates; the kernel's buffers do not count."""

    def measure(subject):
        # Only the own origin knows /huge and /silent.
        origin = bench.own_origin_port
        result = {}
        with bench.running(subject, origin) as (child, port):
            bench.load(port, subject.path, 4, ("--requests", 500))
            result["idle_kib"] = _idle(bench, child, port, subject, bench.settings.idle_connections)
        with bench.running(subject, origin) as (child, port):
            bench.load(port, subject.path, 4, ("--requests", 500))
            result["active_kib"] = _active(bench, child, port, "/json")
        if subject.name == "faultline":
            with bench.running(subject, origin) as (child, port):
                _idle(bench, child, port, subject, _CROWD)
                result["crowd_mib"] = status_kib(child, "VmHWM") / 1024
        hangs = {"never_reads": ("--path", "/huge", "--connections", 4),
                 "never_answers": ("--path", "/silent", "--connections", 4, "--upload", _GIB)}
        for name, arguments in hangs.items():
            with bench.running(subject, origin, kill=True) as (child, port):
                bench.load(port, subject.path, 4, ("--requests", 500))
                base = _begin_peak(child)
                with bench.holding("hang", port, *arguments):
                    time.sleep(bench.settings.hang_seconds)
                    result[f"{name}_mib"] = (status_kib(child, "VmHWM") - base) / 1024
        return result

    return each(bench, chosen, say, "memory", measure)


def _idle(bench, child, port, subject, count):
    base = status_kib(child, "VmRSS")
    with bench.holding("idle", port, "--path", subject.path, "--connections", count) as driver:
        time.sleep(0.5)
        grown = status_kib(child, "VmRSS") - base
        if f'"open":{count}}}' not in driver.say_end():
            raise BenchError("idle connections were closed")
    return grown / count


def _active(bench, child, port, path):
    """Peak growth while all connections have requests under way all the time."""
    base = _begin_peak(child)
    bench.load(port, path, _ACTIVE_CONNECTIONS, ("--requests", 40 * _ACTIVE_CONNECTIONS))
    return (status_kib(child, "VmHWM") - base) / _ACTIVE_CONNECTIONS


def _begin_peak(child):
    """Sets the peak back to what is resident now, and returns that."""
    Path(f"/proc/{child.pid}/clear_refs").write_text("5")
    return status_kib(child, "VmRSS")


def status_kib(child, key):
    for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise BenchError(f"{key} is missing in /proc")
