# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Numbers from noisy slices: minimum, median, and how sure a ratio is."""

import random
from statistics import median

SLICES_MIN = 5  # Fewer undisturbed slices than this: all are used, and the table says so.
_RESAMPLES = 2000


def usable(slices):
    """(slices to use, whether disturbed ones had to be used)."""
    quiet = [one for one in slices if not one["disturbed"]]
    enough = min(SLICES_MIN, len(slices))
    return (quiet, False) if len(quiet) >= enough else (slices, True)


def summary(slices, key):
    values = [one[key] for one in slices]
    return {"min": min(values), "median": median(values)}


def ratio_interval(above, below):
    """(ratio of the medians, low, high): a bootstrap 95 % interval. Same input, same output."""
    if not above or not below:
        return None
    rng = random.Random(1)
    ratios = sorted(median(rng.choices(above, k=len(above))) /
                    median(rng.choices(below, k=len(below))) for _ in range(_RESAMPLES))
    return (median(above) / median(below), ratios[int(_RESAMPLES * 0.025)],
            ratios[int(_RESAMPLES * 0.975)])
