# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. See ../README.md.
"""Parameter styles: how each writes a scalar, a list and an object.

The encoders below follow the table "Style Examples" (OpenAPI 3.1.1, section 4.8.12.5; 3.0.4 has the
same) and RFC 6570, sections 3.2.2 to 3.2.9. A message is encoded from a value that is known to fit
the schema, or not to fit it at one place, so the verdict is known without reading it back.
"""

from urllib.parse import quote

from vectors import OK, Family, document, finding, request

VERSIONS = ("3.0.3", "3.1.0", "3.2.0")
SCALARS = {
    "integer": (["1", "-20", "300"], "x1"),
    "number": (["1.5", "-2", "3e2"], "one"),
    "boolean": (["true", "false", "true"], "yes"),
}
PLACES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
NAMES = ("R", "G", "B")


def scalar(style, text):
    return {"simple": text, "label": "." + text, "matrix": ";p=" + text, "form": "p=" + text,
            "cookie": "p=" + text}[style]


def array(style, explode, texts):
    if style == "simple":
        return ",".join(texts)
    if style == "label":
        return "." + (".".join(texts) if explode else ",".join(texts))
    if style == "matrix":
        return "".join(";p=" + t for t in texts) if explode else ";p=" + ",".join(texts)
    if style == "form":
        return "&".join("p=" + t for t in texts) if explode else "p=" + ",".join(texts)
    return "p=" + {"spaceDelimited": "%20", "pipeDelimited": "%7C"}[style].join(texts)


def members(style, explode, pairs):
    flat = [part for pair in pairs for part in pair]
    equal = [f"{name}={text}" for name, text in pairs]
    if style == "simple":
        return ",".join(equal if explode else flat)
    if style == "label":
        return "." + (".".join(equal) if explode else ",".join(flat))
    if style == "matrix":
        return "".join(";" + e for e in equal) if explode else ";p=" + ",".join(flat)
    if style == "form":
        return "&".join(equal) if explode else "p=" + ",".join(flat)
    if style == "deepObject":
        return "&".join(f"p[{name}]={text}" for name, text in pairs)
    return "p=" + {"spaceDelimited": "%20", "pipeDelimited": "%7C"}[style].join(flat)


def message(place, written):
    if place == "path":
        return request("GET", "/x/" + written)
    if place == "query":
        return request("GET", "/x?" + written)
    if place == "header":
        return request("GET", "/x", {"p": written})
    return request("GET", "/x", {"Cookie": written.replace("&", "; ")})


def contract(version, place, style, explode, schema):
    parameter = {"name": "p", "in": place, "required": True, "style": style, "explode": explode,
                 "schema": schema}
    path = "/x/{p}" if place == "path" else "/x"
    return document(version, {path: {"get": {"parameters": [parameter], "responses": OK}}})


def pointer(place, rest):
    return ("/paths/~1x~1{p}" if place == "path" else "/paths/~1x") + \
        "/get/parameters/0/schema" + rest


def combinations():
    for version in VERSIONS:
        for place, styles in PLACES.items():
            for style in styles:
                for explode in (False, True):
                    yield version, place, style, explode


def is_defined(place, style, explode, shape):
    """Empty cells of the table are not written: no text could be right or wrong there."""
    if style == "deepObject":
        return shape == "object"
    if style in ("spaceDelimited", "pipeDelimited"):
        return shape != "scalar" and not explode
    if place == "cookie":
        return shape != "object" or not explode
    return True


def add_scalars(family, version, place, style, explode):
    for kind, (texts, wrong) in SCALARS.items():
        family.contract(contract(version, place, style, explode, {"type": kind}))
        name = f"{version} {place} {style} explode={explode} {kind}"
        family.case(name, message(place, scalar(style, texts[1])))
        family.case(name + " wrong", message(place, scalar(style, wrong)),
                    findings=[finding(f"http.request.{place}.type", "p", pointer(place, "/type"))])


def add_arrays(family, version, place, style, explode):
    for kind, (texts, wrong) in SCALARS.items():
        if style == "label" and kind == "number":
            texts = [text.replace(".5", "") for text in texts]  # A dot divides items there.
        schema = {"type": "array", "items": {"type": kind}}
        family.contract(contract(version, place, style, explode, schema))
        name = f"{version} {place} {style} explode={explode} list of {kind}"
        family.case(name, message(place, array(style, explode, texts)))
        for position in range(len(texts)):
            bad = texts[:position] + [wrong] + texts[position + 1:]
            family.case(f"{name} wrong at {position}", message(place, array(style, explode, bad)),
                        findings=[finding(f"http.request.{place}.type", f"p/{position}",
                                          pointer(place, "/items/type"))])


def add_objects(family, version, place, style, explode):
    schema = {"type": "object", "required": list(NAMES),
              "properties": {name: {"type": "integer"} for name in NAMES}}
    family.contract(contract(version, place, style, explode, schema))
    name = f"{version} {place} {style} explode={explode} object"
    good = [("R", "100"), ("G", "200"), ("B", "150")]
    family.case(name, message(place, members(style, explode, good)))
    for position, (member, _) in enumerate(good):
        bad = good[:position] + [(member, "x")] + good[position + 1:]
        family.case(f"{name} wrong {member}", message(place, members(style, explode, bad)),
                    findings=[finding(f"http.request.{place}.type", f"p/{member}",
                                      pointer(place, f"/properties/{member}/type"))])
        short = good[:position] + good[position + 1:]
        family.case(f"{name} without {member}", message(place, members(style, explode, short)),
                    findings=[finding(f"http.request.{place}.required", f"p/{member}",
                                      pointer(place, f"/required/{position}"))])


def add_encoded_delimiters(family, version):
    """An encoded delimiter is data: one item of three characters, not two of one."""
    for place, style in (("path", "simple"), ("path", "label"), ("path", "matrix"),
                         ("query", "form")):
        schema = {"type": "array", "maxItems": 1, "items": {"type": "string"}}
        family.contract(contract(version, place, style, False, schema))
        item = quote("a,b", safe="")
        family.case(f"{version} {place} {style} encoded comma",
                    message(place, array(style, False, [item])))
        family.case(f"{version} {place} {style} raw comma",
                    message(place, array(style, False, ["a", "b"])),
                    findings=[finding(f"http.request.{place}.maxItems", "p",
                                      pointer(place, "/maxItems"))])


def build():
    family = Family("styles", "OpenAPI 3.1.1, 4.8.12.5 Style Examples; RFC 6570, 3.2")
    for version, place, style, explode in combinations():
        if is_defined(place, style, explode, "scalar"):
            add_scalars(family, version, place, style, explode)
        if is_defined(place, style, explode, "array"):
            add_arrays(family, version, place, style, explode)
        if is_defined(place, style, explode, "object"):
            add_objects(family, version, place, style, explode)
    for version in VERSIONS:
        add_encoded_delimiters(family, version)
    return family
