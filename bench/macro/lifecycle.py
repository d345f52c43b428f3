# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Start, reload and drain under load."""

import re
import signal
import time
from statistics import median

from .measure import each
from .processes import BenchError

_STARTS = 7
_RELOADS = 5
_RULES = 1000
_CONNECTIONS = 64
_POLL_SECONDS = 0.0005
_DRAIN_SECONDS = 10  # faultline's default; the peers have no such deadline of their own.

# How each subject is told to finish what it has and go.
_DRAIN_SIGNAL = {"nginx": signal.SIGQUIT, "haproxy": signal.SIGUSR1, "faultline": signal.SIGTERM}


def start(bench, chosen, say):
    """Milliseconds from the start of the process until a connection is accepted."""

    def measure(subject):
        times = []
        for _ in range(_STARTS):
            with bench.running(subject, kill=True) as (child, _):
                times.append(child.ready_seconds * 1000)
        return {"ms": median(times), "max_ms": max(times)}

    return each(bench, chosen, say, "start", measure)


def reload(bench, chosen, say):
    """SIGHUP with 1,000 rules under load: how long until they are in force, and what it did to the
    requests."""

    def measure(subject):
        rate = bench.settings.latency_rate
        with bench.running(subject, keep=True) as (child, port):
            config = child.folder / "faultline.yaml"
            plain = config.read_text()
            calm = _load(bench, port, rate).result()
            load = _load(bench, port, rate)
            times = [_reload_once(child, config, plain + _rules(i)) for i in range(_RELOADS)]
            stirred = load.result()
        for name, done in (("calm", calm), ("reload", stirred)):
            if done["scheduled"] != done["answered"] + done["failed"]:
                raise BenchError(f"the client lost count ({name})")
        bench.discard(config.parent)
        return {"ms": median(times), "max_ms": max(times), "times_ms": times,
                "requests": stirred["answered"], "failed": stirred["failed"],
                "p99_us": stirred["latency_us"]["p99"], "calm_p99_us": calm["latency_us"]["p99"],
                "max_us": stirred["latency_us"]["max"]}

    return each(bench, chosen, say, "reload", measure)


def _load(bench, port, rate):
    seconds = _RELOADS * 0.6 + 0.4
    return bench.open_loop_in_background(port, "/small", "--connections", _CONNECTIONS, "--rate",
                                         rate, "--seconds", seconds)


def _rules(generation):
    """Rules none of which matches /small; their names change, so that nothing can be reused."""
    lines = [f"  - {{ name: r{generation}-{i}, match: {{ path: /other-{i}/:id }}, "
             "fault: { latency: { fixed: 1ms } } }" for i in range(_RULES)]
    return "\nrules:\n" + "\n".join(lines) + "\n"


def _reload_once(child, config, text):
    """Milliseconds from SIGHUP to the line that says so. The file is renamed into place, and the
    watcher of the file, which would reload as well, waits for 200 ms of quiet first."""
    said = r"configuration reloaded \(generation"
    next_file = config.with_suffix(".next")
    next_file.write_text(text)
    before = len(re.findall(said, child.log_text()))
    next_file.rename(config)
    begun = time.monotonic()
    child.send(signal.SIGHUP)
    while len(re.findall(said, child.log_text())) == before:
        if time.monotonic() - begun > 5:
            raise BenchError(f"no reload within 5 s: {child.tail()}")
        time.sleep(_POLL_SECONDS)
    taken = (time.monotonic() - begun) * 1000
    time.sleep(0.5)  # The watcher has its turn.
    return taken


def drain(bench, chosen, say):
    """The signal to finish, at full load: requests that had been sent and were not answered."""

    def measure(subject):
        how = _DRAIN_SIGNAL[subject.name]
        with bench.running(subject) as (child, port):
            load = bench.open_loop_in_background(
                port, "/small", "--closed", "--until-refused", "--connections", _CONNECTIONS,
                "--seconds", 2 * _DRAIN_SECONDS)
            time.sleep(1)
            begun = time.monotonic()
            child.send(how)
            if not child.wait(_DRAIN_SECONDS + 5):
                raise BenchError(f"did not end within {_DRAIN_SECONDS + 5} s of its drain")
            seconds = time.monotonic() - begun
            done = load.result()
        in_flight = done["failed"] - done["failures"]["connect"]
        return {"seconds": seconds, "answered": done["answered"], "failed_in_flight": in_flight,
                "failures": done["failures"], "reconnects": done["reconnects"]}

    return each(bench, chosen, say, "drain", measure)
