// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"

#include <string_view>

namespace faultline::redaction {

/// Told of every value that is replaced, while it is still in memory: for proofs that it turns up
/// nowhere else. Implementations keep nothing that could be turned back into a value.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void replaced(ClassId id, std::string_view value) = 0;
};

}  // namespace faultline::redaction
