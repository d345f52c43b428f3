# SPDX-License-Identifier: Apache-2.0
"""The tidy checks. Each takes a Tree and yields Findings; tables.py holds what they compare to."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from os import cpu_count
from pathlib import Path

import lexer
import tables
from tree import Finding

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes_of(source):
    """(line, header, is quoted) of every #include that is code."""
    for number, line in enumerate(source.lines, 1):
        if "#" not in source.code_lines[number - 1]:
            continue
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def _matches(path, patterns):
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def check_layers(tree):
    """Every project #include is an edge of layers.txt."""
    for source in tree.cpp:
        allowed = tree.layers.allowed(source.room)
        for line, header, quoted in includes_of(source):
            if not quoted or header in tables.GENERATED_HEADERS:
                continue
            room = tree.room_of(header)
            if room is None:
                yield Finding(source.path, line,
                              f"'{header}' is not a full path from the repository root")
            elif allowed is not None and room != source.room and room not in allowed:
                yield Finding(source.path, line,
                              f"'{header}' is not allowed in room '{source.room}'"
                              f" (allowed: {' '.join(sorted(allowed)) or 'none'})")


def check_layer_file(tree):
    """layers.txt names known rooms and has no cycle; rooms.cmake links no more than it allows."""
    layers = tree.layers
    for room, line in layers.lines.items():
        for other in layers.rooms[room] - {"*"}:
            if other not in layers.rooms:
                yield Finding(layers.path, line, f"'{other}' is not a room")
    cycle = layers.cycle()
    if cycle:
        yield Finding(layers.path, layers.lines[cycle[0]],
                      f"the rooms form a cycle: {' -> '.join(cycle)}")
    for room, (line, links) in tree.cmake_rooms.items():
        for other in links:
            if room in layers.rooms and other not in layers.rooms[room]:
                yield Finding(tree.cmake_rooms_path, line,
                              f"room '{room}' links '{other}', which {layers.path} does not allow")


def check_third_party(tree):
    """A library's headers are seen in its room only."""
    for source in tree.cpp:
        if source.room in tables.FREE_FOLDERS:
            continue
        for line, header, quoted in includes_of(source):
            if not quoted:
                message = _third_party_message(source, header)
                if message:
                    yield Finding(source.path, line, message)


def _third_party_message(source, header):
    if source.room in tables.PURE_ROOMS and re.fullmatch(tables.SOCKET_HEADER, header):
        return f"'{header}' is not allowed in room '{source.room}': it sees no socket and no loop"
    if re.fullmatch(tables.STANDARD_HEADER, header) or re.fullmatch(tables.SYSTEM_HEADER, header):
        return None
    for library in tables.THIRD_PARTY:
        if re.fullmatch(library.header, header):
            if _matches(source.path, library.allowed):
                return None
            places = " ".join(library.allowed) or "tests bench"
            return f"'{header}' ({library.name}) is not allowed here (allowed: {places})"
    return f"'{header}' belongs to no library named in tests/tidy/tables.py"


def check_sizes(tree):
    """Files, functions and lines stay small; ratchet.txt tolerates old offenders."""
    ratchet = tree.ratchet
    for source in tree.cpp:
        if source.is_generated:
            continue
        yield from ratchet.judge(("file", source.path), source.path, tables.FILE_LINES_MAX + 1,
                                 len(source.lines), tables.FILE_LINES_MAX, "file")
        if source.room not in tables.FREE_FOLDERS:
            yield from _check_functions(source, ratchet)
    yield from ratchet.stale()
    for source in tree.cpp + tree.scripts:
        if source.is_generated:
            continue
        for number, line in enumerate(source.lines, 1):
            if len(line) > tables.COLUMNS_MAX and not _INCLUDE.match(line):
                yield Finding(source.path, number,
                              f"line has {len(line)} columns (limit {tables.COLUMNS_MAX})")


