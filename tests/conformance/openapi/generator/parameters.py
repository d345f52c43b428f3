# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Parameters beyond their style: which are known, required or replaced; `content`; credentials
(OpenAPI 3.1.1, sections 4.8.12 and 4.8.30)."""

import json
from urllib.parse import quote

from vectors import OK, Family, document, finding, request

UNKNOWN = "http.request.query.undocumented"


def contract(version, parameters, item=(), **rest):
    return document(version, {"/x": {"parameters": list(item), "get": {
        "parameters": parameters, "responses": OK}}}, **rest)


def add_known(family, version):
    """An exploded object has no key of its own name; its members are keys. One that is open takes
    every key that nobody else knows."""
    rgb = {"type": "object", "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}}}
    cases = (
        ("closed object", [{"name": "c", "in": "query", "schema": rgb}],
         {"R=1": [], "G=2&R=1": [], "R=x": [("type", "c/R")], "B=1": [("undocumented", "B")],
          "c=1": [("undocumented", "c")], "": []}),
        ("open object", [{"name": "c", "in": "query", "schema": {
            "type": "object", "additionalProperties": {"type": "integer"}}}],
         {"a=1": [], "a=1&b=2": [], "a=x": [("type", "c/a")]}),
        ("object of any keys", [{"name": "c", "in": "query", "required": True,
                                 "schema": {"type": "object"}}],
         {"a=1": [], "a=1&b=2": [], "": [("required", "c")]}),
        ("object of any keys, few of them", [{"name": "c", "in": "query", "schema": {
            "allOf": [{"type": "object"}, {"maxProperties": 1}]}}],
         {"a=1": [], "a=1&b=2": [("maxProperties", "c")]}),
        ("open object beside another", [
            {"name": "c", "in": "query", "schema": {
                "type": "object", "additionalProperties": {"type": "integer"}}},
            {"name": "q", "in": "query", "schema": {"type": "string"}}],
         {"a=1&q=x": [], "q=x": [], "a=x&q=x": [("type", "c/a")]}),
        ("deep object", [{"name": "c", "in": "query", "style": "deepObject", "explode": True,
                          "schema": rgb}],
         {"c[R]=1": [], "c%5BR%5D=1": [], "c[R]=x": [("type", "c/R")],
          "c=1": [("undocumented", "c")], "R=1": [("undocumented", "R")]}),
        ("list", [{"name": "c", "in": "query", "schema": {
            "type": "array", "items": {"type": "integer"}}}],
         {"c=1&c=2": [], "C=1": [("undocumented", "C")], "c[]=1": [("undocumented", "c[]")]}),
    )
    beside = ("object of any keys beside parts of a deep one", [
        {"name": "c", "in": "query", "required": True, "schema": {
            "type": "object", "maxProperties": 1}},
        {"name": "d", "in": "query", "style": "deepObject", "explode": True, "schema": rgb}],
        {"a=1&d[R]=2": [], "d[R]=2": [("required", "c")], "a=1&b=2": [("maxProperties", "c")]})
    cases += (beside,)
    open_object = {"type": "object", "additionalProperties": {"type": "integer"}}
    family.contract(contract(version, [
        {"name": "open", "in": "query", "schema": open_object},
        {"name": "rgb", "in": "query", "schema": {
            "type": "object", "properties": {"R": {"type": "boolean"}}}},
        {"name": "deep", "in": "query", "style": "deepObject", "explode": True,
         "schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
        {"name": "open2", "in": "query", "schema": {
            "type": "object", "properties": {"both": {"type": "integer", "maximum": 5}},
            "additionalProperties": {"type": "integer"}}}],
        components={"securitySchemes": SCHEMES}))
    for query, wrong in (
            ("R=true", []), ("deep[a]=x", []), ("key=secret", []), ("n=1", []),
            ("R=1", [("type", "rgb/R")]), ("n=x", [("type", "open/n"), ("type", "open2/n")]),
            ("both=4", []), ("both=6", [("maximum", "open2/both")])):
        family.case(f"{version} open objects beside others ?{query}", request("GET", "/x?" + query),
                    findings=[finding("http.request.query." + word, name)
                              for word, name in wrong])
    by_pattern = ("keys by pattern", [{"name": "c", "in": "query", "schema": {
        "type": "object", "patternProperties": {"^x-": {"type": "integer"}}}}],
        {"x-a=1": [], "x-a=b": [("type", "c/x-a")], "y=1": [("undocumented", "y")]})
    # What a later part calls by its name is not read as a pattern of an earlier one says.
    named = ("keys by pattern and by name", [{"name": "c", "in": "query", "schema": {
        "type": "object", "allOf": [
            {"patternProperties": {"^x": {"maxLength": 9}}},
            {"properties": {"xid": {"type": "string"}}}]}}],
        {"xid=12": [], "xid=1234567890": [("maxLength", "c/xid")]})
    has_patterns = version != "3.0.3"
    for label, parameters, queries in cases + ((by_pattern, named) if has_patterns else ()):
        family.contract(contract(version, parameters))
        for query, wrong in queries.items():
            target = "/x?" + query if query else "/x"
            family.case(f"{version} {label} ?{query}", request("GET", target),
                        findings=[finding("http.request.query." + word, name)
                                  for word, name in wrong])


def add_deep(family, version):
    """Deeper than one level is not defined; it is read as frameworks write it."""
    schema = {"type": "object", "required": ["a"], "properties": {
        "a": {"type": "array", "items": {"type": "integer"}},
        "b": {"type": "object", "properties": {"c": {"type": "boolean"}}}}}
    family.contract(contract(version, [{"name": "p", "in": "query", "style": "deepObject",
                                        "explode": True, "schema": schema}]))
    for query, wrong in (
            ("p[a]=1", []), ("p[a][]=1&p[a][]=2", []), ("p[a][0]=1&p[a][1]=2", []),
            ("p[a]=1&p[a]=2", []), ("p[a][]=1&p[a][]=x", [("type", "p/a/1")]),
            ("p[a]=1&p[b][c]=true", []), ("p[a]=1&p[b][c]=x", [("type", "p/b/c")]),
            ("p[b][c]=true", [("required", "p/a")]), ("p[a=1", [("style", "p")])):
        family.case(f"{version} ?{query}", request("GET", "/x?" + query),
                    findings=[finding("http.request.query." + word, name)
                              for word, name in wrong])


def add_replaced(family, version):
    """Same name and place: the operation's parameter replaces that of the path. Names of headers
    are case-insensitive, others are not."""
    def parameter(name, place, kind):
        return {"name": name, "in": place, "required": True, "schema": {"type": kind}}
    for place, other, replaces in (("query", "p", True), ("query", "P", False),
                                   ("header", "p", True), ("header", "P", True)):
        family.contract(contract(version, [parameter(other, place, "boolean")],
                                 [parameter("p", place, "integer")]))
        def message(**texts):
            if place == "header":
                return request("GET", "/x", texts)
            return request("GET", "/x?" + "&".join(f"{n}={t}" for n, t in texts.items()))
        name = f"{version} {place} {other}"
        if replaces:
            family.case(name + " replaces", message(p="true"))
            family.case(name + " is the only one", message(p="1"),
                        findings=[finding(f"http.request.{place}.type", other)])
        else:
            family.case(name + " is another", message(p="1", P="true"))
            family.case(name + " is needed too", message(p="1"),
                        findings=[finding(f"http.request.{place}.required", "P")])


def add_presence(family, version):
    family.contract(contract(version, [
        {"name": "must", "in": "query", "required": True, "schema": {"type": "string"}},
        {"name": "flag", "in": "query", "allowEmptyValue": True, "schema": {"type": "integer"}},
        {"name": "count", "in": "query", "schema": {"type": "integer"}},
        {"name": "url", "in": "query", "allowReserved": True, "schema": {"type": "string"}}]))
    for query, wrong in (("must=1", []), ("must", []), ("must=", []), ("", [("required", "must")]),
                         ("must&flag", []), ("must&flag=", []), ("must&flag=1", []),
                         ("must&flag=x", [("type", "flag")]), ("must&count=", [("type", "count")]),
                         ("must&count", [("type", "count")]), ("must&url=http://h:1/a?b=c,d", []),
                         ("must&url=http%3A%2F%2Fh", [])):
        target = "/x?" + query if query else "/x"
        family.case(f"{version} presence ?{query}", request("GET", target),
                    findings=[finding("http.request.query." + word, name)
                              for word, name in wrong])


def add_cookies(family, version):
    """One field of `Cookie` may hold them all, or each its own (RFC 9113, section 8.2.3)."""
    family.contract(contract(version, [
        {"name": "sid", "in": "cookie", "required": True, "schema": {"type": "integer"}},
        {"name": "lang", "in": "cookie", "schema": {"enum": ["en", "de"]}}]))
    for fields, wrong in (
            ({"Cookie": "sid=7"}, []), ({"cookie": "a=b; lang=de; sid=7; c"}, []),
            ({"Cookie": "a=b", "cookie": "sid=7"}, []),
            ({"Cookie": "sid=7", "cookie": "lang=de"}, []),
            ({"Cookie": "sid=7", "cookie": "lang=fr"}, [("enum", "lang")]),
            ({"Cookie": "a=b", "cookie": "sid=x"}, [("type", "sid")]),
            ({"Cookie": "SID=7"}, [("required", "sid")]), ({}, [("required", "sid")])):
        family.case(f"{version} cookies {fields}", request("GET", "/x", fields),
                    findings=[finding("http.request.cookie." + word, name)
                              for word, name in wrong])
    family.contract(contract(version, [], security=[{"jar": []}],
                             components={"securitySchemes": SCHEMES}))
    for fields, is_met in (({"Cookie": "a=b", "cookie": "sid=1"}, True),
                           ({"Cookie": "a=b", "cookie": "sids=1"}, False)):
        family.case(f"{version} credential in {fields}", request("GET", "/x", fields),
                    findings=[] if is_met else [finding("http.request.message.security", "")])


def add_ignored(family, version):
    """These headers are described elsewhere (section 4.8.12.2)."""
    family.contract(contract(version, [
        {"name": name, "in": "header", "required": True, "schema": {"type": "integer"}}
        for name in ("Accept", "content-type", "AUTHORIZATION")]))
    family.case(f"{version} ignored headers, absent", request("GET", "/x"))
    family.case(f"{version} ignored headers, present",
                request("GET", "/x", {"Accept": "x", "Authorization": "x"}))


def add_content(family, version):
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    for place in ("query", "header", "cookie"):
        family.contract(contract(version, [{"name": "p", "in": place, "content": {
            "application/json": {"schema": schema}}}]))
        for text, wrong in (('{"a":1}', None), ('{"a":"x"}', ("type", "p/a")),
                            ("{}", ("required", "p/a")), ("{", ("syntax", "p"))):
            written = text if place == "header" else quote(text, safe="")
            message = {"query": request("GET", "/x?p=" + written),
                       "header": request("GET", "/x", {"p": written}),
                       "cookie": request("GET", "/x", {"Cookie": "p=" + written})}[place]
            found = [finding(f"http.request.{place}.{wrong[0]}", wrong[1])] if wrong else []
            family.case(f"{version} {place} content {text}", message, findings=found)
    family.contract(contract(version, [{"name": "p", "in": "query", "content": {
        "application/xml": {"schema": schema}}}]))
    family.case(f"{version} content of XML", request("GET", "/x?p=1"),
                unverifiable=["media-type:application/xml"])


def add_query_string(family):
    """3.2: the whole query as one value (3.2.0, section 4.12.2)."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
    for kind, texts in (("application/x-www-form-urlencoded",
                         (("a=1", []), ("a=1&b=2", []), ("a=x", [("type", "p/a")]),
                          ("b=1", [("required", "p/a")]))),
                        ("application/json",
                         (('{"a":1}', []), ('{"a":"x"}', [("type", "p/a")]),
                          ("x", [("syntax", "p")])))):
        family.contract(contract("3.2.0", [{"name": "p", "in": "querystring", "required": True,
                                            "content": {kind: {"schema": schema}}}]))
        family.case(f"3.2.0 querystring {kind} absent", request("GET", "/x"),
                    findings=[finding("http.request.query.required", "p")])
        for text, wrong in texts:
            written = quote(text, safe="=&")
            family.case(f"3.2.0 querystring {kind} {text}", request("GET", "/x?" + written),
                        findings=[finding("http.request.query." + word, name)
                                  for word, name in wrong])


