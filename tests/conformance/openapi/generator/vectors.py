# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""A family of verdict vectors: contracts, messages, and what must come of them."""

import base64
import json


def escape(name):
    """A token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def finding(rule, pointer, contract=None):
    """`contract`: the pointer of the keyword; left out where it is not part of the case."""
    entry = {"rule": rule, "pointer": pointer}
    if contract is not None:
        entry["contract"] = contract
    return entry


class Family:
    """Collects the cases of one family. A contract is written once for all of its cases."""

    def __init__(self, name, source):
        self.name = name
        self.source = source  # The sections that say so.
        self.groups = []

    def contract(self, document):
        self.groups.append({"contract": document, "cases": []})

    def case(self, name, request, response=None, findings=(), unverifiable=(), verdict=None):
        if verdict is None:
            kinds = {kind_of(entry["rule"]) for entry in findings}
            verdict = ("violates" if "violates" in kinds else "undocumented" if kinds
                       else "unverifiable" if unverifiable else "conforms")
        entry = {"name": name, "request": request, "verdict": verdict}
        if response is not None:
            entry["response"] = response
        if findings:
            entry["findings"] = sorted(findings, key=lambda f: (f["rule"], f["pointer"]))
        if unverifiable:
            entry["unverifiable"] = sorted(unverifiable)
        self.groups[-1]["cases"].append(entry)

    def size(self):
        return sum(len(group["cases"]) for group in self.groups)

    def text(self):
        """One line for each contract and each case, so that a change is a line in a diff."""
        lines = ["{", f"\"family\": {json.dumps(self.name)},",
                 f"\"source\": {json.dumps(self.source)},",
                 '"groups": [']
        for position, group in enumerate(self.groups):
            lines.append('{"contract": ' + json.dumps(group["contract"]) + ', "cases": [')
            last = len(group["cases"]) - 1
            for index, case in enumerate(group["cases"]):
                lines.append(json.dumps(case) + ("," if index < last else ""))
            lines.append("]}" + ("," if position < len(self.groups) - 1 else ""))
        return "\n".join(lines + ["]", "}"]) + "\n"


def kind_of(rule):
    is_unknown = rule.endswith((".undocumented", ".undocumented_property", ".media_type"))
    return "undocumented" if is_unknown else "violates"


def request(method, target, headers=None, body=None):
    message = {"method": method, "target": target}
    if headers:
        message["headers"] = headers
    return with_body(message, body)


def response(status, headers=None, body=None, cut=None):
    """`cut`: only the front of the body is there, because it was "too large" or "aborted"."""
    message = {"status": status}
    if headers:
        message["headers"] = headers
    if cut:
        message["cut"] = cut
    return with_body(message, body)


def with_body(message, body):
    if isinstance(body, bytes):
        message["base64"] = base64.b64encode(body).decode()
    elif body is not None:
        message["body"] = body
    return message


def document(version, paths, **rest):
    key = "swagger" if version == "2.0" else "openapi"
    return {key: version, "info": {"title": "vectors", "version": "1"}, "paths": paths, **rest}


OK = {"200": {"description": "ok"}}
JSON = {"Content-Type": "application/json"}
