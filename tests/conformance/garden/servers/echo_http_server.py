# SPDX-License-Identifier: Apache-2.0
"""What Python's http.server parsed: one line for each request in the file `log`.

It leaves bodies to its users; this one reads them as the fields say.
"""

import http.server
import json
import sys


def read_chunked(stream):
    body = b""
    while (size := int(stream.readline().split(b";")[0], 16)) > 0:
        body += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass
    return body


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.echo
        raise AttributeError(name)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return read_chunked(self.rfile)
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def echo(self):
        entry = {"method": self.command, "target": self.path,
                 "host": self.headers.get("Host", ""), "body": self.read_body().decode("latin-1")}
        with open("log", "a", encoding="ascii") as log:
            log.write(json.dumps(entry) + "\n")
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"ok\n")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
