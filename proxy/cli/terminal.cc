// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/terminal.h"

#include <fmt/core.h>

#include <climits>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace faultline::cli {

Terminal::Terminal(std::FILE* out, std::FILE* err, EnvironmentValue environment)
    : out_(out), err_(err), environment_(std::move(environment)) {
  const bool is_terminal = ::isatty(::fileno(err_)) == 1;
  const bool is_dumb = environment_("TERM").value_or("") == "dumb";
  const bool is_ci = environment_("CI").value_or("") == "true";
  const bool no_color = !environment_("NO_COLOR").value_or("").empty();
  is_interactive_ = is_terminal && !is_dumb && !is_ci;
  has_color_ = is_interactive_ && !no_color;
}

void Terminal::clear_status() {
  if (!std::exchange(has_status_, false)) return;
  write_to_people("\r\x1b[K");
}

void Terminal::say(std::string_view line) {
  if (!is_quiet_) complain(line);
}

void Terminal::print(std::string_view text) {
  if (!is_quiet_) print_problems(text);
}

void Terminal::complain(std::string_view line) { print_problems(std::string(line) + "\n"); }

void Terminal::print_problems(std::string_view text) {
  clear_status();
  write_to_people(text);
}

// In pieces that a pipe takes whole once it is writable at all (POSIX: PIPE_BUF), so that no write
// waits for longer than has_reader() did.
void Terminal::write_to_people(std::string_view text) {
  std::string whole;
  if (lost_texts_ > 0) {
    whole = fmt::format("  ({} texts left out: nobody read them)\n", lost_texts_);
  }
  whole.append(text);
  for (std::string_view rest = whole; !rest.empty();) {
    if (!has_reader()) {
      ++lost_texts_;
      return;
    }
    lost_texts_ = 0;
    const std::string_view piece = rest.substr(0, PIPE_BUF);
    std::fwrite(piece.data(), 1, piece.size(), err_);
    std::fflush(err_);
    rest.remove_prefix(piece.size());
  }
}

bool Terminal::has_reader() {
  if (!patience_) return true;
  const Duration wait = lost_texts_ > 0 ? Duration(0) : *patience_;
  pollfd sink{::fileno(err_), POLLOUT, 0};
  const auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  return ::poll(&sink, 1, static_cast<int>(wait_ms)) != 0;  // with an error the write fails
}

void Terminal::out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Terminal::status(std::string_view line) {
  if (is_quiet_ || !is_interactive_) return;
  clear_status();
  write_to_people(line);
  has_status_ = true;
}

}  // namespace faultline::cli
