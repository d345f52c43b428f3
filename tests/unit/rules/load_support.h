// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config_loader.h"

#include <map>
#include <memory>
#include <string>

namespace faultline::rules {

using Environment = std::map<std::string, std::string, std::less<>>;

/// Loads `text` as a file named faultline.yaml.
LoadOutcome load_text(const std::string& text, const Environment& environment = {});

/// Loads and expects no diagnostic at all; the test fails otherwise.
std::shared_ptr<const Config> load_good(const std::string& text,
                                        const Environment& environment = {});

/// `version`, one http listener "shop" and one tcp listener "db", then `rest`.
std::string with_listeners(const std::string& rest);

/// The short form of every diagnostic, one a line, sorted by place, each with its code before it.
std::string short_errors(const LoadOutcome& outcome);

/// Compares `actual` with tests/golden/rules/<name>; FAULTLINE_UPDATE_GOLDEN=1 rewrites it.
void expect_golden(const std::string& path, const std::string& actual);

/// The example of the documentation, with a scenario and three faults.
extern const char* const kExample;

}  // namespace faultline::rules
