# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The table and the comparisons, as text."""

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
    ("active", "KiB/conn", lambda r, s: _number(_get(r, "memory", s.name, "active_kib"), 1)),
    ("no reader", "MiB", lambda r, s: _number(_get(r, "memory", s.name, "never_reads_mib"), 1)),
    ("no answer", "MiB", lambda r, s: _number(_get(r, "memory", s.name, "never_answers_mib"), 1)),
    ("latency us", "p50", lambda r, s: _number(_get(r, "latency", s.name, "busy", "p50_us"))),
    ("latency us", "p99", lambda r, s: _number(_get(r, "latency", s.name, "busy", "p99_us"))),
    ("latency us", "c=1 p50", lambda r, s: _number(_get(r, "latency", s.name, "calm", "p50_us"))),
    ("latency us", "c=1 p99", lambda r, s: _number(_get(r, "latency", s.name, "calm", "p99_us"))),
    ("start", "ms", lambda r, s: _number(_get(r, "start", s.name, "ms"), 1)),
    ("drain", "failed", lambda r, s: _number(_get(r, "drain", s.name, "failed_in_flight"))),
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
    # Nor does a subject without a figure get a row.
    shown = [index for index in range(len(chosen)) if any(cells[index] != "-"
                                                          for _, _, cells in columns)]
    groups = [column[0] for column in columns]
    rows = [["", *("" if index and groups[index - 1] == group else group
                   for index, group in enumerate(groups))],
            ["subject", *(title for _, title, _ in columns)]]
    rows += [[chosen[index].name, *(cells[index] for _, _, cells in columns)] for index in shown]
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    lines.insert(2, "-" * max(map(len, lines)))
    return "\n".join(lines if shown else [])


def comparisons(results):
    """Ratios of CPU time with their 95 % intervals; a difference inside the interval is none."""
    pairs = (("faultline", "floor"), ("faultline", "nginx"), ("faultline", "haproxy"),
             ("faultline-tcp", "floor-tcp"), ("faultline-tcp", "haproxy-tcp"),
             ("faultline-tcp", "toxiproxy"), ("faultline-paths", "faultline"),
             ("faultline-fields", "faultline"),
             ("faultline-mirror", "faultline-json"), ("prism", "faultline-mirror"),
             ("nginx", "floor"), ("haproxy", "floor"))
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


def details(results):
    """What belongs to one subject or has no place in the table."""
    lines = []
    looks = results.get("latency", {})
    if looks:
        one = next(iter(looks.values()))
        lines.append(f"latency: {one['rate']:,} requests/s over 16 connections, half the smallest "
                     "knee; c=1: 200 requests/s")
        direct = looks.get("direct", {}).get("busy")
        if direct:
            lines.append(f"  noise: slices of direct lie {_number(direct['p99_spread_us'])} us "
                         "apart in p99; the generator was woken "
                         f"{_number(direct['lag_p99_us'])} us late (p99)")
    overload = _get(results, "overload", "faultline-overload", "messages")
    if overload:
        text = ("overloaded mirror: {sent_by_clients:,} messages sent, {seen:,} seen = "
                "{checked:,} checked + {skipped:,} skipped + {dropped:,} lost")
        lines.append(text.format(**overload))
    reload = results.get("reload", {}).get("faultline")
    if reload:
        lines.append("reload of 1,000 rules: " + ", ".join(f"{ms:.1f}" for ms in reload["times_ms"])
                     + f" ms; {reload['requests']:,} requests meanwhile, slowest "
                     f"{reload['max_us'] / 1000:.1f} ms")
    for name, one in results.get("drain", {}).items():
        lines.append(f"{one['drains']} drains of {name}: at most {one['seconds']:.2f} s, "
                     f"{one['answered']:,} answered, failures {one['failures']}")
    for name, tools in results.get("cross-check", {}).items():
        lines.append(f"closed loop on {name}: " + "; ".join(
            f"{tool} p50 {one['p50_us']:,.0f} us, {one['per_second']:,.0f}/s"
            for tool, one in tools.items()))
    return lines
