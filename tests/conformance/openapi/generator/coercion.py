# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Texts as values: which text is of which type, however the schema says the type.

Truth is the grammar of numbers in RFC 8259, section 6, and the words true, false and null; a number
is an integer when its value has no fraction (JSON Schema 2020-12 validation, section 6.1.1).
"""

import re
from decimal import Decimal
from urllib.parse import quote

from vectors import OK, Family, document, finding, request

TEXTS = ("1", "0", "-5", "1e3", "1.0", "1.5", "-0", "1E-2", "01", "+1", " 1", "1 ", "0x1", "1.",
         ".5", "--1", "1e", "true", "false", "True", "null", "nil", "abc", "1,5", "Infinity", "NaN")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


def types_of(text):
    """Every type that the text can be read as."""
    types = {"string"}
    if text in ("true", "false"):
        types.add("boolean")
    if text == "null":
        types.add("null")
    if NUMBER.match(text):
        types.add("number")
        if Decimal(text) == Decimal(text).to_integral_value():
            types.add("integer")
    return types


def wrappers(version):
    """Ways to say one type, and the pointer from the schema to the `type` that is broken."""
    yield "plain", lambda t: {"type": t}, "/type"
    yield "allOf", lambda t: {"allOf": [{"type": t}]}, "/allOf/0/type"
    yield "ref", lambda t: {"$ref": "#/components/schemas/" + t}, "/$ref/type"
    yield "ref in allOf", lambda t: {"allOf": [{"$ref": "#/components/schemas/" + t}]}, \
        "/allOf/0/$ref/type"
    yield "anyOf", lambda t: {"anyOf": [{"type": t}]}, "/anyOf/0/type"
    yield "oneOf", lambda t: {"oneOf": [{"type": t}]}, "/oneOf/0/type"
    if version != "3.0.3":
        yield "type list", lambda t: {"type": [t]}, "/type"


def add_single_types(family, version):
    components = {"schemas": {t: {"type": t} for t in ("integer", "number", "boolean", "string")}}
    for label, wrap, _ in wrappers(version):
        for kind in ("integer", "number", "boolean"):
            parameter = {"name": "p", "in": "query", "schema": wrap(kind)}
            family.contract(document(version, {"/x": {"get": {
                "parameters": [parameter], "responses": OK}}}, components=components))
            for text in TEXTS:
                fits = kind in types_of(text)
                found = [] if fits else [finding("http.request.query.type", "p")]
                family.case(f"{version} {label} {kind} from {text!r}",
                            request("GET", "/x?p=" + quote(text, safe="")), findings=found)


def add_type_lists(family, version):
    for kinds in (("integer", "null"), ("boolean", "integer"), ("number", "boolean", "null")):
        parameter = {"name": "p", "in": "query", "schema": {"type": list(kinds)}}
        family.contract(document(version, {"/x": {"get": {
            "parameters": [parameter], "responses": OK}}}))
        for text in TEXTS:
            fits = types_of(text) & set(kinds)
            found = [] if fits else [finding("http.request.query.type", "p",
                                             "/paths/~1x/get/parameters/0/schema/type")]
            family.case(f"{version} {'|'.join(kinds)} from {text!r}",
                        request("GET", "/x?p=" + quote(text, safe="")), findings=found)


def add_enums(family, version):
    """Numbers in an enum are numbers, texts are texts."""
    for values, good, bad in (([1, 2], ("1", "2", "1.0"), ("3", "a", "true")),
                              (["1", "2"], ("1", "2"), ("1.0", "3")),
                              ([True], ("true",), ("false", "1"))):
        parameter = {"name": "p", "in": "query", "schema": {"enum": values}}
        family.contract(document(version, {"/x": {"get": {
            "parameters": [parameter], "responses": OK}}}))
        for text in good:
            family.case(f"{version} enum {values} has {text}", request("GET", "/x?p=" + text))
        for text in bad:
            family.case(f"{version} enum {values} lacks {text}", request("GET", "/x?p=" + text),
                        findings=[finding("http.request.query.enum", "p",
                                          "/paths/~1x/get/parameters/0/schema/enum")])


def build():
    family = Family("coercion", "RFC 8259, 6; JSON Schema 2020-12 validation, 6.1.1")
    for version in ("3.0.3", "3.1.0"):
        add_single_types(family, version)
        add_enums(family, version)
    add_type_lists(family, "3.1.0")
    return family
