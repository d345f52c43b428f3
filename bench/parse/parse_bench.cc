// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// bench_parse tape|owned|scan|index|exact|simdjson FILE ROUNDS: parses FILE that often and prints
// the nanoseconds of the best slice. Under callgrind two calls with different ROUNDS give
// instructions.
#include "proxy/json/parser.h"
#include "proxy/json/parser_paths.h"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace faultline::json {
namespace {

using ParseOnce = std::function<bool()>;

/// Empty for a name that nobody has.
ParseOnce parser_named(std::string_view name, const std::string& text) {
  if (name == "tape") {
    return [&text, parser = std::make_shared<Parser>()] { return parser->parse(text).has_value(); };
  }
  if (name == "owned") return [&text] { return Document::parse(text).has_value(); };
  if (name == "scan") return [&text] { return ParserAccess::by_scan(text).has_value(); };
  if (name == "index") return [&text] { return ParserAccess::by_index(text).has_value(); };
  if (name == "exact") return [&text] { return ParserAccess::by_byte(text).has_value(); };
  if (name != "simdjson") return {};
  // Its DOM wants padding behind the text; the copy is made once and not measured.
  return [parser = std::make_shared<simdjson::dom::parser>(),
          padded = std::make_shared<simdjson::padded_string>(text)] {
    return parser->parse(*padded).error() == simdjson::SUCCESS;
  };
}

int run(std::string_view name, const std::string& text, size_t rounds) {
  const ParseOnce parse = parser_named(name, text);
  if (!parse) {
    std::cerr << "bench_parse: error: no parser is called " << name << "\n";
    return 2;
  }
  if (!parse()) {
    std::cerr << "bench_parse: error: " << name << " does not take the text\n";
    return 1;
  }
  using Clock = std::chrono::steady_clock;
  constexpr size_t kSlices = 50;
  const size_t slice = std::max<size_t>(1, rounds / kSlices);
  double best = 1e18;
  for (size_t done = 0; done < rounds; done += slice) {
    const auto from = Clock::now();
    for (size_t i = 0; i < slice; ++i) {
      if (!parse()) return 1;
    }
    const std::chrono::duration<double, std::nano> taken = Clock::now() - from;
    best = std::min(best, taken.count() / static_cast<double>(slice));
  }
  std::cout << best << "\n";
  return 0;
}

}  // namespace
}  // namespace faultline::json

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_parse tape|owned|scan|index|exact|simdjson FILE ROUNDS\n";
    return 2;
  }
  std::ifstream stream(argv[2], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return faultline::json::run(argv[1], text, std::strtoull(argv[3], nullptr, 10));
}
