// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::contracts {

/// A place whose values the contract itself calls secret or personal: by `format: password` or
/// `writeOnly: true` in OpenAPI, by what marks.h reads in any format.
struct SensitivePlace {
  enum class In : uint8_t { Path, Query, Header, Cookie, Body };
  In in = In::Body;
  Direction direction = Direction::Request;
  std::string operation;  // "POST /users"; nothing in a format without operations
  std::string name;       // of a parameter; of Body: nothing
  std::vector<std::string>
      pointer;          // of Body: names from the root, `*` for elements and for others
  bool is_pii = false;  // else secret
};

}  // namespace faultline::contracts