def _check_functions(source, ratchet):
    try:
        functions = lexer.functions_of(source.code)
    except lexer.UnbalancedBraces:
        yield Finding(source.path, 1,
                      "braces do not match, so the length of functions cannot be read")
        return
    for function in functions:
        yield from ratchet.judge(("function", source.path, function.name), source.path,
                                 function.line, function.lines, tables.FUNCTION_LINES_MAX,
                                 f"function '{function.name}'")


def check_bans(tree):
    """Banned identifiers stand only in their one place."""
    for source in tree.cpp:
        bans = [ban for ban in tables.BANS if _applies(ban, source)]
        for number, line in enumerate(source.code_lines, 1):
            for ban in bans:
                if ban.pattern.search(line):
                    yield Finding(source.path, number, f"'{ban.name}' is banned: use {ban.instead}")


def _applies(ban, source):
    if source.room in tables.FREE_FOLDERS and not ban.in_tests:
        return False
    if _matches(source.path, ban.allowed):
        return False
    if ban.in_c_adapters and source.path.endswith(".cc"):
        headers = [header for _, header, _ in includes_of(source)]
        return not any(re.fullmatch(tables.C_LIBRARY, header) for header in headers)
    return True


def check_headers(tree):
    """Every source opens with its licence; every header guards itself."""
    for source in tree.cpp:
        first = source.lines[0] if source.lines else ""
        second = source.lines[1] if len(source.lines) > 1 else ""
        if first != f"// {tables.SPDX}":
            yield Finding(source.path, 1, f"the first line must be '// {tables.SPDX}'")
        elif not second.startswith(tables.SECOND_LINE):
            yield Finding(source.path, 2, f"the second line must begin with '{tables.SECOND_LINE}'")
        if source.path.endswith(".h") and not re.search(r"^#pragma once$", source.code, re.M):
            yield Finding(source.path, 1, "a header needs '#pragma once'")
    for source in tree.scripts:
        wanted = f"# {tables.SPDX}"
        if wanted not in source.lines[:2]:
            yield Finding(source.path, 1, f"the first line (after #!) must be '{wanted}'")


def check_leftovers(tree):
    """No open repairs, no author or date comments, nothing but ASCII."""
    word = "FIX" + "ME"
    for source in tree.cpp + tree.scripts:
        for number, line in enumerate(source.lines, 1):
            if word in line:
                yield Finding(source.path, number, f"'{word}' is banned: use TODO(area)")
            if not line.isascii():
                column = next(index for index, char in enumerate(line, 1) if not char.isascii())
                yield Finding(source.path, number, f"non-ASCII character in column {column}:"
                              " write it as an escape")
        for number, line in source.comments():
            match = tables.HISTORY.search(line)
            if match:
                yield Finding(source.path, number,
                              f"'{match.group(0).strip()}' belongs to the history: leave it to git")


def check_rooms(tree):
    """Every room says what it is for, and no source lies where nothing builds it."""
    for room, folder in sorted(tree.rooms_with_sources().items()):
        if not (tree.root / folder / "README.md").is_file():
            yield Finding(f"{folder}/README.md", 1,
                          f"missing: room '{room}' must say what it is for")
        if tree.cmake_rooms and room not in tree.cmake_rooms:
            yield Finding(tree.cmake_rooms_path, 1,
                          f"room '{room}' has sources in {folder} but no fl_room line")
    for source in tree.cpp:
        if source.room is None or source.room not in tree.layers.rooms:
            yield Finding(source.path, 1,
                          f"lies in no room of {tree.layers.path}, so nothing builds it")


_SUITES = ("unit", "property", "integration", "replay", "e2e", "conformance")


def check_tests(tree):
    """Tests lie in tests/ under names that the build picks up."""
    for source in tree.cpp:
        inside = source.room == "tests"
        if source.path.endswith(("_test.cc", "_test.h")) and not inside:
            yield Finding(source.path, 1, "tests lie in tests/, one folder per room")
        parts = source.path.split("/")
        if inside and len(parts) > 2 and parts[1] in _SUITES and source.path.endswith(".cc"):
            if not source.path.endswith(("_test.cc", "_support.cc")):
                yield Finding(source.path, 1, "is in no test program: the name must end in"
                              " _test.cc or _support.cc")


