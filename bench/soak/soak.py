# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The soak: starts the parts, keeps the load up, changes the configuration, looks and judges."""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from macro.processes import BenchError, Child, free_port, raise_file_limit

_ROOT = Path(__file__).resolve().parents[2]
_RELOAD_SECONDS = 2
_SAMPLE_SECONDS = 1
# The second scan reads the whole journal, which has gigabytes by then.
_END_SECONDS = 900
_GROWTH_FACTOR, _GROWTH_BYTES = 1.10, 4 << 20
# Captured exchanges that wait for the analysis: limits::kMirrorPinnedBytes for each of two workers.
_PINNED_BYTES = 2 * (64 << 20)

_CONTRACT = """\
openapi: 3.0.3
info: { title: soak, version: "1" }
paths:
  /json:
    get:
      responses:
        "200": { description: ok, content: { application/json: { schema: { type: object } } } }
  /small:
    get: { responses: { "200": { description: ok, content: { text/plain: {} } } } }
"""

# Every fault there is, short enough that a connection is soon free for the next: by listener.
_FAULTS = {
    "web": (
        "latency: { fixed: 3ms, jitter: 2ms }",
        "latency: { exponential: { mean: 2ms } }",
        "latency: { lognormal: { median: 2ms, sigma: 0.7 }, side: response }",
        "latency: { empirical: [1ms, 1ms, 30ms] }",
        "throttle: { rate: 4MiB/s }",
        "throttle: { rate: 64MiB/s, per: listener }",
        "throttle: { rate: 64MiB/s, per: connection, side: request }",
        "slice: { size: 32KiB, variation: 8KiB, gap: 200us }",
        "slice: { size: 16B, gap: 1ms, part: head }",
        "stall: { at: 10KiB, for: 20ms }",
        "stall: { at: 100KiB, for: 20ms, how: stop_reading }",
        "cut: { at: 100B }",
        "cut: { at: 300KiB, how: reset }",
        "cut: { at: 10B, how: silence, for: 20ms }",
        "connect: { delay: 5ms }",
        "connect: { then: refuse }",
        "connect: { delay: 5ms, then: time_out }",
        "abort: { status: 503, body: gone }",
        "abort: { status: 429, retry_after: 2s, retry_as: date }",
        "abort: { status: 500, effect: after }",
        "drop: { how: close }",
        "drop: { how: reset }",
        "drop: { how: black_hole, for: 20ms }",
        "drop: { how: lose_response }",
        "drop: { how: keep_alive_race }",
        "schema_drift: { mutate: retype, pointer: /total }",
        "schema_drift: { mutate: remove, pointer: /items/0 }",
        "edit: { status: 201, set: { x-soak: 'yes' }, remove: [server] }",
        "truncate: { how: shorten, at: 10B }",
        "truncate: { at: 10B }",
        "truncate: { how: no_last_chunk }",
        "withhold_continue: { for: 5ms }",
        "duplicate_request: { gap: 1ms }",
        "stale_response: {}",
        "swap_responses: { allow_mixup: true, wait: 5ms }",
    ),
    "raw": (
        "latency: { fixed: 3ms }",
        "throttle: { rate: 64MiB/s, per: connection }",
        "slice: { size: 32KiB, gap: 200us }",
        "stall: { at: 1KiB, for: 20ms, how: stop_reading }",
        "cut: { at: 300KiB, how: reset }",
        "half_close: { for: 20ms }",
        "half_close: { how: early, at: 100B }",
        "lifetime: { for: 500ms }",
        "lifetime: { for: 300ms, how: reset }",
        "connect: { delay: 5ms }",
        "connect: { then: refuse }",
        "drop: { how: reset }",
    ),
}
_CHANCES = ("chance: 0.1%", "chance: 1%", "chance: 5%", "burst: { length: 2, period: 500 }")
# Rules that act on open connections come and go with the reloads, too.
_APPLIES = ("", ", apply: live", ", apply: live, on_disarm: flush")


