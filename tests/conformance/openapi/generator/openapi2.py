# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""OpenAPI 2.0: formats of lists, fields of forms, bodies, media types, base paths (section
"Parameter Object" and below)."""

import json

from vectors import JSON, OK, Family, document, finding, request, response

SEPARATORS = {"csv": ",", "ssv": "%20", "tsv": "%09", "pipes": "|"}
FORM = "application/x-www-form-urlencoded"


def contract(path, parameters, **rest):
    return document("2.0", {path: {"post": {"parameters": parameters, "responses": OK}}}, **rest)


def add_formats(family):
    for place in ("query", "path", "header", "formData"):
        location = "body" if place == "formData" else place
        root = "/p" if place == "formData" else "p"
        path = "/x/{p}" if place == "path" else "/x"
        formats = dict(SEPARATORS)
        if place in ("query", "formData"):
            formats["multi"] = None
        if place == "header":
            formats.pop("tsv")
            formats["ssv"] = " "
        for name, separator in formats.items():
            parameter = {"name": "p", "in": place, "required": True, "type": "array",
                         "collectionFormat": name, "items": {"type": "integer"}}
            family.contract(contract(path, [parameter]))
            for items, wrong in ((["1"], None), (["1", "2", "3"], None), (["1", "x"], 1),
                                 (["x", "2", "3"], 0)):
                text = "&p=".join(items) if separator is None else separator.join(items)
                found = [] if wrong is None else [
                    finding(f"http.request.{location}.type", f"{root}/{wrong}")]
                family.case(f"{place} {name} {items}", message(place, text), findings=found)


def message(place, text):
    if place == "path":
        return request("POST", "/x/" + text)
    if place == "header":
        return request("POST", "/x", {"p": text})
    if place == "query":
        return request("POST", "/x?p=" + text)
    return request("POST", "/x", {"Content-Type": FORM}, "p=" + text)


def add_nested(family):
    family.contract(contract("/x", [{
        "name": "p", "in": "query", "type": "array", "collectionFormat": "pipes",
        "items": {"type": "array", "collectionFormat": "csv", "items": {"type": "integer"}}}]))
    for text, wrong in (("1,2|3", None), ("1", None), ("1,2|3,x", "p/1/1"), ("x|1", "p/0/0")):
        found = [] if wrong is None else [finding("http.request.query.type", wrong)]
        family.case(f"list of lists {text}", request("POST", "/x?p=" + text), findings=found)


def add_scalars(family):
    for kind, good, bad in (("integer", "7", "7.5"), ("number", "7.5", "x"),
                            ("boolean", "true", "yes")):
        for place in ("query", "header", "formData"):
            location = "body" if place == "formData" else place
            pointer = "/p" if place == "formData" else "p"
            for required in (True, False):
                parameter = {"name": "p", "in": place, "type": kind, "required": required}
                family.contract(contract("/x", [parameter]))
                name = f"{place} {kind} required={required}"
                family.case(name, message(place, good))
                family.case(name + " wrong", message(place, bad),
                            findings=[finding(f"http.request.{location}.type", pointer)])
                absent = request("POST", "/x", {"Content-Type": FORM}, "q=1") \
                    if place == "formData" else request("POST", "/x")
                found = [finding(f"http.request.{location}.required", pointer)] if required else []
                family.case(name + " absent", absent, findings=found)


def add_limits(family):
    schema = {"name": "p", "in": "query", "type": "integer", "minimum": 1, "exclusiveMinimum": True,
              "maximum": 5, "enum": [2, 3, 5]}
    family.contract(contract("/x", [schema]))
    for text, wrong in (("2", []), ("5", []), ("4", ["enum"]), ("1", ["enum", "exclusiveMinimum"]),
                        ("6", ["enum", "maximum"])):
        family.case(f"limits {text}", request("POST", "/x?p=" + text),
                    findings=[finding(f"http.request.query.{word}", "p") for word in wrong])


def add_bodies(family):
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    body = {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/A"}}
    answers = {"200": {"description": "ok", "schema": {"$ref": "#/definitions/A"},
                       "headers": {"X-N": {"type": "integer"}}}}
    operation = {"parameters": [body], "responses": answers}
    for consumes, produces, own in ((["application/json"], ["application/json"], {}),
                                    (["text/plain"], ["text/plain"],
                                     {"consumes": ["application/json"],
                                      "produces": ["application/json"]}),
                                    (["text/plain"], ["text/plain"],
                                     {"consumes": [], "produces": []})):
        family.contract(document("2.0", {"/x": {"post": {**operation, **own}}}, basePath="/v1/",
                                 consumes=consumes, produces=produces, definitions={"A": schema}))
        is_cleared = own.get("consumes") == []
        label = f"consumes {consumes} own {own.get('consumes')}"
        for value, wrong in (({"n": 1}, None), ({"n": "x"}, ("type", "/n")),
                             ({}, ("required", "/n"))):
            text = json.dumps(value)
            for direction in ("request", "response"):
                found = [finding(f"http.{direction}.body.{wrong[0]}", wrong[1])] if wrong else []
                is_request = direction == "request"
                family.case(f"{label} {direction} {text}",
                            request("POST", "/v1/x", JSON, text if is_request else '{"n":1}'),
                            None if is_request else response(200, JSON, text), findings=found)
        family.case(f"{label} without a body", request("POST", "/v1/x"),
                    findings=[finding("http.request.body.required", "")])
        family.case(f"{label} without the base", request("POST", "/x", JSON, '{"n":1}'),
                    findings=[finding("http.request.undocumented", "/x")])
        found = [] if is_cleared else [finding("http.request.body.media_type", "")]
        family.case(f"{label} another type",
                    request("POST", "/v1/x", {"Content-Type": "application/x+json"}, '{"n":1}'),
                    findings=found)
        family.case(f"{label} header", request("POST", "/v1/x", JSON, '{"n":1}'),
                    response(200, {**JSON, "X-N": "x"}, '{"n":1}'),
                    findings=[finding("http.response.header.type", "X-N")])


def add_security(family):
    schemes = {"basic": {"type": "basic"},
               "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
               "query": {"type": "apiKey", "in": "query", "name": "key"},
               "oauth": {"type": "oauth2", "flow": "implicit", "scopes": {},
                         "authorizationUrl": "https://example.com"}}
    shown = {None: ("", {}), "basic": ("", {"Authorization": "basic eA=="}),
             "head": ("", {"x-key": ""}), "query": ("?key=1", {}),
             "oauth": ("", {"Authorization": "Bearer x"})}
    accepted = {"basic": {"basic"}, "head": {"head"}, "query": {"query"},
                "oauth": {"basic", "oauth"}}
    for needed in ([{"basic": []}], [{"head": []}, {"query": []}], [{"oauth": ["read"]}],
                   [{"basic": [], "head": []}], [], [{}]):
        for own in (False, True):
            rest = {"security": [{"basic": [], "query": []}] if own else needed}
            operation = {"responses": OK, **({"security": needed} if own else {})}
            family.contract(document("2.0", {"/x": {"get": operation}}, **rest,
                                     securityDefinitions=schemes))
            for name, (query, headers) in shown.items():
                is_met = not needed or any(all(name in accepted[scheme] for scheme in alternative)
                                           for alternative in needed)
                found = [] if is_met else [finding("http.request.message.security", "")]
                family.case(f"{json.dumps(needed)} own {own} shown {name}",
                            request("GET", "/x" + query, headers), findings=found)


def add_files(family):
    parameters = [{"name": "f", "in": "formData", "type": "file", "required": True},
                  {"name": "n", "in": "formData", "type": "integer"}]
    family.contract(contract("/x", parameters, consumes=["multipart/form-data"]))
    head = {"Content-Type": "multipart/form-data; boundary=b"}
    file = ('--b\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n\x00\x01\r\n")
    def field(text):
        return f'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n{text}\r\n'
    end = "--b--\r\n"
    family.case("file alone", request("POST", "/x", head, file + end))
    family.case("file and field", request("POST", "/x", head, file + field("7") + end))
    family.case("wrong field", request("POST", "/x", head, file + field("x") + end),
                findings=[finding("http.request.body.type", "/n")])
    family.case("no file", request("POST", "/x", head, field("7") + end),
                findings=[finding("http.request.body.required", "/f")])
    family.contract(document("2.0", {"/x": {"get": {
        "produces": ["application/pdf"],
        "responses": {"200": {"description": "ok", "schema": {"type": "file"}}}}}}))
    family.case("a file as response", request("GET", "/x"),
                response(200, {"Content-Type": "application/pdf"}, "%PDF"))


def build():
    family = Family("openapi2", "OpenAPI 2.0: Parameter, Items, Header, Operation, Schema Object")
    add_formats(family)
    add_nested(family)
    add_scalars(family)
    add_limits(family)
    add_bodies(family)
    add_security(family)
    add_files(family)
    return family
