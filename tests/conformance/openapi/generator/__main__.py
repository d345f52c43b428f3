# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""python3 tests/conformance/openapi/generator [--check]: writes the vectors, or compares them."""

import sys
from pathlib import Path

import bodies
import coercion
import openapi2
import parameters
import responses
import routing
import schemas
import styles

FAMILIES = (styles, coercion, parameters, routing, responses, schemas, bodies, openapi2)
FOLDER = Path(__file__).resolve().parents[1] / "vectors"


def main():
    is_check = sys.argv[1:] == ["--check"]
    total = 0
    stale = []
    for module in FAMILIES:
        family = module.build()
        total += family.size()
        path = FOLDER / f"{family.name}.json"
        if is_check and (not path.exists() or path.read_text() != family.text()):
            stale.append(path.name)
        elif not is_check:
            path.write_text(family.text())
            print(f"{family.name}: {family.size()}")
    print(f"{total} vectors")
    if stale:
        print(f"not what the generator writes: {', '.join(stale)}; run it without --check")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
