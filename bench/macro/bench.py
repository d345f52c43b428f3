# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The workshop of one run: folders, CPUs, the origin, and every process that was started."""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import subjects, tools
from .processes import BenchError, Child, choose_cpus, free_port, run

_VERSION_FLAGS = {"nginx": "-v", "haproxy": "-v", "wrk": "-v", "h2load": "--version",
                  "valgrind": "--version", "strace": "--version"}
READY_SECONDS = 10
END_SECONDS = 90  # faultline drains, then proves the redaction of all that it wrote.
VALGRIND_READY_SECONDS = 60


@dataclass(frozen=True)
class Settings:
    """How long the instruments look."""

    total_seconds: int = 1500  # No measurement begins later than this; what is left out is said.
    ir_requests: tuple = (500, 2500)
    syscall_requests: tuple = ((1, 1000), (64, 6000))  # (connections, requests)
    rounds: int = 8  # Two slices per subject each.
    slice_seconds: float = 0.8
    bulk_rounds: int = 3
    bulk_seconds: float = 0.4
    idle_connections: int = 2000
    hang_seconds: float = 1.5
    knee_seconds: float = 0.5
    latency_rounds: int = 4
    calm_rounds: int = 2
    latency_seconds: float = 1.5
    latency_rate: int = 1000  # While something else is watched.
    overload_rounds: int = 5
    cross_check_rounds: int = 2
    cross_check_seconds: int = 1


QUICK = Settings(
    total_seconds=420, ir_requests=(200, 700), syscall_requests=((1, 300), (64, 2000)), rounds=3,
    slice_seconds=0.3, bulk_rounds=1, bulk_seconds=0.3, hang_seconds=0.5, knee_seconds=0.2,
    latency_rounds=1, calm_rounds=1, latency_seconds=0.5, overload_rounds=2, cross_check_rounds=1)


class Background:
    """A generator that runs while something else happens."""

    def __init__(self, children, child):
        self._children, self._child = children, child

    def result(self, seconds=60):
        self._children.remove(self._child)
        text = self._child.say_end(seconds)
        if not text:
            raise BenchError(f"bench_openloop failed: {self._child.tail()}")
        return json.loads(text)


