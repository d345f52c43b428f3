// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format_grammar.h"

#include <algorithm>

namespace faultline::contracts::json_schema {
namespace {

bool is_atom_char(char c) noexcept {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// RFC 5321 section 4.1.2: Dot-string or Quoted-string; RFC 6531 adds everything beyond ASCII.
bool is_local_part(std::string_view local, bool is_international) noexcept {
  if (local.empty() || local.size() > 64) return false;
  if (local.front() == '"') {
    if (local.size() < 2 || local.back() != '"') return false;
    local = local.substr(1, local.size() - 2);
    for (size_t i = 0; i < local.size(); ++i) {
      if (local[i] == '\\' && ++i == local.size()) return false;
      const char c = local[i];
      if (!is_ascii(c) ? !is_international : c < 0x20 || c == 0x7F) return false;
      if (c == '"' && (i == 0 || local[i - 1] != '\\')) return false;
    }
    return true;
  }
  for (const auto atom : Parts(local, '.')) {
    const bool is_atom = std::all_of(atom.begin(), atom.end(), [&](char c) {
      return is_ascii(c) ? is_atom_char(c) : is_international;
    });
    if (atom.empty() || !is_atom) return false;
  }
  return true;
}

/// The end of the local part: the last `@` outside quotes.
bool is_mailbox(std::string_view text, bool is_international) noexcept {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at), is_international)) {
    return false;
  }
  const std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[') && domain.ends_with(']')) {
    const std::string_view literal = domain.substr(1, domain.size() - 2);
    return literal.starts_with("IPv6:") ? is_ipv6(literal.substr(5)) : is_ipv4(literal);
  }
  return is_international ? is_idn_domain(domain) : is_hostname(domain);
}

}  // namespace

bool is_ipv4(std::string_view text) noexcept {
  int parts = 0;
  while (true) {
    const std::string_view part = text.substr(0, text.find('.'));
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    const int value = digits_at(part, 0, part.size());
    if (value < 0 || value > 255) return false;
    ++parts;
    if (part.size() == text.size()) return parts == 4;
    text.remove_prefix(part.size() + 1);
  }
}

bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool is_shortened = false;
  if (text.starts_with("::")) {
    is_shortened = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (true) {
    const std::string_view part = text.substr(0, text.find(':'));
    if (part.size() == text.size() && part.find('.') != std::string_view::npos) {
      return is_ipv4(part) && (is_shortened ? groups + 2 < 8 : groups + 2 == 8);
    }
    if (part.empty() || part.size() > 4 || !std::all_of(part.begin(), part.end(), is_hex_digit)) {
      return false;
    }
    ++groups;
    text.remove_prefix(part.size());
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (is_shortened) return false;
      is_shortened = true;
      text.remove_prefix(1);
      if (text.empty()) break;
    }
  }
  return is_shortened ? groups < 8 : groups == 8;
}

bool is_plain_hostname(std::string_view text) noexcept {
  if (text.empty() || text.size() > 253) return false;
  for (const auto label : Parts(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    const auto is_label_char = [](char c) { return is_alphanumeric(c) || c == '-'; };
    if (!std::all_of(label.begin(), label.end(), is_label_char)) return false;
  }
  return true;
}

bool is_hostname(std::string_view text) noexcept {
  if (!is_plain_hostname(text)) return false;
  if (text.find("--") == std::string_view::npos) return true;
  // "--" in the third and fourth place is reserved (RFC 5890 section 2.3.1): only A-labels.
  for (const auto label : Parts(text, '.')) {
    if (label.size() > 3 && label.substr(2, 2) == "--" && !is_a_label(label)) return false;
  }
  return true;
}

bool is_email(std::string_view text) noexcept { return is_mailbox(text, false); }
bool is_idn_email(std::string_view text) noexcept { return is_mailbox(text, true); }

}  // namespace faultline::contracts::json_schema
