# SPDX-License-Identifier: Apache-2.0
"""The source tree as the tidy checks see it: files, rooms, layers and the ratchet."""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import lexer

_SKIPPED_FOLDERS = {"build", "runs", "node_modules", "__pycache__"}
_SINGLE_ROOMS = {"filters", "rules", "redaction", "contracts", "tests", "bench"}


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: error: {self.message}"


def room_of(path):
    """proxy/http/x.h -> http, filters/latency/x.h -> filters, anything else -> None."""
    parts = path.split("/")
    if len(parts) > 2 and parts[0] == "proxy":
        return parts[1]
    return parts[0] if len(parts) > 1 and parts[0] in _SINGLE_ROOMS else None


class Source:
    """One file, read once."""

    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_bytes().decode("utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.room = room_of(path)

    @cached_property
    def code(self):
        return lexer.code_of(self.text)

    @cached_property
    def code_lines(self):
        return self.code.split("\n")

    @property
    def is_generated(self):
        return any(re.match(r"(//|#) Generated\b", line) for line in self.lines[:5])

    def comments(self):
        """(line, text) of everything that is not code; for scripts, of every # line."""
        for number, line in enumerate(self.lines, 1):
            if self.path.endswith((".h", ".cc")):
                code = self.code_lines[number - 1]
                yield number, "".join(a if b == " " else " " for a, b in zip(line, code))
            elif line.lstrip().startswith("#"):
                yield number, line


class Layers:
    """tests/tidy/layers.txt."""

    path = "tests/tidy/layers.txt"

    def __init__(self, root):
        self.rooms, self.lines = {}, {}
        for number, line in enumerate((root / self.path).read_text().splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            room, _, others = line.partition(":")
            self.rooms[room.strip()] = set(others.split())
            self.lines[room.strip()] = number

    def allowed(self, room):
        """What a room may include; None when anything goes or the room is unknown."""
        others = self.rooms.get(room)
        return None if others is None or "*" in others else others

    def cycle(self):
        """A cycle as a list of rooms, or None."""
        done = set()

        def visit(room, way):
            if room in way:
                return way[way.index(room):] + [room]
            if room in done:
                return None
            for other in sorted(self.rooms.get(room, set()) - {"*"}):
                found = visit(other, way + [room])
                if found:
                    return found
            done.add(room)
            return None

        return next((found for room in self.rooms if (found := visit(room, []))), None)


class Ratchet:
    """tests/tidy/ratchet.txt: sizes above the limit, tolerated until they shrink."""

    path = "tests/tidy/ratchet.txt"

    def __init__(self, root):
        self._entries, self._used = {}, set()
        file = root / self.path
        for number, line in enumerate(file.read_text().splitlines() if file.is_file() else [], 1):
            if line and not line.startswith("#"):
                *key, size = line.split()
                self._entries[tuple(key)] = (number, int(size))

    def judge(self, key, path, line, size, limit, what):
        """Findings for one measured thing."""
        number, tolerated = self._entries.get(key, (0, 0))
        if number and size > limit:
            self._used.add(key)
            if size < tolerated:
                yield Finding(self.path, number,
                              f"{what} of {path} shrank to {size} lines: lower the entry")
        if size > max(limit, tolerated):
            yield Finding(path, line, f"{what} has {size} lines (limit {max(limit, tolerated)})")

    def stale(self):
        for key, (number, _) in self._entries.items():
            if key not in self._used:
                yield Finding(self.path, number,
                              f"'{' '.join(key)}' is within the limit: remove the entry")


class Tree:
    cmake_rooms_path = "proxy/rooms.cmake"

    def __init__(self, root):
        self.root = Path(root)
        self.layers = Layers(self.root)
        self.ratchet = Ratchet(self.root)
        self.cpp, self.scripts = [], []
        for path in self._walk():
            if path.endswith((".h", ".cc")):
                self.cpp.append(Source(self.root, path))
            elif self._is_script(path):
                self.scripts.append(Source(self.root, path))
        self.cmake_rooms = self._read_cmake_rooms()

    room_of = staticmethod(room_of)

    def _walk(self):
        paths = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS
                          and (not name.startswith(".") or name == ".ci")]
            base = Path(folder).relative_to(self.root)
            paths += [(base / name).as_posix() for name in files]
        return sorted(paths)

    def _is_script(self, path):
        if path.endswith((".py", ".sh", ".cmake")) or Path(path).name == "CMakeLists.txt":
            return True
        file = self.root / path
        if "." in Path(path).name or not os.access(file, os.X_OK):
            return False
        with file.open("rb") as stream:
            return stream.read(2) == b"#!"

    def _read_cmake_rooms(self):
        """Room -> (line, linked rooms) of the fl_room calls."""
        file = self.root / self.cmake_rooms_path
        if not file.is_file():
            return {}
        text, rooms = file.read_text(), {}
        for match in re.finditer(r"^fl_room\((\w+) [^\s)]+([^)]*)\)", text, re.M):
            links = re.search(r"ROOMS([^)]*?)(?:LIBS|$)", match.group(2), re.S)
            rooms[match.group(1)] = (text.count("\n", 0, match.start()) + 1,
                                     links.group(1).split() if links else [])
        return rooms

    def rooms_with_sources(self):
        """Room -> its folder, for all rooms of the product that hold at least one source."""
        rooms = {}
        for source in self.cpp:
            if source.room is not None and source.room not in ("tests", "bench"):
                depth = 2 if source.path.startswith("proxy/") else 1
                rooms[source.room] = "/".join(source.path.split("/")[:depth])
        return rooms
