# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Latency under a fixed rate, open loop; counted from the intended send time."""

from statistics import median

from .measure import all_running, in_rounds
from .processes import BenchError

_BUSY_CONNECTIONS = 16
_CALM_RATE = 200  # Requests per second over one connection: each finds an idle proxy.


def latency(bench, chosen, say):
    """All subjects at one rate, half of what the slowest can do, and one at a time.

    The knee is that of the harness too: client and origin share a CPU. So it is measured here and
    not taken from elsewhere."""
    settings = bench.settings
    knees, slices = {}, {subject.name: {"busy": [], "calm": []} for subject in chosen}

    def warm_up(subject, _, port):
        done = bench.load(port, subject.path, 64, ("--seconds", settings.knee_seconds))
        knees[subject.name] = done["requests"] / done["seconds"]

    with all_running(bench, chosen, say, "latency", warm_up) as running:
        if not knees:
            return {}
        rate = round(min(knees.values()) / 2)

        def look(kind, connections, per_second, seconds):
            def one(subject, _, port):
                done = bench.open_loop(port, subject.path, "--connections", connections, "--rate",
                                       per_second, "--seconds", seconds, "--warmup", seconds / 10)
                if done["failed"]:
                    raise BenchError(f"{done['failed']} requests failed: {done['failures']}")
                slices[subject.name][kind].append(
                    {key: done[f"{key}_us"] for key in ("latency", "lag")})
            return one

        for subject in in_rounds(chosen, settings.latency_rounds, bench.is_time_up):
            running.use(subject, look("busy", _BUSY_CONNECTIONS, rate, settings.latency_seconds))
        for subject in in_rounds(chosen, settings.calm_rounds, bench.is_time_up):
            running.use(subject, look("calm", 1, _CALM_RATE, settings.latency_seconds))
    return {name: {"rate": rate, "knee": knees[name], "slices": found,
                   **{kind: _summary(found[kind]) for kind in ("busy", "calm") if found[kind]}}
            for name, found in slices.items() if found["busy"]}


def _summary(slices):
    """The median slice: a slice that the host disturbed has a p99 of its own. `p99_spread` is how
    far slices of the same subject lie apart: the noise below which no difference is one."""
    p50 = [one["latency"]["p50"] for one in slices]
    p99 = [one["latency"]["p99"] for one in slices]
    return {"p50_us": median(p50), "p99_us": median(p99), "p99_min_us": min(p99),
            "p99_spread_us": max(p99) - min(p99),
            "lag_p99_us": median(one["lag"]["p99"] for one in slices)}
