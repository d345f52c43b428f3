# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""What the instruments share: one subject that fails must not stop the others."""

from contextlib import ExitStack, contextmanager

from .processes import BenchError

FAILURES = (BenchError, OSError, ValueError)


def each(bench, chosen, say, what, measure):
    """{subject name: measure(subject)}; a failure or a lack of time is said and leaves one out."""
    results = {}
    for subject in chosen:
        if bench.is_time_up():
            say.skipped(f"{what} of {subject.name}: the time is up")
            continue
        try:
            results[subject.name] = measure(subject)
        except FAILURES as error:
            say.failed(f"{what} of {subject.name}: {error}")
    return results


def in_rounds(chosen, rounds, is_time_up):
    """The subjects in the order A B C C B A, so that a slow minute hits all of them."""
    for _ in range(rounds):
        if is_time_up():
            return
        yield from chosen
        yield from reversed(chosen)


class Running:
    """Subjects that run side by side. One that fails is not used again."""

    def __init__(self, say, what):
        self._say, self._what, self._places = say, what, {}

    def add(self, subject, child, port):
        self._places[subject.name] = (child, port)

    def use(self, subject, action):
        """action(subject, child, port), when the subject still runs."""
        if subject.name not in self._places:
            return
        try:
            action(subject, *self._places[subject.name])
        except FAILURES as error:
            del self._places[subject.name]
            self._say.failed(f"{self._what} of {subject.name}: {error}")


@contextmanager
def all_running(bench, chosen, say, what, warm_up):
    """Starts the subjects and calls warm_up(subject, child, port) for each; yields a Running."""
    running = Running(say, what)
    with ExitStack() as stack:
        for subject in chosen:
            try:
                context = _ending(bench.running(subject), subject, say, what)
                child, port = stack.enter_context(context)
            except FAILURES as error:
                say.failed(f"{what} of {subject.name}: {error}")
                continue
            running.add(subject, child, port)
            running.use(subject, warm_up)
        yield running


@contextmanager
def _ending(context, subject, say, what):
    """The context, with a failure at its end said instead of raised."""
    entered = context.__enter__()
    try:
        yield entered
    finally:
        try:
            context.__exit__(None, None, None)
        except FAILURES as error:
            say.failed(f"{what} of {subject.name}: {error}")