class Config:
    """Writes the configuration anew; every tenth is broken."""

    def __init__(self, folder, ports, origin, seed):
        self._folder, self._ports, self._origin = folder, ports, origin
        self._random = random.Random(seed)
        self.path = folder / "faultline.yaml"
        self.written = self.broken = 0
        (folder / "soak.openapi.yaml").write_text(_CONTRACT)

    def write(self):
        self.written += 1
        is_broken = self.written % 10 == 0
        self.broken += is_broken
        rules = "".join(self._rule(listener, i, fault) for listener, faults in _FAULTS.items()
                        for i, fault in enumerate(faults) if self._random.random() < 0.3)
        text = (
            "version: 1\nworkers: 2\n"
            f"run: {{ name: soak, seed: 7, artifacts: {self._folder}/runs }}\n"
            "listeners:\n"
            f"  - {{ name: web, listen: 127.0.0.1:{self._ports[0]}, "
            f"upstream: http://127.0.0.1:{self._origin}, contracts: [ soak.openapi.yaml ] }}\n"
            f"  - {{ name: raw, listen: 127.0.0.1:{self._ports[1]}, protocol: tcp, "
            f"upstream: tcp://127.0.0.1:{self._origin} }}\n"
            f"rules:{' []' if not rules else ''}\n{rules}"
            "mirror: { mode: lossy }\nreport: { fail_on: none }\n")
        if is_broken:
            text = text.replace("version: 1", "version: one")
        # Renamed into place, as editors and orchestrators do.
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.path)

    def _rule(self, listener, number, fault):
        # A TCP connection is counted by itself: it knows no bursts.
        chances = _CHANCES if listener == "web" else _CHANCES[:3]
        return (f"  - {{ name: {listener}-{number}, match: {{ listener: {listener} }}, "
                f"fault: {{ {fault} }}, {self._random.choice(chances)}"
                f"{self._random.choice(_APPLIES)} }}\n")


