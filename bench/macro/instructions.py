# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""User-space instructions per request, by callgrind: the figure that repeats."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import tools
from .bench import VALGRIND_READY_SECONDS
from .measure import each
from .processes import BenchError, is_worker_name, threads_of


def instructions(bench, chosen, say):
    """(Ir(N2) - Ir(N1)) / (N2 - N1) over one keep-alive connection, by callgrind."""
    valgrind = tools.find("valgrind")

    def one_run(subject, requests, cpu):
        place = bench.place()
        command = [valgrind, "--tool=callgrind", "--separate-threads=yes",
                   f"--callgrind-out-file={place.folder}/callgrind", *subject.prepare(place)]
        child = bench.start(subject.name, command, place, cpu, VALGRIND_READY_SECONDS, subject.env)
        bench.load(place.port, subject.path, 1, ("--requests", requests), cpu=cpu, seconds=120)
        threads = threads_of(child.pid)
        if not bench.end(child, seconds=60, nudge=place.port):
            raise BenchError("did not end under callgrind")
        return _callgrind_threads(place.folder, threads)

    def measure(subject):
        few, many = bench.settings.ir_requests
        cpus = (bench.subject_cpu, bench.client_cpu)
        # Instructions do not depend on time, so the two runs may share the machine.
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(one_run, subject, n, cpu) for n, cpu in zip((few, many), cpus)]
            low, high = (run.result() for run in runs)
        per_request = {key: (high[key] - low.get(key, 0)) / (many - few) for key in high}
        named = [key for key in per_request if is_worker_name(key)]
        total = sum(per_request.values())
        worker = sum(per_request[key] for key in named) if named else total
        return {"worker": worker, "all": total, "threads": per_request}

    return each(bench, chosen, say, "instructions", measure)


def _callgrind_threads(folder, threads):
    """{thread name: instructions}. Callgrind numbers threads in the order of creation."""
    sums = {}
    for path in sorted(Path(folder).glob("callgrind*")):
        text = path.read_text(errors="replace")
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
        thread = re.search(r"^thread: (\d+)", text, re.M)
        if not total:
            continue
        index = int(thread.group(1)) - 1 if thread else 0
        name = threads[index][1] if index < len(threads) else f"thread-{index + 1}"
        sums[name] = sums.get(name, 0) + int(total.group(1))
    if not sums:
        raise BenchError("callgrind wrote no totals")
    return sums
