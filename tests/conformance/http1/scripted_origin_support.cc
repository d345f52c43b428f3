// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/http1/scripted_origin.h"

#include <array>

#include <poll.h>

namespace faultline::conformance {

fakes::RawSocket& ScriptedOrigin::take_request() {
  constexpr int kDeadlineMs = 10'000;
  while (true) {
    std::array<pollfd, 2> fds{{{listener_.fd(), POLLIN, 0}, {current_.fd(), POLLIN, 0}}};
    if (::poll(fds.data(), current_.is_open() ? 2 : 1, kDeadlineMs) <= 0) {
      current_.close();
      return current_;
    }
    // The kept connection first: its end, when the proxy has given it up, comes before a new one.
    if (fds[1].revents == 0) current_ = listener_.accept();
    if (current_.read_until("\r\n\r\n").end == fakes::ReadResult::End::Enough) return current_;
    current_.close();
  }
}

}  // namespace faultline::conformance
