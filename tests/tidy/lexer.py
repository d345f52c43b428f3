# SPDX-License-Identifier: Apache-2.0
"""Reads C++ just well enough for the tidy checks: what is code, and where functions end."""

import re
from dataclasses import dataclass

_RAW_STRING = re.compile(r'(?:u8|u|U|L)?R"([^()\\\s]{0,16})\(')
_CHARACTER_PREFIX = re.compile(r"(?<![0-9A-Za-z_])(?:u8|u|U|L)$")
_BLANK = re.compile(r"[^\n]")


def code_of(text):
    """The text with comments and the inside of literals blanked; same length, same lines."""
    out = []
    position, end = 0, len(text)
    while position < end:
        stop, keep = _literal_or_comment(text, position)
        if stop is None:
            out.append(text[position])
            position += 1
            continue
        piece = text[position:stop]
        out.append(piece[0] if keep else " ")
        out.append(_BLANK.sub(" ", piece[1:-1]))
        if len(piece) > 1:
            out.append(piece[-1] if keep else _BLANK.sub(" ", piece[-1]))
        position = stop
    return "".join(out)


def _literal_or_comment(text, position):
    """(end, keep the delimiters) of the comment or literal that starts here, or (None, False)."""
    char = text[position]
    if char == "/" and text.startswith("//", position):
        return _end_of_line_comment(text, position), False
    if char == "/" and text.startswith("/*", position):
        stop = text.find("*/", position + 2)
        return (len(text) if stop < 0 else stop + 2), False
    if char == '"':
        return _end_of_quoted(text, position, '"'), True
    if char == "'" and not _is_digit_separator(text, position):
        return _end_of_quoted(text, position, "'"), True
    if char in "RuUL" and (position == 0 or not _is_word(text[position - 1])):
        match = _RAW_STRING.match(text, position)
        if match:
            stop = text.find(f'){match.group(1)}"', match.end())
            return (len(text) if stop < 0 else stop + len(match.group(1)) + 2), True
    return None, False


def _is_word(char):
    return char.isalnum() or char == "_"


def _is_digit_separator(text, position):
    """1'000 has a word character before the quote; u8'x' does too, but only its prefix."""
    if position == 0 or not _is_word(text[position - 1]):
        return False
    return not _CHARACTER_PREFIX.search(text[max(0, position - 3):position])


def _end_of_line_comment(text, position):
    while True:
        stop = text.find("\n", position)
        if stop < 0:
            return len(text)
        if text[stop - 1] != "\\":
            return stop
        position = stop + 1


def _end_of_quoted(text, position, quote):
    position += 1
    while position < len(text) and text[position] != quote and text[position] != "\n":
        position += 2 if text[position] == "\\" else 1
    return min(position + 1, len(text))


def without_preprocessor(code):
    """Blanks directives with their continuation lines, and every #else branch."""
    lines = code.split("\n")
    skipping = []  # One entry per open #if: are we in a branch that is left out?
    continued = False
    for index, line in enumerate(lines):
        stripped = line.lstrip()
        if continued or stripped.startswith("#"):
            if not continued:
                _enter_directive(stripped[1:].lstrip(), skipping)
            continued = line.endswith("\\")
            lines[index] = ""
        elif any(skipping):
            lines[index] = ""
    return "\n".join(lines)


def _enter_directive(directive, skipping):
    if directive.startswith("if"):
        skipping.append(False)
    elif directive.startswith(("else", "elif")) and skipping:
        skipping[-1] = True
    elif directive.startswith("endif") and skipping:
        skipping.pop()


@dataclass(frozen=True)
class Function:
    name: str
    line: int  # Of the first line of its head.
    lines: int  # From the opening brace to the closing one, as clang-tidy counts.


class UnbalancedBraces(Exception):
    """The braces of a file do not match, so nothing can be said about its functions."""


_TEMPLATE = re.compile(r"\btemplate\s*<")
_ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)", re.S)
_TYPE = re.compile(r"^\s*(?:typedef\s+)?(?:class|struct|union|enum)\b")
_NAME = re.compile(r"(operator\s*\(\s*\)|operator\s*[^\s(]+|~?[A-Za-z_][\w:~]*)\s*\(")
_LABEL = re.compile(r"^\s*(?:public|private|protected)\s*:(?!:)")


def functions_of(code):
    """All function definitions of clang-formatted code (the result of code_of)."""
    text = without_preprocessor(code)
    found, stack = [], []
    head_start, line, parens = 0, 1, 0
    for position, char in enumerate(text):
        if char == "\n":
            line += 1
        elif char == "(":
            parens += 1
        elif char == ")":
            parens -= 1
        elif char == ";" and parens == 0:
            head_start = position + 1
        elif char == "{":
            head = text[head_start:position]
            kind = _kind_of_brace(head, stack, parens)
            stack.append((kind, head, head_start, line))
            if kind != "value":
                head_start = position + 1
        elif char == "}":
            if not stack:
                raise UnbalancedBraces
            kind, head, start, open_line = stack.pop()
            if kind == "function":
                first = start + len(head) - len(head.lstrip())
                head_line = text.count("\n", 0, first) + 1
                found.append(Function(_name_of(head), head_line, line - open_line))
            if kind != "value":
                head_start = position + 1
    if stack:
        raise UnbalancedBraces
    return sorted(found, key=lambda function: function.line)


def _kind_of_brace(head, stack, parens):
    """What a brace opens: a 'scope' (namespace, type), a 'function', a 'block' in it, a 'value'."""
    if stack and stack[-1][0] in ("function", "block"):
        return "block"
    if parens > 0 or (stack and stack[-1][0] == "value"):
        return "value"
    # clang-format writes `name{value}` and `= {value}` for values and ` {` for bodies.
    if head and not head[-1].isspace() or head.rstrip().endswith(("=", ",", "return")):
        return "value"
    plain = _ATTRIBUTE.sub("", _strip_templates(_LABEL.sub("", head)))
    if re.search(r"\bnamespace\b", plain) or _TYPE.match(plain):
        return "scope"
    return "function" if "(" in plain else "scope"


def _strip_templates(head):
    while True:
        match = _TEMPLATE.search(head)
        if not match:
            return head
        depth, position = 1, match.end()
        while position < len(head) and depth > 0:
            depth += {"<": 1, ">": -1}.get(head[position], 0)
            position += 1
        head = head[:match.start()] + head[position:]


def _name_of(head):
    match = _NAME.search(_ATTRIBUTE.sub("", _strip_templates(head)))
    return re.sub(r"\s+", "", match.group(1)) if match else "?"
