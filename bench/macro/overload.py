# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""A lossy mirror whose analysis cannot keep up: what it costs the worker and the client, and
whether what it lost is counted to the last message."""

import json
from statistics import median

from .cpu_time import slice_of, summarise
from .measure import FAILURES, in_rounds
from .processes import BenchError

_NAMES = ("faultline-orders", "faultline-overload")  # Tee off and tee on, the same answers.
_CONNECTIONS = 16


def overload(bench, chosen, say):
    """Answers of 32 KiB of JSON at the rate that the client can take, in interleaved slices."""
    pair = [subject for subject in chosen if subject.name in _NAMES]
    if len(pair) < len(_NAMES):
        say.skipped("overload: it takes both of " + " and ".join(_NAMES))
        return {}
    try:
        return _measure(bench, pair)
    except FAILURES as error:
        say.failed(f"overload: {error}")
        return {}


def _measure(bench, pair):
    settings = bench.settings
    found = {subject.name: {"slices": [], "latency": []} for subject in pair}
    made = {subject.name: 0 for subject in pair}
    with bench.running(pair[0]) as off, bench.running(pair[1], keep=True) as on:
        places = {pair[0].name: off, pair[1].name: on}
        knees = []
        for subject in pair:
            done = bench.load(places[subject.name][1], subject.path, _CONNECTIONS,
                              ("--seconds", settings.knee_seconds))
            made[subject.name] += done["requests"]
            knees.append(done["requests"] / done["seconds"])
        rate = round(min(knees) / 2)
        for subject in in_rounds(pair, settings.overload_rounds, bench.is_time_up):
            child, port = places[subject.name]

            def load(subject=subject, port=port):
                done = bench.load(port, subject.path, _CONNECTIONS,
                                  ("--seconds", settings.slice_seconds))
                made[subject.name] += done["requests"]
                return done

            found[subject.name]["slices"].append(slice_of(bench, child, load))
            done = bench.open_loop(port, subject.path, "--connections", _CONNECTIONS, "--rate",
                                   rate, "--seconds", settings.slice_seconds)
            if done["failed"]:
                raise BenchError(f"{subject.name}: requests failed: {done['failures']}")
            made[subject.name] += done["answered"]
            found[subject.name]["latency"].append(done["latency_us"])
        folder = on[0].folder
    result = {name: {**summarise(one["slices"]), "rate": rate,
                     "p99_us": median(latency["p99"] for latency in one["latency"])}
              for name, one in found.items()}
    result[pair[1].name]["messages"] = _account(folder, made[pair[1].name])
    bench.discard(folder)
    return result


def _account(folder, requests):
    """What the run folder says of its messages, beside what the clients know: two halves each."""
    reports = list(folder.glob("runs/*/stats.json"))
    if len(reports) != 1:
        raise BenchError("the run left no stats.json")
    traffic = json.loads(reports[0].read_text())["traffic"]["http"]
    counts = {key: traffic[key] for key in ("seen", "checked", "skipped", "dropped")}
    lost = 2 * requests - counts["checked"] - counts["skipped"] - counts["dropped"]
    return {**counts, "sent_by_clients": 2 * requests, "unaccounted": lost}
