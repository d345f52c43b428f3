# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Runs one faultline per question, with bench_accuracy as both of its peers."""

import argparse
import contextlib
import json
import math
import os
import statistics
import sys
import tempfile
from pathlib import Path

from macro.processes import BenchError, Child, choose_cpus, free_port, run

ROOT = Path(__file__).resolve().parents[2]

# A delay, how many messages, over how many connections, how far apart (us): the longest waits are
# taken side by side.
DELAYS = (("500us", 0.0005, 1000, 8, 2000), ("1ms", 0.001, 1000, 8, 2000),
          ("10ms", 0.01, 1000, 8, 2000), ("100ms", 0.1, 1000, 64, 2000),
          ("1s", 1.0, 1000, 64, 2000), ("5s", 5.0, 1000, 64, 2000))
# The figures are medians over so many rounds.
ROUNDS = 3
RATES = (("8KB/s", 8e3), ("64KB/s", 64e3), ("1MB/s", 1e6), ("10MB/s", 10e6), ("100MB/s", 100e6),
         ("1GB/s", 1e9))
CHANCES = ("0.1%", "1%", "5%", "20%", "50%", "99%")
# Two-sided 99.9 % of the normal distribution.
Z_999 = 3.2905

CONFIG = """\
version: 1
workers: 1
run: {{ name: accuracy, seed: {seed}, artifacts: {folder}/runs }}
gate: {{ flag: FAULTLINE_BENCH, environments: [bench] }}
listeners:
  - name: bench
    listen: 127.0.0.1:{port}
    protocol: {protocol}
    upstream: {protocol}://127.0.0.1:{origin}
mirror: {{ mode: off }}
rules: [{rule}]
"""


class Bench:
    """Where the programs are and how they are pinned."""

    def __init__(self, build):
        self.faultline, self.probe = build / "faultline", build / "bench_accuracy"
        self.origin, self.hold = build / "bench_origin", build / "bench_hold"
        for program in (self.faultline, self.probe, self.origin, self.hold):
            if not program.exists():
                raise BenchError(f"{program} is missing: build the preset bench")
        self.cpu, self.peer_cpu = choose_cpus()

    @contextlib.contextmanager
    def proxy(self, protocol, rule, seed=1):
        """(its port, the port of its upstream, its folder, the process) while it runs."""
        with tempfile.TemporaryDirectory(prefix="faultline-accuracy-") as folder:
            port, origin = free_port(), free_port()
            config = Path(folder) / "faultline.yaml"
            config.write_text(CONFIG.format(folder=folder, port=port, origin=origin, seed=seed,
                                            protocol=protocol, rule=rule), encoding="utf-8")
            environment = dict(os.environ, FAULTLINE_BENCH="1")
            child = Child("faultline", [self.faultline, "run", "-c", config, "--env", "bench"],
                          self.cpu, Path(folder) / "log", env=environment)
            try:
                child.wait_for_port(port, 10)
                yield port, origin, Path(folder), child
            finally:
                child.stop()

    @contextlib.contextmanager
    def bare(self, delay):
        """(its port, the port of its upstream) of a relay that does nothing but hold."""
        with tempfile.TemporaryDirectory(prefix="faultline-accuracy-") as folder:
            port, origin = free_port(), free_port()
            child = Child("hold", [self.hold, address(port), address(origin),
                                   str(round(delay * 1e9))], self.cpu, Path(folder) / "log")
            try:
                child.wait_for_port(port, 10)
                yield port, origin
            finally:
                child.stop()

    def probed(self, *arguments, seconds=60):
        return run([self.probe, *map(str, arguments)], self.peer_cpu, seconds)


def address(port):
    return f"127.0.0.1:{port}"


def percentile(ordered, fraction):
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]


def one_way(bench, proxy, sent):
    """The one-way times of (samples, connections, us apart) through a proxy, sorted, in seconds."""
    port, origin = proxy[:2]
    output = bench.probed("latency", address(port), address(origin), *sent)
    return sorted(int(line) * 1e-9 for line in output.split())


def errors_of(taken, delay):
    return {"early": sum(one < delay for one in taken),
            "p50_us": (percentile(taken, 0.5) - delay) * 1e6,
            "p99_us": (percentile(taken, 0.99) - delay) * 1e6}


def measure_latency(bench, scale):
    """The error of a delay beside that of a relay which does nothing but hold: the noise.

    Rounds of both in turn, and the medians over the rounds: a moment in which the host was busy
    elsewhere spoils one round."""
    rows = []
    for text, delay, samples, connections, interval_us in DELAYS:
        sent = (max(100, int(samples * scale)), connections, interval_us)
        rule = f"{{ name: r, fault: {{ latency: {{ fixed: {text} }} }} }}"
        noise, taken = [], []
        for _ in range(ROUNDS):
            with bench.bare(delay) as relay:
                noise.append(errors_of(one_way(bench, relay, sent), delay))
            with bench.proxy("tcp", rule) as proxy:
                taken.append(errors_of(one_way(bench, proxy, sent), delay))
        row = {"delay": text, "samples": sent[0], "rounds": taken, "noise_rounds": noise,
               "early": sum(one["early"] for one in taken)}
        for name in ("p50_us", "p99_us"):
            row[name] = statistics.median(one[name] for one in taken)
            row["noise_" + name] = statistics.median(one[name] for one in noise)
        row["holds"] = (row["early"] == 0 and row["p50_us"] <= 250
                        and row["p99_us"] <= row["noise_p99_us"] + 500)
        rows.append(row)
        print(f"latency   {text:>7}  p50 {row['p50_us']:6.0f} us (noise {row['noise_p50_us']:4.0f})"
              f"  p99 {row['p99_us']:6.0f} us (noise {row['noise_p99_us']:4.0f})"
              f"  early {row['early']}  {verdict(row)}")
    return rows


