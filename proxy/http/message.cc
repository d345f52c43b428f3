// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/message.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

namespace faultline::http {

Fields::Fields(Fields&& other) noexcept
    : size_(std::exchange(other.size_, 0)),
      spilled_(std::move(other.spilled_)),
      owned_(std::move(other.owned_)) {
  copy_inline(other);
}

Fields& Fields::operator=(Fields&& other) noexcept {
  if (this == &other) return *this;
  size_ = std::exchange(other.size_, 0);
  spilled_ = std::move(other.spilled_);
  owned_ = std::move(other.owned_);
  other.spilled_.clear();
  other.owned_.clear();
  copy_inline(other);
  return *this;
}

void Fields::copy_inline(const Fields& other) noexcept {
  if (!is_spilled()) std::uninitialized_copy_n(other.inline_.items, size_, inline_.items);
}

const Field* Fields::find(std::string_view name) const noexcept {
  for (const Field& field : all()) {
    if (iequals(field.name, name)) return &field;
  }
  return nullptr;
}

size_t Fields::count(std::string_view name) const noexcept {
  const auto fields = all();
  return static_cast<size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const Field& field) { return iequals(field.name, name); }));
}

void Fields::append(std::string_view name, std::string_view value) {
  const std::string_view owned_name = own(name);
  append_borrowed(owned_name, own(value));
}

void Fields::set(std::string_view name, std::string_view value) {
  const auto fields = std::span<Field>(data(), size_);
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return iequals(field.name, name); });
  if (found == fields.end()) {
    append(name, value);
    return;
  }
  found->value = own(value);
}

size_t Fields::remove(std::string_view name) {
  Field* const first = data();
  Field* const last = first + size_;
  Field* const kept =
      std::remove_if(first, last, [&](const Field& field) { return iequals(field.name, name); });
  const auto removed = static_cast<size_t>(last - kept);
  const bool was_spilled = is_spilled();
  size_ -= static_cast<uint32_t>(removed);
  if (was_spilled && !is_spilled()) {
    std::uninitialized_copy_n(spilled_.data(), size_, inline_.items);
    spilled_.clear();
  } else if (was_spilled) {
    spilled_.resize(size_);
  }
  return removed;
}

void Fields::clear() {
  size_ = 0;
  spilled_.clear();
  owned_.clear();
}

void Fields::append_spilled(Field field) {
  if (!is_spilled()) {
    spilled_.reserve(limits::kHeadFields);
    spilled_.assign(inline_.items, inline_.items + size_);
  }
  spilled_.push_back(field);
  ++size_;
}

std::string_view Fields::own(std::string_view text) {
  auto copy = std::make_unique<std::string>(text);
  for (char& c : *copy) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return *owned_.emplace_back(std::move(copy));
}

}  // namespace faultline::http
