// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

namespace faultline {

void assert_failed(const char* expression, const char* file, int line) noexcept {
  const std::string text = std::string("faultline: bug: ") + file + ":" + std::to_string(line) +
                           ": assertion failed: " + expression + "\n";
  // The process is about to die: nothing can be done about a short write.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  std::abort();
}

}  // namespace faultline
