// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/options.h"

#include "bench/floor/address.h"
#include "bench/floor/number.h"

namespace faultline::bench {
namespace {

bool parse_flag(const std::string& name, OpenLoopOptions& options) {
  if (name == "--closed") return options.is_closed = true;
  if (name == "--until-refused") return options.is_ended_by_refusal = true;
  return false;
}

bool parse_mode(const std::string& value, OpenLoopOptions& options) {
  options.mode = value == "tcp" ? OpenLoopMode::Tcp : OpenLoopMode::Http;
  return value == "tcp" || value == "http";
}

bool parse_arrivals(const std::string& value, OpenLoopOptions& options) {
  options.arrivals = value == "poisson" ? ArrivalKind::Poisson : ArrivalKind::Constant;
  return value == "poisson" || value == "constant";
}

bool parse_target(const std::string& value, OpenLoopOptions& options) {
  const auto address = parse_address(value);
  options.target = address.value_or(sockaddr_in{});
  return address.has_value();
}

bool parse_option(const std::string& name, const std::string& value, OpenLoopOptions& options) {
  if (name == "--target") return parse_target(value, options);
  if (name == "--mode") return parse_mode(value, options);
  if (name == "--arrivals") return parse_arrivals(value, options);
  if (name == "--path") {
    options.path = value;
    return value.starts_with('/');
  }
  if (name == "--bytes") return parse_number(value, options.message_bytes);
  if (name == "--connections") return parse_number(value, options.connections);
  if (name == "--rate") return parse_number(value, options.rate);
  if (name == "--seed") return parse_number(value, options.seed);
  if (name == "--requests") return parse_number(value, options.requests);
  if (name == "--seconds") return parse_number(value, options.seconds);
  if (name == "--warmup") return parse_number(value, options.warmup_seconds);
  if (name == "--timeout-ms") return parse_number(value, options.timeout_ms);
  return false;
}

const char* find_mistake(const OpenLoopOptions& options) {
  if (options.target.sin_port == 0) return "--target HOST:PORT is missing";
  if (options.connections == 0) return "--connections is 0";
  if (options.message_bytes == 0) return "--bytes is 0";
  if (options.timeout_ms == 0) return "--timeout-ms is 0";
  if (options.requests == 0 && options.seconds == 0) return "--requests or --seconds is missing";
  if (!options.is_closed && options.rate == 0) return "--rate or --closed is missing";
  if (options.is_closed && options.rate > 0) return "--closed sends at no rate";
  return nullptr;
}

}  // namespace

std::optional<OpenLoopOptions> parse_open_loop_options(const std::vector<std::string>& arguments,
                                                       std::string& error) {
  OpenLoopOptions options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (parse_flag(arguments[i], options)) continue;
    if (i + 1 == arguments.size() || !parse_option(arguments[i], arguments[i + 1], options)) {
      error = "bad option '" + arguments[i] + "'";
      return std::nullopt;
    }
    ++i;
  }
  if (const char* mistake = find_mistake(options)) {
    error = mistake;
    return std::nullopt;
  }
  return options;
}

}  // namespace faultline::bench
