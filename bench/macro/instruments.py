# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The instruments, in order of trust. Each takes the bench, the subjects that use it and where to
say what went wrong, and returns {subject name: figures}."""

from .cpu_time import bulk_cpu_time, cpu_time
from .cross_check import cross_check
from .instructions import instructions
from .latency import latency
from .lifecycle import drain, reload, start
from .memory import memory
from .overload import overload
from .system_calls import system_calls

ALL = {
    "ir": instructions,
    "syscalls": system_calls,
    "cpu": cpu_time,
    "bulk": bulk_cpu_time,
    "memory": memory,
    "latency": latency,
    "overload": overload,
    "start": start,
    "reload": reload,
    "drain": drain,
    "cross-check": cross_check,
}

# Programs an instrument cannot do without.
NEEDS = {"ir": "valgrind", "syscalls": "strace"}
