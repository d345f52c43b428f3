// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bodies that are a row of items, each a JSON value: taken apart one by one, so that nothing grows
/// with the length of the stream.
namespace faultline::contracts::openapi {

/// Items of one body that are looked at; the rest is unverifiable.
inline constexpr size_t kStreamItemsMax = 100'000;

/// The texts of a JSON text sequence (RFC 7464) or of JSON Lines, without what divides them.
class ItemReader {
 public:
  enum class Format : uint8_t { Sequence, Lines };
  /// `is_cut`: the body is the front of a longer one, so what nothing divides from the rest is not
  /// known to be whole.
  ItemReader(std::string_view body, Format format, bool is_cut = false) noexcept;
  /// Nothing at the end. Blank lines are no items.
  [[nodiscard]] std::optional<std::string_view> next() noexcept;

 private:
  [[nodiscard]] std::optional<std::string_view> next_of_sequence() noexcept;
  std::string_view rest_;
  Format format_;
};

/// Server-sent events (HTML, section 9.2.6 "Interpreting an event stream") as the objects that
/// OpenAPI 3.2 makes of them: {event, data, id, retry}, each member where the event has the field.
class EventReader {
 public:
  explicit EventReader(std::string_view body) noexcept;
  /// One event as JSON text; nothing at the end. An event that no blank line ends is
  /// not one, nor is one without data.
  [[nodiscard]] std::optional<std::string> next();

 private:
  struct Event {
    std::optional<std::string> event;
    std::optional<std::string> data;
    std::optional<std::string> id;
    std::optional<std::string> retry;
    [[nodiscard]] std::string take_json();
  };
  [[nodiscard]] std::optional<std::string_view> take_line() noexcept;
  static void read_field(Event& event, std::string_view line);
  std::string_view rest_;
};

}  // namespace faultline::contracts::openapi
