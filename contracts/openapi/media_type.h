// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

/// How a body of some media type is read.
enum class BodyKind : uint8_t {
  Json,
  Form,
  Multipart,
  JsonSequence,  // RFC 7464
  JsonLines,     // application/jsonl, application/x-ndjson
  EventStream,
  Xml,
  Text,
  Binary,
};

/// `type/subtype;name=value`, names in lower case, values as they stand. A range has `*` for the
/// subtype or for both (RFC 9110, sections 8.3.1 and 12.5.1).
struct MediaRange {
  std::string type;
  std::string subtype;
  std::vector<std::pair<std::string, std::string>> parameters;

  [[nodiscard]] static std::optional<MediaRange> parse(std::string_view text);
  /// "application/json", without parameters.
  [[nodiscard]] std::string essence() const { return type + "/" + subtype; }
  /// application/json, text/json or any +json (WHATWG MIME Sniffing, section 4.6).
  [[nodiscard]] bool is_json() const noexcept;
  [[nodiscard]] BodyKind kind() const noexcept;
  [[nodiscard]] const std::string* parameter(std::string_view name) const noexcept;
};

/// How well a key of `content` fits the media type of a message: 0 not at all; the exact type beats
/// `text/*`, which beats `*/*`; of two equal ones the one whose parameters all occur. Parameters
/// that the key does not name play no part.
[[nodiscard]] int fit(const MediaRange& key, const MediaRange& actual) noexcept;

/// "media-type:application/xml": why a body is not read. By the key of the contract; where that is
/// a range, or there is none, by the kind alone: what a message says is no part of a reason.
[[nodiscard]] std::string media_type_reason(const MediaRange* key, BodyKind kind);

/// The parameters behind the first `;` of a field such as Content-Type or Content-Disposition:
/// tokens and quoted texts (RFC 9110, section 5.6.6). Malformed ones are left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_field_parameters(
    std::string_view text);

}  // namespace faultline::contracts::openapi
