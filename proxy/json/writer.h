// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::json {

/// Writes JSON text. Members come out in the order of the calls, numbers without a locale, so the
/// same calls give the same bytes everywhere.
///
///   Writer writer(Writer::Layout::Pretty);
///   writer.begin_object().member("name", "cart").key("at").value(5).end_object();
///   std::string text = writer.take();
class Writer {
 public:
  enum class Layout : uint8_t { Compact, Pretty };  // Pretty: two spaces, one value per line

  explicit Writer(Layout layout = Layout::Compact) : layout_(layout) {}

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);

  Writer& null();
  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  Writer& value(bool is_true);
  /// The shortest text that reads back as the same double; null for NaN and infinities.
  Writer& value(double number);
  template <std::integral T>
  Writer& value(T number) {
    if constexpr (std::unsigned_integral<T>) return unsigned_value(number);
    return signed_value(static_cast<int64_t>(number));
  }
  /// A JSON text as it stands.
  Writer& raw(std::string_view json);

  template <typename T>
  Writer& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  /// The text so far, which ends with the last value; the writer is empty afterwards.
  [[nodiscard]] std::string take();
  [[nodiscard]] const std::string& text() const noexcept { return out_; }

 private:
  Writer& unsigned_value(uint64_t number);
  Writer& signed_value(int64_t number);
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();
  void break_line();

  Layout layout_;
  std::string out_;
  std::vector<bool> has_children_;  // one per open container
  bool is_after_key_ = false;
};

}  // namespace faultline::json
