// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_canaries.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace faultline::redaction::verify {
namespace {

// A shorter spelling turns up by chance.
constexpr size_t kNeedleMin = 6;

std::string percent_all(std::string_view text) {
  std::string out;
  for (const char c : hex_encode(text)) {
    if (out.size() % 3 == 0) out += '%';
    out += c;
  }
  return out;
}

std::string escape_all(std::string_view text) {
  std::string out;
  const std::string hex = hex_encode(text);
  for (size_t i = 0; i < hex.size(); i += 2) out += "\\u00" + hex.substr(i, 2);
  return out;
}

// What is the same in every base64 text that holds `text` behind `phase` other bytes (modulo 3).
std::string base64_core(std::string_view text, size_t phase) {
  const std::string whole = base64_encode(std::string(phase, 'x') + std::string(text));
  const size_t first = (phase * 8 + 5) / 6;
  const size_t last = (phase + text.size()) * 8 / 6;
  return last > first ? whole.substr(first, last - first) : std::string();
}

std::string url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

std::vector<Spelling> spellings_of(std::string_view text) {
  std::vector<Spelling> out;
  const auto add = [&out](std::string spelling, std::string_view encoding) {
    const bool known = std::any_of(out.begin(), out.end(), [&spelling](const Spelling& other) {
      return other.text == spelling;
    });
    if (spelling.size() >= kNeedleMin && !known) out.push_back({std::move(spelling), encoding});
  };
  add(std::string(text), "raw");
  std::string escaped;
  json_escape_to(escaped, text);
  add(escaped, "escaped");
  add(percent_encode(text), "percent");
  add(hex_encode(text), "hex");
  for (size_t phase = 0; phase < 3; ++phase) {
    const std::string core = base64_core(text, phase);
    add(core, "base64");
    add(url_alphabet(core), "base64");
  }
  return out;
}

namespace {

template <typename Needles>
void find_all(std::string_view text, const Needles& needles, std::vector<CanaryHit>& out) {
  for (const auto& needle : needles) {
    const std::boyer_moore_horspool_searcher search(needle.text.begin(), needle.text.end());
    const auto* from = text.begin();
    while (true) {
      from = std::search(from, text.end(), search);
      if (from == text.end()) break;
      out.push_back({static_cast<size_t>(from - text.begin()), needle.encoding});
      from += static_cast<ptrdiff_t>(needle.text.size());
    }
  }
}

}  // namespace

Canaries::Canaries(const std::vector<std::string>& texts) {
  for (const auto& text : texts) {
    if (text.empty()) continue;
    ++count_;
    folded_.push_back({to_lower(text), "raw"});
    std::string escaped;
    json_escape_to(escaped, text);
    add(folded_, to_lower(escaped), "escaped");
    add(folded_, escape_all(text), "escaped");
    add(folded_, to_lower(percent_encode(text)), "percent");
    add(folded_, percent_all(text), "percent");
    add(folded_, hex_encode(text), "hex");
    for (size_t phase = 0; phase < 3; ++phase) {
      const std::string core = base64_core(text, phase);
      add(exact_, core, "base64");
      add(exact_, url_alphabet(core), "base64");
    }
  }
}

void Canaries::add(std::vector<Needle>& needles, std::string text, std::string_view encoding) {
  const bool known = std::any_of(needles.begin(), needles.end(),
                                 [&](const Needle& needle) { return needle.text == text; });
  if (text.size() >= kNeedleMin && !known) needles.push_back({std::move(text), encoding});
}

void Canaries::scan(std::string_view text, std::vector<CanaryHit>& out) const {
  if (count_ == 0) return;
  find_all(text, exact_, out);
  find_all(to_lower(text), folded_, out);
}

}  // namespace faultline::redaction::verify
