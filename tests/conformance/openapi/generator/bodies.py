# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Bodies that are not one JSON text: forms, parts, streams, content codings (OpenAPI 3.1.1,
sections 4.8.14 and 4.8.15; 3.2.0, section 4.14; RFC 7578, RFC 7464, RFC 9110 section 8.4)."""

import gzip
import json
import zlib
from urllib.parse import quote

from vectors import JSON, OK, Family, document, finding, request, response

FORM = "application/x-www-form-urlencoded"
OBJECT = {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "minLength": 2}, "age": {"type": "integer"},
    "tags": {"type": "array", "items": {"type": "boolean"}},
    "home": {"type": "object", "properties": {"zip": {"type": "integer"}}}}}
# Fields, and where and why they are wrong.
FIELDS = (
    ({"name": "Ann"}, []), ({"name": "Ann", "age": "7"}, []),
    ({"name": "Ann", "age": "x"}, [("type", "/age")]), ({"age": "7"}, [("required", "/name")]),
    ({"name": "A"}, [("minLength", "/name")]), ({"name": "A", "age": "1.5"},
                                               [("minLength", "/name"), ("type", "/age")]),
    ({"name": "J\u00fcrgen & Co = 1+1"}, []), ({"name": "Ann", "tags": ["true"]}, []),
    ({"name": "Ann", "tags": ["true", "false"]}, []),
    ({"name": "Ann", "tags": ["true", "no"]}, [("type", "/tags/1")]),
    ({"name": "Ann", "home": '{"zip": 123}'}, []),
    ({"name": "Ann", "home": '{"zip": "x"}'}, [("type", "/home/zip")]),
)
BOUNDARY = "b0undary"


def post(version, content, required=True):
    return document(version, {"/x": {"post": {
        "requestBody": {"required": required, "content": content}, "responses": OK}}})


def pairs(fields):
    for name, value in fields.items():
        for text in value if isinstance(value, list) else [value]:
            yield name, text


def urlencoded(fields):
    return "&".join(f"{name}={quote(text, safe='').replace('%20', '+')}"
                    for name, text in pairs(fields))


def multipart(parts, end="\r\n"):
    """`parts`: (name, media type or None, text)."""
    lines = []
    for name, kind, text in parts:
        lines.append(f"--{BOUNDARY}")
        lines.append(f'Content-Disposition: form-data; name="{name}"')
        if kind:
            lines.append(f"Content-Type: {kind}")
        lines += ["", text]
    return end.join([*lines, f"--{BOUNDARY}--", ""])


def found_in(wrong):
    return [finding(f"http.request.body.{keyword}", pointer) for keyword, pointer in wrong]


def add_forms(family, version):
    family.contract(post(version, {FORM: {"schema": OBJECT}}))
    for fields, wrong in FIELDS:
        family.case(f"{version} form {fields}",
                    request("POST", "/x", {"Content-Type": FORM}, urlencoded(fields)),
                    findings=found_in(wrong))
    family.case(f"{version} form is missing", request("POST", "/x", {"Content-Type": FORM}),
                findings=[finding("http.request.body.required", "")])


def add_presence(family, version):
    """A body is there when it has bytes, whatever its value and its announced length. That of GET,
    HEAD and DELETE has no meaning in 3.0 and may be described since 3.1 (section 4.8.10)."""
    content = {"requestBody": {"required": True, "content": {"application/json": {}}},
               "responses": OK}
    bare = {"responses": OK}
    methods = ("get", "head", "delete", "post", "put", "patch", "options", "trace")
    family.contract(document(version, {"/x": dict.fromkeys(methods, content),
                                       "/bare": dict.fromkeys(methods, bare)}))
    for text in ("0", "false", '""', "null", "[]", " 1"):
        for more in ({}, {"Content-Length": "0"}, {"Transfer-Encoding": "chunked"}):
            family.case(f"{version} body {text!r} with {more}",
                        request("POST", "/x", {**JSON, **more}, text))
    for method in methods:
        is_ignored = version == "3.0.3" and method in ("get", "head", "delete")
        found = [] if is_ignored else [finding("http.request.body.required", "")]
        family.case(f"{version} {method} without its body", request(method.upper(), "/x"),
                    findings=found)
        is_known = method in ("get", "head", "delete")
        found = [] if is_known else [finding("http.request.body.undocumented", "")]
        family.case(f"{version} {method} with a body nobody describes",
                    request(method.upper(), "/bare", JSON, "1"), findings=found)


def add_plus(family, version):
    """In a form a plus is a space, in a part it is itself."""
    schema = {"type": "object", "properties": {"a": {"enum": ["1 2"]}, "b": {"enum": ["1+2"]}}}
    family.contract(post(version, {FORM: {"schema": schema},
                                   "multipart/form-data": {"schema": schema}}))
    for name, form, part in (("a", "1+2", "1 2"), ("b", "1%2B2", "1+2")):
        family.case(f"{version} plus in a form: {form}",
                    request("POST", "/x", {"Content-Type": FORM}, f"{name}={form}"))
        family.case(f"{version} plus in a part: {part}",
                    request("POST", "/x",
                            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
                            multipart([(name, None, part)])))


def add_parts(family, version):
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    family.contract(post(version, {"multipart/form-data": {"schema": OBJECT}}))
    for fields, wrong in FIELDS:
        parts = [(name, None, text) for name, text in pairs(fields)]
        for end in ("\r\n", "\n"):
            family.case(f"{version} parts {fields} {end!r}",
                        request("POST", "/x", {"Content-Type": kind}, multipart(parts, end)),
                        findings=found_in(wrong))
    whole = multipart([("name", None, "Ann")])
    for label, headers, body, wrong in (
            ("quoted boundary", f'multipart/form-data; boundary="{BOUNDARY}"', whole, []),
            ("preamble and epilogue", kind, "hello\r\n" + whole + "goodbye", []),
            ("another boundary", "multipart/form-data; boundary=other", whole,
             [("http.request.body.syntax", "")]),
            ("no end", kind, whole.replace("--\r\n", "\r\n"), [("http.request.body.syntax", "")]),
            ("no boundary", "multipart/form-data", whole,
             [("http.request.header.content_type", "Content-Type")])):
        family.case(f"{version} parts with {label}",
                    request("POST", "/x", {"Content-Type": headers}, body),
                    findings=[finding(rule, pointer) for rule, pointer in wrong])


def add_part_encodings(family, version):
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    schema = {"type": "object", "properties": {
        "meta": {"type": "object", "properties": {"n": {"type": "integer"}}},
        "photo": {"type": "string", "format": "binary"}}}
    family.contract(post(version, {"multipart/form-data": {"schema": schema, "encoding": {
        "photo": {"contentType": "image/png, image/jpeg",
                  "headers": {"X-Size": {"required": True, "schema": {"type": "integer"}}}},
        "meta": {"contentType": "application/json"}}}}))
    for part, size, wrong in (
            ("image/png", "5", []), ("image/jpeg", "5", []),
            ("image/gif", "5", [("body.media_type", "/photo")]),
            ("image/png", "x", [("header.type", "X-Size")]),
            ("image/png", None, [("header.required", "X-Size")])):
        text = part if size is None else f"{part}\r\nX-Size: {size}"
        family.case(f"{version} photo as {part}, size {size}",
                    request("POST", "/x", {"Content-Type": kind},
                            multipart([("photo", text, "....")])),
                    findings=[finding("http.request." + rule, pointer) for rule, pointer in wrong],
                    verdict="violates" if wrong else "conforms")
    for text, wrong in (('{"n":1}', []), ('{"n":"x"}', [("type", "/meta/n")]),
                        ("{", [("syntax", "/meta"), ("type", "/meta")])):
        for own in ("application/json", None):
            family.case(f"{version} meta {text} as {own}",
                        request("POST", "/x", {"Content-Type": kind},
                                multipart([("meta", own, text)])), findings=found_in(wrong))


def add_unread_parts(family, version):
    """What nobody here reads is no finding and no pass; what stands beside it is judged."""
    schema = {"type": "object", "required": ["doc"], "properties": {
        "doc": {"type": "object", "required": ["n"]}, "n": {"type": "integer"},
        "text": {"type": "string", "pattern": "^<"}}}
    encoding = {"doc": {"contentType": "application/xml"}, "text": {"contentType": "text/xml"}}
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    family.contract(post(version, {
        "multipart/form-data": {"schema": schema, "encoding": encoding},
        FORM: {"schema": schema, "encoding": {"doc": encoding["doc"]}}}))
    unread = ["media-type:application/xml"]
    for parts, wrong, reasons in (
            ([("doc", "application/xml", "<n>1</n>")], [], unread),
            ([("doc", None, "<n>1</n>"), ("n", None, "x")], [("type", "/n")], unread),
            ([("n", None, "1")], [("required", "/doc")], []),
            ([("doc", None, "<n/>"), ("text", "text/xml", "<a/>")], [], unread),
            ([("doc", None, "<n/>"), ("text", "text/xml", "a")], [("pattern", "/text")], unread)):
        family.case(f"{version} unread parts {parts}",
                    request("POST", "/x", {"Content-Type": kind}, multipart(parts)),
                    findings=found_in(wrong), unverifiable=reasons)
    for body, wrong in (("doc=%3Cn/%3E", []), ("doc=%3Cn/%3E&n=x", [("type", "/n")])):
        family.case(f"{version} unread field {body}",
                    request("POST", "/x", {"Content-Type": FORM}, body),
                    findings=found_in(wrong), unverifiable=unread)
    family.contract(post(version, {"*/*": {"schema": {"type": "object"}}}))
    for sent, reason in (("application/secret+xml", "xml"), ("text/xml", "xml"),
                         ("multipart/secret; boundary=b", "multipart"),
                         ("image/secret", "other")):
        family.case(f"{version} {sent} where any type will do",
                    request("POST", "/x", {"Content-Type": sent}, "--b--\r\n"),
                    unverifiable=["media-type:" + reason])


def add_styled_fields(family, version):
    schema = {"type": "object", "properties": {
        "csv": {"type": "array", "items": {"type": "integer"}},
        "pipes": {"type": "array", "items": {"type": "integer"}},
        "deep": {"type": "object", "properties": {"a": {"type": "integer"}}}}}
    family.contract(post(version, {FORM: {"schema": schema, "encoding": {
        "csv": {"style": "form", "explode": False},
        "pipes": {"style": "pipeDelimited", "explode": False},
        "deep": {"style": "deepObject", "explode": True}}}}))
    for body, wrong in (("csv=1,2,3", []), ("csv=1,x,3", [("type", "/csv/1")]),
                        ("pipes=1%7C2", []), ("pipes=x|2", [("type", "/pipes/0")]),
                        ("deep[a]=1", []), ("deep%5Ba%5D=1", []),
                        ("deep[a]=x", [("type", "/deep/a")]),
                        ("csv=1&pipes=2&deep[a]=3", [])):
        family.case(f"{version} {body}", request("POST", "/x", {"Content-Type": FORM}, body),
                    findings=found_in(wrong))


def add_texts(family, version):
    def get(schema):
        return document(version, {"/x": {"get": {"responses": {"200": {
            "description": "ok", "content": {"text/plain": {"schema": schema}}}}}}})
    for schema, good, bad in (({"type": "integer"}, ("1", "-7", "1e2"), ("x", "1.5", "", "01")),
                              ({"type": "string", "maxLength": 3}, ("", "abc"), ("abcd",)),
                              ({"enum": ["up", "down"]}, ("up",), ("UP", "up\n")),
                              ({"type": "string"}, ("", "anything"), ())):
        family.contract(get(schema))
        keyword = [k for k in ("enum", "maxLength", "type") if k in schema][0]
        for text in good + bad:
            found = [finding(f"http.response.body.{keyword}", "")] if text in bad else []
            if text == "":  # No body at all: that it is missing is another matter.
                found = [finding("http.response.body.missing", "")]
            family.case(f"{version} text {text!r} as {json.dumps(schema)}", request("GET", "/x"),
                        response(200, {"Content-Type": "text/plain"}, text), findings=found)


def add_unread_texts(family, version):
    """No text is a list or an object by itself; JSON goes by the name of text/json as well."""
    row = {"type": "array", "items": {"type": "object"}}
    either = {"oneOf": [{"type": "object"}, {"type": "integer"}]}
    family.contract(post(version, {"text/csv": {"schema": row}, "text/plain": {"schema": either},
                                   "text/json": {"schema": row}}))
    for sent, body, wrong, reasons in (
            ("text/csv", "a,b\n1,2\n", [], ["media-type:text/csv"]),
            ("text/plain", "7", [], []), ("text/plain", "x", [("type", "")], []),
            ("text/json", "[{}]", [], []),
            ("text/json; charset=utf-8", "[1]", [("type", "/0")], []),
            ("TEXT/JSON", "{", [("syntax", "")], [])):
        family.case(f"{version} {sent} {body!r}",
                    request("POST", "/x", {"Content-Type": sent}, body),
                    findings=found_in(wrong), unverifiable=reasons)


def add_streams(family):
    item = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    rows = (([], []), ([{"n": 1}], []), ([{"n": 1}, {"n": 2}], []),
            ([{"n": 1}, {"n": "x"}], [("type", "/1/n")]), ([{}], [("required", "/0/n")]),
            ([{"n": "x"}, {"n": 1}, {}], [("type", "/0/n"), ("required", "/2/n")]),
            ([{"n": 1}, {"n": 1, "m": 2}], [("undocumented_property", "/1/m")]))
    kinds = {"application/jsonl": lambda t: t + "\n", "application/x-ndjson": lambda t: t + "\r\n",
             "application/json-seq": lambda t: "\x1e" + t + "\n"}
    for version, key in (("3.2.0", "itemSchema"), ("3.1.0", "schema"), ("3.0.3", "schema")):
        for kind, write in kinds.items():
            family.contract(post(version, {kind: {key: item}}, required=False))
            for items, wrong in rows:
                body = "".join(write(json.dumps(i)) for i in items)
                family.case(f"{version} {kind} {items}",
                            request("POST", "/x", {"Content-Type": kind}, body or None),
                            findings=found_in(wrong))
            family.case(f"{version} {kind} with an item that is no JSON",
                        request("POST", "/x", {"Content-Type": kind},
                                write('{"n":1}') + write("{")),
                        findings=found_in([("syntax", "/1")]))
    family.contract(post("3.2.0", {"application/jsonl": {
        "schema": {"type": "array", "maxItems": 2, "items": {"type": "integer"}}}}))
    for body, wrong in (("1\n2\n", []), ("1\n2\n3\n", [("maxItems", "")]),
                        ("1\nx\n", [("syntax", "")]), ('1\n"x"\n', [("type", "/1")])):
        family.case(f"3.2.0 the whole stream {body!r}",
                    request("POST", "/x", {"Content-Type": "application/jsonl"}, body),
                    findings=found_in(wrong))


def add_cut_streams(family):
    """Whole items before a cut are judged; that there is more is told in any case."""
    family.contract(document("3.2.0", {"/x": {"get": {"responses": {
        "200": {"description": "ok", "content": {
            "application/jsonl": {"itemSchema": {"type": "object", "required": ["n"]}},
            "application/json-seq": {"itemSchema": {"type": "array"}},
            "text/event-stream": {"itemSchema": {"properties": {"event": {"enum": ["add"]}}}}}},
        "201": {"description": "ok", "content": {
            "application/jsonl": {"schema": {"type": "array", "maxItems": 1}}}},
        "202": {"description": "ok", "content": {
            "text/event-stream": {"schema": {"type": "string", "maxLength": 3}}}}}}}}))
    for status, kind, body, wrong in (
            (200, "application/jsonl", '{"n":1}\n{"m":1}\n{"n', [("required", "/1/n")]),
            (200, "application/jsonl", '{"n":1}\n{"m":1}', []), (200, "application/jsonl", "{", []),
            (200, "application/json-seq", "\x1e1\n\x1e2\n", [("type", "/0")]),
            (200, "application/json-seq", "\x1e1\n", []),
            (200, "text/event-stream", "event: end\ndata: 1\n\nevent: none\ndata: 2\n",
             [("enum", "/0/event")]),
            (201, "application/jsonl", "1\n2\n3\n", []),
            (202, "text/event-stream", "data: 1\n\n", [])):
        for cut in ("too large", "aborted"):
            family.case(f"3.2.0 {status} {kind} {body!r} {cut}", request("GET", "/x"),
                        response(status, {"Content-Type": kind}, body, cut),
                        findings=[finding(f"http.response.body.{k}", p) for k, p in wrong],
                        unverifiable=[cut])
    family.case("3.2.0 lines in a coding that was cut", request("GET", "/x"),
                response(200, {"Content-Type": "application/jsonl", "Content-Encoding": "gzip"},
                         '{"m":1}\n', "aborted"), unverifiable=["aborted"])


def add_events(family):
    schema = {"type": "object", "required": ["data"], "properties": {
        "event": {"enum": ["add", "end"]}, "retry": {"type": "integer", "maximum": 100},
        "data": {"type": "string", "contentMediaType": "application/json",
                 "contentSchema": {"type": "object", "required": ["n"],
                                   "properties": {"n": {"type": "integer"}}}}}}
    family.contract(document("3.2.0", {"/x": {"get": {"responses": {"200": {
        "description": "ok", "content": {"text/event-stream": {"itemSchema": schema}}}}}}}))
    for body, wrong in (
            ('data: {"n":1}\n\n', []), ('data:{"n":1}\r\n\r\n', []), ('data: {"n":1}\r\r', []),
            ('event: add\ndata: {"n":\ndata: 1}\n\n', []), (": comment\n\n", []),
            ('\ufeffdata: {"n":1}\n\n', []), ('data: {"n":1}\nretry: 10\nid: 7\n\n', []),
            ('retry: 5\n\n', []), ('data: {"n":1}', []),  # No blank line: no event.
            ('event: other\ndata: {"n":1}\n\n', [("enum", "/0/event")]),
            ('data: {"n":1}\n\ndata: {"n":"x"}\n\n', [("type", "/1/data/n")]),
            ('data: {}\n\n', [("required", "/0/data/n")]),
            ('data: {"n":1,"m":2}\n\n', [("undocumented_property", "/0/data/m")]),
            ('data: {\n\n', [("syntax", "/0/data")]),
            ('data: {"n":1}\nretry: 500\n\n', [("maximum", "/0/retry")])):
        found = [finding(f"http.response.body.{keyword}", pointer) for keyword, pointer in wrong]
        family.case(f"3.2.0 events {body!r}", request("GET", "/x"),
                    response(200, {"Content-Type": "text/event-stream"}, body), findings=found)


def deflate_bare(data):
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


def zstd_stored(data):
    """RFC 8878, section 3.1.1: a frame of one segment and one block that is not compressed."""
    return (b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)])
            + (len(data) << 3 | 1).to_bytes(3, "little") + data)


def brotli_stored(data):
    """RFC 7932, section 9.2: one meta-block that is not compressed, and an empty last one."""
    return (1 << 20 | (len(data) - 1) << 4).to_bytes(3, "little") + data + b"\x03"


def add_codings(family, version):
    family.contract(post(version, {"application/json": {"schema": {"type": "integer"}}}))
    def pack(data):
        return gzip.compress(data, mtime=0)
    for coding, write in (("gzip", pack), ("x-gzip", pack), ("deflate", zlib.compress),
                          ("deflate", deflate_bare), ("identity", bytes),
                          ("br", brotli_stored), ("zstd", zstd_stored),
                          ("zstd, br", lambda d: brotli_stored(zstd_stored(d))),
                          ("gzip, gzip", lambda d: pack(pack(d))),
                          ("deflate, gzip", lambda d: pack(zlib.compress(d))),
                          ("gzip", lambda d: pack(d[:1]) + pack(d[1:]))):
        for text, wrong in ((b"12", []), (b'"x"', [("type", "")]), (b"{", [("syntax", "")])):
            family.case(f"{version} {coding} of {text!r}",
                        request("POST", "/x", {**JSON, "Content-Encoding": coding}, write(text)),
                        findings=found_in(wrong))
    for coding, body in (("gzip", b"12"), ("gzip", pack(b"12")[:-3]), ("deflate", b"\xff\xff"),
                         ("br", brotli_stored(b"12")[:-2]), ("zstd", zstd_stored(b"12")[:-1])):
        family.case(f"{version} {coding} of {body!r}",
                    request("POST", "/x", {**JSON, "Content-Encoding": coding}, body),
                    findings=found_in([("content_coding", "")]))
    family.case(f"{version} a coding nobody knows",
                request("POST", "/x", {**JSON, "Content-Encoding": "compress"}, b"12"),
                unverifiable=["content-coding:compress"])
    family.case(f"{version} a bomb",
                request("POST", "/x", {**JSON, "Content-Encoding": "gzip, gzip"},
                        pack(pack(b" " * (17 << 20)))), unverifiable=["too large"])


def build():
    family = Family("bodies", "OpenAPI 3.1.1, 4.8.14 and 4.8.15; 3.2.0, 4.14; RFC 7578, RFC 7464")
    for version in ("3.0.3", "3.1.0"):
        add_forms(family, version)
        add_presence(family, version)
        add_plus(family, version)
        add_parts(family, version)
        add_part_encodings(family, version)
        add_unread_parts(family, version)
        add_styled_fields(family, version)
        add_texts(family, version)
        add_unread_texts(family, version)
        add_codings(family, version)
    add_streams(family)
    add_cut_streams(family)
    add_events(family)
    return family
