# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Which response and which media type counts (OpenAPI 3.1.1, sections 4.8.16 and 4.8.17)."""

from itertools import combinations

from vectors import Family, document, finding, request, response

CODES = ("200", "201", "2XX", "404", "4XX", "default")
STATUSES = (200, 201, 202, 299, 301, 404, 410, 500)


def chosen_code(declared, status):
    """The exact code, else its range, else `default`."""
    for code in (str(status), f"{str(status)[0]}XX", "default"):
        if code in declared:
            return code
    return None


def add_codes(family, version):
    """Each response wants its own code in the body, so a wrong choice cannot go unnoticed."""
    for declared in [set(c) for size in (1, 2, 3) for c in combinations(CODES, size)]:
        responses = {code: {"description": code, "content": {"application/json": {
            "schema": {"enum": [code]}}}} for code in sorted(declared)}
        family.contract(document(version, {"/x": {"get": {"responses": responses}}}))
        for status in STATUSES:
            code = chosen_code(declared, status)
            name = f"{version} {sorted(declared)} gets {status}"
            json_type = {"Content-Type": "application/json"}
            if code is None:
                family.case(name, request("GET", "/x"), response(status, json_type, '"?"'),
                            findings=[finding("http.response.status.undocumented", str(status))])
                continue
            family.case(name, request("GET", "/x"), response(status, json_type, f'"{code}"'))


KEYS = ("application/json", "application/*", "*/*", "application/vnd.a+json",
        "application/json; v=2")
ACTUAL = ("application/json", "APPLICATION/JSON", "application/json; charset=utf-8",
          "application/json;v=2", "application/vnd.a+json", "application/vnd.b+json",
          "application/problem+json")


def essence(text):
    return text.split(";")[0].strip().lower()


def chosen_key(keys, actual):
    """The most specific key; of two with one type the one whose parameters the message has."""
    wanted = essence(actual)
    exact = [key for key in keys if essence(key) == wanted]
    has_parameter = "v=2" in actual
    for key in sorted(exact, key=lambda k: ("v=2" in k) != has_parameter):
        return key
    for key in ("application/*", "*/*"):
        if key in keys:
            return key
    return None


def add_media_types(family, version):
    for keys in [c for size in (1, 2, 3) for c in combinations(KEYS, size)]:
        content = {key: {"schema": {"enum": [key]}} for key in keys}
        family.contract(document(version, {"/x": {"get": {"responses": {"200": {
            "description": "ok", "content": content}}}}}))
        for actual in ACTUAL:
            key = chosen_key(keys, actual)
            name = f"{version} {list(keys)} gets {actual}"
            found = [] if key else [finding("http.response.body.media_type", "")]
            family.case(name, request("GET", "/x"),
                        response(200, {"Content-Type": actual}, f'"{key}"'), findings=found)


def add_headers(family, version):
    headers = {"X-Must": {"required": True, "schema": {"type": "integer"}},
               "X-May": {"schema": {"type": "array", "items": {"type": "boolean"}}},
               "Content-Type": {"required": True, "schema": {"type": "integer"}}}
    family.contract(document(version, {"/x": {"get": {"responses": {"200": {
        "description": "ok", "headers": headers}}}}}))
    place = "/paths/~1x/get/responses/200/headers/"
    for may, wrong in (("true", None), ("true,false", None), ("true, false ,true", None),
                       ("yes", 0), ("true,no", 1), ("true,false,1", 2)):
        for must, is_int in (("1", True), ("x", False), (None, None)):
            found = []
            if wrong is not None:
                found.append(finding("http.response.header.type", f"X-May/{wrong}",
                                     place + "X-May/schema/items/type"))
            if is_int is False:
                found.append(finding("http.response.header.type", "X-Must",
                                     place + "X-Must/schema/type"))
            fields = {"x-may": may}
            if must is None:
                found.append(finding("http.response.header.required", "X-Must"))
            else:
                fields["x-must"] = must
            family.case(f"{version} X-May: {may}, X-Must: {must}", request("GET", "/x"),
                        response(200, fields), findings=found)


def add_without_body(family, version):
    """Answers that have no body whatever they describe (RFC 9110, sections 6.4.1 and 15)."""
    body = {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
    family.contract(document(version, {"/x": {"get": {"responses": {
        "200": body, "204": body, "304": body, "103": body}}}}))
    json_type = {"Content-Type": "application/json"}
    for method, status in (("GET", 204), ("GET", 304), ("GET", 103), ("HEAD", 200)):
        name = f"{version} {method} {status}"
        family.case(name, request(method, "/x"), response(status, json_type))
        family.case(name + " with a body", request(method, "/x"), response(status, json_type, "1"),
                    findings=[finding("http.response.body.forbidden", "")])
        announced = {**json_type, "Content-Length": "1"}
        found = [finding("http.response.body.forbidden", "")] if status == 204 else []
        family.case(name + " with a length", request(method, "/x"), response(status, announced),
                    findings=found)
    family.case(f"{version} 200 without one", request("GET", "/x"), response(200, json_type),
                findings=[finding("http.response.body.missing", "")])


def add_content_types(family, version):
    """A body without a media type is told, and judged where only one can be meant."""
    one = {"application/json": {"schema": {"type": "integer"}}}
    two = {**one, "text/plain": {"schema": {"type": "string"}}}
    family.contract(document(version, {
        path: {"get": {"responses": {"200": {"description": "ok", "content": content}}}}
        for path, content in (("/one", one), ("/two", two))}))
    told = finding("http.response.header.content_type", "Content-Type")
    for path, headers, body, wrong in (
            ("/one", {}, "1", [told]),
            ("/one", {}, '"x"', [told, finding("http.response.body.type", "")]),
            ("/two", {}, '"x"', [told]), ("/one", {"Content-Type": "json"}, "1", [told]),
            ("/one", {"Content-Type": ""}, "1", [told]),
            ("/one", {"content-TYPE": "application/json"}, "1", [])):
        family.case(f"{version} {path} {headers} {body}", request("GET", path),
                    response(200, headers, body), findings=wrong)


def build():
    family = Family("responses", "OpenAPI 3.1.1, 4.8.16 and 4.8.17; RFC 9110, 8.3.1 and 15.3.5")
    add_codes(family, "3.1.0")
    for version in ("3.0.3", "3.1.0"):
        add_media_types(family, version)
        add_headers(family, version)
        add_without_body(family, version)
        add_content_types(family, version)
    return family
