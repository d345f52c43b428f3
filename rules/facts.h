// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>

namespace faultline::rules {

/// The header fields of a message, whatever array holds them: a vector or span whose elements have
/// `name` and `value`. Borrows the elements, not the list: a span may be gone before. Two words and
/// a count, no allocation.
class FieldLookup {
 public:
  FieldLookup() = default;  // no fields
  template <typename List>
  explicit FieldLookup(const List& fields) noexcept
      : elements_(std::data(fields)),
        size_(std::size(fields)),
        at_([](const void* elements, size_t i) noexcept {
          using Element = std::remove_pointer_t<decltype(std::data(fields))>;
          const auto& field = static_cast<const Element*>(elements)[i];
          return NameValue{field.name, field.value};
        }) {}

  /// The value of the `ordinal`-th field of that name (case-insensitive).
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name,
                                                     size_t ordinal = 0) const noexcept {
    for (size_t i = 0; i < size_; ++i) {
      const auto field = at_(elements_, i);
      if (field.name.size() != name.size() || !iequals(field.name, name)) continue;
      if (ordinal-- == 0) return field.value;
    }
    return std::nullopt;
  }
  /// Calls `visit(name, value)` for one field after the other, in order.
  template <typename Visit>
  void each(Visit&& visit) const {
    for (size_t i = 0; i < size_; ++i) {
      const auto field = at_(elements_, i);
      visit(field.name, field.value);
    }
  }
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  struct NameValue {
    std::string_view name;
    std::string_view value;
  };
  const void* elements_ = nullptr;
  size_t size_ = 0;
  NameValue (*at_)(const void*, size_t) noexcept = nullptr;
};

/// What the matcher may ask of a request. Borrowed for the call.
struct RequestFacts {
  std::string_view method;
  std::string_view target;  // raw, as on the wire
  FieldLookup fields;
};

/// What it may ask of the answer.
struct ResponseFacts {
  int status = 0;
  FieldLookup fields;
};

/// What the scope key of a decision is made of.
struct ScopeFacts {
  uint32_t listener = 0;    // index in configuration order
  uint64_t connection = 0;  // ordinal of that listener
  uint64_t exchange = 0;    // ordinal on that connection
  std::string_view method;  // empty for a TCP connection
  FieldLookup fields;       // of the request
  std::string_view client;  // address text without the port
};

}  // namespace faultline::rules
