# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Accuracy of the faults."""
