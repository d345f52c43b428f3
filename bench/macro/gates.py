# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The goals: each row has a limit from budget.json, a figure of this run, and by how much.

A figure is at most its limit or the goal is missed; one that lacks a part is not measured."""

from dataclasses import dataclass

from . import figures


@dataclass(frozen=True)
class Gate:
    goal: str  # As in budget.json.
    key: str
    what: str
    unit: str
    digits: int
    read: object  # (Look) -> value or None


class Look:
    """Reads figures; None as soon as one is missing."""

    def __init__(self, results):
        self._results = results

    def get(self, instrument, name, *keys):
        value = self._results.get(instrument, {}).get(name)
        for key in keys:
            value = None if value is None else value.get(key)
        return value

    def ratio(self, above, below):
        return None if above is None or not below else above / below

    def difference(self, above, below):
        return None if above is None or below is None else above - below

    def ir(self, name):
        return self.get("ir", name, "worker")

    def ir_ratio(self, below):
        return self.ratio(self.ir("faultline"), self.ir(below))

    def cpu(self, above, below):
        """The ratio of the medians of CPU time."""
        interval = self._interval("cpu", above, below)
        return interval and interval[0]

    def cpu_high(self, above, below):
        """The upper end of its 95 % interval."""
        interval = self._interval("cpu", above, below)
        return interval and interval[2]

    def _interval(self, instrument, above, below):
        return figures.ratio_interval(self.get(instrument, above, "values"),
                                      self.get(instrument, below, "values"))

    def cpu_to_best(self, name, peers):
        ratios = [ratio for peer in peers if (ratio := self.cpu(name, peer)) is not None]
        return max(ratios) if ratios else None

    def bulk(self, below):
        return self.ratio(self.get("bulk", "faultline", "all_us_per_mb", "median"),
                          self.get("bulk", below, "all_us_per_mb", "median"))

    def busy(self, name, key):
        return self.get("latency", name, "busy", key)

    def timer_calls(self):
        """Timer calls per request with a latency fault on every one, those of a plain run off."""
        slow = self.get("syscalls", "faultline-slow", "c64", "calls")
        if slow is None:
            return None
        return sum(count for name, count in slow.items() if name.startswith("timerfd"))

    def overload(self, *keys):
        return self.get("overload", "faultline-overload", *keys)

    def analysis_to_worker(self):
        """Above 1 the worker is faster than the analysis thread and has to wait for it."""
        worker = self.get("cpu", "faultline-mirror", "worker_us", "median")
        every = self.get("cpu", "faultline-mirror", "all_us", "median")
        return self.ratio(self.difference(every, worker), worker)

    def orders(self, *keys):
        return self.get("overload", "faultline-orders", *keys)


_GATES = (
    Gate("G1", "ir", "instructions per request", "", 0, lambda r: r.ir("faultline")),
    Gate("G1", "to_nginx", "instructions, x nginx", "", 2, lambda r: r.ir_ratio("nginx")),
    Gate("G1", "to_haproxy", "instructions, x haproxy", "", 2, lambda r: r.ir_ratio("haproxy")),
    Gate("G1", "to_floor", "instructions, x floor", "", 2, lambda r: r.ir_ratio("floor")),
    Gate("G2", "syscalls", "system calls per request, c=64", "", 2,
         lambda r: r.get("syscalls", "faultline", "c64", "worker")),
    Gate("G3", "to_best_peer", "CPU per request, x the better of nginx and haproxy", "", 2,
         lambda r: r.cpu_to_best("faultline", ("nginx", "haproxy"))),
    Gate("G3", "to_floor", "CPU per request, x floor (upper end of 95 %)", "", 2,
         lambda r: r.cpu_high("faultline", "floor")),
    Gate("G4", "ir", "TCP: instructions per request", "", 0, lambda r: r.ir("faultline-tcp")),
    Gate("G4", "to_haproxy", "TCP: CPU per request, x haproxy", "", 2,
         lambda r: r.cpu("faultline-tcp", "haproxy-tcp")),
    Gate("G4", "to_toxiproxy", "TCP: CPU per request, x toxiproxy", "", 2,
         lambda r: r.cpu("faultline-tcp", "toxiproxy")),
    Gate("G5", "to_floor", "CPU per MiB, x floor", "", 2, lambda r: r.bulk("floor")),
    Gate("G5", "to_haproxy", "CPU per MiB, x haproxy", "", 2, lambda r: r.bulk("haproxy")),
    Gate("G5", "to_nginx", "CPU per MiB, x nginx", "", 2, lambda r: r.bulk("nginx")),
    Gate("G5", "to_toxiproxy", "CPU per MiB, x toxiproxy", "", 2, lambda r: r.bulk("toxiproxy")),
    Gate("G8", "p50_over_haproxy_us", "added p50 over haproxy's, at half the knee", " us", 0,
         lambda r: r.difference(r.busy("faultline", "p50_us"), r.busy("haproxy", "p50_us"))),
    Gate("G8", "p99_to_haproxy", "p99, x haproxy, at half the knee", "", 2,
         lambda r: r.ratio(r.busy("faultline", "p99_us"), r.busy("haproxy", "p99_us"))),
    Gate("G8", "p50_over_haproxy_us", "added p50 over haproxy's, c=1", " us", 0,
         lambda r: r.difference(r.get("latency", "faultline", "calm", "p50_us"),
                                r.get("latency", "haproxy", "calm", "p50_us"))),
    Gate("G8", "p99_to_haproxy", "p99, x haproxy, c=1", "", 2,
         lambda r: r.ratio(r.get("latency", "faultline", "calm", "p99_us"),
                           r.get("latency", "haproxy", "calm", "p99_us"))),
    *(row for kind in ("paths", "fields") for row in (
        Gate("G9", "added_ir", f"instructions added by 100 rules on other {kind}", "", 0,
             lambda r, kind=kind: r.difference(r.ir(f"faultline-{kind}"), r.ir("faultline"))),
        Gate("G9", "cpu", f"CPU with 100 rules on other {kind}, x without", "", 3,
             lambda r, kind=kind: r.cpu(f"faultline-{kind}", "faultline")))),
    Gate("G10", "added_ir", "instructions added by latency on every request", "", 0,
         lambda r: r.difference(r.ir("faultline-slow"), r.ir("faultline"))),
    Gate("G10", "timer_syscalls", "timer calls per request with it, c=64", "", 2,
         lambda r: r.timer_calls()),
    Gate("G11", "cpu", "worker CPU under an overloaded mirror, x without", "", 2,
         lambda r: r.ratio(r.overload("worker_us", "median"), r.orders("worker_us", "median"))),
    Gate("G11", "p99", "client p99 under it, x without", "", 2,
         lambda r: r.ratio(r.overload("p99_us"), r.orders("p99_us"))),
    Gate("G11", "unaccounted", "messages neither checked, skipped nor counted as lost", "", 0,
         lambda r: r.overload("messages", "unaccounted")),
    Gate("G12", "worker", "worker CPU under a lossless mirror that checks, x without", "", 2,
         lambda r: r.cpu("faultline-mirror", "faultline-json")),
    Gate("G12", "analysis", "its analysis thread's CPU, x the worker's", "", 2,
         lambda r: r.analysis_to_worker()),
    Gate("G12", "to_prism", "CPU per checked request, x Prism", "", 3,
         lambda r: r.ratio(r.get("cpu", "faultline-mirror", "all_us", "median"),
                           r.get("cpu", "prism", "all_us", "median"))),
    Gate("G16", "idle_kib", "memory of an idle connection", " KiB", 1,
         lambda r: r.get("memory", "faultline", "idle_kib")),
    Gate("G16", "active_kib", "memory of an active connection", " KiB", 1,
         lambda r: r.get("memory", "faultline", "active_kib")),
    Gate("G16", "crowd_mib", "resident with 10,000 idle connections", " MiB", 1,
         lambda r: r.get("memory", "faultline", "crowd_mib")),
    *(Gate("G16", "hanging_peers_mib", f"{name}, under a {what}", " MiB", 1,
           lambda r, name=name, key=key: r.get("memory", name, key))
      for name in ("faultline", "faultline-mirror")
      for key, what in (("never_reads_mib", "client that never reads"),
                        ("never_answers_mib", "server that never answers"))),
    Gate("G17", "start_ms", "start until it listens", " ms", 1,
         lambda r: r.get("start", "faultline", "ms")),
    Gate("G17", "reload_ms", "reload of 1,000 rules under load", " ms", 1,
         lambda r: r.get("reload", "faultline", "ms")),
    Gate("G17", "failed", "requests failed by five reloads", "", 0,
         lambda r: r.get("reload", "faultline", "failed")),
    Gate("G17", "p99_bump_ms", "p99 during them, over a calm time", " ms", 2,
         lambda r: r.difference(*(None if us is None else us / 1000 for us in (
             r.get("reload", "faultline", "p99_us"),
             r.get("reload", "faultline", "calm_p99_us"))))),
    Gate("G18", "failed_in_flight", "requests failed by five drains at full load", "", 0,
         lambda r: r.get("drain", "faultline", "failed_in_flight")),
    Gate("G18", "seconds", "from SIGTERM to the end of the process", " s", 2,
         lambda r: r.get("drain", "faultline", "seconds")),
)


def judge(results, budget):
    """[{goal, what, limit, value, state, text}]: state is met, MISSED or not measured."""
    look = Look(results)
    return [_judge_one(gate, budget[gate.goal][gate.key], gate.read(look)) for gate in _GATES]


def _judge_one(gate, limit, value):
    row = {"goal": gate.goal, "what": gate.what, "limit": limit, "value": value}
    if value is None:
        return {**row, "state": "not measured"}
    shown = f"{value:,.{gate.digits}f}{gate.unit}"
    head = f"{gate.goal:<4} {gate.what:<58} {shown:>12}   goal <= {limit:,}{gate.unit}: "
    if value <= limit:
        return {**row, "state": "met", "text": head + "met"}
    by = f"{value - limit:,.{gate.digits}f}{gate.unit}"
    share = f" ({(value / limit - 1) * 100:.1f} %)" if limit else ""
    return {**row, "state": "MISSED", "text": f"{head}MISSED by {by}{share}"}
