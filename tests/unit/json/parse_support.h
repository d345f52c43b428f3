// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace faultline::json {

/// The document of a text that must be JSON.
inline Document parse(std::string_view text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document) << text << ": " << (document ? "" : document.error().message);
  return std::move(*document);
}

}  // namespace faultline::json
