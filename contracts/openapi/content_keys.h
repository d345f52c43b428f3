// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/openapi/model.h"
#include "proxy/json/writer.h"

#include <string>
#include <vector>

namespace faultline::contracts::openapi {

/// What a finding about the media type expects: {"content":["application/json"]}.
[[nodiscard]] inline std::string list_of_keys(const std::vector<MediaType>& content) {
  json::Writer writer;
  writer.begin_object().key("content").begin_array();
  for (const MediaType& type : content) writer.value(type.key);
  return writer.end_array().end_object().take();
}

}  // namespace faultline::contracts::openapi
