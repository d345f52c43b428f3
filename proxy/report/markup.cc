// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/markup.h"

#include "proxy/base/text.h"

namespace faultline::report {

namespace {

constexpr size_t kCellBytes = 160;
constexpr size_t kFencedBytes = 400;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

/// 1234 -> "1.234".
std::string in_thousandths(uint64_t value) {
  std::string fraction = std::to_string(value % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(value / 1000) + "." + fraction;
}

}  // namespace

std::string without_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) {
      out += kReplacement;
      text.remove_prefix(1);
    } else if (is_control(text.front())) {
      out += ' ';
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::string shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string md_code(std::string_view text) {
  if (text.empty()) return "-";
  std::string out = "`";
  for (const char c : shortened(without_controls(text), kCellBytes)) {
    if (c == '`') {
      out += '\'';
    } else if (c == '|') {
      out += "\\|";  // GitHub splits cells before it reads code spans
    } else {
      out += c;
    }
  }
  return out + "`";
}

std::string md_words(std::string_view text) {
  constexpr std::string_view kSpecial = R"(\`*_[]<>|#!~)";
  std::string out;
  for (const char c : shortened(without_controls(text), kFencedBytes)) {
    if (c == '@') {
      out += "&#64;";  // no mention of a person
      continue;
    }
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string md_fenced(std::string_view text) {
  std::string out = shortened(without_controls(text), kFencedBytes);
  for (size_t at = out.find("```"); at != std::string::npos; at = out.find("```", at)) {
    out.replace(at, 3, "'''");
  }
  return out;
}

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    const char c = character.front();
    if (length == 0) {
      out += kReplacement;
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\t' || c == '\n' || c == '\r') {
      // As a reference: an attribute would turn the character itself into a space.
      out.append("&#").append(std::to_string(static_cast<int>(c))).append(";");
    } else if (static_cast<unsigned char>(c) < 0x20 || character == "\xEF\xBF\xBE" ||
               character == "\xEF\xBF\xBF") {
      continue;  // XML 1.0 has no way to write these (section 2.2)
    } else {
      out += character;
    }
  }
  return out;
}

std::string xml_lines(std::string_view text) {
  std::string out;
  for (;;) {
    const size_t end = text.find('\n');
    out += xml_text(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string milliseconds(uint64_t ns) { return in_thousandths(ns / 1000) + " ms"; }

std::string seconds(uint64_t ns) { return in_thousandths(ns / 1'000'000) + " s"; }

}  // namespace faultline::report
