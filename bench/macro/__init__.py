# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The runner behind bench/run; standard library only."""
