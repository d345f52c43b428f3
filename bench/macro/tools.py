# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""Programs of others: found, or, for toxiproxy and Prism, taken from their registries."""

import os
import shutil
import subprocess
from pathlib import Path

_TOXIPROXY = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0"
# The last version that Node 20 runs, and the first Node that runs it.
_PRISM = "@stoplight/prism-cli@5.14.2"
_PRISM_NODE = (18, 20)
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


def prism(build):
    """(command, None) or (None, why not). Installed once, without scripts of packages."""
    node, npm = find("node"), find("npm")
    if not node or not npm:
        return None, "Node and npm are not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, version.strip().lstrip("v").split(".")[:2])) < _PRISM_NODE:
        return None, f"{_PRISM} wants Node {'.'.join(map(str, _PRISM_NODE))}, not {version.strip()}"
    folder = Path(build).resolve() / "tools" / "prism"
    script = folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not script.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts",
                                   "--prefix", str(folder), _PRISM], capture_output=True, text=True,
                                  check=False, timeout=_BUILD_SECONDS)
        except subprocess.TimeoutExpired:
            return None, f"npm install took more than {_BUILD_SECONDS} s"
        if done.returncode != 0:
            return None, f"npm install failed: {done.stderr.strip()[-200:]}"
    return [node, str(script)], None
