#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the sources to the house rules that a compiler does not know.

Usage: tidy.py [--root FOLDER] [CHECK...]     without a check, all of them

Prints one line per finding, `file:line: error: message`, and exits with 1 when there is any.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from checks import CHECKS  # noqa: E402 (needs the path above)
from tree import Tree  # noqa: E402


def findings(root, names=()):
    """The findings of the named checks (all of them by default), sorted."""
    tree = Tree(root)
    found = set()
    for name in names or CHECKS:
        for check in CHECKS[name]:
            found.update(check(tree))
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description="Checks the sources against the house rules.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"one of: {' '.join(CHECKS)}")
    options = parser.parse_args()
    unknown = [name for name in options.checks if name not in CHECKS]
    if unknown:
        parser.error(f"unknown check '{unknown[0]}' (there are: {' '.join(CHECKS)})")
    found = findings(options.root, options.checks)
    for finding in found:
        print(finding)
    if found:
        print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
