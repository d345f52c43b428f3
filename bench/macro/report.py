# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The table, the goals and the comparisons, as text."""

from . import figures


def _number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def _get(results, instrument, name, *keys):
    value = results.get(instrument, {}).get(name)
    for key in keys:
        value = None if value is None else value.get(key)
    return value


# (group, title, how to read it)
_COLUMNS = (
    ("Ir/req", "worker", lambda r, s: _number(_get(r, "ir", s.name, "worker"))),
    ("Ir/req", "all", lambda r, s: _number(_get(r, "ir", s.name, "all"))),
    ("Ir/req", "x floor", lambda r, s: _floor_ratio(r, s)),
    ("syscalls/req", "c=1", lambda r, s: _number(_get(r, "syscalls", s.name, "c1", "worker"), 2)),
    ("syscalls/req", "c=64", lambda r, s: _number(_get(r, "syscalls", s.name, "c64", "worker"), 2)),
    ("CPU us/req", "min", lambda r, s: _cpu(r, s, "worker_us", "min")),
    ("CPU us/req", "median", lambda r, s: _cpu(r, s, "worker_us", "median")),
    ("CPU us/req", "all med", lambda r, s: _cpu(r, s, "all_us", "median")),
    ("CPU us/MiB", "min", lambda r, s: _bulk(r, s, "min")),
    ("CPU us/MiB", "median", lambda r, s: _bulk(r, s, "median")),
    ("idle", "KiB/conn", lambda r, s: _number(_get(r, "memory", s.name, "idle_kib"), 1)),
    ("no reader", "MiB", lambda r, s: _number(_get(r, "memory", s.name, "never_reads_mib"), 1)),
    ("no answer", "MiB", lambda r, s: _number(_get(r, "memory", s.name, "never_answers_mib"), 1)),
    ("latency us", "p50", lambda r, s: _number(_get(r, "latency", s.name, "p50_us"))),
    ("latency us", "p99", lambda r, s: _number(_get(r, "latency", s.name, "p99_us"))),
    ("req/s", "(info)", lambda r, s: _number(_get(r, "cpu", s.name, "requests_per_second",
                                                  "median"))),
)


def _floor_ratio(results, subject):
    own = _get(results, "ir", subject.name, "worker")
    floor = _get(results, "ir", subject.floor, "worker") if subject.floor else None
    return f"{own / floor:.2f}" if own and floor else "-"


def _cpu(results, subject, key, which):
    if subject.prepare is None:
        return "-"
    mark = "~" if _get(results, "cpu", subject.name, "disturbed") else ""
    value = _get(results, "cpu", subject.name, key, which)
    return "-" if value is None else f"{mark}{value:.1f}"


def _bulk(results, subject, which):
    if subject.prepare is None:
        return "-"
    mark = "~" if _get(results, "bulk", subject.name, "disturbed") else ""
    value = _get(results, "bulk", subject.name, "all_us_per_mb", which)
    return "-" if value is None else f"{mark}{value:,.0f}"


def table(results, chosen):
    """Columns without a figure (instruments not used) are left out."""
    columns = [(group, title, [read(results, subject) for subject in chosen])
               for group, title, read in _COLUMNS]
    columns = [column for column in columns if set(column[2]) != {"-"}]
    groups = [column[0] for column in columns]
    rows = [["", *("" if index and groups[index - 1] == group else group
                   for index, group in enumerate(groups))],
            ["subject", *(title for _, title, _ in columns)]]
    rows += [[subject.name, *(cells[index] for _, _, cells in columns)]
             for index, subject in enumerate(chosen)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    lines.insert(2, "-" * max(map(len, lines)))
    return "\n".join(lines)


def goals(results, budget):
    """[{goal, limit, value, state}]: state is met, MISSED or not measured."""
    rows = [
        ("pass-through: worker instructions per request", "<=",
         budget["pass_through_ir_per_request"], _get(results, "ir", "faultline", "worker"), 0, ""),
        ("pass-through: worker syscalls per request, c=64", "<=",
         budget["pass_through_syscalls_per_request"],
         _get(results, "syscalls", "faultline", "c64", "worker"), 2, ""),
        ("mirror + check + redact: worker CPU, added (median)", "<=",
         budget["mirror_worker_cpu_percent"], _mirror_percent(results), 1, " %"),
        ("idle keep-alive connection", "<=", budget["idle_connection_kib"],
         _get(results, "memory", "faultline", "idle_kib"), 1, " KiB"),
    ]
    for name in ("faultline", "faultline-mirror"):
        for key, what in (("never_reads_mib", "client that never reads"),
                          ("never_answers_mib", "server that never answers")):
            rows.append((f"{name}: memory under a {what}", "<=", budget["hanging_peers_mib"],
                         _get(results, "memory", name, key), 1, " MiB"))
    return [_goal(*row) for row in rows]


def _goal(name, sign, limit, value, digits, unit):
    state = "not measured" if value is None else "met" if value <= limit else "MISSED"
    return {"goal": name, "limit": limit, "value": value, "state": state,
            "text": f"{name}: {_number(value, digits)}{unit if value is not None else ''}"
                    f" (goal {sign} {_number(limit)}{unit}): {state}"}


def _mirror_percent(results):
    off = _get(results, "cpu", "faultline-json", "worker_us", "median")
    on = _get(results, "cpu", "faultline-mirror", "worker_us", "median")
    return (on / off - 1) * 100 if on and off else None


def comparisons(results):
    """Ratios of CPU time with their 95 % intervals; a difference inside the interval is none."""
    pairs = (("faultline", "floor"), ("faultline", "nginx"), ("faultline", "haproxy"),
             ("faultline-tcp", "floor-tcp"), ("faultline-tcp", "haproxy-tcp"),
             ("faultline-mirror", "faultline-json"), ("nginx", "floor"), ("haproxy", "floor"))
    found = []
    for above, below in pairs:
        interval = figures.ratio_interval(_get(results, "cpu", above, "values"),
                                          _get(results, "cpu", below, "values"))
        entry = {"above": above, "below": below, "cpu": interval}
        for instrument, keys in (("ir", ("worker",)), ("syscalls", ("c64", "worker"))):
            top = _get(results, instrument, above, *keys)
            bottom = _get(results, instrument, below, *keys)
            entry[instrument] = top / bottom if top and bottom else None
        if any(entry[key] is not None for key in ("cpu", "ir", "syscalls")):
            found.append(entry)
    return found


def comparison_line(entry):
    parts = []
    if entry["cpu"]:
        parts.append("CPU {:.2f} [{:.2f}, {:.2f}]".format(*entry["cpu"]))
    for key, title in (("ir", "Ir"), ("syscalls", "syscalls")):
        if entry[key] is not None:
            parts.append(f"{title} {entry[key]:.2f}")
    return f"{entry['above']} / {entry['below']}: " + ", ".join(parts)
