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

/// Whether a fault made the response, or its status: it is no answer of the server's own.
[[nodiscard]] bool make_response(std::span<const AppliedFault> faults) noexcept;

/// Whether a violation in the changed body follows from the drift that changed it (its pointer
/// leads into the body before it).
[[nodiscard]] bool follows_from_drift(const contracts::Violation& violation,
                                      const AppliedFault& drift);

}  // namespace faultline::mirror
