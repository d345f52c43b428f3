#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. Apache's and lighttpd's way to say what they parsed: one line for each request
# in the file `log` beside this one.
import json
import os
import sys

length = os.environ.get("CONTENT_LENGTH")
body = sys.stdin.buffer.read(int(length)) if length else sys.stdin.buffer.read()
entry = {"method": os.environ["REQUEST_METHOD"], "target": os.environ["REQUEST_URI"],
         "host": os.environ.get("HTTP_HOST", ""), "body": body.decode("latin-1")}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "log"), "a") as log:
    log.write(json.dumps(entry) + "\n")
sys.stdout.write("Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n")
