// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/finding.h"
#include "proxy/base/event.h"
#include "proxy/run/findings.h"

#include <span>
#include <vector>

namespace faultline::mirror {

/// The faults that caused a violation, known and not guessed: an abort explains what is wrong with
/// the response it made up, a schema drift explains what is wrong at the place it changed (or, for
/// a member it took away, at the object that now lacks it). A fault that merely touched the
/// exchange (latency, throttle) explains nothing.
[[nodiscard]] std::vector<run::InjectedFault> causes_of(const contracts::Violation& violation,
                                                        std::span<const AppliedFault> faults);

/// Whether a violation at `violation` follows from a change at `drift` (JSON pointers into the
/// original body).
[[nodiscard]] bool follows_from_drift(const contracts::Violation& violation,
                                      std::string_view drift);

}  // namespace faultline::mirror
