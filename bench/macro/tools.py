# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Programs of others: found, or, for toxiproxy, built from its published module."""

import os
import shutil
import subprocess
from pathlib import Path

_TOXIPROXY = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0"
_BUILD_SECONDS = 300


def find(name):
    """A program of the system; Debian keeps the daemons out of a user's PATH."""
    places = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/go/bin"
    return shutil.which(name, path=places)


def toxiproxy(build):
    """(path, None) or (None, why not). Built once; the module's checksum is Go's to verify."""
    folder = Path(build).resolve() / "tools"
    binary = folder / "server"
    if binary.is_file():
        return str(binary), None
    go = find("go")
    if not go:
        return None, "Go is not installed, and toxiproxy is built with it"
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": ""}
    try:
        done = subprocess.run([go, "install", _TOXIPROXY], env=environment, capture_output=True,
                              text=True, check=False, timeout=_BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"go install took more than {_BUILD_SECONDS} s"
    if done.returncode != 0:
        return None, f"go install failed: {done.stderr.strip()[-200:]}"
    return str(binary), None
