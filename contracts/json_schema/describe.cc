// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/describe.h"

#include "contracts/json_schema/code_points.h"
#include "proxy/json/serialize.h"
#include "proxy/json/writer.h"

#include <fmt/core.h>

#include <string>

namespace faultline::contracts::json_schema {
namespace {

constexpr size_t kExpectedBytes = 512;
constexpr uint32_t kEnumShown = 16;
constexpr size_t kShortest = 8;

void write_cut_list(json::Writer& writer, json::Value list) {
  writer.begin_array();
  uint32_t shown = 0;
  for (const json::Value element : list.elements()) {
    if (shown++ == kEnumShown) break;
    const std::string text = json::to_text(element);
    const bool is_short = text.size() <= kExpectedBytes / kEnumShown * 4;
    is_short ? writer.raw(text) : writer.value("...");
  }
  writer.end_array();
}

// The exact length of a password is a part of it, so a class of lengths stands for it: 0, 1-8,
// 9-16, 17-32 and so on.
std::string length_class(size_t length) {
  if (length == 0) return "0";
  size_t most = kShortest;
  while (most < length) most *= 2;
  const size_t least = most == kShortest ? 1 : most / 2 + 1;
  return fmt::format("{}-{}", least, most);
}

}  // namespace

std::string_view type_name(json::Value value) noexcept {
  if (value.is_integer()) return "integer";
  return json::kind_name(value.kind());
}

std::string describe_expected(const Schema& schema, std::string_view keyword) {
  json::Writer writer;
  writer.begin_object();
  const auto written = schema.source.is_object() ? schema.source.find(keyword) : std::nullopt;
  if (!written) {
    writer.member(keyword, false);  // a schema that is `false` allows nothing
    return writer.end_object().take();
  }
  writer.key(keyword);
  const std::string text = json::to_text(*written);
  if (text.size() <= kExpectedBytes) {
    writer.raw(text);
  } else if (written->is_array()) {
    write_cut_list(writer, *written);
  } else {
    writer.value("...");
  }
  if (keyword == "type" && (schema.types & types::kNull) != 0 && schema.source.find("nullable")) {
    writer.member("nullable", true);
  }
  return writer.end_object().take();
}

std::string describe_actual(json::Value value) {
  json::Writer writer;
  writer.begin_object().member("type", type_name(value));
  if (value.is_string()) {
    writer.member("length", length_class(count_code_points(value.string())));
  } else if (value.is_array()) {
    writer.member("items", value.size());
  } else if (value.is_object()) {
    writer.member("properties", value.size());
  }
  return writer.end_object().take();
}

}  // namespace faultline::contracts::json_schema