def throughput(bench, rule, seconds, rate):
    """(bytes per second, largest burst in ms of `rate`) of one flooded connection."""
    with bench.proxy("tcp", rule) as (port, origin, _, _):
        output = bench.probed("bandwidth", address(port), address(origin), seconds, rate)
    total, took, burst_ns = (float(word) for word in output.split())
    return total / (took * 1e-9), burst_ns * 1e-6


def measure_bandwidth(bench, seconds):
    """The error of a rate and its largest burst, medians of the rounds."""
    reach, _ = throughput(bench, "", min(seconds, 2), RATES[-1][1])
    print(f"bandwidth without a rule: {reach / 1e6:.0f} MB/s")
    rows = []
    for text, rate in RATES:
        rule = f"{{ name: r, fault: {{ throttle: {{ rate: {text} }} }} }}"
        rounds = [throughput(bench, rule, seconds, rate) for _ in range(ROUNDS)]
        error = statistics.median(reached / rate - 1 for reached, _ in rounds)
        burst = statistics.median(burst for _, burst in rounds)
        rows.append({"rate": text, "reach": reach, "rounds": rounds, "error": error,
                     "burst_ms": burst, "holds": abs(error) <= 0.01 and burst <= 10})
        print(f"bandwidth {text:>7}  error {error * 100:+7.3f} %  burst {burst:6.2f} ms"
              f" of the rate  {verdict(rows[-1])}")
    return rows


def count(bench, port, origin, folder, requests):
    """How many of so many requests the fault answered."""
    process = Child("origin", [bench.origin, "--listen", address(origin)], bench.peer_cpu,
                    folder / "origin.log")
    try:
        process.wait_for_port(origin, 10)
        return int(bench.probed("count", address(port), requests, seconds=120))
    finally:
        process.stop()


def measure_chance(bench, requests):
    rows = []
    for text in CHANCES:
        chance = float(text.rstrip("%")) / 100
        rule = f"{{ name: r, chance: {text}, scope: run, fault: {{ abort: {{ status: 503 }} }} }}"
        with bench.proxy("http", rule) as (port, origin, folder, _):
            injected = count(bench, port, origin, folder, requests)
        width = Z_999 * math.sqrt(requests * chance * (1 - chance))
        rows.append({"chance": text, "requests": requests, "injected": injected,
                     "low": requests * chance - width, "high": requests * chance + width})
        row = rows[-1]
        row["holds"] = row["low"] <= injected <= row["high"]
        print(f"chance    {text:>7}  {injected} of {requests}, 99.9 % interval "
              f"[{row['low']:.0f}, {row['high']:.0f}]  {verdict(row)}")
    return rows


def measure_seed(bench, repeats):
    """One hash over the decision log of the same traffic, again and again."""
    hashes = set()
    rule = "{ name: r, chance: 30%, scope: run, fault: { abort: { status: 503 } } }"
    for _ in range(repeats):
        with bench.proxy("http", rule, seed=42) as (port, origin, folder, child):
            count(bench, port, origin, folder, 200)
            child.stop()
            manifest = next(folder.glob("runs/*/manifest.json")).read_text(encoding="utf-8")
            hashes.add(json.loads(manifest)["decisions"]["sha256"])
    row = {"repeats": repeats, "hashes": sorted(hashes), "holds": len(hashes) == 1}
    print(f"seed      {repeats} repeats, {len(hashes)} hash(es)  {verdict(row)}")
    return [row]


def verdict(row):
    return "holds" if row["holds"] else "MISSED"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--only", action="append",
                        choices=("latency", "bandwidth", "chance", "seed"))
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples")
    options = parser.parse_args(arguments)
    part = 0.1 if options.quick else 1.0
    questions = {"latency": lambda bench: measure_latency(bench, part),
                 "bandwidth": lambda bench: measure_bandwidth(bench, 1 if options.quick else 5),
                 "chance": lambda bench: measure_chance(bench, int(100_000 * part)),
                 "seed": lambda bench: measure_seed(bench, int(100 * part))}
    try:
        bench = Bench(options.build)
        results = {name: ask(bench) for name, ask in questions.items()
                   if not options.only or name in options.only}
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    # A question that was not asked this time keeps its last answer.
    path = options.build / "accuracy.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(kept | results, indent=1) + "\n", encoding="utf-8")
    return 0
