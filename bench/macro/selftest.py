#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Tests of what turns measurements into figures and verdicts."""

import json
import socket
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from macro import (cpu_time, cross_check, figures, gates, instruments, measure,  # noqa: E402
                   subjects)
from macro.processes import BenchError, Child, is_accepting  # noqa: E402

_BUDGET = json.loads((Path(__file__).resolve().parents[1] / "budget.json").read_text())


class Said:
    def __init__(self):
        self.failures = []

    def failed(self, text):
        self.failures.append(text)


def verdict(results, goal, what):
    """The row of a goal whose text begins so."""
    found = [row for row in gates.judge(results, _BUDGET)
             if row["goal"] == goal and row["what"].startswith(what)]
    assert len(found) == 1, found
    return found[0]


class GatesTest(unittest.TestCase):
    def test_a_figure_at_its_limit_is_met_and_one_above_tells_by_how_much(self):
        met = verdict({"ir": {"faultline": {"worker": 12000}}}, "G1", "instructions per request")
        missed = verdict({"ir": {"faultline": {"worker": 12600}}}, "G1", "instructions per request")

        self.assertEqual(met["state"], "met")
        self.assertEqual(missed["state"], "MISSED")
        self.assertTrue(missed["text"].endswith("MISSED by 600 (5.0 %)"), missed["text"])

    def test_a_goal_of_none_has_no_share(self):
        row = verdict({"reload": {"faultline": {"failed": 3}}}, "G17", "requests failed")

        self.assertTrue(row["text"].endswith("goal <= 0: MISSED by 3"), row["text"])

    def test_without_a_part_nothing_is_judged(self):
        for row in gates.judge({}, _BUDGET):
            self.assertEqual(row["state"], "not measured", row)
        only_one_side = {"ir": {"faultline": {"worker": 12000}}}
        self.assertEqual(verdict(only_one_side, "G1", "instructions, x nginx")["state"],
                         "not measured")

    def test_every_limit_of_the_budget_is_judged(self):
        judged = {(gate.goal, gate.key) for gate in gates._GATES}
        listed = {(goal, key) for goal, limits in _BUDGET.items() for key in limits}

        self.assertEqual(judged, listed)

    def test_the_analysis_thread_is_what_the_worker_is_not(self):
        cpu = {"faultline-mirror": {"worker_us": {"median": 20.0}, "all_us": {"median": 35.0}},
               "prism": {"all_us": {"median": 1000.0}}}

        analysis = verdict({"cpu": cpu}, "G12", "its analysis thread's CPU")
        prism = verdict({"cpu": cpu}, "G12", "CPU per checked request")

        self.assertEqual((analysis["value"], analysis["state"]), (0.75, "met"))
        self.assertEqual((prism["value"], prism["state"]), (0.035, "met"))

    def test_the_better_peer_is_the_one_that_is_harder_to_reach(self):
        results = {"cpu": {"faultline": {"values": [10.0]}, "nginx": {"values": [5.0]},
                           "haproxy": {"values": [20.0]}}}

        self.assertEqual(verdict(results, "G3", "CPU per request, x the better")["value"], 2.0)

    def test_only_timer_calls_count_as_such(self):
        calls = {"timerfd_settime": 0.25, "read": 2.0}
        results = {"syscalls": {"faultline-slow": {"c64": {"calls": calls}}}}

        self.assertEqual(verdict(results, "G10", "timer calls")["value"], 0.25)


class FiguresTest(unittest.TestCase):
    def test_the_ratio_of_equal_slices_is_one_and_its_interval_says_how_sure(self):
        self.assertEqual(figures.ratio_interval([2.0] * 5, [2.0] * 5), (1, 1, 1))
        ratio, low, high = figures.ratio_interval([8, 9, 10, 11, 12], [8, 9, 10, 11, 12])
        self.assertEqual(ratio, 1)
        self.assertLess(low, 1)
        self.assertGreater(high, 1)

    def test_disturbed_slices_are_used_only_when_too_few_are_left(self):
        quiet = [{"disturbed": False}] * 5
        loud = [{"disturbed": True}] * 5

        self.assertEqual(figures.usable(quiet + loud), (quiet, False))
        self.assertEqual(figures.usable(quiet[:4] + loud), (quiet[:4] + loud, True))

    def test_the_order_of_slices_is_a_mirror(self):
        self.assertEqual(list(measure.in_rounds([1, 2], 2, lambda: False)),
                         [1, 2, 2, 1, 1, 2, 2, 1])
        self.assertEqual(list(measure.in_rounds([1, 2], 2, lambda: True)), [])

    def test_slices_are_summarised_by_their_median(self):
        one = {"worker_us": 1, "all_us": 2, "worker_us_per_mb": 3, "all_us_per_mb": 4,
               "requests_per_second": 5, "disturbed": False}
        summary = cpu_time.summarise([one, {**one, "worker_us": 9}, {**one, "worker_us": 2}])

        self.assertEqual(summary["worker_us"], {"min": 1, "median": 2})


class RunningTest(unittest.TestCase):
    def test_a_subject_that_fails_is_said_once_and_not_used_again(self):
        said, calls = Said(), []
        subject = subjects.all_subjects()[0]
        running = measure.Running(said, "CPU time")
        running.add(subject, None, 1)

        def fail(*_):
            calls.append(1)
            raise BenchError("no")

        running.use(subject, fail)
        running.use(subject, fail)

        self.assertEqual(len(calls), 1)
        self.assertEqual(said.failures, [f"CPU time of {subject.name}: no"])


class ChildTest(unittest.TestCase):
    # A stand-in for nginx under callgrind: it ends with the first event after the signal.
    _DEAF = ("import signal, socket\n"
             "signal.signal(signal.SIGTERM, lambda *_: None)\n"
             "listener = socket.create_server(('127.0.0.1', {port}))\n"
             "listener.accept()\n"
             "listener.accept()\n")

    def test_a_nudge_ends_one_that_waits_for_an_event(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-c", self._DEAF.format(port=port)]
        child = Child("deaf", command, None, "/dev/null")
        child.wait_for_port(port, 10)

        self.assertTrue(child.stop(seconds=10, nudge=port))
        self.assertFalse(is_accepting(port))


class CrossCheckTest(unittest.TestCase):
    def test_times_of_wrk_have_units(self):
        text = "  Latency Distribution\n     50%    1.50ms\n\nRequests/sec:   2000.25\n"

        self.assertEqual(cross_check.read_wrk(text), {"p50_us": 1500.0, "per_second": 2000.25})
        with self.assertRaises(BenchError):
            cross_check.read_wrk("unable to connect")

    def test_the_log_of_h2load_has_a_line_for_each_request(self):
        text = "finished in 1.00s, 1234.50 req/s, 1MB/s\n"
        log = "1700000000000000\t200\t100\n1700000000000001\t200\t300\n1700000000000002\t200\t200\n"

        self.assertEqual(cross_check.read_h2load(text, log),
                         {"p50_us": 200.0, "per_second": 1234.5})
        with self.assertRaises(BenchError):
            cross_check.read_h2load(text, "")


class SubjectsTest(unittest.TestCase):
    def test_names_are_unique_and_instruments_exist(self):
        everything = subjects.all_subjects()

        self.assertEqual(len({one.name for one in everything}), len(everything))
        for one in everything:
            self.assertLessEqual(set(one.uses), set(instruments.ALL), one.name)


if __name__ == "__main__":
    unittest.main()
