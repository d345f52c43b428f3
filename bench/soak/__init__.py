# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The soak: see README.md."""
