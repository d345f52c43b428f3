# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See README.md in this folder.
"""The configuration files of the subjects, as templates of str.format."""

CONTRACT = """\
openapi: 3.0.3
info: { title: bench, version: "1" }
paths:
  /json:
    get:
      responses:
        "200":
          description: One order.
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
  /orders:
    get:
      responses:
        "200":
          description: Many of them.
          content:
            application/json:
              schema: { type: array, items: { $ref: "#/components/schemas/Order" } }
components:
  schemas:
    Order:
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

FAULTLINE = """\
version: 1
workers: 1
run: {{ name: bench, seed: 1, artifacts: {folder}/runs }}
listeners:
  - name: bench
    listen: 127.0.0.1:{port}
    protocol: {protocol}
    upstream: {protocol}://127.0.0.1:{origin}
{contracts}mirror: {{ mode: {mirror} }}
{rules}"""

NGINX = """\
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

NGINX_PROXY = """\
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

NGINX_ORIGIN = """\
  sendfile on;
  tcp_nopush on;
  open_file_cache max=16 inactive=600s;
  types {{ }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    root {folder}/files;
    location = /json {{ default_type application/json; }}
    location = /orders {{ default_type application/json; }}
    location / {{ default_type text/plain; }}
  }}"""

HAPROXY = """\
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
