// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical_writer.h"

#include "proxy/base/text.h"
#include "proxy/yaml/scalar.h"

#include <algorithm>
#include <iterator>

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

bool is_old_bool(std::string_view text) {
  if (text.size() > 3) return false;
  constexpr std::string_view kWords[] = {"on", "off", "yes", "no", "y", "n"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [text](std::string_view word) { return iequals(text, word); });
}

// True when every YAML reader takes the plain text for a text.
bool is_plain_text(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
  };
  const bool starts_plain = !text.empty() && (is_ascii_alpha(text[0]) || text[0] == '/' ||
                                              (text.size() > 1 && text.substr(0, 2) == "./"));
  return starts_plain && std::all_of(text.begin(), text.end(), is_plain) && !is_old_bool(text) &&
         yaml::resolve_plain(text).kind == yaml::CoreScalar::Kind::Text;
}

std::string yaml_quoted(std::string_view text) {
  return is_plain_text(text) ? std::string(text) : json_quote(text);
}

}  // namespace

void CanonicalWriter::raw(std::string_view key, std::string_view value) {
  begin_line();
  out_.append(yaml_quoted(key)).append(": ").append(value).append("\n");
}

void CanonicalWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + scalar(value);
  raw(key, fmt::format("[{}]", list));
}

void CanonicalWriter::begin_line() {
  out_.append(depth_ * 2, ' ');
  if (is_item_) {
    out_ += "- ";
    ++depth_;
    is_item_ = false;
  }
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
