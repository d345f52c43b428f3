// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

namespace faultline::rules {
namespace {

void check_selector(ObjectReader& reader, std::string_view selector, const Scalar& name) {
  if (selector == "path" && !is_pointer(name.text)) {
    reader.context().error("FL0118", name, fmt::format("{} is not a JSON pointer", name.shown()),
                           "not a JSON pointer");
  } else if (selector == "header") {
    static_cast<void>(check_header_name(reader.context(), name.text, reader.value_span(selector)));
  }
}

void load_operator(ObjectReader& reader, RedactionConfig& redaction) {
  OperatorConfig row;
  const auto selector = only_one_of(reader, "operator", {"class", "path", "header", "annotation"});
  if (const auto use = reader.choice("use")) {
    row.use = words_of(*find_field("operator", "use"))[*use];
  }
  if (!selector) return;
  row.selector = *selector;
  row.span = reader.value_span(*selector);
  if (*selector == "annotation") {
    if (const auto word = reader.choice("annotation")) {
      row.name = words_of(*find_field("operator", "annotation"))[*word];
    }
  } else if (auto name = reader.text(*selector)) {
    check_selector(reader, *selector, *name);
    row.name = std::move(name->text);
  }
  redaction.operators.push_back(std::move(row));
}

// Texts that are looked for as they are.
std::vector<std::string> literals(ObjectReader& reader, std::string_view key, std::string_view what,
                                  size_t least) {
  std::vector<std::string> out;
  for (auto& literal : reader.texts(key)) {
    if (literal.text.size() < least) {
      reader.context().error("FL0107", literal,
                             fmt::format("{} must have {} bytes or more", what, least),
                             "would be found by chance");
    }
    out.push_back(std::move(literal.text));
  }
  return out;
}

}  // namespace

bool is_pointer(std::string_view text) noexcept {
  if (!text.empty() && text.front() != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

void load_redaction(ObjectReader& root, RedactionConfig& redaction) {
  auto reader = root.object("redaction");
  if (!reader) return;
  if (reader->has("packs")) {
    const auto words = words_of(*find_field("redaction", "packs"));
    redaction.packs.clear();
    for (const size_t index : reader->choices("packs")) redaction.packs.emplace_back(words[index]);
  }
  redaction.canaries = literals(*reader, "canaries", "a canary", 8);
  redaction.known = literals(*reader, "known", "a known value", 8);
  redaction.dictionary = literals(*reader, "dictionary", "a word", 4);
  for (const json::Value value : reader->objects("operators")) {
    ObjectReader row(root.context(), value, "operator");
    if (row.is_object()) load_operator(row, redaction);
  }
}

}  // namespace faultline::rules
