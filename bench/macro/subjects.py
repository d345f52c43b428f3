# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""What is measured: each subject writes its configuration into a folder and says how to start it.

All have one worker, keep-alive on both sides, no access log and no added header fields."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from . import configurations, tools
from .processes import free_port

# The instruments that every proxy meets.
_COST = ("ir", "syscalls", "cpu", "bulk", "memory", "latency")
# What makes faults armed: the gate's flag and an environment it allows.
_ARMED = {"ATSH_ENABLED": "1", "FAULTLINE_ENV": "ci"}

@dataclass(frozen=True)
class Place:
    """Where a subject runs this time."""

    folder: Path
    build: Path
    port: int
    origin: int


@dataclass(frozen=True)
class Subject:
    name: str
    prepare: Callable | None  # (Place) -> command; None: no proxy.
    missing: Callable  # (build folder) -> what is missing, or None
    uses: tuple = _COST  # The instruments that measure it.
    path: str = "/small"
    floor: str | None = None  # The subject its figures are a ratio to.
    env: dict = field(default_factory=dict)
    ready_seconds: int = 0  # Until it listens; 0: as the others.


def _write(place, name, text):
    place.folder.mkdir(parents=True, exist_ok=True)
    path = place.folder / name
    path.write_text(text)
    return str(path)


def _floor(*flags):
    def prepare(place):
        return [str(place.build / "bench_floor"), "--listen", f"127.0.0.1:{place.port}",
                "--upstream", f"127.0.0.1:{place.origin}", *flags]
    return prepare


def _faultline(protocol="http", mirror="off", rules=""):
    def prepare(place):
        contracts = ""
        if mirror != "off":
            contract = _write(place, "bench.openapi.yaml", configurations.CONTRACT)
            contracts = f"    contracts: [ {contract} ]\n"
        config = _write(place, "faultline.yaml", configurations.FAULTLINE.format(
            folder=place.folder, port=place.port, origin=place.origin, protocol=protocol,
            mirror=mirror, contracts=contracts, rules=rules))
        return [str(place.build / "faultline"), "run", "-c", config]
    return prepare


# Armed rules that look at every request and match none, of two kinds: a path, which an index can
# tell apart, and a field or a query, which have to be looked at one by one.
_PATHS = ("path: /other-{0}", "path: /other-{0}/:id")
_FIELDS = ("headers: {{ x-tenant: t{0} }}", "query: {{ variant: v{0} }}")


def _other_rules(matches, count=100):
    return "rules:\n" + "".join(
        "  - {{ name: r{0}, match: {{ {1} }}, fault: {{ latency: {{ fixed: 1ms }} }} }}\n".format(
            i, matches[i % len(matches)].format(i)) for i in range(count))


_LATENCY_RULE = "rules:\n  - { name: slow, fault: { latency: { fixed: 1ms } } }\n"


def _nginx(server):
    def prepare(place):
        text = server.format(port=place.port, origin=place.origin, folder=place.folder)
        config = _write(place, "nginx.conf",
                        configurations.NGINX.format(folder=place.folder, server=text))
        return [tools.find("nginx"), "-p", str(place.folder), "-e", "stderr", "-c", config]
    return prepare


def _haproxy(mode):
    def prepare(place):
        reuse = "  http-reuse always\n" if mode == "http" else ""
        pool = " pool-max-conn 256" if mode == "http" else ""
        config = _write(place, "haproxy.cfg", configurations.HAPROXY.format(
            mode=mode, port=place.port, origin=place.origin, reuse=reuse, pool=pool))
        return [tools.find("haproxy"), "-db", "-f", config]
    return prepare


def _toxiproxy(place):
    config = _write(place, "toxiproxy.json", json.dumps([{
        "name": "bench", "listen": f"127.0.0.1:{place.port}",
        "upstream": f"127.0.0.1:{place.origin}", "enabled": True}]))
    binary, _ = tools.toxiproxy(place.build)
    return [binary, "-config", config, "-port", str(free_port())]


def _prism(place):
    contract = _write(place, "bench.openapi.yaml", configurations.CONTRACT)
    command, _ = tools.prism(place.build)
    # Without logs, which would cost it a third more.
    return [*command, "proxy", contract, f"http://127.0.0.1:{place.origin}", "--host", "127.0.0.1",
            "--port", str(place.port), "--verboseLevel", "silent"]


def _built(name):
    return lambda build: None if (build / name).is_file() else f"{name} is not built"


def _packaged(name):
    return lambda _: None if tools.find(name) else f"{name} is not installed"


def all_subjects():
    nothing = lambda _: None  # noqa: E731
    faultline = _built("faultline")
    without_ir = tuple(name for name in _COST if name != "ir")
    life = ("start", "drain")
    return [
        Subject("direct", None, nothing, ("cpu", "latency", "cross-check")),
        Subject("floor", _floor(), nothing, (*_COST, "start"), floor="floor"),
        Subject("faultline", _faultline(), faultline, (*_COST, *life, "reload", "cross-check"),
                floor="floor"),
        Subject("nginx", _nginx(configurations.NGINX_PROXY), _packaged("nginx"), (*_COST, *life),
                floor="floor"),
        Subject("haproxy", _haproxy("http"), _packaged("haproxy"), (*_COST, *life), floor="floor"),
        Subject("faultline-paths", _faultline(rules=_other_rules(_PATHS)), faultline,
                ("ir", "cpu"), floor="floor", env=_ARMED),
        Subject("faultline-fields", _faultline(rules=_other_rules(_FIELDS)), faultline,
                ("ir", "cpu"), floor="floor", env=_ARMED),
        Subject("faultline-slow", _faultline(rules=_LATENCY_RULE), faultline, ("ir", "syscalls"),
                floor="floor", env=_ARMED),
        Subject("faultline-json", _faultline(), faultline, ("ir", "syscalls", "cpu"),
                path="/json"),
        Subject("faultline-mirror", _faultline(mirror="lossless"), faultline,
                ("ir", "syscalls", "cpu", "memory"), path="/json"),
        # A proxy that checks too; one process and one thread that runs its code.
        Subject("prism", _prism, lambda build: tools.prism(build)[1], ("cpu",), path="/json",
                env={"NODE_ENV": "development"}, ready_seconds=40),
        Subject("faultline-orders", _faultline(), faultline, ("overload",), path="/orders"),
        Subject("faultline-overload", _faultline(mirror="lossy"), faultline, ("overload",),
                path="/orders"),
        Subject("floor-tcp", _floor("--tcp"), nothing, (*_COST, "start"), floor="floor-tcp"),
        Subject("faultline-tcp", _faultline("tcp"), faultline, (*_COST, "start"),
                floor="floor-tcp"),
        Subject("haproxy-tcp", _haproxy("tcp"), _packaged("haproxy"), (*_COST, "start"),
                floor="floor-tcp"),
        # callgrind cannot run Go's scheduler for long.
        Subject("toxiproxy", _toxiproxy, lambda build: tools.toxiproxy(build)[1],
                (*without_ir, "start"), floor="floor-tcp", env={"GOMAXPROCS": "1"}),
    ]


def own_origin(place):
    return [str(place.build / "bench_origin"), "--listen", f"127.0.0.1:{place.port}"]


def nginx_origin(place, files):
    """An origin nobody here wrote; it serves what the own origin answers."""
    folder = place.folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return _nginx(configurations.NGINX_ORIGIN)(place)
