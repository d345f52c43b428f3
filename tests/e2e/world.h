// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/uri.h"
#include "proxy/cli/demo/customers.h"
#include "tests/e2e/process.h"
#include "tests/e2e/temp_folder.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <signal.h>

namespace faultline::e2e {

[[nodiscard]] std::string fixture(std::string_view name);         // its path
[[nodiscard]] nlohmann::json read_json(const std::string& path);  // fails the test when malformed

/// Debian's nginx with the suite's fixtures: GET /items, /items/1, /cart/1, /orders, /broken,
/// /large and, with generated personal data, /profile; POST /checkout. One worker, no daemon, a
/// port of the system's choice that nginx is handed as an open socket, so nothing can race for it.
class Nginx {
 public:
  Nginx();
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  [[nodiscard]] std::string url(std::string_view path = "") const;
  [[nodiscard]] std::string address() const { return format_host_port(address_); }
  /// What /profile answers with.
  [[nodiscard]] const cli::demo::Customer& customer() const { return people_.customers.front(); }
  [[nodiscard]] const cli::demo::PersonalData& people() const noexcept { return people_; }

 private:
  [[nodiscard]] std::string configuration() const;

  TempFolder folder_;
  cli::demo::PersonalData people_;
  HostPort address_;
  Process process_;
};

/// `faultline run` beside the test, with a folder for its runs.
class Faultline {
 public:
  /// Arguments behind `run`; -o is added. Waits until it listens.
  explicit Faultline(std::vector<std::string> arguments, bool is_gate_open = true);

  [[nodiscard]] std::string url(std::string_view path = "") const;
  [[nodiscard]] HostPort address() const { return address_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  /// The run folder.
  [[nodiscard]] std::string folder() const;
  /// The signal and the exit code.
  int stop(int signal = SIGTERM);

 private:
  TempFolder runs_;
  HostPort address_;
  Process process_;
};

/// Looks until it is so; false when the deadline passes before.
[[nodiscard]] bool eventually(const std::function<bool()>& is_so);

/// The environment in which the gate of the suite's configurations is open.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> open_gate();
/// The only run folder in `runs`.
[[nodiscard]] std::string only_run(const std::string& runs);
/// Runs the program to its end.
[[nodiscard]] Finished run_faultline(std::vector<std::string> arguments,
                                     const ProcessOptions& options = {});

/// One request per URL, in this order, on one connection. What came back, heads included.
std::string curl(const std::vector<std::string>& urls,
                 const std::vector<std::string>& options = {});

// What a run folder says.
[[nodiscard]] std::vector<nlohmann::json> read_events(const std::string& folder,
                                                      std::string_view kind);
[[nodiscard]] nlohmann::json read_findings(const std::string& folder);  // the array
/// Files of the folder, recursively, by relative path.
[[nodiscard]] std::map<std::string, std::string> read_all_files(const std::string& folder);
/// `seen = checked + skipped + dropped`, for http.
struct Accounting {
  uint64_t seen = 0;
  uint64_t checked = 0;
  uint64_t skipped = 0;
  uint64_t dropped = 0;
};
[[nodiscard]] Accounting read_accounting(const std::string& folder);
/// Count of one reason in errors.json.
[[nodiscard]] uint64_t read_error_count(const std::string& folder, const std::string& side,
                                        const std::string& reason);

/// A configuration with one listener "shop", port 0, in front of `upstream`, checked against the
/// suite's contract; `more` is YAML appended at the top level.
[[nodiscard]] std::string config_text(std::string_view upstream, std::string_view more,
                                      uint64_t seed = 42);

}  // namespace faultline::e2e
