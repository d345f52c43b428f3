// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical_writer.h"

#include "proxy/base/text.h"
#include "proxy/yaml/scalar.h"

#include <algorithm>

namespace faultline::rules {
namespace {

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  while (true) {
    const size_t at = from.empty() ? std::string_view::npos : text.find(from);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += to;
    text.remove_prefix(at + from.size());
  }
}

// Quotes unless every YAML reader takes the plain text for a text.
std::string yaml_quoted(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
  };
  const bool starts_plain = !text.empty() && (is_ascii_alpha(text[0]) || text[0] == '/' ||
                                              (text.size() > 1 && text.substr(0, 2) == "./"));
  const bool is_text = yaml::resolve_plain(text).kind == yaml::CoreScalar::Kind::Text;
  const auto lower = to_lower(text);
  const bool is_old_bool = lower == "on" || lower == "off" || lower == "yes" || lower == "no" ||
                           lower == "y" || lower == "n";
  const bool plain =
      starts_plain && is_text && !is_old_bool && std::all_of(text.begin(), text.end(), is_plain);
  return plain ? std::string(text) : json_quote(text);
}

}  // namespace

void CanonicalWriter::raw(std::string_view key, std::string_view value) {
  line(fmt::format("{}: {}", yaml_quoted(key), value));
}

void CanonicalWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + scalar(value);
  raw(key, fmt::format("[{}]", list));
}

void CanonicalWriter::line(const std::string& content) {
  out_.append(depth_ * 2, ' ');
  if (is_item_) {
    out_ += "- ";
    ++depth_;
    is_item_ = false;
  }
  out_ += content;
  out_ += '\n';
}

std::string CanonicalWriter::scalar(std::string_view value) const {
  auto escaped = replace_all(value, "${", "$${");
  if (is_artifact()) {
    for (const auto& [name, secret] : config_.secrets) {
      escaped =
          replace_all(escaped, replace_all(secret, "${", "$${"), fmt::format("${{{}}}", name));
    }
  }
  return yaml_quoted(escaped);
}

std::string_view side_word(Side side) noexcept {
  return side == Side::Request ? "request" : "response";
}

}  // namespace faultline::rules
