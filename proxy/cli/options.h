// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::cli {

/// The values of the command line, as they were given.
struct RunOptions {
  std::string config_path;
  std::string upstream;                // --upstream URL: no configuration file
  std::vector<std::string> contracts;  // --contract FILE (with --upstream)
  std::string listen;                  // --listen ADDRESS (with --upstream)
  std::optional<Duration> run_for;
  std::optional<uint64_t> seed;
  std::string environment;  // --env
  std::string output;       // -o DIR
  std::optional<Duration> drain_timeout;
  bool require_gate = false;
  bool json = false;
};

struct CheckOptions {
  std::vector<std::string> contracts;
  std::vector<std::string> traffic;
  std::string output = "./runs";
  std::string fail_on = "error";
  std::optional<uint64_t> max_new;
  std::string baseline;          // --baseline FILE
  std::string max_unverifiable;  // --max-unverifiable SHARE
  std::string min_coverage;      // --min-coverage SHARE
  bool allow_no_traffic = false;
  std::vector<std::string> reports;  // --report FORMAT: written besides the JSON files
  unsigned threads = 0;              // 0: one for each core
  bool json = false;
};

struct BaselineOptions {
  enum class Verb : uint8_t { Accept, List, Prune };
  Verb verb = Verb::List;
  std::string run;   // the run folder
  std::string file;  // --baseline FILE
  std::string reason;
  std::string owner;
  std::string expires;
  std::vector<std::string> fingerprints;  // --finding: fingerprints or ids of the run
  bool forget = false;
  bool json = false;
};

struct ConfigOptions {
  enum class Verb : uint8_t { Init, Validate, Schema, Show };
  Verb verb = Verb::Validate;
  std::string path;
  std::string format = "text";  // text | json | short
};

struct ContractOptions {
  enum class Verb : uint8_t { Validate, Bowtie, Lint, List };
  Verb verb = Verb::Validate;
  std::string file;  // lint, list
  std::string schema;
  std::vector<std::string> instances;
  std::vector<std::string> resolve;  // URI=FILE
  std::string formats = "auto";      // auto | assert | annotate
  std::string dialect = "2020-12";   // of schemas without $schema
  bool json = false;
};

struct RedactOptions {
  enum class Verb : uint8_t { Filter, Explain, Verify, Classes };
  Verb verb = Verb::Filter;
  std::string path = "-";       // explain: a file; verify: a folder
  std::string format = "auto";  // auto | http | json | ndjson | har | text
  std::string config_path;      // whose redaction section holds
  std::string contract;         // --contract FILE: an Avro schema, whose tags count
  std::string key_file;         // for the same surrogates in several calls
  std::string canary_file;      // verify: one text a line
  bool json = false;
};

}  // namespace faultline::cli