SCHEMES = {
    "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "jar": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {"type": "oauth2", "flows": {}},
}
SHOWN = {
    "head": ("", {"X-Key": "1"}), "query": ("?key=1", {}), "jar": ("", {"Cookie": "a=b; sid=1"}),
    "basic": ("", {"Authorization": "Basic eA=="}),
    "bearer": ("", {"Authorization": "bearer x"}), "oauth": ("", {"Authorization": "Bearer x"}),
}


def accepts(scheme, shown):
    """Any Authorization will do for OAuth, whose tokens may be of any HTTP scheme."""
    if scheme == "oauth":
        return shown in ("basic", "bearer", "oauth")
    if scheme == "bearer":
        return shown in ("bearer", "oauth")
    return scheme == shown


def add_security(family, version):
    for root, own in (([{"head": []}], None), ([{"head": []}], []), ([{"head": []}], [{}]),
                      (None, [{"query": []}]), (None, [{"jar": []}, {"basic": []}]),
                      (None, [{"head": [], "bearer": []}]), (None, [{"oauth": []}]),
                      ([{"head": []}], [{"basic": []}]), (None, [{"query": []}, {}])):
        rest = {} if root is None else {"security": root}
        operation = {"responses": OK} if own is None else {"responses": OK, "security": own}
        family.contract(document(version, {"/x": {"get": operation}},
                                 components={"securitySchemes": SCHEMES}, **rest))
        needed = root if own is None else own
        for shown in (None, *SHOWN):
            query, headers = SHOWN[shown] if shown else ("", {})
            is_met = not needed or any(
                all(shown and accepts(scheme, shown) for scheme in alternative)
                for alternative in needed)
            found = [] if is_met else [finding("http.request.message.security", "")]
            family.case(f"{version} {json.dumps(needed)} shown {shown}",
                        request("GET", "/x" + query, headers), findings=found)


def add_credentials_beside_keys(family, version):
    """The key of a security scheme is no member of an object that takes any."""
    family.contract(document(version, {"/x": {"get": {
        "parameters": [{"name": "c", "in": "query", "required": True, "schema": {
            "type": "object", "maxProperties": 1}}],
        "security": [{"query": []}], "responses": OK}}},
        components={"securitySchemes": SCHEMES}))
    for query, wrong in (("a=1&key=1", ()), ("key=1", ("required",)),
                         ("a=1&b=2&key=1", ("maxProperties",))):
        family.case(f"{version} credential beside any keys ?{query}", request("GET", "/x?" + query),
                    findings=[finding("http.request.query." + word, "c") for word in wrong])


def build():
    family = Family("parameters", "OpenAPI 3.1.1, 4.8.12 and 4.8.30; 3.2.0, 4.12.2")
    for version in ("3.0.3", "3.1.0"):
        add_known(family, version)
        add_deep(family, version)
        add_replaced(family, version)
        add_presence(family, version)
        add_cookies(family, version)
        add_ignored(family, version)
        add_content(family, version)
        add_security(family, version)
        add_credentials_beside_keys(family, version)
    add_query_string(family)
    return family
