# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""What the dialects of OpenAPI say differently: limits, null, and access (OpenAPI 3.0.4, section
4.7.24; 3.1.1, section 4.8.24; OAI proposal 2019-10-31, "Clarify Semantics of nullable")."""

import json

from vectors import JSON, OK, Family, document, finding, request, response

PLACE = "/paths/~1x/get/responses/200/content/application~1json/schema"


def contract(version, schema, **rest):
    return document(version, {"/x": {"get": {"responses": {"200": {
        "description": "ok", "content": {"application/json": {"schema": schema}}}}}}}, **rest)


def judge(family, name, value, keyword=None, pointer="", contract_pointer=None):
    body = value if isinstance(value, str) else json.dumps(value)
    found = [] if keyword is None else [
        finding(f"http.response.body.{keyword}", pointer, contract_pointer)]
    family.case(name, request("GET", "/x"), response(200, JSON, body), findings=found)


def add_limits(family):
    """Exclusive limits are booleans beside the limit in 3.0, numbers of their own in 3.1."""
    values = ("0.5", "1", "1.0", "1.5", "9", "9.5", "10", "10.5", "1e1", "-1")
    for version in ("3.0.3", "3.1.0"):
        for low_is_open in (False, True):
            for high_is_open in (False, True):
                if version == "3.0.3":
                    schema = {"minimum": 1, "exclusiveMinimum": low_is_open,
                              "maximum": 10, "exclusiveMaximum": high_is_open}
                else:
                    schema = {"exclusiveMinimum" if low_is_open else "minimum": 1,
                              "exclusiveMaximum" if high_is_open else "maximum": 10}
                family.contract(contract(version, {"type": "number", **schema}))
                for text in values:
                    value = float(text)
                    keyword = None
                    if value < 1 or (low_is_open and value == 1):
                        keyword = "exclusiveMinimum" if low_is_open else "minimum"
                    elif value > 10 or (high_is_open and value == 10):
                        keyword = "exclusiveMaximum" if high_is_open else "maximum"
                    judge(family, f"{version} {text} in {json.dumps(schema)}", text, keyword)


def add_integer_formats(family):
    for version in ("3.0.3", "3.1.0"):
        for bits in (32, 64):
            family.contract(contract(version, {"type": "integer", "format": f"int{bits}"}))
            top = 2 ** (bits - 1)
            for value in (0, top - 1, -top, top, -top - 1, 2 ** 53 + 1, 2 ** 63 - 1, 2 ** 63,
                          2 ** 64, 10 ** 30):
                fits = -top <= value < top
                judge(family, f"{version} int{bits} {value}", value, None if fits else "format")


def add_null(family):
    """`nullable` counts beside `type` only; it lifts neither enum nor allOf."""
    ref = {"$ref": "#/components/schemas/A"}
    parts = {"components": {"schemas": {"A": {"type": "string"},
                                        "N": {"type": "string", "nullable": True}}}}
    cases = (
        ({"type": "string"}, "type"), ({"type": "string", "nullable": True}, None),
        ({"type": "string", "nullable": False}, "type"), ({"nullable": True}, None), ({}, None),
        ({"nullable": False}, None),
        ({"type": "string", "nullable": True, "enum": ["a"]}, "enum"),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, None),
        ({"allOf": [{"type": "string"}], "nullable": True}, "type"),
        ({"allOf": [{"type": "string", "nullable": True}]}, None),
        ({"$ref": "#/components/schemas/A", "nullable": True}, "type"),
        ({"$ref": "#/components/schemas/N"}, None),
        ({"type": "string", "nullable": True, "allOf": [ref]}, "type"),
        ({"type": "string", "nullable": True, "minLength": 3}, None),
        ({"type": "object", "nullable": True, "required": ["a"]}, None),
        ({"type": "array", "nullable": True, "minItems": 3, "items": {}}, None),
    )
    for schema, keyword in cases:
        family.contract(contract("3.0.3", schema, **parts))
        judge(family, f"3.0.3 null in {json.dumps(schema)}", None, keyword)
    for schema, keyword in cases:
        family.contract({**contract("3.0.3", schema, **parts), "x-faultline-nullable": "lenient"})
        is_lenient = schema.get("nullable") or keyword is None
        judge(family, f"3.0.3 lenient null in {json.dumps(schema)}", None,
              None if is_lenient else keyword)
        if "type" in schema or "$ref" in schema or "allOf" in schema:  # Lenient only about null.
            judge(family, f"3.0.3 lenient true in {json.dumps(schema)}", True, "type")
    for schema, keyword in (
            ({"type": "string"}, "type"), ({"type": ["string", "null"]}, None),
            ({"type": "null"}, None), ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
            ({"type": ["string", "null"], "enum": ["a"]}, "enum"),
            ({"type": "string", "nullable": True}, "type")):
        family.contract(contract("3.1.0", schema))
        judge(family, f"3.1.0 null in {json.dumps(schema)}", None, keyword)


def add_siblings(family):
    """Beside `$ref`: nothing counts in 3.0, everything in 3.1."""
    for version, keyword in (("3.0.3", None), ("3.1.0", "maxLength")):
        family.contract(contract(version, {"$ref": "#/components/schemas/A", "maxLength": 2},
                                 components={"schemas": {"A": {"type": "string"}}}))
        judge(family, f"{version} sibling of $ref", "\"abc\"", keyword)
        judge(family, f"{version} sibling of $ref, short", "\"ab\"")
        judge(family, f"{version} target of $ref", "1", "type")


def wrapped(label, properties, required):
    own = {"type": "object", "required": required, "properties": properties}
    if label == "own":
        return own, {}
    if label == "ref":
        return {"$ref": "#/components/schemas/A"}, {"A": own}
    if label == "allOf":
        return {"allOf": [{"type": "object", "properties": properties},
                          {"type": "object", "required": required}]}, {}
    return {"allOf": [{"$ref": "#/components/schemas/A"}], "required": required}, \
        {"A": {"type": "object", "properties": properties}}


def add_access(family):
    """3.0: `required` of a readOnly property holds in responses only, of a writeOnly one in
    requests only, wherever the property is described. 3.1: both are annotations."""
    properties = {"id": {"type": "integer", "readOnly": True},
                  "secret": {"type": "string", "writeOnly": True}, "name": {"type": "string"}}
    required = ["id", "secret", "name"]
    for version in ("3.0.3", "3.1.0"):
        for label in ("own", "ref", "allOf", "ref in allOf"):
            schema, schemas = wrapped(label, properties, required)
            content = {"content": {"application/json": {"schema": schema}}}
            family.contract(document(version, {"/x": {"post": {
                "requestBody": content,
                "responses": {"200": {"description": "ok", **content}}}}},
                components={"schemas": schemas}))
            for left_out in (None, *required):
                value = {"id": 1, "secret": "s", "name": "n"}
                value.pop(left_out, None)
                body = json.dumps(value)
                for direction, exempt in (("request", "id"), ("response", "secret")):
                    is_missing = left_out and not (version == "3.0.3" and left_out == exempt)
                    found = [finding(f"http.{direction}.body.required", "/" + left_out)] \
                        if is_missing else []
                    name = f"{version} {label} {direction} without {left_out}"
                    if direction == "request":
                        family.case(name, request("POST", "/x", JSON, body), findings=found)
                    else:
                        family.case(name, request("POST", "/x", JSON, "{}"),
                                    response(200, JSON, body), findings=found)


def add_discriminators(family):
    """It says which branch was meant; it never changes the verdict (3.1.1, section 4.8.25)."""
    def branch(kind, key):
        return {"type": "object", "required": ["kind", key],
                "properties": {"kind": {"type": "string"}, key: {"type": "integer"}}}
    schemas = {"Cat": branch("cat", "lives"), "Dog": branch("dog", "age")}
    refs = [{"$ref": "#/components/schemas/" + name} for name in schemas]
    for version in ("3.0.3", "3.1.0"):
        for keyword in ("oneOf", "anyOf"):
            schema = {keyword: refs, "discriminator": {"propertyName": "kind"}}
            family.contract(contract(version, schema, components={"schemas": schemas}))
            for kind in ("Cat", "Dog", "cat", "Bird"):
                judge(family, f"{version} {keyword} {kind} with lives",
                      {"kind": kind, "lives": 9})
                judge(family, f"{version} {keyword} {kind} with age", {"kind": kind, "age": 3})
            judge(family, f"{version} {keyword} wrong lives of a Cat",
                  {"kind": "Cat", "lives": "x"}, "type", "/lives")
            judge(family, f"{version} {keyword} wrong age of a Dog",
                  {"kind": "Dog", "age": "x"}, "type", "/age")


def add_undocumented(family):
    for version in ("3.0.3", "3.1.0"):
        family.contract(contract(version, {
            "type": "object", "properties": {
                "a": {"type": "integer"}, "map": {"type": "object",
                                                  "additionalProperties": {"type": "integer"}},
                "list": {"type": "array", "items": {"properties": {"b": {}}}}}}))
        judge(family, f"{version} all documented", {"a": 1, "map": {"x": 1}, "list": [{"b": 1}]})
        judge(family, f"{version} at the top", {"a": 1, "z": 1}, "undocumented_property", "/z")
        judge(family, f"{version} in a list", {"list": [{}, {"c": 1}]}, "undocumented_property",
              "/list/1/c")
        judge(family, f"{version} wrong in a map", {"map": {"x": "y"}}, "type", "/map/x")
        own = {"type": "object", "properties": {"a": {"type": "integer", "writeOnly": True}}}
        family.contract(document(version, {"/x": {"post": {
            "requestBody": {"content": {"application/json": {"schema": own}}},
            "responses": OK}}}))
        for body, wrong in (({"a": 1}, []), ({"b": 1}, [("undocumented_property", "/b")]),
                            ({"a": "x", "b": 1}, [("type", "/a"),
                                                  ("undocumented_property", "/b")])):
            family.case(f"{version} request {body}", request("POST", "/x", JSON, json.dumps(body)),
                        findings=[finding(f"http.request.body.{k}", p) for k, p in wrong])


def build():
    family = Family("schemas", "OpenAPI 3.0.4, 4.7.24 and 4.7.25; 3.1.1, 4.8.24 and 4.8.25")
    add_limits(family)
    add_integer_formats(family)
    add_null(family)
    add_siblings(family)
    add_access(family)
    add_discriminators(family)
    add_undocumented(family)
    return family
