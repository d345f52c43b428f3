// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/openloop/options.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline::bench {

/// What one connection says and when its answer is complete. Knows no socket. One per connection:
/// it holds the state of a half-read answer.
class Dialogue {
 public:
  enum class Progress : uint8_t {
    More,          // the answer is not complete
    Answered,      // it is, and the connection may be used again
    AnsweredLast,  // it is, and the server closes the connection
    WrongStatus,   // complete, but not what was asked for
    Malformed,     // not an answer at all
  };

  virtual ~Dialogue() = default;
  /// The bytes of every request. Valid as long as the dialogue.
  [[nodiscard]] virtual std::string_view request() const = 0;
  /// Takes bytes of the answer. After anything but More and Answered the dialogue is over until
  /// restart().
  [[nodiscard]] virtual Progress feed(std::string_view bytes) = 0;
  /// The connection ended here: true when this completes the answer (no length was given).
  [[nodiscard]] virtual bool is_completed_by_end() = 0;
  /// A new connection.
  virtual void restart() = 0;
};

[[nodiscard]] std::unique_ptr<Dialogue> make_dialogue(const OpenLoopOptions& options);

}  // namespace faultline::bench
