// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"

#include <cstdint>
#include <string>

namespace faultline::rules {

enum class CanonicalUse : uint8_t {
  Exact,     // loads back to an equal Config
  Artifact,  // for a file or a screen: canaries are left out, and values that came from a variable
             // with a secret-looking name stand as ${NAME}
  Identity,  // what config_hash is of: the exact form without run.artifacts
};

/// The configuration in full, every default written out, as YAML without comments
/// (config.resolved.yaml, `config show`).
[[nodiscard]] std::string canonical_yaml(const Config& config,
                                         CanonicalUse use = CanonicalUse::Exact);

/// hash64 (hex) of the form for Identity, and of the latency tables. Whoever
/// changes a Config after load (the seed from the command line) sets config.hash to this again.
[[nodiscard]] std::string config_hash(const Config& config);

}  // namespace faultline::rules
