// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "redaction/engine_scope.h"

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

// Subprotocols that announce a credential in the next element: browsers cannot set Authorization on
// a WebSocket.
bool announces_credential(std::string_view protocol) {
  constexpr std::array<std::string_view, 8> kWords{"bearer",       "access_token", "accesstoken",
                                                   "access-token", "token",        "jwt",
                                                   "auth",         "authorization"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [protocol](std::string_view word) { return iequals(word, protocol); });
}

bool is_binary_field(std::string_view name) {
  constexpr std::string_view kEnding = "-bin";
  return name.size() > kEnding.size() &&
         iequals(name.substr(name.size() - kEnding.size()), kEnding);
}

bool is_base64(std::string_view text) {
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
             "0123456789+/-_=,") == std::string_view::npos;
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
    const Step step(*this, trim(pair.substr(0, pair.find('='))));
    edit_cookie_pair(ClassId::Cookie, pair, at + offset, out);
  });
}

void Engine::edit_set_cookie(std::string_view value, uint32_t at, Edits& out) {
  bool is_first = true;
  for_each_part(value, ";", [&](std::string_view part, uint32_t offset) {
    if (is_first) {
      const Step step(*this, trim(part.substr(0, part.find('='))));
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
  const Because because(*this, rule_ == Rule::Contract ? rule_ : Rule::Name);
  const auto edit = [&](std::string_view text, unsigned depth) {
    if (decides(kind)) {
      edit_named(kind, text, 0, out);
    } else if (!path_.empty() && path_.back() == "query" && edit_graphql(text, depth, out)) {
      return;
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
    const size_t before = out.size();
    is_in_name_ = true;
    edit_component(NameKind::None, name, at, out);
    is_in_name_ = false;
    if (equals == std::string_view::npos) return;
    const std::string decoded = percent_decode(name, true);
    NameKind kind = names_.find(decoded).kind;
    if (oauth && name == "code") kind = NameKind::Secret;
    const NameKind marked = hinted(Hint::In::Query, decoded);
    const Because because(*this, decides(kind) || !decides(marked) ? rule_ : Rule::Contract);
    const Step step(*this, out.size() == before ? std::string_view(decoded) : "*");
    edit_component(decides(kind) ? kind : marked, pair.substr(equals + 1),
                   at + narrow32(equals) + 1, out);
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
  edit_path(target.substr(0, question), out);
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

// What a template of the contract says of a segment, and the forms of values anywhere.
void Engine::edit_path(std::string_view path, Edits& out) {
  edit_free_value(path, out);
  if (hints_ == nullptr || part_ != Part::Target) return;
  const Because because(*this, Rule::Contract);
  for (const Hint& hint : *hints_) {
    if (hint.in != Hint::In::PathSegment) continue;
    size_t end = path.size();
    for (size_t i = 0; i < hint.segment && end != std::string_view::npos; ++i) {
      end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1);
    }
    if (end == std::string_view::npos || end == 0) continue;
    const size_t slash = path.rfind('/', end - 1);
    const size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view segment = path.substr(begin, end - begin);
    const Step step(*this, hint.name.empty() ? "*" : std::string_view(hint.name));
    edit_component(hint.kind, segment, narrow32(begin), out);
  }
}

// A list of names (RFC 6455 section 4.1). A credential stands behind one that announces it, or is
// glued to one: `base64url.bearer.authorization.k8s.io.<credential>`.
void Engine::edit_subprotocols(std::string_view value, Edits& out) {
  bool is_credential = false;
  for_each_part(value, ",", [&](std::string_view protocol, uint32_t at) {
    const size_t dot = protocol.rfind('.');
    const bool is_glued = dot != std::string_view::npos &&
                          to_lower(protocol.substr(0, dot)).find("bearer") != std::string::npos;
    if (is_credential || is_glued) {
      const size_t begin = is_credential ? 0 : dot + 1;
      edit_secret(ClassId::BearerAuth, protocol.substr(begin), at + narrow32(begin), out);
    }
    is_credential = announces_credential(protocol);
  });
  edit_value(value, 0, out);
}

// gRPC metadata: base64 of bytes that need not be text. What cannot be read goes as a whole.
void Engine::edit_binary_field(std::string_view name, std::string_view value, Edits& out) {
  const NameKind kind = words_.find(name.substr(0, name.size() - 4)).kind;
  if (decides(kind)) {
    edit_secret(kind == NameKind::Pii ? ClassId::KeyPii : ClassId::KeySecret, value, 0, out);
    return;
  }
  const auto bytes = is_base64(value) ? base64_decode(value) : std::nullopt;
  if (bytes && is_printable(*bytes)) {
    edit_value(value, 0, out);
  } else {
    edit_opaque(ClassId::KeyPii, value, out);
  }
}

NameKind Engine::hinted(Hint::In in, std::string_view name) const {
  if (hints_ == nullptr) return NameKind::None;
  for (const Hint& hint : *hints_) {
    const bool same = in == Hint::In::Field ? iequals(hint.name, name) : hint.name == name;
    if (hint.in == in && same) return hint.kind;
  }
  return NameKind::None;
}

void Engine::edit_field(std::string_view name, std::string_view value, Edits& out) {
  const NameKind kind = words_.find(name).kind;
  if (kind == NameKind::Url) {
    edit_target(value, out);
    return;
  }
  const size_t first = out.size();
  const NameKind marked = hinted(Hint::In::Field, name);
  const bool is_bound = policy_.binds_field(name);
  const Because because(*this, is_bound          ? Rule::Policy
                               : decides(kind)   ? Rule::Field
                               : decides(marked) ? Rule::Contract
                                                 : rule_);
  if (decides(kind)) {
    edit_named(kind, value, 0, out);
  } else if (is_bound || decides(marked)) {
    const bool is_secret = marked == NameKind::Secret;
    edit_secret(is_secret ? ClassId::KeySecret : ClassId::KeyPii, value, 0, out);
  } else if (iequals(name, "sec-websocket-protocol")) {
    edit_subprotocols(value, out);
  } else if (is_binary_field(name)) {
    edit_binary_field(name, value, out);
  } else {
    edit_free_value(value, out);
  }
  settle(out, first);
}

// A value that says everything itself. Few short ones make up most fields: those that held nothing
// are known again, unless rows of the policy ask for counts of what they let stand.
void Engine::edit_free_value(std::string_view value, Edits& out) {
  KnownName& known = values_.find(value);
  if (known.is_clean) return;
  const size_t first = out.size();
  edit_value(value, 0, out);
  known.is_clean = out.size() == first && policy_.rows().empty() && !may_be_document(value);
}

}  // namespace faultline::redaction
