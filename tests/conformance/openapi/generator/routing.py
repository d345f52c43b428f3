# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Which operation a request belongs to (OpenAPI 3.1.1, sections 4.8.8.2 and 4.8.5).

Each path asks for another required query parameter, so a request that carries only that one tells
which path was found: with any other the finding would be another.
"""

from vectors import OK, Family, document, finding, request

PATHS = {
    "/pets/{id}": "a", "/pets/mine": "b", "/pets/{id}/toys": "c", "/pets/mine/toys": "d",
    "/{kind}/mine": "e", "/pets/{id}.json": "f", "/files/{dir},{name}": "g", "/{kind}": "h",
}
# Request path -> template. None: no path fits.
EXPECTED = {
    "/pets/1": "/pets/{id}", "/pets/mine": "/pets/mine", "/pets/mines": "/pets/{id}",
    "/pets/1/toys": "/pets/{id}/toys", "/pets/mine/toys": "/pets/mine/toys",
    "/cats/mine": "/{kind}/mine", "/pets/1.json": "/pets/{id}.json",
    "/pets/1.jsonx": "/pets/{id}", "/pets/x1.json": "/pets/{id}.json",
    "/files/a,b": "/files/{dir},{name}", "/files/a": None, "/pets": "/{kind}",
    "/pets/a%2Fb": "/pets/{id}", "/pets/a%2Fb/toys": "/pets/{id}/toys",
    "/pets/%6Dine": "/pets/mine", "/pets/": None, "/pets/1/": None, "/": None,
    "/pets//toys": None, "/Pets/mine": "/{kind}/mine", "/a/b/c": None, "/cats/1": None,
}


def operation(path, key):
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                  for name in names]
    parameters.append({"name": key, "in": "query", "required": True,
                       "schema": {"type": "string"}})
    return {"parameters": parameters, "responses": OK}


def add_precedence(family, version, servers, base):
    paths = {path: {"get": operation(path, key)} for path, key in PATHS.items()}
    family.contract(document(version, paths, servers=servers))
    for target, path in EXPECTED.items():
        if path is None:
            family.case(f"{version} {base} nothing fits {target}", request("GET", base + target),
                        findings=[finding("http.request.undocumented", base + target)])
            continue
        family.case(f"{version} {base} {target} is {path}",
                    request("GET", f"{base}{target}?{PATHS[path]}=1"))
        family.case(f"{version} {base} {target} has another method",
                    request("PUT", f"{base}{target}"),
                    findings=[finding("http.request.undocumented", base + target)])


SERVERS = (
    ([{"url": "/"}], ""),
    ([{"url": "https://api.example.com/v1"}], "/v1"),
    ([{"url": "https://api.example.com/v1/"}], "/v1"),
    ([{"url": "/{stage}/api", "variables": {"stage": {"default": "dev", "enum": ["dev", "live"]}}}],
     "/live/api"),
    ([{"url": "/a"}, {"url": "/b"}], "/b"),
)


def add_server_variables(family, version):
    """Without `enum` a variable may hold anything (section 4.8.6), so it fits as a parameter of a
    path does. Its values are none of the path's."""
    paths = {"/pets/{id}": {"get": {"parameters": [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "responses": OK}}}
    many = [f"s{i}" for i in range(100)]
    for url, variables, right, wrong in (
            ("/{tenant}/api", {"tenant": {"default": "acme"}}, ("/acme/api", "/globex/api"),
             ("/api", "//api", "/a/b/api", "")),
            ("https://{region}.example.com/v{major}", {"region": {"default": "eu"},
                                                       "major": {"default": "1"}},
             ("/v1", "/v22"), ("/v", "/x1", "")),
            ("/{a}/{b}", {"a": {"default": "x", "enum": ["x", "y"]}, "b": {"default": "z"}},
             ("/x/z", "/y/other"), ("/other/z",)),
            ("{origin}/api", {"origin": {"default": "https://example.com/v1"}}, ("/v1/api",),
             ("/v2/api", "/api")),
            ("/{base}", {"base": {"default": "v1/api"}}, ("/v1/api", "/other"), ("/v1/other",)),
            ("/{stage}", {"stage": {"default": "s0", "enum": many}}, ("/s0", "/s99"), ("",)),
            ("https://x.example/{part}/v1", {"part": {"default": ""}}, ("//v1", "/any/v1"),
             ("", "/v1")),
            ("https://{a}/v{b}", {"a": {"default": "x"}, "b": {"default": "1", "enum": ["1"]}},
             ("/v1",), ("/v2",)),
            ("/{nobody}/api", {}, ("/any/api",), ("/api",))):
        family.contract(document(version, paths, servers=[{"url": url, "variables": variables}]))
        for base in right:
            family.case(f"{version} server {url}: {base}", request("GET", base + "/pets/7"))
            family.case(f"{version} server {url}: {base}, wrong",
                        request("GET", base + "/pets/x"),
                        findings=[finding("http.request.path.type", "id")])
        for base in wrong:
            target = base + "/pets/7"
            family.case(f"{version} server {url}: not {base!r}", request("GET", target),
                        findings=[finding("http.request.undocumented", target)])


def add_levels(family, version):
    """The innermost list of servers replaces the outer ones, and reaches no other path."""
    get = {"get": {"responses": OK}}
    family.contract(document(version, {
        "/one": get,
        "/two": {"servers": [{"url": "/inner"}], **get},
        "/three": {"servers": [{"url": "/inner"}],
                   "get": {"servers": [{"url": "/own"}], "responses": OK}},
    }, servers=[{"url": "/outer"}]))
    right = {"/outer/one", "/inner/two", "/own/three"}
    for base in ("/outer", "/inner", "/own", ""):
        for path in ("/one", "/two", "/three"):
            target = base + path
            found = [] if target in right else [finding("http.request.undocumented", target)]
            family.case(f"{version} servers: {target}", request("GET", target), findings=found)


def add_methods(family, version):
    methods = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
    for declared in methods:
        family.contract(document(version, {"/x": {declared: {"responses": OK}}}))
        for used in methods:
            # HEAD is GET without the body (RFC 9110, section 9.3.2).
            is_known = used == declared or (used == "head" and declared == "get")
            found = [] if is_known else [finding("http.request.undocumented", "/x")]
            family.case(f"{version} {declared} gets {used.upper()}",
                        request(used.upper(), "/x"), findings=found)
        family.case(f"{version} methods are case-sensitive", request(declared, "/x"),
                    findings=[finding("http.request.undocumented", "/x")])


def add_preflights(family, version):
    family.contract(document(version, {"/x": {"put": {"responses": OK}}}))
    origin = {"Origin": "https://example.com"}
    for wanted, is_known in (("PUT", True), ("DELETE", False), (None, False)):
        headers = dict(origin)
        if wanted:
            headers["Access-Control-Request-Method"] = wanted
        found = [] if is_known else [finding("http.request.undocumented", "/x")]
        family.case(f"{version} preflight for {wanted}", request("OPTIONS", "/x", headers),
                    findings=found)


def add_methods_of_32(family):
    family.contract(document("3.2.0", {"/x": {
        "query": {"responses": OK}, "additionalOperations": {"COPY": {"responses": OK}}}}))
    for method, is_known in (("QUERY", True), ("COPY", True), ("copy", False), ("MOVE", False)):
        found = [] if is_known else [finding("http.request.undocumented", "/x")]
        family.case(f"3.2.0 {method}", request(method, "/x"), findings=found)


def build():
    family = Family("routing", "OpenAPI 3.1.1, 4.8.5 and 4.8.8.2; RFC 9110, 9.3.2; Fetch, 3.2.2")
    for version in ("3.0.3", "3.1.0"):
        for servers, base in SERVERS:
            add_precedence(family, version, servers, base)
        add_levels(family, version)
        add_server_variables(family, version)
        add_methods(family, version)
        add_preflights(family, version)
    add_methods_of_32(family)
    return family
