#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Feeds the tidy checks small bad trees: a check that cannot fail is worth nothing."""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lexer  # noqa: E402 (needs the path above)
from tidy import findings  # noqa: E402

HEAD = ("// SPDX-License-Identifier: Apache-2.0\n"
        "// Part of Faultline. See README.md in this folder.\n")
REPAIR = "FIX" + "ME"


def cc(*lines):
    return HEAD + "".join(f"{line}\n" for line in lines)


def header(*lines):
    return cc("#pragma once", *lines)


def function(lines, head="void grow() {"):
    """A function whose braces are `lines` apart."""
    return [head, *["  step();"] * (lines - 1), "}"]


# Everything in here looks like an offence and is none.
INNOCENT = cc(
    '#include "proxy/http/codec.h"',
    "",
    "#include <llhttp.h>",
    "",
    "#include <string>",
    "",
    "#include <sys/socket.h>",
    "",
    "namespace faultline::http {",
    "namespace {",
    "",
    "// std::random_device, rand(), time(0), getenv and std::regex are only talked about.",
    "/* using namespace std; */",
    'constexpr const char* kText = "printf(rand()) \\" std::cout";',
    'constexpr const char* kRaw = R"x(reinterpret_cast "quoted" )" sleep_for)x";',
    "constexpr int kMany = 1'000'000;",
    "constexpr char kQuote = '\"';",
    "",
    "int runtime(int value) { return value; }",
    "int strand(int value) { return runtime(value); }",
    "",
    "}  // namespace",
    "",
    "int Codec::feed(const std::string& text) {",
    "  return strand(static_cast<int>(text.size())) + clock_.time();",
    "}",
    "",
    "}  // namespace faultline::http",
)

GOOD_TREE = {
    "proxy/rooms.cmake": "# SPDX-License-Identifier: Apache-2.0\n"
                         "fl_room(base proxy/base LIBS fmt)\n"
                         "fl_room(http proxy/http\n  ROOMS base metrics LIBS llhttp)\n"
                         "fl_room(rules rules ROOMS base)\n",
    "proxy/http/README.md": "http\n",
    "proxy/http/codec.h": header("", "#include <string>", "", "namespace faultline::http {}"),
    "proxy/http/codec.cc": INNOCENT,
    "rules/README.md": "rules\n",
    "rules/packs/pack.h": header("", '#include "proxy/base/text.h"'),
    "proxy/base/README.md": "base\n",
    "proxy/base/result.h": header("", "#include <tl/expected.hpp>", "", "#include <string>"),
    "proxy/base/text.h": header("", "#include <fmt/core.h>"),
    "tests/unit/http/codec_test.cc": cc('#include "proxy/http/codec.h"', "",
                                        "#include <gtest/gtest.h>", "#include <uv.h>"),
    "run": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
    "build/generated/bad.cc": "anything",
}

