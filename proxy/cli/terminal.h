// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::cli {

using EnvironmentValue = std::function<std::optional<std::string>(const std::string& name)>;

/// Where the words go: texts for people to standard error, data to standard output. Knows whether
/// each is a terminal and whether colour is wanted (NO_COLOR, TERM=dumb, CI).
class Terminal {
 public:
  Terminal(std::FILE* out, std::FILE* err, EnvironmentValue environment);

  /// For people: one line.
  void say(std::string_view line);
  /// For people, as it stands.
  void print(std::string_view text);
  /// What went wrong, one line or as it stands: people read it even when they asked for quiet.
  void complain(std::string_view line);
  void print_problems(std::string_view text);
  /// Data.
  void out(std::string_view text);

  [[nodiscard]] bool has_color() const noexcept { return has_color_; }
  /// A person watches: progress may be drawn instead of written line by line.
  [[nodiscard]] bool is_interactive() const noexcept { return is_interactive_; }
  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const {
    return environment_(name);
  }
  void set_quiet(bool quiet) noexcept { is_quiet_ = quiet; }
  void set_color(bool color) noexcept { has_color_ = color; }
  /// From here on a text for people waits for its reader at most this long, and not at all behind
  /// one that was given up; what finds nobody is left out, and the next line that gets through
  /// says how much that was. For a process that has more to do than to talk: whoever started it
  /// may have stopped reading. Data waits for ever.
  void set_patience(Duration patience) noexcept { patience_ = patience; }

  /// A line that the next one replaces; on anything but a terminal it is not shown.
  void status(std::string_view line);

 private:
  void clear_status();
  void write_to_people(std::string_view text);
  [[nodiscard]] bool has_reader();

  std::FILE* out_;
  std::FILE* err_;
  EnvironmentValue environment_;
  bool has_color_ = false;
  bool is_interactive_ = false;
  bool is_quiet_ = false;
  bool has_status_ = false;
  std::optional<Duration> patience_;
  uint64_t lost_texts_ = 0;  // since the last one that got through
};

}  // namespace faultline::cli
