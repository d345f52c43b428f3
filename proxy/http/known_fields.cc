// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/known_fields.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace faultline::http {
namespace {

// `-` also matches `_`. Both are of one length.
ClassifiedField match_folded(std::string_view name, std::string_view wanted,
                             KnownField known) noexcept {
  bool is_twin = false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (ascii_lower(name[i]) == ascii_lower(wanted[i])) continue;
    if (name[i] != '_' || wanted[i] != '-') return {};
    is_twin = true;
  }
  return {known, is_twin};
}

// `wanted` is in the usual spelling, which most senders use: one comparison, of a length that the
// compiler knows, finds it.
template <size_t kSize>
ClassifiedField match(std::string_view name, const char (&wanted)[kSize],
                      KnownField known) noexcept {
  if (std::memcmp(name.data(), wanted, kSize - 1) == 0) return {known, false};
  return match_folded(name, {wanted, kSize - 1}, known);
}

constexpr std::array<std::string_view, 43> kForbiddenInTrailers = {
    "age",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "forwarded",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "retry-after",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "www-authenticate",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
};
static_assert(std::is_sorted(kForbiddenInTrailers.begin(), kForbiddenInTrailers.end()));

}  // namespace

ClassifiedField classify_field(std::string_view name) noexcept {
  switch (name.size()) {
    case 2:
      return match(name, "TE", KnownField::Te);
    case 4:
      return match(name, "Host", KnownField::Host);
    case 6:
      return match(name, "Expect", KnownField::Expect);
    case 7:
      if (ascii_lower(name.front()) == 'u') return match(name, "Upgrade", KnownField::Upgrade);
      return match(name, "Trailer", KnownField::Trailer);
    case 10:
      if (ascii_lower(name.front()) == 'k') return match(name, "Keep-Alive", KnownField::KeepAlive);
      return match(name, "Connection", KnownField::Connection);
    case 14:
      return match(name, "Content-Length", KnownField::ContentLength);
    case 16:
      return match(name, "Proxy-Connection", KnownField::ProxyConnection);
    case 17:
      return match(name, "Transfer-Encoding", KnownField::TransferEncoding);
    default:
      return {};
  }
}

bool is_forbidden_in_trailers(std::string_view name) noexcept {
  const auto equals = [name](std::string_view forbidden) {
    return name.size() == forbidden.size() &&
           match_folded(name, forbidden, KnownField::Host).known == KnownField::Host;
  };
  return std::any_of(kForbiddenInTrailers.begin(), kForbiddenInTrailers.end(), equals);
}

}  // namespace faultline::http
