// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/codes.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <array>

namespace faultline::rules {
namespace {

// The examples are parts of a file; a test completes and loads each of them.
constexpr std::array kCodes{
    CodeInfo{"FL0001", "the text is not YAML",
             "The file breaks the grammar of YAML, so reading stops there. Inside { } and [ ] a "
             "value with braces must be quoted, and commas separate the members.",
             "rules:\n  - { name: r, match: { path: /cart/{id} }, fault: { drop: {} } }\n",
             "rules:\n  - { name: r, match: { path: /cart/:id }, fault: { drop: {} } }\n"},
    CodeInfo{"FL0002", "duplicate key",
             "A mapping has a key twice; YAML parsers disagree about which one counts. Quotes make "
             "no difference: 200 and '200' are the same key.",
             "run: { name: a, name: b }\n", "run: { name: a }\n"},
    CodeInfo{"FL0003", "alias or merge key that cannot be resolved",
             "An alias (*name) needs an anchor (&name) before it, must not contain itself, and all "
             "aliases together must not expand to an enormous document.",
             "run: *base\n", "run: &base { name: a }\n"},
    CodeInfo{"FL0004", "the file is too large or too deep",
             "Size and nesting are bounded, so that no file can exhaust the memory.",
             "run: {name: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
             "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1"
             "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
             "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}\n",
             "run: { name: a }\n"},
    CodeInfo{"FL0005", "a second document",
             "The file holds several YAML documents (`---`); only one is read, so the rest would "
             "be ignored silently.",
             "run: { name: a }\n---\nrun: { name: b }\n", "run: { name: a }\n"},
    CodeInfo{"FL0006", "a key that is not a text", "Keys must be plain texts or numbers.",
             "? [run]\n: { name: a }\n", "run: { name: a }\n"},
    CodeInfo{"FL0007", "bytes that are not text",
             "The file must be UTF-8 without NUL bytes. Save it again as UTF-8.",
             "run: { name: \xff }\n", "run: { name: a }\n"},
    CodeInfo{"FL0101", "unknown version of the format",
             "`version` says which format the file follows. This program knows version 1.",
             "version: 2\n", "version: 1\n"},
    CodeInfo{"FL0102", "a value of the wrong type",
             "The key needs another kind of value. Numbers in quotes are texts; a list stands in "
             "[ ] or in lines that begin with '-'.",
             "run: { seed: '42' }\n", "run: { seed: 42 }\n"},
    CodeInfo{"FL0103", "a missing key", "The mapping needs this key and has no default for it.",
             "rules:\n  - { name: r }\n", "rules:\n  - { name: r, fault: { drop: {} } }\n"},
    CodeInfo{"FL0104", "an unknown key",
             "The key is not known here. A misspelt key would otherwise be ignored, and the fault "
             "or the limit it stands for would silently be missing.",
             "rules:\n  - { name: r, fault: { latncy: { fixed: 1s } } }\n",
             "rules:\n  - { name: r, fault: { latency: { fixed: 1s } } }\n"},
    CodeInfo{"FL0105", "an unknown word", "The key takes one of a fixed list of words.",
             "mirror: { mode: losless }\n", "mirror: { mode: lossless }\n"},
    CodeInfo{"FL0106", "a text that is not in its form",
             "Durations need a unit (250ms, 1.5s, 2m), sizes and rates are 64KiB and 64KiB/s, "
             "probabilities 20% or 0.05, statuses 404, 5xx or 500-599, comparisons '>= 1'.",
             "rules:\n  - { name: r, fault: { latency: { fixed: 250 } } }\n",
             "rules:\n  - { name: r, fault: { latency: { fixed: 250ms } } }\n"},
    CodeInfo{"FL0107", "a value out of range",
             "The value has the right form but lies outside of what makes sense here.",
             "rules:\n  - { name: r, fault: { abort: { status: 99 } } }\n",
             "rules:\n  - { name: r, fault: { abort: { status: 503 } } }\n"},
    CodeInfo{
        "FL0108", "a name used twice",
        "Names of listeners, rules, phases and headers are unique: reports, scenarios and "
        "decisions refer to them.",
        "rules:\n  - { name: r, fault: { drop: {} } }\n  - { name: r, fault: { drop: {} } }\n",
        "rules:\n  - { name: r, fault: { drop: {} } }\n  - { name: s, fault: { drop: {} } }\n"},
    CodeInfo{"FL0109", "a name that is not defined",
             "A rule names a listener, or a phase a rule, that the file does not define.",
             "rules:\n  - { name: r, match: { listener: shopp }, fault: { drop: {} } }\n",
             "rules:\n  - { name: r, match: { listener: shop }, fault: { drop: {} } }\n"},
    CodeInfo{"FL0110", "keys that exclude each other",
             "Two keys were given of which only one can hold. A rule has one fault and at most one "
             "counting trigger (once, nth, first, every); chance and window go with any.",
             "rules:\n  - { name: r, fault: { drop: {} }, first: 2, every: 3 }\n",
             "rules:\n  - { name: r, fault: { drop: {} }, first: 2 }\n"},
    CodeInfo{"FL0111", "a choice that was not made",
             "One of several keys is needed and none was given.",
             "rules:\n  - { name: r, fault: { latency: { max: 1s } } }\n",
             "rules:\n  - { name: r, fault: { latency: { fixed: 1s } } }\n"},
    CodeInfo{"FL0112", "a text that cannot be a name",
             "Names become part of folder names and of reports, so they are letters, digits, '.', "
             "'_' and '-' (in rules also '/').",
             "run: { name: my run }\n", "run: { name: my-run }\n"},
    CodeInfo{"FL0113", "an address that cannot be used",
             "Listeners need host:port, upstreams http://host:port or tcp://host:port that goes "
             "with the listener's protocol.",
             "listeners:\n  - { name: shop, listen: 8080, upstream: http://127.0.0.1:80 }\n",
             "listeners:\n  - { name: shop, listen: 127.0.0.1:8080, upstream: http://127.0.0.1:80 "
             "}\n"},
    CodeInfo{"FL0114", "a path that is not a template",
             "A path begins with '/'. A parameter is a whole segment: /cart/:id or \"/cart/{id}\".",
             "rules:\n  - { name: r, match: { path: cart }, fault: { drop: {} } }\n",
             "rules:\n  - { name: r, match: { path: /cart }, fault: { drop: {} } }\n"},
    CodeInfo{"FL0115", "a variable that cannot be put in",
             "${NAME} takes an environment variable that must be set and not empty; "
             "${NAME:-default} has a value for when it is not. $${ stands for the two characters.",
             "run: { name: \"${FAULTLINE_NO_SUCH}\" }\n",
             "run: { name: \"${FAULTLINE_NO_SUCH:-a}\" }\n"},
    CodeInfo{"FL0116", "a protocol that is not spoken there",
             "The rule asks for something that only HTTP has while its listener speaks tcp, or for "
             "a fault of whole connections while its listener speaks http. It could never apply.",
             "listeners:\n  - { name: db, listen: 127.0.0.1:0, protocol: tcp, upstream: "
             "127.0.0.1:5432 }\nrules:\n  - { name: r, match: { listener: db }, fault: { abort: {} "
             "} }\n",
             "listeners:\n  - { name: db, listen: 127.0.0.1:0, protocol: tcp, upstream: "
             "127.0.0.1:5432 }\nrules:\n  - { name: r, match: { listener: db }, fault: { drop: {} "
             "} }\n"},
    CodeInfo{"FL0117", "halves that do not meet",
             "A predicate on the answer needs a fault that acts on the answer, and `direction` "
             "must name the half on which the fault acts.",
             "rules:\n  - { name: r, match: { status: 5xx }, fault: { drop: { how: close } } }\n",
             "rules:\n  - { name: r, match: { status: 5xx }, fault: { drop: { how: lose_response } "
             "} }\n"},
    CodeInfo{"FL0118", "a text that cannot stand there",
             "The text breaks the grammar of what it names: a header, a method, a media type, a "
             "JSON pointer, a variable.",
             "rules:\n  - { name: r, match: { method: 'G T' }, fault: { drop: {} } }\n",
             "rules:\n  - { name: r, match: { method: GET }, fault: { drop: {} } }\n"},
    CodeInfo{
        "FL0119", "an empty list",
        "The list needs a member: an empty one would match nothing or start nothing.",
        "listeners: []\n",
        "listeners:\n  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:80 }\n"},
    CodeInfo{"FL0120", "a rule that no phase arms",
             "With a scenario a rule is armed only in the phases that list it. This one is in none "
             "and can never fire. A warning.",
             "rules:\n  - { name: r, fault: { drop: {} } }\nscenario:\n  phases:\n    - { name: a, "
             "for: 1s }\n",
             "rules:\n  - { name: r, fault: { drop: {} } }\nscenario:\n  phases:\n    - { name: a, "
             "for: 1s, rules: [r] }\n"},
    CodeInfo{"FL0121", "a count that never goes beyond one",
             "On a tcp listener a rule counts within each connection, and a connection is one "
             "match. `scope: run` counts connections. A warning.",
             "listeners:\n  - { name: db, listen: 127.0.0.1:0, protocol: tcp, upstream: "
             "127.0.0.1:5432 }\nrules:\n  - { name: r, fault: { drop: {} }, every: 3 }\n",
             "listeners:\n  - { name: db, listen: 127.0.0.1:0, protocol: tcp, upstream: "
             "127.0.0.1:5432 }\nrules:\n  - { name: r, fault: { drop: {} }, every: 3, scope: run "
             "}\n"},
    CodeInfo{"FL0211", "two listeners on one port",
             "Two listeners would bind the same address. 0.0.0.0 and :: take every address of the "
             "machine. Port 0 lets the system choose.",
             "listeners:\n  - { name: a, listen: 127.0.0.1:8080, upstream: http://127.0.0.1:80 }\n"
             "  - { name: b, listen: 0.0.0.0:8080, upstream: http://127.0.0.1:80 }\n",
             "listeners:\n  - { name: a, listen: 127.0.0.1:8080, upstream: http://127.0.0.1:80 }\n"
             "  - { name: b, listen: 0.0.0.0:8081, upstream: http://127.0.0.1:80 }\n"},
    CodeInfo{"FL0212", "a control port that others can reach",
             "The control port tells what the proxy does and has no password, so it listens on a "
             "loopback address. `allow_remote: true` says that the network is trusted, as inside a "
             "pod.",
             "control: { listen: 0.0.0.0:9900 }\n", "control: { listen: 127.0.0.1:9900 }\n"},
    CodeInfo{"FL0213", "an access log or traces without the mirror",
             "Lines of the access log and traces are redacted, and only what passes the mirror is. "
             "With `mirror: { mode: off }` there would be none.",
             "access_log: true\nmirror: { mode: off }\n", "access_log: true\n"},
};

// Indented for display, with bytes that are not text shown as \xHH.
std::string example_block(std::string_view text) {
  std::string block;
  for (const auto line : split(text.substr(0, text.size() - 1), '\n')) {
    block += "    ";
    for (const char c : line) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        block += c;
      } else {
        block += fmt::format("\\x{:02x}", byte);
      }
    }
    block += '\n';
  }
  return block;
}

}  // namespace

std::span<const CodeInfo> codes() noexcept { return kCodes; }

const CodeInfo* find_code(std::string_view code) noexcept {
  for (const auto& info : kCodes) {
    if (info.code == code) return &info;
  }
  return nullptr;
}

std::optional<std::string> explain(std::string_view code) {
  const auto* info = find_code(code);
  if (info == nullptr) return std::nullopt;
  return fmt::format("{}: {}\n\n{}\n\nWrong:\n{}\nRight:\n{}", info->code, info->title, info->text,
                     example_block(info->bad), example_block(info->good));
}

}  // namespace faultline::rules
