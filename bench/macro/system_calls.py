# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""System calls per request, counted by strace on the running subject."""

import signal
import time

from . import tools
from .measure import each
from .processes import BenchError, Child, split_threads, threads_of


def system_calls(bench, chosen, say):
    """Calls per request, counted by strace on the running subject."""
    strace = tools.find("strace")

    def measure(subject):
        result = {}
        with bench.running(subject) as (child, port):
            bench.load(port, subject.path, 4, ("--requests", 200))
            for connections, requests in bench.settings.syscall_requests:
                workers, others = split_threads(threads_of(child.pid))
                groups = [_Trace(bench, strace, tids) for tids in (workers, others) if tids]
                try:
                    bench.load(port, subject.path, connections, ("--requests", requests))
                finally:
                    counts = [group.finish() for group in groups]
                result[f"c{connections}"] = {
                    "worker": sum(counts[0].values()) / requests,
                    "all": sum(sum(count.values()) for count in counts) / requests,
                    "calls": {name: round(count / requests, 3)
                              for name, count in sorted(counts[0].items())},
                }
        return result

    return each(bench, chosen, say, "system calls", measure)


class _Trace:
    """One strace that counts the calls of some threads of one process."""

    _count = 0

    def __init__(self, bench, strace, tids):
        _Trace._count += 1
        self._output = bench.folder / f"strace-{_Trace._count}"
        log = bench.folder / f"strace-{_Trace._count}.log"
        targets = [word for tid in tids for word in ("-p", str(tid))]
        self._child = Child("strace", [strace, "-c", "-o", str(self._output), *targets], None, log)
        deadline = time.monotonic() + 10
        while log.read_text(errors="replace").count(" attached") < len(tids):
            if time.monotonic() > deadline:
                self._child.stop()
                raise BenchError(f"strace did not attach: {self._child.tail()}")
            time.sleep(0.02)

    def finish(self):
        """{call: count}."""
        self._child.stop(signal.SIGINT)
        counts = {}
        text = self._output.read_text() if self._output.exists() else ""
        for line in text.splitlines():
            words = line.split()
            if len(words) < 5 or not words[3].isdigit() or words[-1] == "total":
                continue
            counts[words[-1]] = int(words[3])
        return counts
