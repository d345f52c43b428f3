// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/writer.h"

#include "proxy/base/assert.h"
#include "proxy/base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace faultline::json {
namespace {

template <typename T>
void append_number(std::string& out, T number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

Writer& Writer::begin_object() { return open('{'); }
Writer& Writer::end_object() { return close('}'); }
Writer& Writer::begin_array() { return open('['); }
Writer& Writer::end_array() { return close(']'); }

Writer& Writer::key(std::string_view name) {
  separate();
  out_ += '"';
  json_escape_to(out_, name);
  out_ += layout_ == Layout::Pretty ? "\": " : "\":";
  is_after_key_ = true;
  return *this;
}

Writer& Writer::null() { return raw("null"); }
Writer& Writer::value(bool is_true) { return raw(is_true ? "true" : "false"); }

Writer& Writer::value(std::string_view text) {
  separate();
  out_ += '"';
  json_escape_to(out_, text);
  out_ += '"';
  return *this;
}

Writer& Writer::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  append_number(out_, number);
  return *this;
}

Writer& Writer::unsigned_value(uint64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

Writer& Writer::signed_value(int64_t number) {
  separate();
  append_number(out_, number);
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

std::string Writer::take() {
  FL_ASSERT(has_children_.empty());
  is_after_key_ = false;
  return std::exchange(out_, {});
}

Writer& Writer::open(char bracket) {
  separate();
  out_ += bracket;
  has_children_.push_back(false);
  return *this;
}

Writer& Writer::close(char bracket) {
  FL_ASSERT(!has_children_.empty());
  const bool had_children = has_children_.back();
  has_children_.pop_back();
  if (had_children) break_line();
  out_ += bracket;
  return *this;
}

/// What stands between the value or key that follows and what came before it.
void Writer::separate() {
  if (std::exchange(is_after_key_, false) || has_children_.empty()) return;
  if (has_children_.back()) out_ += ',';
  has_children_.back() = true;
  break_line();
}

void Writer::break_line() {
  if (layout_ == Layout::Compact) return;
  out_ += '\n';
  out_.append(has_children_.size() * 2, ' ');
}

}  // namespace faultline::json
