// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/json_access.h"

#include <optional>

namespace faultline::record {

tl::unexpected<Error> fail_at(std::string_view place, std::string_view member,
                              std::string_view what) {
  std::string message(place);
  if (!message.empty() && !member.empty()) message += '/';
  message.append(member);
  if (!message.empty()) message += ": ";
  message.append(what);
  return fail(ErrorCode::ParseFailed, std::move(message), ErrorSource::Input);
}

namespace {

Result<json::Value> want(json::Value object, std::string_view place, std::string_view member) {
  const auto value = object.find(member);
  if (!value) return fail_at(place, member, "missing");
  return *value;
}

}  // namespace

Result<json::Value> want_object(json::Value object, std::string_view place,
                                std::string_view member) {
  FL_TRY(const json::Value value, want(object, place, member));
  if (!value.is_object()) return fail_at(place, member, "want an object");
  return value;
}

Result<json::Value> want_array(json::Value object, std::string_view place,
                               std::string_view member) {
  FL_TRY(const json::Value value, want(object, place, member));
  if (!value.is_array()) return fail_at(place, member, "want an array");
  return value;
}

Result<std::string_view> want_string(json::Value object, std::string_view place,
                                     std::string_view member) {
  FL_TRY(const json::Value value, want(object, place, member));
  if (!value.is_string()) return fail_at(place, member, "want a string");
  return value.string();
}

Result<std::string_view> maybe_string(json::Value object, std::string_view place,
                                      std::string_view member) {
  if (!object.find(member)) return std::string_view{};
  return want_string(object, place, member);
}

Result<int64_t> want_integer(json::Value object, std::string_view place, std::string_view member) {
  FL_TRY(const json::Value value, want(object, place, member));
  const auto number = value.is_number() ? value.as_int64() : std::nullopt;
  if (!number) return fail_at(place, member, "want an integer");
  return *number;
}

Result<uint64_t> want_count(json::Value object, std::string_view place, std::string_view member) {
  FL_TRY(const int64_t number, want_integer(object, place, member));
  if (number < 0) return fail_at(place, member, "want an integer of at least 0");
  return static_cast<uint64_t>(number);
}

}  // namespace faultline::record
