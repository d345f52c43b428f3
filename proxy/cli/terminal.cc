// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/terminal.h"

#include <utility>

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
  std::fputs("\r\x1b[K", err_);
}

void Terminal::say(std::string_view line) {
  if (!is_quiet_) complain(line);
}

void Terminal::print(std::string_view text) {
  if (!is_quiet_) print_problems(text);
}

void Terminal::complain(std::string_view line) {
  clear_status();
  std::fwrite(line.data(), 1, line.size(), err_);
  std::fputc('\n', err_);
  std::fflush(err_);
}

void Terminal::print_problems(std::string_view text) {
  clear_status();
  std::fwrite(text.data(), 1, text.size(), err_);
  std::fflush(err_);
}

void Terminal::out(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Terminal::status(std::string_view line) {
  if (is_quiet_ || !is_interactive_) return;
  clear_status();
  std::fwrite(line.data(), 1, line.size(), err_);
  std::fflush(err_);
  has_status_ = true;
}

}  // namespace faultline::cli
