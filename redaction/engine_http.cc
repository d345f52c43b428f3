// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "redaction/engine.h"

#include <algorithm>
#include <array>

namespace faultline::redaction {
namespace {

// Of a scheme that is not here nobody knows where it ends: the whole value goes.
constexpr std::array<std::string_view, 18> kSchemes{
    "bearer", "basic", "digest", "negotiate",    "ntlm",          "token",
    "apikey", "hawk",  "oauth",  "ssws",         "key",           "dpop",
    "hoba",   "vapid", "mutual", "privatetoken", "scram-sha-256", "aws4-hmac-sha256"};

bool is_scheme(std::string_view word) {
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [word](std::string_view scheme) { return iequals(scheme, word); });
}

bool is_space(char c) { return c == ' ' || c == '\t'; }

uint32_t narrow32(size_t value) { return static_cast<uint32_t>(value); }

// The parts of `text` between separators, without the spaces around them, and where they stand.
template <typename Each>
void for_each_part(std::string_view text, std::string_view separators, Each each) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of(separators, begin), text.size());
    size_t first = begin;
    size_t last = end;
    while (first < last && is_space(text[first])) ++first;
    while (last > first && is_space(text[last - 1])) --last;
    if (last > first) each(text.substr(first, last - first), narrow32(first));
    begin = end + 1;
  }
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// Without brackets and port.
std::string_view host_of(std::string_view node) {
  if (node.starts_with('[')) {
    return node.substr(1, std::min(node.find(']'), node.size()) - 1);
  }
  return std::count(node.begin(), node.end(), ':') == 1 ? node.substr(0, node.find(':')) : node;
}

// The pairs of RFC 6749: a `code` is a credential beside one of these, and a word elsewhere.
bool has_oauth_name(std::string_view form) {
  bool found = false;
  for_each_part(form, "&", [&](std::string_view pair, uint32_t) {
    const std::string_view name = pair.substr(0, pair.find('='));
    found = found || name == "grant_type" || name == "state" || name == "redirect_uri" ||
            name == "client_id";
  });
  return found;
}

}  // namespace

void Engine::edit_auth(std::string_view value, uint32_t at, Edits& out) {
  const size_t space = value.find_first_of(" \t");
  if (space == std::string_view::npos || !is_scheme(value.substr(0, space))) {
    if (is_scheme(value)) return;
    if (!value.empty() && !surrogates_.is_surrogate(value)) {
      push(value, at, ClassId::OtherAuth, surrogates_.for_value(ClassId::OtherAuth, value), out);
    }
    return;
  }
  size_t begin = space;
  while (begin < value.size() && is_space(value[begin])) ++begin;
  const std::string_view credential = value.substr(begin);
  if (credential.empty() || surrogates_.is_surrogate(credential)) return;
  const std::string_view scheme = value.substr(0, space);
  ClassId id = ClassId::OtherAuth;
  if (iequals(scheme, "bearer")) {
    id = class_of_whole(credential) == ClassId::Jwt ? ClassId::Jwt : ClassId::BearerAuth;
  } else if (iequals(scheme, "basic")) {
    id = ClassId::BasicAuth;
  }
  push(credential, at + narrow32(begin), id, surrogates_.for_value(id, credential), out);
}

void Engine::edit_cookie_pair(ClassId id, std::string_view pair, uint32_t at, Edits& out) {
  const size_t equals = pair.find('=');
  const size_t begin = equals == std::string_view::npos ? 0 : equals + 1;
  const std::string_view value = pair.substr(begin);
  const size_t quote = unquoted(value).size() == value.size() ? 0 : 1;
  const std::string_view bare = unquoted(value);
  if (bare.empty() || surrogates_.is_surrogate(bare)) return;
  push(bare, at + narrow32(begin + quote), id, surrogates_.tag(id, bare), out);
}

void Engine::edit_cookies(std::string_view value, uint32_t at, Edits& out) {
  for_each_part(value, ";", [&](std::string_view pair, uint32_t offset) {
    edit_cookie_pair(ClassId::Cookie, pair, at + offset, out);
  });
}

