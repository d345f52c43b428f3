# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Child processes: pinned to a CPU, waited for with a deadline, ended by their own pid."""

import os
import resource
import select
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

_ports_lock = threading.Lock()
_ports_given = set()


class BenchError(Exception):
    """Something failed to run; the message names it."""


class Child:
    """One process and the file its output goes to."""

    def __init__(self, name, command, cpu, log, env=None, stdin=None, stdout=None):
        self.name, self.log = name, Path(log)
        self.ready_seconds = None  # From the start until it accepted a connection.
        self._begun = time.monotonic()
        with open(log, "ab") as stream:
            self._process = subprocess.Popen(
                pinned(command, cpu), stdin=stdin or subprocess.DEVNULL, stdout=stdout or stream,
                stderr=stream, env=env, start_new_session=True)
        self.pid = self._process.pid  # taskset becomes the command: the pid stays.

    def wait_for_port(self, port, seconds):
        deadline = self._begun + seconds
        while (now := time.monotonic()) < deadline:
            if self._process.poll() is not None:
                code = self._process.returncode
                raise BenchError(f"{self.name} ended with {code}: {self.tail()}")
            if is_accepting(port):
                self.ready_seconds = time.monotonic() - self._begun
                return
            time.sleep(0.0005 if now - self._begun < 0.5 else 0.02)
        raise BenchError(f"{self.name} did not listen within {seconds} s: {self.tail()}")

    def stop(self, sign=signal.SIGTERM, seconds=10, nudge=None):
        """Ends the process; True when it went by itself within the time.

        `nudge`: its port. nginx looks for a signal and then waits for events; a signal that comes
        between the two is noticed with the next event only. Natively that moment is a few
        instructions long; under callgrind it is long enough to be met. A connection is an event."""
        if self._process.poll() is None:
            self._process.send_signal(sign)
        deadline = time.monotonic() + seconds
        while not self.wait(min(1.0, max(deadline - time.monotonic(), 0))):
            if time.monotonic() >= deadline:
                self._process.kill()
                self._process.wait()
                return False
            if nudge:
                is_accepting(nudge)
        return True

    def send(self, sign):
        self._process.send_signal(sign)

    def wait(self, seconds):
        """True when the process has ended within the time."""
        try:
            self._process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def say_end(self, seconds=10):
        """Closes the child's input and returns what it printed until it ended."""
        try:
            output, _ = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise BenchError(f"{self.name} did not end") from None
        return output.decode()

    def read_line(self, seconds):
        """One line of the child's output, which must be a pipe."""
        stream = self._process.stdout
        if not select.select([stream], [], [], seconds)[0]:
            raise BenchError(f"{self.name} said nothing for {seconds} s: {self.tail()}")
        return stream.readline().decode().strip()

    @property
    def folder(self):
        return self.log.parent

    def log_text(self):
        with open(self.log, "rb") as stream:
            return stream.read().decode(errors="replace")

    def tail(self):
        lines = self.log_text()[-2000:].strip().splitlines()
        return " | ".join(lines[-4:]) or "(no output)"


def pinned(command, cpu):
    return list(command) if cpu is None else ["taskset", "-c", str(cpu), *command]


def run(command, cpu=None, seconds=60):
    """Runs to the end and returns the standard output; anything but exit 0 is an error."""
    try:
        done = subprocess.run(pinned(command, cpu), capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{os.path.basename(command[0])} took more than {seconds} s") from None
    if done.returncode != 0:
        raise BenchError(f"{os.path.basename(command[0])} ended with {done.returncode}: "
                         f"{(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def is_accepting(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    """A port nobody listens on now, and never the same one twice."""
    with _ports_lock:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            if port not in _ports_given:
                _ports_given.add(port)
                return port


def connections_to(pid, port):
    """Established TCP connections of a process to a port of 127.0.0.1."""
    inodes = set()
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    remote, established = f"0100007F:{port:04X}", "01"
    with open("/proc/net/tcp", encoding="ascii") as stream:
        rows = [line.split() for line in stream]
    return sum(row[2] == remote and row[3] == established and row[9] in inodes
               for row in rows[1:])


def choose_cpus():
    """(CPU of the subject, CPU of origin and client); (None, None) without two of them."""
    cpus = sorted(os.sched_getaffinity(0))
    return (cpus[0], cpus[1]) if len(cpus) > 1 else (None, None)


def raise_file_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def threads_of(pid):
    """[(thread id, name)] in the order of creation. Ids rise from the process's own, and begin
    again below it when the kernel has used up its range."""
    with open("/proc/sys/kernel/pid_max", encoding="ascii") as stream:
        range_size = int(stream.read())
    threads = []
    for tid in sorted(map(int, os.listdir(f"/proc/{pid}/task")),
                      key=lambda tid: (tid - pid) % range_size):
        try:
            with open(f"/proc/{pid}/task/{tid}/comm", encoding="ascii", errors="replace") as stream:
                threads.append((tid, stream.read().strip()))
        except FileNotFoundError:
            continue
    return threads


def is_worker_name(name):
    return name.startswith("fl-worker")


def split_threads(threads):
    """(worker ids, other ids). Without named workers every thread is one: the peers."""
    workers = [tid for tid, name in threads if is_worker_name(name)]
    if not workers:
        return [tid for tid, _ in threads], []
    return workers, [tid for tid, name in threads if not is_worker_name(name)]
