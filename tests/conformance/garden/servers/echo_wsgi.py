# SPDX-License-Identifier: Apache-2.0
"""gunicorn's way to say what it parsed: one line for each request in the file `log`."""

import json


def app(environ, start_response):
    body = environ["wsgi.input"].read()
    entry = {"method": environ["REQUEST_METHOD"], "target": environ["RAW_URI"],
             "host": environ.get("HTTP_HOST", ""), "body": body.decode("latin-1")}
    with open("log", "a", encoding="ascii") as log:
        log.write(json.dumps(entry) + "\n")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]
