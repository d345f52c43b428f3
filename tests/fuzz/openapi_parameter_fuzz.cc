// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/deep_object.h"
#include "contracts/openapi/parameter_style.h"
#include "proxy/base/text.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The codec of parameters over any text and every style. A list has one item more than the text has
// delimiters, an object half as many members as parts; writing the items of an exact style again
// and reading that gives the same items. The first two bytes choose place, style and explode.

namespace {

using faultline::percent_encode;
using faultline::contracts::openapi::add_deep_text;
using faultline::contracts::openapi::DeepNode;
using faultline::contracts::openapi::Parameter;
using faultline::contracts::openapi::ParameterIn;
using faultline::contracts::openapi::spelled_list;
using faultline::contracts::openapi::spelled_object;
using faultline::contracts::openapi::spelled_scalar;
using faultline::contracts::openapi::Style;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The list as the style of OpenAPI 3.1.1, 4.8.12.5 writes it.
std::string write_list(const Parameter& parameter, const std::vector<std::string>& items) {
  std::string text = parameter.style == Style::Label ? "." : "";
  if (parameter.style == Style::Matrix) text = ";p=";
  std::string_view delimiter = ",";
  if (parameter.style == Style::Label && parameter.explode) delimiter = ".";
  if (parameter.style == Style::Matrix && parameter.explode) delimiter = ";p=";
  if (parameter.style == Style::PipeDelimited) delimiter = "|";
  if (parameter.style == Style::SpaceDelimited) delimiter = "%20";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i != 0) text += delimiter;
    for (const char c : items[i]) {
      // Dots are not encoded by percent_encode, but divide labels.
      text += c == '.' ? std::string("%2E") : percent_encode({&c, 1});
    }
  }
  return text;
}

void read_twice(const Parameter& parameter, const std::vector<std::string>& items) {
  const std::string written = write_list(parameter, items);
  const std::vector<std::string_view> raw = {written};
  const auto again = spelled_list(parameter, raw);
  require(again.has_value() && *again == items);
}

void read_deep(std::string_view text) {
  DeepNode root;
  size_t nodes = 0;
  const bool is_read = add_deep_text(root, text, "x", nodes);
  if (is_read) require(text.starts_with('[') && text.ends_with(']') && !root.members.empty());
  require(nodes <= DeepNode::kDepthMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;
  if (size < 2 || size > kSizeMax) return 0;
  constexpr std::array kStyles = {Style::Simple,         Style::Form,         Style::Matrix,
                                  Style::SpaceDelimited, Style::TabDelimited, Style::PipeDelimited,
                                  Style::Label,          Style::DeepObject,   Style::Cookie};
  constexpr std::array kPlaces = {ParameterIn::Path, ParameterIn::Query, ParameterIn::Header,
                                  ParameterIn::Cookie, ParameterIn::Form};
  Parameter parameter;
  parameter.name = "p";
  parameter.style = kStyles[data[0] % kStyles.size()];
  parameter.in = kPlaces[data[1] % kPlaces.size()];
  parameter.explode = (data[1] & 128U) != 0;
  parameter.has_dotted_label = (data[1] & 64U) != 0;
  const std::string text(data + 2, data + size);
  const std::vector<std::string_view> raw = {text};
  std::string room;
  if (const auto scalar = spelled_scalar(parameter, text, room)) {
    const bool is_within = text.find(*scalar) != std::string::npos;
    require(is_within || room.find(*scalar) != std::string::npos);
  }
  const auto members = spelled_object(parameter, raw);
  const auto items = spelled_list(parameter, raw);
  if (items) require(!items->empty());
  if (members && items && !parameter.explode) require(members->size() * 2 == items->size());
  read_deep(text);
  const bool is_exact = parameter.style == Style::Simple || parameter.style == Style::Label ||
                        parameter.style == Style::Matrix;
  if (items && is_exact && parameter.in == ParameterIn::Path && !parameter.has_dotted_label) {
    read_twice(parameter, *items);
  }
  return 0;
}