# (what is wrong, check, files, the exact findings)
CASES = [
    ("an edge that is not in the table", "layers",
     {"proxy/http/codec.h": header('#include "proxy/io/loop.h"')},
     ["proxy/http/codec.h:4: error: 'proxy/io/loop.h' is not allowed in room 'http'"
      " (allowed: base buffer metrics)"]),
    ("a sub-folder belongs to its room", "layers",
     {"rules/packs/pack.h": header("", '#include "filters/latency/latency_spec.h"')},
     ["rules/packs/pack.h:5: error: 'filters/latency/latency_spec.h' is not allowed in room 'rules'"
      " (allowed: base json yaml)"]),
    ("the floor includes nothing", "layers",
     {"proxy/base/text.h": header('#include "proxy/json/tape.h"')},
     ["proxy/base/text.h:4: error: 'proxy/json/tape.h' is not allowed in room 'base'"
      " (allowed: none)"]),
    ("the product includes a fake", "layers",
     {"proxy/http/codec.h": header('#include "tests/fakes/manual_clock.h"')},
     ["proxy/http/codec.h:4: error: 'tests/fakes/manual_clock.h' is not allowed in room 'http'"
      " (allowed: base buffer metrics)"]),
    ("an include by bare name", "layers",
     {"proxy/http/codec.h": header('#include "message.h"')},
     ["proxy/http/codec.h:4: error: 'message.h' is not a full path from the repository root"]),
    ("a cycle in the table", "layers",
     {"tests/tidy/layers.txt": "base: http\nhttp: base metrics\nmetrics:\nrules: base\ntests: *\n"},
     ["tests/tidy/layers.txt:1: error: the rooms form a cycle: base -> http -> base"]),
    ("an unknown room in the table", "layers",
     {"tests/tidy/layers.txt": "base:\nmetrics:\nhttp: base metrics garden\nrules: base\n"
                               "tests: *\n"},
     ["tests/tidy/layers.txt:3: error: 'garden' is not a room"]),
    ("a link that the table does not allow", "layers",
     {"proxy/rooms.cmake": "fl_room(base proxy/base ROOMS json LIBS fmt)\n"},
     ["proxy/rooms.cmake:1: error: room 'base' links 'json', which tests/tidy/layers.txt does not"
      " allow"]),

    ("a library outside its room", "third-party",
     {"proxy/http/codec.cc": cc("#include <uv.h>")},
     ["proxy/http/codec.cc:3: error: 'uv.h' (libuv) is not allowed here (allowed: proxy/io/*.cc)"]),
    ("a library in a header of its room", "third-party",
     {"proxy/http/codec.h": header("#include <llhttp.h>")},
     ["proxy/http/codec.h:4: error: 'llhttp.h' (llhttp) is not allowed here"
      " (allowed: proxy/http/*.cc)"]),
    ("the result type past its alias", "third-party",
     {"proxy/base/text.h": header("#include <tl/expected.hpp>")},
     ["proxy/base/text.h:4: error: 'tl/expected.hpp' (tl::expected) is not allowed here"
      " (allowed: proxy/base/result.h)"]),
    ("the test library in the product", "third-party",
     {"rules/packs/pack.h": header("#include <gtest/gtest_prod.h>")},
     ["rules/packs/pack.h:4: error: 'gtest/gtest_prod.h' (GoogleTest) is not allowed here"
      " (allowed: tests bench)"]),
    ("a library nobody has named", "third-party",
     {"proxy/http/codec.cc": cc("#include <boost/asio.hpp>")},
     ["proxy/http/codec.cc:3: error: 'boost/asio.hpp' belongs to no library named in"
      " tests/tidy/tables.py"]),
    ("a socket in a pure room", "third-party",
     {"rules/packs/pack.h": header("#include <sys/socket.h>")},
     ["rules/packs/pack.h:4: error: 'sys/socket.h' is not allowed in room 'rules': it sees no"
      " socket and no loop"]),

    ("a long file", "sizes",
     {"proxy/http/codec.cc": cc(*["int x;"] * 599)},
     ["proxy/http/codec.cc:601: error: file has 601 lines (limit 600)"]),
    ("a long function", "sizes",
     {"proxy/http/codec.cc": cc("namespace a {", *function(71), "}")},
     ["proxy/http/codec.cc:4: error: function 'grow' has 71 lines (limit 70)"]),
    ("a function of the greatest length", "sizes",
     {"proxy/http/codec.cc": cc("namespace a {", *function(70), "}")}, []),
    ("a long constructor behind initialisers", "sizes",
     {"proxy/http/codec.cc": cc(*function(80, "Codec::Codec(int a) : a_{a}, b_(a), c_{} {"))},
     ["proxy/http/codec.cc:3: error: function 'Codec::Codec' has 80 lines (limit 70)"]),
    ("a long member of a nested type", "sizes",
     {"proxy/http/codec.h": header(
         "template <class T>", "class [[nodiscard]] Outer final : public Base<T> {", " public:",
         "  struct Inner {", *function(90, "  bool operator()(int value) const noexcept {"), "  };",
         "};")},
     ["proxy/http/codec.h:8: error: function 'operator()' has 90 lines (limit 70)"]),
    ("a long table is no function", "sizes",
     {"proxy/http/codec.cc": cc("constexpr std::array<Row, 90> kRows{{", *["    {1, 2},"] * 90,
                                "}};")}, []),
    ("braces that nobody can read", "sizes",
     {"proxy/http/codec.cc": cc("void broken() {")},
     ["proxy/http/codec.cc:1: error: braces do not match, so the length of functions cannot be"
      " read"]),
    ("a generated file may be long", "sizes",
     {"proxy/http/codec.cc": cc("// Generated by messages/generate.py.", *["int x;"] * 700)}, []),
    ("a long line", "sizes",
     {"proxy/http/codec.cc": cc(f"// {'x' * 98}")},
     ["proxy/http/codec.cc:3: error: line has 101 columns (limit 100)"]),
    ("an old offender is tolerated", "sizes",
     {"proxy/http/codec.cc": cc(*function(80)),
      "tests/tidy/ratchet.txt": "function proxy/http/codec.cc grow 80\n"}, []),
    ("an old offender has grown", "sizes",
     {"proxy/http/codec.cc": cc(*function(81)),
      "tests/tidy/ratchet.txt": "function proxy/http/codec.cc grow 80\n"},
     ["proxy/http/codec.cc:3: error: function 'grow' has 81 lines (limit 80)"]),
    ("an old offender has shrunk", "sizes",
     {"proxy/http/codec.cc": cc(*["int x;"] * 618),
      "tests/tidy/ratchet.txt": "# Note.\nfile proxy/http/codec.cc 700\n"},
     ["tests/tidy/ratchet.txt:2: error: file of proxy/http/codec.cc shrank to 620 lines: lower the"
      " entry"]),
    ("an entry nobody needs", "sizes",
     {"tests/tidy/ratchet.txt": "file proxy/http/codec.cc 700\n"},
     ["tests/tidy/ratchet.txt:1: error: 'file proxy/http/codec.cc' is within the limit: remove the"
      " entry"]),

    ("no licence", "headers", {"proxy/http/codec.cc": "int x;\n"},
     ["proxy/http/codec.cc:1: error: the first line must be"
      " '// SPDX-License-Identifier: Apache-2.0'"]),
    ("no second line", "headers",
     {"proxy/http/codec.cc": "// SPDX-License-Identifier: Apache-2.0\nint x;\n"},
     ["proxy/http/codec.cc:2: error: the second line must begin with '// Part of Faultline.'"]),
    ("no guard", "headers", {"proxy/http/codec.h": cc("// #pragma once")},
     ["proxy/http/codec.h:1: error: a header needs '#pragma once'"]),
    ("a script without licence", "headers", {"run": "#!/bin/sh\nexit 0\n"},
     ["run:1: error: the first line (after #!) must be '# SPDX-License-Identifier: Apache-2.0'"]),

    ("an open repair", "leftovers", {"proxy/http/codec.cc": cc(f"// {REPAIR}: later")},
     [f"proxy/http/codec.cc:3: error: '{REPAIR}' is banned: use TODO(area)"]),
    ("a byte that is not ASCII", "leftovers",
     {"proxy/http/codec.cc": cc('const char* k = "\u00e9";')},
     ["proxy/http/codec.cc:3: error: non-ASCII character in column 18: write it as an escape"]),
    ("an author", "leftovers", {"proxy/http/codec.cc": cc("// Author: somebody")},
     ["proxy/http/codec.cc:3: error: 'Author:' belongs to the history: leave it to git"]),

    ("a room that does not say what it is for", "rooms", {"proxy/http/README.md": None},
     ["proxy/http/README.md:1: error: missing: room 'http' must say what it is for"]),
    ("a room that nothing builds", "rooms",
     {"proxy/garden/README.md": "garden\n", "proxy/garden/tree.cc": cc()},
     ["proxy/garden/tree.cc:1: error: lies in no room of tests/tidy/layers.txt, so nothing builds"
      " it", "proxy/rooms.cmake:1: error: room 'garden' has sources in proxy/garden but no fl_room"
      " line"]),
    ("a source beside the rooms", "rooms", {"proxy/stray.cc": cc()},
     ["proxy/stray.cc:1: error: lies in no room of tests/tidy/layers.txt, so nothing builds it"]),

    ("a test beside the code", "tests", {"proxy/http/codec_test.cc": cc()},
     ["proxy/http/codec_test.cc:1: error: tests lie in tests/, one folder per room"]),
    ("a test that no program picks up", "tests", {"tests/unit/http/codec_tests.cc": cc()},
     ["tests/unit/http/codec_tests.cc:1: error: is in no test program: the name must end in"
      " _test.cc or _support.cc"]),
    ("tables that name what is not there", "tests",
     {"tests/unit/http/codec_test.cc": cc("TEST(Codec, ReadsAll) {}", "TEST_F(Wire, Ends) {}"),
      "tests/unit/http/vectors/a.txt": "case Known\n",
      "tests/unit/http/generator/bodies.py": "# SPDX-License-Identifier: Apache-2.0\n"
                                             "def add_forms(family):\n",
      "tests/README.md": "`Codec.Nobody` in a text\n"
                         "| `Codec.ReadsAll`, `Codec.R...`, `Wire.*`, `Codec.Reads` |\n"
                         "| `bodies.add_forms`, `bodies.add_parts`, `case Known`, `case Lost` |\n"
                         "| `Codec.X*`, `Wires.*`, `some/file.cc` |\n"},
     ["tests/README.md:2: error: there is no 'Codec.Reads'",
      "tests/README.md:3: error: there is no 'bodies.add_parts'",
      "tests/README.md:3: error: there is no 'case Lost'",
      "tests/README.md:4: error: there is no 'Codec.X*'",
      "tests/README.md:4: error: there is no 'Wires.*'"]),
]

