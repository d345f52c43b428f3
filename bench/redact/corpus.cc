// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/redact/corpus.h"

#include "proxy/base/random.h"
#include "redaction/classes.h"
#include "redaction/sampler.h"

#include <array>
#include <string_view>

namespace faultline::bench {
namespace {

class Draws {
 public:
  explicit Draws(uint64_t seed) : seed_(seed) {}
  size_t below(size_t range) {
    random::Inputs inputs;
    inputs.seed = seed_;
    inputs.draw = draws_++;
    return random::scale(random::draw(inputs), range);
  }
  std::string number(size_t range) { return std::to_string(below(range)); }
  std::string hex(size_t length) {
    std::string out;
    for (size_t i = 0; i < length; ++i) out += "0123456789abcdef"[below(16)];
    return out;
  }
  std::string words(size_t count) {
    constexpr std::array<std::string_view, 40> kWords{
        "table",  "chair",  "beech",  "green",  "small", "light",  "order",   "water",
        "paper",  "window", "house",  "summer", "round", "quick",  "north",   "river",
        "market", "stone",  "bright", "plain",  "metal", "glass",  "morning", "story",
        "piece",  "number", "letter", "corner", "field", "garden", "heavy",   "simple",
        "early",  "later",  "second", "winter", "with",  "from",   "under",   "about"};
    std::string out;
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) out += ' ';
      out += kWords[below(kWords.size())];
    }
    return out;
  }
  std::string day() {
    return "2026-0" + std::to_string(1 + below(9)) + "-" + std::to_string(10 + below(18));
  }

 private:
  uint64_t seed_;
  uint64_t draws_ = 0;
};

std::string product(Draws& draws) {
  return R"({"id":)" + draws.number(1000000) + R"(,"title":")" + draws.words(4) + R"(","text":")" +
         draws.words(14 + draws.below(20)) + R"(","tags":[")" + draws.words(1) + R"(",")" +
         draws.words(1) + R"("],"price":)" + draws.number(900) + "." +
         std::to_string(10 + draws.below(90)) + R"(,"currency":"EUR","stock":)" +
         draws.number(500) + R"(,"created":")" + draws.day() + R"(T10:00:00.000Z","etag":")" +
         draws.hex(40) + R"(","active":true,"parent":null,"size":{"width":)" + draws.number(200) +
         R"(,"height":)" + draws.number(200) + R"(},"image":"/img/)" + draws.words(1) + "/" +
         draws.number(10000) + R"(.jpg"})";
}

std::string json(Draws& draws, size_t bytes) {
  std::string out = "[";
  while (out.size() < bytes) out += product(draws) + ",";
  out.back() = ']';
  return out;
}

std::string http(Draws& draws, size_t bytes) {
  std::string out;
  while (out.size() < bytes) {
    out +=
        "GET /shop/" + draws.words(1) + "/" + draws.number(100000) + "?page=" + draws.number(20) +
        "&sort=-created HTTP/1.1\r\nHost: shop.example\r\nAccept: text/html, "
        "application/json;q=0.9, */*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\nUser-Agent: "
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        "X-Request-Id: " +
        draws.hex(8) + "-" + draws.hex(4) + "-4" + draws.hex(3) + "-8" + draws.hex(3) + "-" +
        draws.hex(12) +
        "\r\n\r\nHTTP/1.1 200 OK\r\nDate: Tue, 03 Feb 2026 "
        "10:00:00 GMT\r\nContent-Type: application/json\r\nCache-Control: max-age=60\r\nETag: \"" +
        draws.hex(32) + "\"\r\nVary: Accept-Encoding\r\n\r\n" + product(draws) + "\n";
    out += "<html><head><title>" + draws.words(3) + "</title></head><body class=\"" +
           draws.words(1) + "\"><p>" + draws.words(30) + "</p></body></html>\n";
  }
  return out;
}

