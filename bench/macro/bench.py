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

from . import subjects
from .processes import BenchError, Child, choose_cpus, free_port, run

READY_SECONDS = 10
END_SECONDS = 15  # faultline may drain for ten.
VALGRIND_READY_SECONDS = 60


@dataclass(frozen=True)
class Settings:
    """How long the instruments look."""

    total_seconds: int = 330  # No measurement begins later than this; what is left out is said.
    ir_requests: tuple = (500, 2500)
    syscall_requests: tuple = ((1, 1000), (64, 6000))  # (connections, requests)
    rounds: int = 8  # Two slices per subject each.
    slice_seconds: float = 0.8
    bulk_rounds: int = 3
    bulk_seconds: float = 0.4
    idle_connections: int = 2000
    hang_seconds: float = 1.5
    latency_seconds: float = 1.5
    latency_rate: int = 1000


QUICK = Settings(
    total_seconds=80, ir_requests=(200, 700), syscall_requests=((1, 300), (64, 2000)), rounds=3,
    slice_seconds=0.3, bulk_rounds=1, bulk_seconds=0.3, hang_seconds=0.5, latency_seconds=0.5)


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

    def start(self, name, command, place, cpu, seconds=READY_SECONDS):
        child = Child(name, command, cpu, place.folder / "log", self.env)
        self._children.append(child)
        child.wait_for_port(place.port, seconds)
        return child

    def end(self, child, seconds=END_SECONDS):
        """Ends a child by its pid; False when it had to be killed."""
        self._children.remove(child)
        return child.stop(seconds=seconds)

    def _start_origins(self):
        place = self.place(origin=0)
        self.start("origin", subjects.own_origin(place), place, self.client_cpu)
        self.origin = self.own_origin_port = place.port
        if self.origin_kind == "own":
            return
        files = {}
        for name in ("small", "json", "bulk"):
            with urllib.request.urlopen(f"http://127.0.0.1:{place.port}/{name}", timeout=5) as body:
                files[name] = body.read()
        place = self.place(origin=0)
        self.start("origin", subjects.nginx_origin(place, files), place, self.client_cpu)
        self.origin = place.port

    @contextmanager
    def running(self, subject, origin=None, kill=False):
        """The subject, started with a folder of its own: yields (child, port). `kill`: peers hang
        in it, so its end would be a wait for them."""
        if subject.prepare is None:
            yield None, origin or self.origin
            return
        place = self.place(origin)
        child = self.start(subject.name, subject.prepare(place), place, self.subject_cpu)
        try:
            yield child, place.port
        finally:
            ended = self.end(child, 0 if kill else END_SECONDS)
            shutil.rmtree(place.folder, ignore_errors=True)
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
        command = [str(self.build / "bench_openloop"), "--target", f"127.0.0.1:{port}",
                   "--path", path, *map(str, arguments)]
        return json.loads(run(command, self.client_cpu, seconds))

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
            "versions": {name: version for name in ("nginx", "haproxy", "valgrind", "strace")
                         if (version := _version(name))},
        }


def _cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return os.uname().machine


def _version(name):
    path = subjects.tool(name)
    if not path:
        return None
    flag = {"nginx": "-v", "haproxy": "-v"}.get(name, "--version")
    done = subprocess.run([path, flag], capture_output=True, text=True, check=False, timeout=10)
    match = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return match.group(0) if match else None