# A name in a table, and what makes it true in the text of the tests. `...` and `*` stand for the
# rest of a name.
_NAMED_TEST = re.compile(r"^([A-Z]\w*)\.(\w*)(?:\*|\.\.\.)?$")
_NAMED_VECTORS = re.compile(r"^([a-z]\w*)\.(add_\w+)$")
_NAMED_CASE = re.compile(r"^case (\w*[a-z]\w*)$")
_TEST_MACRO = re.compile(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", re.MULTILINE)


def check_test_tables(tree):
    """Every test that a table of a README in tests/ names is there."""
    tests = {f"{suite}.{name}" for source in tree.cpp if source.path.startswith("tests/")
             for suite, name in _TEST_MACRO.findall(source.text)}
    vectors = {f"{Path(source.path).stem}.{name}" for source in tree.scripts
               if source.path.startswith("tests/")
               for name in re.findall(r"^def (add_\w+)\(", source.text, re.MULTILINE)}
    cases = {name for file in sorted((tree.root / "tests").glob("**/vectors/*.txt"))
             for name in re.findall(r"^case (\w+)$", file.read_text(), re.MULTILINE)}
    for file in sorted((tree.root / "tests").glob("**/README.md")):
        path = file.relative_to(tree.root).as_posix()
        for number, line in enumerate(file.read_text().splitlines(), 1):
            for name in re.findall(r"`([^`]+)`", line) if line.startswith("|") else ():
                if not _is_there(name, tests, vectors, cases):
                    yield Finding(path, number, f"there is no '{name}'")


def _is_there(name, tests, vectors, cases):
    """Also of names that are none of a test, of which nothing is said here."""
    test = _NAMED_TEST.match(name)
    if test:
        prefix = f"{test.group(1)}.{test.group(2)}"
        is_whole = name == prefix
        return prefix in tests if is_whole else any(t.startswith(prefix) for t in tests)
    if _NAMED_VECTORS.match(name):
        return name in vectors
    case = _NAMED_CASE.match(name)
    return not case or case.group(1) in cases


_FORMATTER = "clang-format-19"
_FORMAT_LINE = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted")


def check_format(tree):
    """clang-format would change nothing."""
    if shutil.which(_FORMATTER) is None:
        yield Finding("tests/tidy", 1, f"{_FORMATTER} is missing: install the package {_FORMATTER}")
        return
    paths = [source.path for source in tree.cpp]
    batches = [paths[start:start + 8] for start in range(0, len(paths), 8)]
    with ThreadPoolExecutor(cpu_count()) as pool:
        for output in pool.map(lambda batch: _run_formatter(tree.root, batch), batches):
            yield from _format_findings(output)


def _run_formatter(root, paths):
    command = [_FORMATTER, "--dry-run", "--Werror", "--style=file", *paths]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    known = any(_FORMAT_LINE.match(line) for line in result.stderr.splitlines())
    if result.returncode != 0 and not known:
        raise RuntimeError(f"{_FORMATTER} failed: {result.stderr}")
    return result.stderr


def _format_findings(output):
    seen = set()
    for line in output.splitlines():
        match = _FORMAT_LINE.match(line)
        if match and match.group(1) not in seen:
            seen.add(match.group(1))
            yield Finding(match.group(1), int(match.group(2)), "not formatted: run ./dev fmt")


CHECKS = {
    "layers": (check_layer_file, check_layers),
    "third-party": (check_third_party,),
    "sizes": (check_sizes,),
    "bans": (check_bans,),
    "headers": (check_headers,),
    "leftovers": (check_leftovers,),
    "rooms": (check_rooms,),
    "tests": (check_tests, check_test_tables),
    "format": (check_format,),
}
