// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/e2e/process.h"
#include "tests/e2e/temp_folder.h"
#include "tests/fakes/raw_socket.h"

#include <memory>
#include <string>

namespace faultline::conformance {

/// Another reverse proxy in front of an origin, on a port of the kernel's choice that it is handed
/// as an open socket, with short timeouts and otherwise the defaults of its package.
class Rival {
 public:
  enum class Kind { Nginx, Haproxy };

  /// Null when it is not installed.
  [[nodiscard]] static std::unique_ptr<Rival> start(Kind kind, const HostPort& origin);
  ~Rival();
  Rival(const Rival&) = delete;
  Rival& operator=(const Rival&) = delete;

  [[nodiscard]] fakes::RawSocket connect() const {
    return fakes::RawSocket::connect(listener_.address());
  }

 private:
  Rival() = default;

  fakes::RawListener listener_;
  e2e::TempFolder folder_;
  e2e::Process process_;
};

}  // namespace faultline::conformance