std::string dirty(Draws& draws, size_t bytes) {
  std::string out = "[";
  for (uint64_t seed = 1; out.size() < bytes; ++seed) {
    for (int i = 0; i < 8; ++i) out += product(draws) + ",";
    const auto& row = redaction::kPatterns[draws.below(redaction::kPatterns.size())];
    const auto value = redaction::sample_of(row.pattern, row.check, seed);
    std::string plain;
    for (const char c : value.value_or("none")) {
      if (c >= ' ' && c != '"' && c != '\\') plain += c;
    }
    out += R"({"note":"see )" + plain + R"( there"},)";
  }
  out.back() = ']';
  return out;
}

std::string repeated(std::string_view unit, size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += unit;
  return out;
}

void add_parts(std::string_view list, std::vector<std::string>& out) {
  redaction::for_each_part(list, [&](std::string_view part) { out.emplace_back(part); });
}

std::vector<std::string> pattern_anchors() {
  std::vector<std::string> anchors;
  for (const auto& row : redaction::kPatterns) add_parts(row.anchors, anchors);
  return anchors;
}

std::vector<std::string> all_anchors() {
  std::vector<std::string> anchors = pattern_anchors();
  for (const auto& row : redaction::kContexts) add_parts(row.words, anchors);
  return anchors;
}

std::string near_miss(std::string anchor) {
  anchor.back() = static_cast<char>(anchor.back() ^ 1);
  return anchor;
}

std::string drawn_from(const std::vector<std::string>& units, Draws& draws, size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += units[draws.below(units.size())] + " ";
  return out;
}

// The anchors but for their last byte.
std::string near_misses(Draws& draws, size_t bytes) {
  std::vector<std::string> units;
  for (const auto& anchor : pattern_anchors()) units.push_back(near_miss(anchor));
  return drawn_from(units, draws, bytes);
}

std::vector<std::string> table_units() {
  // Marks that have finders of their own, and names in front of them, besides.
  std::vector<std::string> units{"a@b.",    "@a.b",   "+1",          "+12 ",     "://",
                                 "a://b",   "a=",     "\"a\":",      "%41",      "\\u0041",
                                 "DE89 ",   "DE8937", "4111-",       "41111111", "1.1.1.1 ",
                                 "bearer ", "basic ", "-----BEGIN ", "ewo",      "<a>",
                                 "<pin>",   "pin=",   "1:AA",        "%B4",      "4111 ",
                                 ">",       "a>",     "<",           "\"@",      "a.1@"};
  for (const auto& anchor : all_anchors()) {
    units.push_back(anchor);
    units.push_back(near_miss(anchor));
    units.push_back(anchor + "a1");
  }
  return units;
}

}  // namespace

std::vector<Input> make_inputs(uint64_t seed, size_t bytes) {
  Draws draws(seed);
  return {
      {"clean JSON", json(draws, bytes)},
      {"HTTP text", http(draws, bytes)},
      {"1 % dirty JSON", dirty(draws, bytes)},
      {"all @", repeated("@", bytes)},
      {"all digits", repeated("4", bytes)},
      {"digit groups", repeated("4111 ", bytes)},
      {"eyJeyJ", repeated("eyJ", bytes)},
      {"eyJ eyJ", repeated("eyJ ", bytes)},
      {"near misses", near_misses(draws, bytes)},
      {"anchors", drawn_from(all_anchors(), draws, bytes)},
  };
}

std::vector<Input> make_hostile_inputs(size_t bytes, const std::vector<std::string>& units) {
  std::vector<Input> inputs;
  const auto add = [&](const std::string& unit) {
    inputs.push_back({unit, repeated(unit, bytes)});
  };
  for (const auto& unit : units) add(unit);
  if (!units.empty()) return inputs;
  for (const auto& unit : table_units()) {
    for (const std::string_view mark : {"", " ", "-", "."}) add(unit + std::string(mark));
  }
  return inputs;
}

}  // namespace faultline::bench
