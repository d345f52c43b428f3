// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "redaction/classes.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// The closed space of replacements: names and numbers nobody owns, so a second scan needs no list
/// of exceptions and a redacted text stays as it is when it is redacted again.
///
///   e-mail        u-<token>@redacted.invalid         (RFC 2606)
///   card          00..., no issuer                   99... as a JSON number
///   IBAN          XX..., no country
///   phone         +999..., no country
///   IP address    192.0.2.0/24, 2001:db8::/32        (RFC 5737, RFC 3849)
///   UUID          00000000-fa17-8...
///   date          1000-MM-DD
///   digits        zeros; from 10 digits on 00...     ones; from 10 digits on 99... as a number
///   JWT           {"alg":"none","typ":"JWT","fl":1}
///   anything else redacted-<tag>-<token>
///
/// <token> is 13 characters of base32 (65 bits) of HMAC-SHA-256(key, domain, 0, value): the same
/// value has the same token within a run and none without the key.
namespace faultline::redaction {

inline constexpr size_t kTokenChars = 13;
inline constexpr size_t kEmailSurrogateChars = kTokenChars + 19;

/// True for `redacted-<tag>-<token>`.
[[nodiscard]] bool is_tag_surrogate(std::string_view text) noexcept;
/// True for the e-mail surrogate.
[[nodiscard]] bool is_email_surrogate(std::string_view text) noexcept;
[[nodiscard]] bool is_jwt_surrogate(std::string_view text);

/// `2026-02-03`, also in front of a time.
[[nodiscard]] bool starts_with_date(std::string_view text) noexcept;
[[nodiscard]] bool is_uuid(std::string_view text) noexcept;
[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;
/// Colons and hex groups; not every such text is an address, every address is such a text.
[[nodiscard]] bool looks_like_ipv6(std::string_view text) noexcept;

class Surrogates {
 public:
  Surrogates(const Crypto& crypto, std::string_view key) : mac_(crypto.mac(key)) {}

  /// For a value found by its own form.
  [[nodiscard]] std::string for_value(ClassId id, std::string_view value) const;

  /// For a value found by its name: keeps the shape of common formats (dates, UUIDs, addresses,
  /// digits) so that what reads the text later still can.
  [[nodiscard]] std::string for_named(ClassId id, std::string_view value) const;

  /// For a JSON number: a JSON number with as many digits.
  [[nodiscard]] std::string for_number(std::string_view number) const;

  /// For an IP address of any spelling (port, brackets).
  [[nodiscard]] std::string for_address(std::string_view value) const;

  /// True for what looks like a surrogate, whatever the key.
  [[nodiscard]] static bool looks_closed(std::string_view value);
  /// True when the value lies in the closed space.
  [[nodiscard]] bool is_surrogate(std::string_view value) const;
  [[nodiscard]] bool is_number_surrogate(std::string_view number) const;
  /// True for a surrogate in which, as a whole text, nothing is found, whatever the key: that needs
  /// no second look.
  [[nodiscard]] static bool is_fixed(std::string_view value) noexcept;

  [[nodiscard]] std::string tag(ClassId id, std::string_view value) const;
  /// The same without a token: all values of a class look alike.
  [[nodiscard]] static std::string plain_tag(ClassId id);
  /// A keyed number.
  [[nodiscard]] uint64_t number(std::string_view domain, std::string_view value) const;

 private:
  [[nodiscard]] std::string token(std::string_view domain, std::string_view value) const;
  [[nodiscard]] std::string mac(std::string_view domain, std::string_view value) const;
  [[nodiscard]] std::string digits_like(std::string_view digits, char lead, char filler) const;
  [[nodiscard]] std::string close_digits(const std::string& front) const;
  [[nodiscard]] bool is_closed_digits(std::string_view digits, char lead, char filler) const;
  [[nodiscard]] std::string shaped(std::string_view value, ClassId id) const;

  std::unique_ptr<const Mac> mac_;
};

}  // namespace faultline::redaction
