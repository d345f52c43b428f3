// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/macro/options.h"

#include "bench/floor/address.h"
#include "bench/floor/number.h"

namespace faultline::bench {
namespace {

bool parse_mode(const std::string& text, Mode& mode) {
  if (text == "load") {
    mode = Mode::Load;
  } else if (text == "idle") {
    mode = Mode::Idle;
  } else if (text == "hang") {
    mode = Mode::Hang;
  } else {
    return false;
  }
  return true;
}

bool parse_option(const std::string& name, const std::string& value, DriverOptions& options) {
  if (name == "--target") {
    const auto address = parse_address(value);
    options.target = address.value_or(sockaddr_in{});
    return address.has_value();
  }
  if (name == "--path") {
    options.path = value;
    return value.starts_with('/');
  }
  if (name == "--connections") return parse_number(value, options.connections);
  if (name == "--requests") return parse_number(value, options.requests);
  if (name == "--seconds") return parse_number(value, options.seconds);
  if (name == "--upload") return parse_number(value, options.upload);
  return false;
}

}  // namespace

std::optional<DriverOptions> parse_options(const std::vector<std::string>& arguments,
                                           std::string& error) {
  DriverOptions options;
  if (arguments.empty() || !parse_mode(arguments[0], options.mode)) {
    error = "the first argument is load, idle or hang";
    return std::nullopt;
  }
  for (size_t i = 1; i < arguments.size(); i += 2) {
    if (i + 1 >= arguments.size() || !parse_option(arguments[i], arguments[i + 1], options)) {
      error = "bad option '" + arguments[i] + "'";
      return std::nullopt;
    }
  }
  const bool has_end = options.requests > 0 || options.seconds > 0;
  if (options.target.sin_port == 0) error = "--target HOST:PORT is missing";
  if (options.connections == 0) error = "--connections is 0";
  if (options.mode == Mode::Load && !has_end) error = "--requests or --seconds is missing";
  if (!error.empty()) return std::nullopt;
  return options;
}

}  // namespace faultline::bench