RANDOM = "the distributions of proxy/base/random.h, which are the same with every standard library"
WRITER = "the log facade or a report writer"
REGEX = "RE2 in redaction and contracts, a hand-written parser elsewhere"

# (offence, name in the message, replacement, where it is allowed, does it hold in tests)
BANS = [
    ("std::random_device device;", "std::random_device", "Random, from the run seed",
     "proxy/cli/main.cc", True),
    ("auto now = std::chrono::steady_clock::now();", "clock::now", "Clock",
     "proxy/base/clock.cc", False),
    ("auto now = std::chrono::system_clock::now();", "clock::now", "Clock",
     "proxy/base/clock.cc", False),
    ("int x = rand();", "rand", "Random", None, True),
    ("int x = std::rand();", "rand", "Random", None, True),
    ("auto t = time(nullptr);", "time(", "Clock", None, False),
    ("auto t = std::time(nullptr);", "time(", "Clock", None, False),
    ("std::uniform_int_distribution<int> d;", "std::*_distribution", RANDOM, None, True),
    ('auto v = std::getenv("A");', "getenv", "options passed down", "proxy/cli/main.cc", False),
    ("std::this_thread::sleep_for(1s);", "sleep_for",
     "Scheduler::call_after, or ManualClock in tests", None, True),
    ('std::regex pattern("a");', "std::regex", REGEX, None, True),
    ("#include <regex>", "std::regex", REGEX, None, True),
    ('printf("a");', "printf", WRITER, "proxy/cli/main.cc", False),
    ('std::fprintf(stderr, "a");', "printf", WRITER, "proxy/cli/main.cc", False),
    ("std::cout << 1;", "std::cout", WRITER, "proxy/cli/main.cc", False),
    ("using namespace std;", "using namespace", "full names", None, True),
    ("auto p = reinterpret_cast<char*>(q);", "reinterpret_cast",
     "std::as_bytes or proxy/base/bytes.h", "proxy/base/bytes.h", False),
]


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="tidy_selftest."))
        self.addCleanup(shutil.rmtree, self.root)
        self.write({"tests/tidy/layers.txt": (HERE / "layers.txt").read_text()})
        self.write(GOOD_TREE)
        (self.root / "run").chmod(0o755)

    def write(self, files):
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text)

    def messages(self, *checks):
        return [str(finding) for finding in findings(self.root, checks)]

    def test_finds_nothing_in_a_good_tree(self):
        checks = ("layers", "third-party", "sizes", "bans", "headers", "leftovers", "rooms",
                  "tests")
        self.assertEqual([], self.messages(*checks))

    def test_bans_hold_where_they_should(self):
        for offence, name, instead, allowed, in_tests in BANS:
            with self.subTest(offence):
                message = f"error: '{name}' is banned: use {instead}"
                self.write({"rules/offence.cc": cc(offence)})
                self.assertEqual([f"rules/offence.cc:3: {message}"], self.messages("bans"))
                self.write({"rules/offence.cc": None, "tests/offence.cc": cc(offence)})
                wanted = [f"tests/offence.cc:3: {message}"] if in_tests else []
                self.assertEqual(wanted, self.messages("bans"))
                self.write({"tests/offence.cc": None})
                if allowed:
                    self.write({allowed: cc(offence)})
                    self.assertEqual([], self.messages("bans"))
                    self.write({allowed: None})

    def test_adapters_of_c_libraries_may_cast(self):
        cast = "auto p = reinterpret_cast<char*>(q);"
        self.write({"proxy/http/codec.cc": cc("#include <llhttp.h>", cast)})
        self.assertEqual([], self.messages("bans"))
        self.write({"proxy/http/codec.h": header("#include <llhttp.h>", cast)})
        self.assertEqual(["proxy/http/codec.h:5: error: 'reinterpret_cast' is banned: use"
                          " std::as_bytes or proxy/base/bytes.h"], self.messages("bans"))

    def test_formatting_is_judged_by_the_formatter(self):
        self.write({".clang-format": (HERE.parents[1] / ".clang-format").read_text(),
                    "rules/packs/pack.h": header("", "int  x;", "int  y;")})
        self.assertEqual(["rules/packs/pack.h:5: error: not formatted: run ./dev fmt"],
                         self.messages("format"))


