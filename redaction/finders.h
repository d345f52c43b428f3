// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/range.h"

#include <cstddef>
#include <optional>
#include <string_view>

/// One function per form of value. Each is asked at a place where its anchor stands and answers
/// with the place of the whole value. Each looks at a bounded neighbourhood, or at text that it
/// reports as found, so a scan stays linear on any input.
namespace faultline::redaction {

/// The address around the `@` at `at`.
[[nodiscard]] std::optional<Range> find_email(std::string_view text, size_t at) noexcept;

/// A card number whose first digit stands at `begin`, the start of a word.
[[nodiscard]] std::optional<Range> find_card(std::string_view text, size_t begin);

/// Where a number ends that begins at `begin` in groups as cards are printed, four digits first,
/// whoever issued it: nobody did our surrogates. `begin` when there is none.
[[nodiscard]] size_t end_of_digit_groups(std::string_view text, size_t begin) noexcept;

[[nodiscard]] std::optional<Range> find_iban(std::string_view text, size_t begin);

/// An E.164 number whose `+` stands at `begin`.
[[nodiscard]] std::optional<Range> find_phone(std::string_view text, size_t begin) noexcept;

/// A JWT or JWE whose header begins at `begin` with `eyJ` or `ewo`. When there is none, `retry_at`
/// is where the next attempt makes sense.
[[nodiscard]] std::optional<Range> find_jwt(std::string_view text, size_t begin, size_t& retry_at);

/// A private key whose `-----BEGIN` stands at `begin`; one without an end reaches to the end.
[[nodiscard]] std::optional<Range> find_private_key(std::string_view text, size_t begin) noexcept;

/// The user information of a URL whose `://` stands at `colon`.
[[nodiscard]] std::optional<Range> find_userinfo(std::string_view text, size_t colon) noexcept;

/// The credential after the word `Bearer` or `Basic` at `word`.
struct SchemeFind {
  Range range;
  ClassId class_id = ClassId::BearerAuth;
};
[[nodiscard]] std::optional<SchemeFind> find_scheme(std::string_view text, size_t word);

/// A Telegram bot token whose digits stand at [begin, end).
[[nodiscard]] std::optional<Range> find_bot_token(std::string_view text, Range digits) noexcept;

/// The 40 characters that look like an AWS secret key within 200 bytes of a key id.
[[nodiscard]] std::optional<Range> find_aws_secret(std::string_view text, Range key_id) noexcept;

}  // namespace faultline::redaction
