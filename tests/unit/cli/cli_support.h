// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/cli/cli.h"
#include "tests/fakes/manual_clock.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::cli {

/// What one command line came to.
struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

/// The program in this process: files in place of the terminal, a folder of its own, an
/// environment that the test makes.
class CliWorld {
 public:
  CliWorld();
  ~CliWorld();
  CliWorld(const CliWorld&) = delete;
  CliWorld& operator=(const CliWorld&) = delete;

  Ran run(const std::vector<std::string>& arguments);
  /// Writes a file into the folder; its path.
  std::string write(std::string_view name, std::string_view text);
  [[nodiscard]] std::string path(std::string_view name) const;
  /// The only folder under `path`; empty when there is none.
  [[nodiscard]] static std::string only_folder(const std::string& path);
  [[nodiscard]] static std::string read(const std::string& path);

  /// From now on the keys of runs are the same: surrogates can be compared.
  void fix_random_bytes() { has_fixed_bytes_ = true; }

  std::map<std::string, std::string> environment;

 private:
  std::string folder_;
  fakes::ManualClock clock_;
  std::unique_ptr<Crypto> crypto_;
  bool has_fixed_bytes_ = false;
};

}  // namespace faultline::cli