def add_case(index, name, check, files, wanted):
    def test(self):
        self.write(files)
        self.assertEqual(wanted, self.messages(check))
    test.__doc__ = name
    setattr(TidyTest, f"test_case_{index:02}_{name.replace(' ', '_')}", test)


for case_index, case in enumerate(CASES):
    add_case(case_index, *case)


class LexerTest(unittest.TestCase):
    def test_blanks_comments_and_literals_only(self):
        cases = [
            ('a("b // c");  // d', 'a("      ");      '),
            ("x /* y\nz */ w", "x     \n     w"),
            ("n = 1'000; c = 'd';", "n = 1'000; c = ' ';"),
            ("c = u8'd'; e = f;", "c = u8' '; e = f;"),
            ('s = R"(a " b)"; t', 's = R        "; t'),
            ('s = "\\"a"; t', 's = "   "; t'),
        ]
        for text, wanted in cases:
            with self.subTest(text):
                self.assertEqual(wanted, lexer.code_of(text))

    def test_reads_functions_of_every_shape(self):
        code = "\n".join([
            "namespace a::b {", "struct Row { int x = {}; std::vector<int> v{1, 2}; };",
            "enum class Kind : int { A, B };", 'extern "C" {', "int c_call(void) {", "}", "}",
            "template <class T, class U = C<T>>", "auto Box<T>::get(T&& value) && -> Result<T> {",
            "  auto f = [&](int i) {", "  };", "  struct Local { void m() { } };", "}",
            "bool operator==(const Row& a, const Row& b) { return a.x == b.x; }",
            "const auto kMap = make({{1, 2}, {3, 4}});", "Box::~Box() { if (x) { y(); } }",
            "#define FL_X(a) do { a; } while (false", "#if A", "void g() {", "#else", "void h() {",
            "#endif", "}", "}  // end"])
        names = [(function.name, function.line, function.lines)
                 for function in lexer.functions_of(lexer.code_of(code))]
        self.assertEqual([("c_call", 5, 1), ("get", 8, 4), ("operator==", 14, 0),
                          ("Box::~Box", 16, 0), ("g", 19, 4)], names)


if __name__ == "__main__":
    unittest.main()
