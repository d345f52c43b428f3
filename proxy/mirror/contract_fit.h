// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/message_view.h"
#include "redaction/redactor.h"

#include <vector>

namespace faultline::mirror {

/// What to put in place of surrogates that a contract refuses although it took the values they
/// stand for: the first word of an enumeration, the bound of a number, zeros of the right length.
/// All of it comes from the contract, so it says nothing of the value. `before` is the check of the
/// message, `after` that of the redacted one. What cannot be mended is left out.
[[nodiscard]] std::vector<redaction::Fit> fits_for(const contracts::CheckResult& before,
                                                   const contracts::CheckResult& after);

/// True when two checks say the same of a message, whatever the names in it.
[[nodiscard]] bool says_the_same(const contracts::CheckResult& a, const contracts::CheckResult& b);

/// True when it is sure without another check that a check of the redacted message would say what
/// `before` said of the message: all that changed are values of the body that it did not read.
[[nodiscard]] bool says_surely_the_same(const contracts::CheckResult& before,
                                        const MessageView& message,
                                        const redaction::RedactedMessage& redacted);

}  // namespace faultline::mirror
