// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/uri.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::cli::demo {

/// What the demo's configuration leaves open.
struct SampleSettings {
  HostPort shop;
  std::string artifacts;
  uint64_t seed = 42;
  std::array<Duration, 3> phases{};  // warm-up, fault, recovery
  Duration cart_delay{};             // of slow-cart; the jitter is a quarter of it
};

inline constexpr std::string_view kContractName = "shop.openapi.yaml";
inline constexpr std::string_view kConfigName = "faultline.yaml";

/// The configuration as a file: three rules, three phases, one listener on a free port.
[[nodiscard]] std::string sample_config(const SampleSettings& settings);

/// The shop's OpenAPI contract. The shop breaks it in one place: POST /checkout answers with a
/// total that is a string.
[[nodiscard]] std::string_view sample_contract() noexcept;

}  // namespace faultline::cli::demo
