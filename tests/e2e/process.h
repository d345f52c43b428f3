// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace faultline::e2e {

/// Every wait of this suite ends here at the latest. Generous: builds with sanitizers on a busy
/// machine are slow, and only a failing test ever waits this long.
inline constexpr std::chrono::seconds kDeadline{90};

struct ProcessOptions {
  std::vector<std::pair<std::string, std::string>> environment{};  // added to a minimal one
  std::string directory{};                                         // where it starts
  int inherited_fd = -1;                                           // becomes descriptor 3
  std::string input{};                                             // its standard input
  bool is_group_leader = false;  // for programs that signal their whole process group
};

/// A program that runs beside the test. Its output is kept. Killed by its own pid and reaped when
/// the object goes, if it still runs then.
class Process {
 public:
  Process() = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// `arguments[0]` is a path or a name on PATH. Fails the test when it cannot be started.
  [[nodiscard]] static Process start(const std::vector<std::string>& arguments,
                                     const ProcessOptions& options = {});

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const;

  /// Reads until standard error has a whole line that begins with `prefix` (not counting white
  /// space) and returns it; nothing when the program ends or the deadline passes before.
  [[nodiscard]] std::optional<std::string> wait_for_line(std::string_view prefix);
  /// Reads until `is_there` says so about what standard error holds by now.
  [[nodiscard]] bool wait_for_errors(const std::function<bool(const std::string&)>& is_there);

  /// Waits for its end. The exit code, or -signal, or nothing when the deadline passed.
  [[nodiscard]] std::optional<int> wait();

  /// Is it gone? Reads nothing of what it says, so that it may wait for a reader in vain. False
  /// when the deadline passed; wait() tells the exit code.
  [[nodiscard]] bool ends_unread() const;
  /// From here on nobody reads its standard error, or could.
  void close_errors();
  /// The reading end of its standard error.
  [[nodiscard]] int errors_fd() const noexcept { return err_fd_; }

  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  [[nodiscard]] const std::string& errors() const noexcept { return errors_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  // False when both pipes are at their end or the deadline passed.
  [[nodiscard]] bool read_some(Deadline deadline);
  void close_pipes();
  void end();

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string output_;
  std::string errors_;
};

/// What a finished program said.
struct Finished {
  int code = -1;
  std::string output;
  std::string errors;
};

/// Runs a program to its end. Fails the test when it does not end in time.
[[nodiscard]] Finished run_program(const std::vector<std::string>& arguments,
                                   const ProcessOptions& options = {});

/// The path of a program, in the folders of the system or those of PATH; nothing when it is not
/// installed.
[[nodiscard]] std::optional<std::string> find_program(std::string_view program);
/// The path of an installed program. Fails the test with the name of the Debian package when it is
/// missing: a suite that skips proves nothing.
[[nodiscard]] std::string installed(const std::string& program, const std::string& package);

}  // namespace faultline::e2e
