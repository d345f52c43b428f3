# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""CPU time per request and per MiB, in interleaved slices A B C C B A."""

import os

from . import figures
from .measure import all_running, in_rounds
from .processes import connections_to, split_threads, threads_of

# A slice is disturbed when others used more of the subject's CPU than this, or the host took more.
FOREIGN_MAX = 0.05
STEAL_MAX = 0.02


def cpu_time(bench, chosen, say):
    """Microseconds of CPU per request at 64 connections, in interleaved slices A B C C B A."""
    settings = bench.settings

    def one(subject, child, port):
        load = ("--seconds", settings.slice_seconds)
        return slice_of(bench, child, lambda: bench.load(port, subject.path, 64, load))

    return _sliced(bench, chosen, say, settings.rounds, one)


def bulk_cpu_time(bench, chosen, say):
    """The same with bodies of 1 MiB and four connections."""
    settings = bench.settings

    def one(_, child, port):
        load = ("--seconds", settings.bulk_seconds)
        return slice_of(bench, child, lambda: bench.load(port, "/bulk", 4, load))

    return _sliced(bench, chosen, say, settings.bulk_rounds, one)


def _sliced(bench, chosen, say, rounds, one):
    slices = {subject.name: [] for subject in chosen}
    upstream = {}

    def warm_up(subject, child, port):
        bench.load(port, subject.path, 64, ("--requests", 2000))
        # Subjects that reuse fewer connections than others would not do the same work.
        upstream[subject.name] = connections_to(child.pid, bench.origin) if child else 0

    with all_running(bench, chosen, say, "CPU time", warm_up) as running:
        for subject in in_rounds(chosen, rounds, bench.is_time_up):
            running.use(subject, lambda s, child, port: slices[s.name].append(one(s, child, port)))
    fewest = min(map(len, slices.values()), default=0)
    if fewest < 2 * rounds and bench.is_time_up():
        say.skipped(f"all but {fewest} of {2 * rounds} slices of CPU time: the time is up")
    return {name: {**summarise(found), "upstream_connections": upstream[name]}
            for name, found in slices.items() if found}


def slice_of(bench, child, load):
    before, host = _cpu_ns(child), _host_ns(bench.subject_cpu)
    done = load()
    used = {key: value - before[key] for key, value in _cpu_ns(child).items()}
    host_now = _host_ns(bench.subject_cpu)
    span = done["seconds"] * 1e9
    foreign = (host_now["busy"] - host["busy"] - used["all"]) / span if child else 0.0
    steal = (host_now["steal"] - host["steal"]) / span
    return {
        "worker_us": used["worker"] / 1000 / done["requests"],
        "all_us": used["all"] / 1000 / done["requests"],
        "worker_us_per_mb": used["worker"] / 1000 / (done["bytes"] / (1 << 20)),
        "all_us_per_mb": used["all"] / 1000 / (done["bytes"] / (1 << 20)),
        "requests_per_second": done["requests"] / done["seconds"],
        "foreign": round(foreign, 4), "steal": round(steal, 4),
        "disturbed": foreign > FOREIGN_MAX or steal > STEAL_MAX,
    }


def _cpu_ns(child):
    if child is None:
        return {"worker": 0, "all": 0}
    threads = threads_of(child.pid)
    used = {}
    for tid, _ in threads:
        with open(f"/proc/{child.pid}/task/{tid}/schedstat", encoding="ascii") as stream:
            used[tid] = int(stream.read().split()[0])
    workers, _ = split_threads(threads)
    return {"worker": sum(used[tid] for tid in workers), "all": sum(used.values())}


def _host_ns(cpu):
    """Time the subject's CPU was busy, and time the host took from it; in ticks of 10 ms."""
    tick = 1e9 / os.sysconf("SC_CLK_TCK")
    label = "cpu" if cpu is None else f"cpu{cpu}"
    with open("/proc/stat", encoding="ascii") as stream:
        for line in stream:
            words = line.split()
            if words[0] == label:
                user, nice, system, _, _, irq, softirq, steal = map(int, words[1:9])
                busy = user + nice + system + irq + softirq
                return {"busy": busy * tick, "steal": steal * tick}
    return {"busy": 0, "steal": 0}


def summarise(slices):
    used, is_disturbed = figures.usable(slices)
    keys = ("worker_us", "all_us", "worker_us_per_mb", "all_us_per_mb", "requests_per_second")
    return {"slices": slices, "used": len(used), "disturbed": is_disturbed,
            "values": [one["worker_us"] for one in used],
            **{key: figures.summary(used, key) for key in keys}}
