# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The generator beside wrk and h2load: as a closed loop all three must tell the same story."""

import re
from statistics import median

from . import tools
from .measure import each
from .processes import BenchError, run

_CONNECTIONS = 16
_UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}


def cross_check(bench, chosen, say):
    """Median latency and requests per second of a closed loop, by each tool, interleaved."""
    takers = {"bench_openloop": _own}
    for name, take in (("wrk", _wrk), ("h2load", _h2load)):
        if tools.find(name):
            takers[name] = take
        else:
            say.skipped(f"cross-check with {name}: {name} is not installed")

    def measure(subject):
        slices = {name: [] for name in takers}
        with bench.running(subject) as (_, port):
            bench.load(port, subject.path, _CONNECTIONS, ("--requests", 2000))
            for _ in range(bench.settings.cross_check_rounds):
                for name in [*takers, *reversed(takers)]:
                    slices[name].append(takers[name](bench, f"127.0.0.1:{port}", subject.path))
        return {name: {key: median(one[key] for one in found) for key in ("p50_us", "per_second")}
                for name, found in slices.items()}

    return each(bench, chosen, say, "cross-check", measure)


def _own(bench, target, path):
    done = bench.open_loop(target.rpartition(":")[2], path, "--closed", "--connections",
                           _CONNECTIONS, "--seconds", bench.settings.cross_check_seconds)
    return {"p50_us": done["latency_us"]["p50"], "per_second": done["answered"] / done["seconds"]}


def _wrk(bench, target, path):
    seconds = bench.settings.cross_check_seconds
    return read_wrk(run([tools.find("wrk"), "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s",
                         "--latency", f"http://{target}{path}"], bench.client_cpu))


def read_wrk(text):
    p50 = re.search(r"^\s+50%\s+([\d.]+)(us|ms|s)$", text, re.M)
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", text, re.M)
    if not p50 or not rate:
        raise BenchError("wrk prints something else than expected")
    return {"p50_us": float(p50[1]) * _UNITS[p50[2]], "per_second": float(rate[1])}


def _h2load(bench, target, path):
    log = bench.folder / "h2load.log"  # start (us), status, taken (us): a line for each request
    log.unlink(missing_ok=True)
    text = run([tools.find("h2load"), "--h1", f"-c{_CONNECTIONS}", "-t1", "-m1", "-D",
                str(bench.settings.cross_check_seconds), f"--log-file={log}",
                f"http://{target}{path}"], bench.client_cpu)
    return read_h2load(text, log.read_text())


def read_h2load(text, log):
    rate = re.search(r"([\d.]+) req/s", text)
    taken = [int(line.split("\t")[2]) for line in log.splitlines()]
    if not rate or not taken:
        raise BenchError("h2load prints something else than expected")
    return {"p50_us": float(median(taken)), "per_second": float(rate[1])}
