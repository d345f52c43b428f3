# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""What is measured: each subject writes its configuration into a folder and says how to start it.

All have one worker, keep-alive on both sides, no access log and no added header fields."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

_CONTRACT = """\
openapi: 3.0.3
info: { title: bench, version: "1" }
paths:
  /json:
    get:
      responses:
        "200":
          description: One order.
          content:
            application/json:
              schema:
                type: object
                required: [id, status, currency, total, customer, items, shipping]
                properties:
                  id: { type: string, pattern: "^ord-[0-9]{9}$" }
                  status: { type: string, enum: [open, paid, shipped] }
                  currency: { type: string, minLength: 3, maxLength: 3 }
                  total: { type: number, minimum: 0 }
                  customer:
                    type: object
                    required: [id, name, email]
                    properties:
                      id: { type: integer }
                      name: { type: string }
                      email: { type: string }
                      phone: { type: string }
                      card: { type: string }
                  items:
                    type: array
                    minItems: 1
                    items:
                      type: object
                      required: [sku, quantity, price]
                      properties:
                        sku: { type: string }
                        title: { type: string }
                        quantity: { type: integer, minimum: 1 }
                        price: { type: number }
                        in_stock: { type: boolean }
                  shipping:
                    type: object
                    properties:
                      method: { type: string }
                      days: { type: integer }
                      express: { type: string, nullable: true }
"""

_FAULTLINE = """\
version: 1
workers: 1
run: {{ name: bench, seed: 1, artifacts: {folder}/runs }}
listeners:
  - name: bench
    listen: 127.0.0.1:{port}
    protocol: {protocol}
    upstream: {protocol}://127.0.0.1:{origin}
{contracts}mirror: {{ mode: {mirror} }}
"""

_NGINX = """\
daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 0;
{server}
}}
"""

_NGINX_PROXY = """\
  upstream origin {{
    server 127.0.0.1:{origin};
    keepalive 256;
    keepalive_requests 100000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
    }}
  }}"""

_NGINX_ORIGIN = """\
  sendfile on;
  tcp_nopush on;
  open_file_cache max=16 inactive=600s;
  types {{ }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    root {folder}/files;
    location = /json {{ default_type application/json; }}
    location / {{ default_type text/plain; }}
  }}"""

_HAPROXY = """\
global
  nbthread 1
  maxconn 8192
defaults
  mode {mode}
  timeout connect 5s
  timeout client 600s
  timeout server 600s
{reuse}
frontend bench
  bind 127.0.0.1:{port} backlog 4096
  default_backend origin
backend origin
  server origin 127.0.0.1:{origin}{pool}
"""


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
    prepare: Callable  # (Place) -> command
    missing: Callable  # (build folder) -> what is missing, or None
    path: str = "/small"
    floor: str | None = None  # The subject its figures are a ratio to.


def tool(name):
    """A program of the system; Debian keeps the daemons out of a user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


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


def _faultline(protocol="http", mirror="off"):
    def prepare(place):
        contracts = ""
        if mirror != "off":
            contract = _write(place, "bench.openapi.yaml", _CONTRACT)
            contracts = f"    contracts: [ {contract} ]\n"
        config = _write(place, "faultline.yaml", _FAULTLINE.format(
            folder=place.folder, port=place.port, origin=place.origin, protocol=protocol,
            mirror=mirror, contracts=contracts))
        return [str(place.build / "faultline"), "run", "-c", config]
    return prepare


def _nginx(server):
    def prepare(place):
        text = server.format(port=place.port, origin=place.origin, folder=place.folder)
        config = _write(place, "nginx.conf", _NGINX.format(folder=place.folder, server=text))
        return [tool("nginx"), "-p", str(place.folder), "-e", "stderr", "-c", config]
    return prepare


def _haproxy(mode):
    def prepare(place):
        reuse = "  http-reuse always\n" if mode == "http" else ""
        pool = " pool-max-conn 256" if mode == "http" else ""
        config = _write(place, "haproxy.cfg", _HAPROXY.format(
            mode=mode, port=place.port, origin=place.origin, reuse=reuse, pool=pool))
        return [tool("haproxy"), "-db", "-f", config]
    return prepare


def _built(name):
    return lambda build: None if (build / name).is_file() else f"{name} is not built"


def _packaged(name):
    return lambda _: None if tool(name) else f"{name} is not installed"


def all_subjects():
    nothing = lambda _: None  # noqa: E731
    faultline = _built("faultline")
    return [
        Subject("direct", None, nothing),
        Subject("floor", _floor(), nothing, floor="floor"),
        Subject("faultline", _faultline(), faultline, floor="floor"),
        Subject("nginx", _nginx(_NGINX_PROXY), _packaged("nginx"), floor="floor"),
        Subject("haproxy", _haproxy("http"), _packaged("haproxy"), floor="floor"),
        Subject("faultline-json", _faultline(), faultline, path="/json"),
        Subject("faultline-mirror", _faultline(mirror="lossless"), faultline, path="/json"),
        Subject("floor-tcp", _floor("--tcp"), nothing, floor="floor-tcp"),
        Subject("faultline-tcp", _faultline("tcp"), faultline, floor="floor-tcp"),
        Subject("haproxy-tcp", _haproxy("tcp"), _packaged("haproxy"), floor="floor-tcp"),
    ]


def own_origin(place):
    return [str(place.build / "bench_origin"), "--listen", f"127.0.0.1:{place.port}"]


def nginx_origin(place, files):
    """An origin nobody here wrote; it serves what the own origin answers."""
    folder = place.folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return _nginx(_NGINX_ORIGIN)(place)