class Nuisance(threading.Thread):
    """Clients nobody wants, one after another, until told to stop."""

    def __init__(self, port, seed):
        super().__init__(daemon=True)
        self._port, self._random = port, random.Random(seed)
        self.is_stopping = threading.Event()
        self.connections = 0

    def run(self):
        tricks = (self._reset, self._half_close, self._pipeline, self._nonsense, self._never_read)
        while not self.is_stopping.wait(0.02):
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=2) as client:
                    self.connections += 1
                    self._random.choice(tricks)(client)
            except OSError:
                continue

    def _reset(self, client):
        client.sendall(b"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\nabc")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _half_close(self, client):
        client.sendall(b"GET /json HTTP/1.1\r\nHost: a\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass

    def _pipeline(self, client):
        client.sendall(b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n" * 50)
        client.recv(65536)

    def _nonsense(self, client):
        client.sendall(self._random.randbytes(200))
        client.recv(65536)

    def _never_read(self, client):
        client.sendall(b"GET /bulk HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.05)


def _resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise BenchError("the process is gone")


def _settled_sockets(pid):
    """The sockets of a program that has opened all of its listeners."""
    count, since = _sockets(pid), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.05)
        now = _sockets(pid)
        if now != count:
            count, since = now, time.monotonic()
    return count


def _sockets(pid):
    count = 0
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{descriptor}").startswith("socket:")
        except FileNotFoundError:
            continue
    return count


def _start_load(port, seconds):
    paths = (("/small", 16), ("/json", 8), ("/bulk", 2))
    return [subprocess.Popen(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s",
                              f"http://127.0.0.1:{port}{path}"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for path, connections in paths]


def _hold(child, config, seconds):
    """Keeps the configuration changing; [(seconds, resident bytes)]."""
    samples, start = [], time.monotonic()
    next_reload = start
    while (now := time.monotonic()) < start + seconds:
        if now >= next_reload:
            config.write()
            next_reload += _RELOAD_SECONDS
        samples.append((now - start, _resident(child.pid)))
        time.sleep(_SAMPLE_SECONDS)
    return samples


def _judge_memory(samples, problems):
    """Growth is a matter of medians: a peak is what the lossy mirror may pin for a moment, and has
    a bound of its own."""
    warm = [size for _, size in samples[len(samples) // 5:]]
    third = max(1, len(warm) // 3)
    early, late = statistics.median(warm[:third]), statistics.median(warm[-third:])
    peak = max(warm)
    if late > early * _GROWTH_FACTOR + _GROWTH_BYTES:
        problems.append(f"memory grew from {_mib(early)} to {_mib(late)}")
    if peak > early + _PINNED_BYTES:
        problems.append(f"memory rose to {_mib(peak)}, more than the mirror may pin")
    return f"memory {_mib(early)} early, {_mib(late)} late, {_mib(peak)} at its peak"


def _mib(size):
    return f"{size / (1 << 20):.0f} MiB"


def _judge_folder(folder, problems):
    stats = json.loads((folder / "stats.json").read_text())
    manifest = json.loads((folder / "manifest.json").read_text())
    if manifest.get("status") != "complete":
        problems.append(f"the run folder is {manifest.get('status')}")
    proof = json.loads((folder / "redaction-proof.json").read_text())
    if proof["leak_count"] != 0:
        problems.append(f"{proof['leak_count']} leaks in the run folder: {proof['leaks'][:5]}")
    for protocol, count in stats["traffic"].items():
        if count["seen"] != count["checked"] + count["skipped"] + count["dropped"]:
            problems.append(f"{protocol}: {count} does not add up")
    for rule in stats["rules"]:
        settled = rule["applied"] + sum(rule["bypassed"].values()) + rule["overflow"]
        if rule["drawn"] != settled:
            problems.append(f"rule {rule['name']}: drawn {rule['drawn']}, settled {settled}")
    # The origin keeps the contract, so a deviation that no fault explains is the proxy's own.
    unexplained = _unexplained(folder)
    if unexplained:
        problems.append(f"findings that no fault explains: {unexplained}")
    errors = json.loads((folder / "errors.json").read_text())
    for side in ("upstream", "proxy"):
        if errors[side]:
            problems.append(f"errors of the {side}, which is sound: {errors[side]}")
    return stats


def _unexplained(folder):
    """Without what the clients ask for beside the contract: /bulk, and POST of the nuisances."""
    findings = json.loads((folder / "findings.json").read_text())["findings"]
    return [f"{one['operation']}: {one['rule']} {one['actual']}" for one in findings
            if one["cause"] != "injected" and one["rule"] != "http.request.undocumented"]


def _soak(options, folder):
    build, problems = Path(options.build), []
    origin_port, ports = free_port(), (free_port(), free_port())
    origin = Child("origin", [str(build / "bench_origin"), "--listen",
                              f"127.0.0.1:{origin_port}"], None, folder / "origin.log")
    config = Config(folder, ports, origin_port, options.seed)
    config.write()
    environment = {**os.environ, "ATSH_ENABLED": "true", "FAULTLINE_ENV": "ci"}
    log = folder / "faultline.log"
    child = Child("faultline", [str(build / "faultline"), "run", "-c", str(config.path)], None, log,
                  environment)
    nuisances = [Nuisance(port, options.seed + i) for i, port in enumerate(ports)]
    load = []
    try:
        origin.wait_for_port(origin_port, 10)
        child.wait_for_port(ports[0], 10)
        before = _settled_sockets(child.pid)
        seconds = int(options.minutes * 60)
        load = _start_load(ports[0], seconds)
        for nuisance in nuisances:
            nuisance.start()
        samples = _hold(child, config, seconds)
        for nuisance in nuisances:
            nuisance.is_stopping.set()
            nuisance.join()
        for process in load:
            process.wait()
        memory = _judge_memory(samples, problems)
        deadline = time.monotonic() + 90  # idle connections go with their keep-alive time
        while (after := _sockets(child.pid)) > before and time.monotonic() < deadline:
            time.sleep(1)
        if after > before:
            problems.append(f"{before} sockets before the load, {after} after it")
    finally:
        for process in load:
            process.kill()
        ended = child.stop(signal.SIGTERM, _END_SECONDS)
        origin.stop()
    if not ended:
        problems.append("faultline did not end on SIGTERM")
    said = log.read_text(errors="replace")
    for word in ("bug:", "assertion", "outlive", "sanitizer"):
        if word in said.lower():
            problems.append(f"standard error speaks of '{word}'")
    refused = said.count("the running one stays")
    if refused != config.broken:
        problems.append(f"{config.broken} broken configurations, {refused} refused")
    runs = [path for path in (folder / "runs").iterdir() if (path / "stats.json").is_file()]
    stats = _judge_folder(runs[0], problems) if len(runs) == 1 else {}
    if not stats:
        problems.append("there is no finished run folder")
    print(f"soak: {options.minutes} min, seed {options.seed}, {config.written} configurations "
          f"({config.broken} broken), {sum(n.connections for n in nuisances)} unwanted connections")
    print(f"{memory}; sockets {before} before, {after} after; traffic {stats.get('traffic')}")
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


def main(arguments):
    parser = argparse.ArgumentParser(prog="bench/soak/run", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", default=str(_ROOT / "build" / "bench"), metavar="DIR")
    parser.add_argument("--keep", action="store_true",
                        help="leave the folder of the run, as a failure does")
    options = parser.parse_args(arguments)
    raise_file_limit()
    folder = Path(tempfile.mkdtemp(prefix="faultline-soak-"))
    status = 2
    try:
        status = _soak(options, folder)
    except BenchError as error:
        print(f"error: {error}")
    if options.keep or status != 0:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return status
