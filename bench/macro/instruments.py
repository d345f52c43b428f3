# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The instruments, in order of trust: instructions, system calls, CPU time; memory; latency.

Each takes the bench and the subjects and returns {subject name: figures}. A subject that fails is
reported through `say.failed` and does not stop the others."""

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import figures, subjects
from .bench import VALGRIND_READY_SECONDS
from .processes import (BenchError, Child, connections_to, is_worker_name, split_threads,
                        threads_of)

# A slice is disturbed when others used more of the subject's CPU than this, or the host took more.
FOREIGN_MAX = 0.05
STEAL_MAX = 0.02


def _each(bench, chosen, say, what, measure):
    results = {}
    for subject in chosen:
        if bench.is_time_up():
            say.skipped(f"{what} of {subject.name}: the time is up")
            continue
        try:
            results[subject.name] = measure(subject)
        except (BenchError, OSError, ValueError) as error:
            say.failed(f"{what} of {subject.name}: {error}")
    return results


# --- user instructions ---------------------------------------------------------------------------

def instructions(bench, chosen, say):
    """(Ir(N2) - Ir(N1)) / (N2 - N1) over one keep-alive connection, by callgrind."""
    valgrind = subjects.tool("valgrind")

    def one_run(subject, requests, cpu):
        place = bench.place()
        command = [valgrind, "--tool=callgrind", "--separate-threads=yes",
                   f"--callgrind-out-file={place.folder}/callgrind", *subject.prepare(place)]
        child = bench.start(subject.name, command, place, cpu, VALGRIND_READY_SECONDS)
        bench.load(place.port, subject.path, 1, ("--requests", requests), cpu=cpu, seconds=120)
        threads = threads_of(child.pid)
        if not bench.end(child, seconds=60):
            raise BenchError("did not end under callgrind")
        return _callgrind_threads(place.folder, threads)

    def measure(subject):
        few, many = bench.settings.ir_requests
        cpus = (bench.subject_cpu, bench.client_cpu)
        # Instructions do not depend on time, so the two runs may share the machine.
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(one_run, subject, n, cpu) for n, cpu in zip((few, many), cpus)]
            low, high = (run.result() for run in runs)
        per_request = {key: (high[key] - low.get(key, 0)) / (many - few) for key in high}
        named = [key for key in per_request if is_worker_name(key)]
        total = sum(per_request.values())
        worker = sum(per_request[key] for key in named) if named else total
        return {"worker": worker, "all": total, "threads": per_request}

    if not valgrind:
        return {}
    return _each(bench, _proxies(chosen), say, "instructions", measure)


def _callgrind_threads(folder, threads):
    """{thread name: instructions}. Callgrind numbers threads in the order of creation."""
    sums = {}
    for path in sorted(Path(folder).glob("callgrind*")):
        text = path.read_text(errors="replace")
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
        thread = re.search(r"^thread: (\d+)", text, re.M)
        if not total:
            continue
        index = int(thread.group(1)) - 1 if thread else 0
        name = threads[index][1] if index < len(threads) else f"thread-{index + 1}"
        sums[name] = sums.get(name, 0) + int(total.group(1))
    if not sums:
        raise BenchError("callgrind wrote no totals")
    return sums


# --- system calls --------------------------------------------------------------------------------

def system_calls(bench, chosen, say):
    """Calls per request, counted by strace on the running subject."""
    strace = subjects.tool("strace")

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

    if not strace:
        return {}
    return _each(bench, _proxies(chosen), say, "system calls", measure)


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


# --- CPU time ------------------------------------------------------------------------------------

def cpu_time(bench, chosen, say):
    """Microseconds of CPU per request at 64 connections, in interleaved slices A B C C B A."""
    settings = bench.settings

    def one(subject, child, port):
        load = ("--seconds", settings.slice_seconds)
        return _slice(bench, child, lambda: bench.load(port, subject.path, 64, load))

    return _sliced(bench, chosen, say, settings.rounds, one)


def bulk_cpu_time(bench, chosen, say):
    """The same with bodies of 1 MiB and four connections."""
    settings = bench.settings

    def one(_, child, port):
        load = ("--seconds", settings.bulk_seconds)
        return _slice(bench, child, lambda: bench.load(port, "/bulk", 4, load))

    chosen = [subject for subject in chosen if subject.path == "/small"]
    return _sliced(bench, chosen, say, settings.bulk_rounds, one)


def _sliced(bench, chosen, say, rounds, one):
    slices = {subject.name: [] for subject in chosen}
    running, contexts, upstream = {}, [], {}
    try:
        for subject in chosen:
            try:
                context = bench.running(subject)
                running[subject.name] = context.__enter__()
                contexts.append((subject, context))
                child, port = running[subject.name]
                bench.load(port, subject.path, 64, ("--requests", 2000))
                # Subjects that reuse fewer connections than others would not do the same work.
                upstream[subject.name] = connections_to(child.pid, bench.origin) if child else 0
            except (BenchError, OSError, ValueError) as error:
                running.pop(subject.name, None)
                say.failed(f"CPU time of {subject.name}: {error}")
        for done in range(rounds):
            if bench.is_time_up():
                say.skipped(f"{rounds - done} of {rounds} rounds of CPU time: the time is up")
                break
            for subject in [*chosen, *reversed(chosen)]:
                if subject.name not in running:
                    continue
                try:
                    slices[subject.name].append(one(subject, *running[subject.name]))
                except (BenchError, OSError, ValueError) as error:
                    running.pop(subject.name)
                    say.failed(f"CPU time of {subject.name}: {error}")
    finally:
        for subject, context in reversed(contexts):
            try:
                context.__exit__(None, None, None)
            except BenchError as error:
                say.failed(f"CPU time of {subject.name}: {error}")
    return {name: {**_summarise(found), "upstream_connections": upstream[name]}
            for name, found in slices.items() if found}


def _slice(bench, child, load):
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


def _summarise(slices):
    used, is_disturbed = figures.usable(slices)
    keys = ("worker_us", "all_us", "worker_us_per_mb", "all_us_per_mb", "requests_per_second")
    return {"slices": slices, "used": len(used), "disturbed": is_disturbed,
            "values": [one["worker_us"] for one in used],
            **{key: figures.summary(used, key) for key in keys}}


# --- memory --------------------------------------------------------------------------------------

def memory(bench, chosen, say):
    """Resident memory of idle connections, and its peak under peers that hang."""
    settings = bench.settings

    def measure(subject):
        # Only the own origin knows /huge and /silent.
        origin = bench.own_origin_port
        result = {}
        with bench.running(subject, origin) as (child, port):
            bench.load(port, subject.path, 4, ("--requests", 500))
            result["idle_kib"] = _idle(bench, child, port, subject.path)
        gigabyte = 1 << 30
        hangs = {"never_reads": ("--path", "/huge", "--connections", 4),
                 "never_answers": ("--path", "/silent", "--connections", 4, "--upload", gigabyte)}
        for name, arguments in hangs.items():
            with bench.running(subject, origin, kill=True) as (child, port):
                bench.load(port, subject.path, 4, ("--requests", 500))
                base = _status_kib(child, "VmRSS")
                Path(f"/proc/{child.pid}/clear_refs").write_text("5")
                with bench.holding("hang", port, *arguments):
                    time.sleep(settings.hang_seconds)
                    result[f"{name}_mib"] = (_status_kib(child, "VmHWM") - base) / 1024
        return result

    return _each(bench, _proxies(chosen), say, "memory", measure)


def _idle(bench, child, port, path):
    count = bench.settings.idle_connections
    base = _status_kib(child, "VmRSS")
    with bench.holding("idle", port, "--path", path, "--connections", count) as driver:
        time.sleep(0.5)
        grown = _status_kib(child, "VmRSS") - base
        if f'"open":{count}}}' not in driver.say_end():
            raise BenchError("idle connections were closed")
    return grown / count


def _status_kib(child, key):
    for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise BenchError(f"{key} is missing in /proc")


# --- latency -------------------------------------------------------------------------------------

def latency(bench, chosen, say):
    """Open loop at a fixed rate over 16 connections; counted from the intended send time."""
    settings = bench.settings

    def measure(subject):
        with bench.running(subject) as (_, port):
            bench.load(port, subject.path, 16, ("--requests", 500))
            done = bench.open_loop(port, subject.path, "--connections", 16, "--seconds",
                                   settings.latency_seconds, "--rate", settings.latency_rate)
        if done["failed"]:
            raise BenchError(f"{done['failed']} requests failed: {done['failures']}")
        return {f"{key}_us": done["latency_us"][key] for key in ("p50", "p90", "p99", "max")}

    return _each(bench, chosen, say, "latency", measure)


def _proxies(chosen):
    return [subject for subject in chosen if subject.prepare is not None]


ALL = {
    "ir": instructions,
    "syscalls": system_calls,
    "cpu": cpu_time,
    "bulk": bulk_cpu_time,
    "memory": memory,
    "latency": latency,
}
