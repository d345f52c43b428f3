// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/uri.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::io {

/// Reads the header that a load balancer sends ahead of a connection to tell who the client is
/// (the PROXY protocol specification, versions 1 and 2). Strict and bounded: a header that is not
/// exactly what the specification says ends the connection before anything else is read. A pure
/// function of the bytes, however they are cut.
class ProxyProtocolReader {
 public:
  enum class State : uint8_t { NeedMore, Complete, Malformed };

  /// Takes bytes up to the end of the header; `taken` says how many of these. After Complete or
  /// Malformed it must not be fed again.
  [[nodiscard]] State feed(std::string_view bytes, size_t& taken);

  /// After Complete: the client as the header names it. Nothing for UNKNOWN and LOCAL and for
  /// address families that are not TCP over IP: the connection's own address holds then.
  [[nodiscard]] const std::optional<HostPort>& client() const noexcept { return client_; }

 private:
  [[nodiscard]] State read_text();
  [[nodiscard]] State read_binary();
  /// How many bytes the header has at least, going by those that are there; 0: malformed.
  [[nodiscard]] size_t wanted() const noexcept;

  std::string header_;
  std::optional<HostPort> client_;
};

}  // namespace faultline::io
