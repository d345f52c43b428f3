// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/schema.h"

#include <cstddef>
#include <vector>

namespace faultline::contracts::avro {

/// Says of the defaults of one schema whether their types have them (Specification, "field default
/// values"). Which branch of a union a value is of may take many tries, so all of them together
/// take at most kStepsMax; what is left then counts as fitting. A step is a value looked at, a byte
/// of it, or a name it is compared with.
class DefaultCheck {
 public:
  static constexpr size_t kStepsMax = 4'000'000;

  /// Borrows `types`.
  explicit DefaultCheck(const std::vector<Type>& types) : types_(types) {}

  [[nodiscard]] bool fits(json::Value value, TypeId id);

 private:
  [[nodiscard]] bool fits_record(json::Value value, const Type& type);

  const std::vector<Type>& types_;
  size_t steps_ = 0;
};

}  // namespace faultline::contracts::avro
