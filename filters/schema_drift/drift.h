// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"
#include "rules/config.h"
#include "rules/decision.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::filters {

/// A drifted body and where it differs.
struct Drift {
  std::string body;      // every byte outside the mutation is as it was
  std::string pointer;   // RFC 6901 into the original body: the mutated (or added) place
  std::string mutation;  // "remove", "remove element", "rename", ...
};

/// Mutates one place of a JSON body. With `any`, the place is one of `declared` (sorted by
/// pointer), chosen by `position_draw`. Pure. NotJson or NoTarget when it cannot.
[[nodiscard]] tl::expected<Drift, rules::BypassReason> drift(
    std::string_view body, const json::Document& document, const rules::SchemaDriftSpec& spec,
    const std::vector<contracts::Contract::DeclaredProperty>& declared, uint64_t position_draw);

}  // namespace faultline::filters