void Engine::edit_set_cookie(std::string_view value, uint32_t at, Edits& out) {
  bool is_first = true;
  for_each_part(value, ";", [&](std::string_view part, uint32_t offset) {
    if (is_first) {
      edit_cookie_pair(ClassId::SetCookie, part, at + offset, out);
      is_first = false;
      return;
    }
    const size_t first = out.size();
    edit_plain(part, 0, out);
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin += at + offset;
      out[i].end += at + offset;
    }
  });
}

void Engine::edit_address(std::string_view value, uint32_t at, Edits& out) {
  const std::string_view host = host_of(unquoted(value));
  if (iequals(host, "unknown") || surrogates_.is_surrogate(host)) return;
  const bool is_address = is_ipv4(host) || looks_like_ipv6(host);
  const auto offset = narrow32(static_cast<size_t>(host.data() - value.data()));
  if (is_address) {
    push(host, at + offset, ClassId::ClientIpHeader, surrogates_.for_address(host), out);
  } else if (!surrogates_.is_surrogate(value)) {
    push(value, at, ClassId::ClientIpHeader, surrogates_.tag(ClassId::ClientIpHeader, value), out);
  }
}

// X-Forwarded-For lists addresses, Forwarded lists pairs.
void Engine::edit_addresses(std::string_view value, uint32_t at, Edits& out) {
  for_each_part(value, ",;", [&](std::string_view part, uint32_t offset) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      edit_address(part, at + offset, out);
      return;
    }
    const std::string_view name = trim(part.substr(0, equals));
    if (iequals(name, "proto")) return;
    const std::string_view node = part.substr(equals + 1);
    if (!node.empty()) edit_address(node, at + offset + narrow32(equals) + 1, out);
  });
}

void Engine::edit_component(NameKind kind, std::string_view component, uint32_t at, Edits& out) {
  const size_t first = out.size();
  const auto edit = [&](std::string_view text, unsigned depth) {
    if (decides(kind)) {
      edit_named(kind, text, 0, out);
    } else {
      edit_value(text, depth, out);
    }
  };
  if (component.find_first_of("%+") == std::string_view::npos) {
    edit(component, 0);
  } else {
    const MappedText layer = unpercent(component, true);
    edit(layer.text, 1);
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin = layer.at[out[i].begin];
      out[i].end = layer.at[out[i].end];
      out[i].text = percent_encode(out[i].text);
    }
    // A plus sign that was meant as one: telephone numbers, base64.
    const bool plus = !decides(kind) && component.find('+') != std::string_view::npos;
    if (plus) edit_value(component, 0, out);
  }
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin += at;
    out[i].end += at;
  }
}

void Engine::edit_pairs(std::string_view text, Edits& out) {
  const bool oauth = has_oauth_name(text);
  for_each_part(text, "&", [&](std::string_view pair, uint32_t at) {
    const size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    edit_component(NameKind::None, name, at, out);
    if (equals == std::string_view::npos) return;
    NameKind kind = names_.find(percent_decode(name, true)).kind;
    if (oauth && name == "code") kind = NameKind::Secret;
    edit_component(kind, pair.substr(equals + 1), at + narrow32(equals) + 1, out);
  });
}

void Engine::edit_form(std::string_view text, Edits& out) {
  const size_t first = out.size();
  // Scanned again as a whole: an edit may have changed where a name ends.
  is_stabilising_ = true;
  edit_pairs(text, out);
  is_stabilising_ = false;
  stabilise(text, first, out,
            [this](std::string_view result, Edits& more) { edit_pairs(result, more); });
}

void Engine::edit_target(std::string_view target, Edits& out) {
  const size_t first = out.size();
  const size_t question = std::min(target.find('?'), target.size());
  edit_plain(target.substr(0, question), 0, out);
  if (question < target.size()) {
    const size_t query = out.size();
    edit_form(target.substr(question + 1), out);
    for (size_t i = query; i < out.size(); ++i) {
      out[i].begin += narrow32(question) + 1;
      out[i].end += narrow32(question) + 1;
    }
  }
  settle(out, first);
}

void Engine::edit_field(std::string_view name, std::string_view value, Edits& out) {
  const NameKind kind = classify_header(name);
  if (kind == NameKind::Url) {
    edit_target(value, out);
    return;
  }
  const size_t first = out.size();
  if (decides(kind)) {
    edit_named(kind, value, 0, out);
  } else {
    edit_value(value, 0, out);
  }
  settle(out, first);
}

}  // namespace faultline::redaction
