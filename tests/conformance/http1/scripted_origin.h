// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/fakes/raw_socket.h"

namespace faultline::conformance {

/// The origin's side of one proxy that has one exchange at a time, on the test's own thread.
class ScriptedOrigin {
 public:
  [[nodiscard]] HostPort address() const { return listener_.address(); }

  /// Waits for the next request, on the connection the proxy has kept or on a new one, and reads
  /// its head. Not open when 10 s have passed.
  [[nodiscard]] fakes::RawSocket& take_request();

 private:
  fakes::RawListener listener_;
  fakes::RawSocket current_;
};

}  // namespace faultline::conformance
