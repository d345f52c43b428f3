// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/classes.h"

#include "proxy/base/text.h"

namespace faultline::redaction {
namespace {

// Everything the table says about where a class is looked for.
struct Sources {
  std::string anchors;
  std::string words;
  std::string checks;
  unsigned patterns = 0;
};

void append(std::string& list, std::string_view part) {
  if (!list.empty()) list += ", ";
  list += part;
}

void append_check(std::string& list, validate::Check check) {
  if (check == validate::Check::None) return;
  const std::string_view name = validate::check_name(check);
  if (list.find(name) == std::string::npos) append(list, name);
}

Sources sources_of(ClassId id) {
  Sources out;
  for (const auto& row : kPatterns) {
    if (row.class_id != id) continue;
    ++out.patterns;
    for_each_part(row.anchors, [&](std::string_view anchor) { append(out.anchors, anchor); });
    append_check(out.checks, row.check);
  }
  for (const auto& row : kContexts) {
    if (row.class_id != id) continue;
    ++out.patterns;
    for_each_part(row.words, [&](std::string_view word) { append(out.words, word); });
    append_check(out.checks, row.check);
  }
  for (const auto& row : kForms) out.patterns += row.class_id == id ? 1 : 0;
  return out;
}

std::string in_code(std::string_view text) {
  if (text.empty()) return {};
  return "`" + std::string(text) + "`";
}

}  // namespace

std::string_view tier_name(Tier tier) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"always", "context", "opt-in"};
  return kNames[static_cast<size_t>(tier)];
}

std::string_view reach_name(Reach reach) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"position", "text", "both", "layer"};
  return kNames[static_cast<size_t>(reach)];
}

std::string_view default_operator_name(DefaultOperator op) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"shape", "hmac", "keep"};
  return kNames[static_cast<size_t>(op)];
}

std::string classes_markdown() {
  std::string out =
      "# Detection classes\n\nGenerated from `classes.def`; a test holds it current"
      " (`FAULTLINE_UPDATE_GOLDEN=1` writes it anew).\n\n"
      "| class | tier | found by | operator | patterns | anchors | context words | check |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (size_t i = 0; i < kClasses.size(); ++i) {
    const ClassInfo& info = kClasses[i];
    const Sources sources = sources_of(static_cast<ClassId>(i));
    out += "| `" + std::string(info.id) + "` | " + std::string(tier_name(info.tier)) + " | " +
           std::string(reach_name(info.reach)) + " | " +
           std::string(default_operator_name(info.op)) + " | " +
           (sources.patterns == 0 ? std::string() : std::to_string(sources.patterns)) + " | " +
           in_code(sources.anchors) + " | " + sources.words + " | " + sources.checks + " |\n";
  }
  return out;
}

std::string classes_json_lines() {
  std::string out;
  for (size_t i = 0; i < kClasses.size(); ++i) {
    const ClassInfo& info = kClasses[i];
    const Sources sources = sources_of(static_cast<ClassId>(i));
    const auto member = [&out](std::string_view name, std::string_view value) {
      out += ",\"" + std::string(name) + "\":" + json_quote(value);
    };
    out += "{\"class\":" + json_quote(info.id);
    member("tier", tier_name(info.tier));
    member("place", reach_name(info.reach));
    member("operator", default_operator_name(info.op));
    member("anchors", sources.anchors);
    member("words", sources.words);
    member("check", sources.checks);
    out += ",\"patterns\":" + std::to_string(sources.patterns) + "}\n";
  }
  return out;
}

}  // namespace faultline::redaction