class Bench:
    """Starts subjects and the driver. Use as a context: leaving it ends what is still running."""

    def __init__(self, build, settings, origin="own"):
        self.build, self.settings, self.origin_kind = Path(build), settings, origin
        self.subject_cpu, self.client_cpu = choose_cpus()
        self.folder = Path(tempfile.mkdtemp(prefix="faultline-bench-"))
        self.env = {key: value for key, value in os.environ.items()
                    if not key.startswith(("ATSH_", "FAULTLINE_"))}
        self._deadline = time.monotonic() + settings.total_seconds
        self._children = []
        self._ordinals = itertools.count(1)  # Places are made on two threads at once.
        self.origin = self.own_origin_port = None

    def __enter__(self):
        try:
            self._start_origins()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in reversed(self._children):
            child.stop(seconds=3)
        shutil.rmtree(self.folder, ignore_errors=True)

    def is_time_up(self):
        return time.monotonic() > self._deadline

    def place(self, origin=None):
        folder = self.folder / str(next(self._ordinals))
        folder.mkdir()
        return subjects.Place(folder, self.build, free_port(), origin or self.origin)

    def start(self, name, command, place, cpu, seconds=READY_SECONDS, env=None):
        child = Child(name, command, cpu, place.folder / "log", {**self.env, **(env or {})})
        self._children.append(child)
        child.wait_for_port(place.port, seconds)
        return child

    def end(self, child, seconds=END_SECONDS, nudge=None):
        """Ends a child by its pid; False when it had to be killed."""
        self._children.remove(child)
        return child.stop(seconds=seconds, nudge=nudge)

    def discard(self, folder):
        shutil.rmtree(folder, ignore_errors=True)

    def _start_origins(self):
        place = self.place(origin=0)
        self.start("origin", subjects.own_origin(place), place, self.client_cpu)
        self.origin = self.own_origin_port = place.port
        if self.origin_kind == "own":
            return
        files = {}
        for name in ("small", "json", "orders", "bulk"):
            with urllib.request.urlopen(f"http://127.0.0.1:{place.port}/{name}", timeout=5) as body:
                files[name] = body.read()
        place = self.place(origin=0)
        self.start("origin", subjects.nginx_origin(place, files), place, self.client_cpu)
        self.origin = place.port

    @contextmanager
    def running(self, subject, origin=None, kill=False, keep=False):
        """The subject, started with a folder of its own: yields (child, port). `kill`: peers hang
        in it, so its end would be a wait for them. `keep`: child.folder is for the caller to
        discard."""
        if subject.prepare is None:
            yield None, origin or self.origin
            return
        place = self.place(origin)
        child = self.start(subject.name, subject.prepare(place), place, self.subject_cpu,
                           subject.ready_seconds or READY_SECONDS, subject.env)
        try:
            yield child, place.port
        finally:
            ended = self.end(child, 0 if kill else END_SECONDS, place.port)
            if not keep:
                self.discard(place.folder)
        if not ended and not kill:
            raise BenchError(f"{subject.name} did not end on SIGTERM")

    def load(self, port, path, connections, limit, cpu="client", seconds=60):
        """Runs the driver to its end; `limit` is ("--requests", N) or ("--seconds", S)."""
        command = [str(self.build / "bench_driver"), "load", "--target", f"127.0.0.1:{port}",
                   "--path", path, "--connections", str(connections), limit[0], str(limit[1])]
        cpu = self.client_cpu if cpu == "client" else cpu
        return json.loads(run(command, cpu, seconds))

    def open_loop(self, port, path, *arguments, seconds=60):
        """Runs the open-loop generator to its end and returns what it printed."""
        return json.loads(run(self._open_loop_command(port, path, arguments), self.client_cpu,
                              seconds))

    def open_loop_in_background(self, port, path, *arguments):
        """The same, begun; `result()` of what comes back waits for the end."""
        child = Child("bench_openloop", self._open_loop_command(port, path, arguments),
                      self.client_cpu, self.folder / "openloop.log", stdin=subprocess.PIPE,
                      stdout=subprocess.PIPE)
        self._children.append(child)
        return Background(self._children, child)

    def _open_loop_command(self, port, path, arguments):
        return [str(self.build / "bench_openloop"), "--target", f"127.0.0.1:{port}", "--path", path,
                *map(str, arguments)]

    @contextmanager
    def holding(self, mode, port, *arguments):
        """A driver that holds connections; yields it once it is ready."""
        command = [str(self.build / "bench_driver"), mode, "--target", f"127.0.0.1:{port}",
                   *map(str, arguments)]
        child = Child(f"driver {mode}", command, self.client_cpu, self.folder / "driver.log",
                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._children.append(child)
        try:
            if child.read_line(30) != "ready":
                raise BenchError(f"driver {mode} failed: {child.tail()}")
            yield child
        finally:
            self._children.remove(child)
            child.stop()

    def environment(self):
        return {
            "kernel": os.uname().release, "cpu": _cpu_model(), "cpus": os.cpu_count(),
            "subject_cpu": self.subject_cpu, "client_cpu": self.client_cpu,
            "origin": self.origin_kind, "load_average_at_start": os.getloadavg()[0],
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "versions": {name: version for name in _VERSION_FLAGS if (version := _version(name))},
        }


def _cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return os.uname().machine


def _version(name):
    path = tools.find(name)
    if not path:
        return None
    done = subprocess.run([path, _VERSION_FLAGS[name]], capture_output=True, text=True, check=False,
                          timeout=10)
    match = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return match.group(0) if match else None
