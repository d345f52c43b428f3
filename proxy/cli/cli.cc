// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/cli.h"

#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "proxy/cli/baseline_file.h"
#include "proxy/cli/commands/commands.h"
#include "proxy/cli/demo/demo.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace faultline::cli {
namespace {

constexpr std::string_view kOverview =
    R"(faultline: a proxy that injects seeded faults and checks contracts

  faultline run --upstream http://127.0.0.1:8080     mirror one upstream, no configuration
  faultline run -c faultline.yaml                    faults, contracts, a run folder

commands
  run        start the proxy with a configuration or an --upstream
  check      check recorded traffic (run folder, HAR, NDJSON) against contracts; no socket
  baseline   accept | list | prune: the file of known findings
  config     init | validate | schema | show
  contract   lint | list: an OpenAPI contract; validate | bowtie: JSON Schema on its own
  redact     replace personal data and secrets in a text; explain | verify | classes
  explain    the long text for a diagnostic, e.g. FL0104
  demo       a sample system, faults and a contract bug, in 20 seconds
  version    versions of this build

next: faultline demo, faultline config init faultline.yaml, faultline help run
)";

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const auto* command : commands) names.push_back(command->get_name());
  return names;
}

/// The words of the command line: the parser and what it fills in.
class Parser {
 public:
  Parser();

  /// The exit code, after parsing and running.
  int run(const std::vector<std::string>& arguments, const Context& context);

 private:
  void add_run();
  void add_check();
  void add_baseline();
  void add_config();
  void add_contract();
  void add_redact();
  void add_rest();
  [[nodiscard]] int dispatch(const Context& context);
  [[nodiscard]] int complain(const std::vector<std::string>& arguments, const std::string& message,
                             Terminal& terminal);
  struct Stranger {
    std::string_view kind;  // "option", "command"
    std::string word;
    std::vector<std::string> known;
  };
  [[nodiscard]] std::vector<const CLI::App*> scopes() const;
  [[nodiscard]] std::optional<Stranger> find_stranger(
      const std::vector<std::string>& arguments) const;
  [[nodiscard]] static int complain_about(const Stranger& stranger, Terminal& terminal);
  [[nodiscard]] int help(Terminal& terminal);
  [[nodiscard]] std::string help_of(const CLI::App& command) const;

  CLI::App app_{"faultline", "faultline"};
  RunOptions run_;
  CheckOptions check_;
  BaselineOptions baseline_;
  ConfigOptions config_;
  ContractOptions contract_;
  RedactOptions redact_;
  DemoOptions demo_;
  std::string run_for_;
  std::string drain_timeout_;
  std::string seed_;
  std::string color_ = "auto";
  std::string code_;
  std::vector<std::string> help_words_;
  bool is_quiet_ = false;
  bool version_json_ = false;
  bool wants_version_ = false;
};

Parser::Parser() {
  app_.require_subcommand(0, 1);
  app_.set_help_flag("-h,--help", "show help");
  app_.add_flag("--version", wants_version_, "show the version");
  app_.add_flag("-q,--quiet", is_quiet_, "no words for people");
  app_.add_option("--color", color_, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app_.fallthrough();
  add_run();
  add_check();
  add_baseline();
  add_config();
  add_contract();
  add_redact();
  add_rest();
}

void Parser::add_run() {
  auto* command = app_.add_subcommand("run", "start the proxy");
  command->add_option("-c,--config", run_.config_path, "configuration file, - for standard input");
  command->add_option("--upstream", run_.upstream, "mirror this URL, no configuration needed");
  command->add_option("--listen", run_.listen, "with --upstream: address to listen on");
  // One file for each --contract: what follows belongs to others.
  command->add_option("--contract", run_.contracts, "with --upstream: OpenAPI file to check")
      ->allow_extra_args(false);
  command->add_option("--for", run_for_, "stop after this long, e.g. 30s");
  command->add_option("--seed", seed_, "seed of all decisions, or 'random'");
  command->add_option("--env", run_.environment, "name of this environment, for the gate");
  command->add_option("-o,--output", run_.output, "folder for run folders");
  command->add_option("--drain-timeout", drain_timeout_, "how long open exchanges may take");
  command->add_flag("--require-gate", run_.require_gate, "exit 3 when the gate is closed");
  command->add_flag("--json", run_.json, "the result as JSON on standard output");
  command->footer(
      "Examples:\n"
      "  faultline run --upstream http://127.0.0.1:8080\n"
      "  ATSH_ENABLED=1 faultline run -c faultline.yaml --env local --for 30s");
}

void Parser::add_check() {
  auto* command = app_.add_subcommand("check", "check recorded traffic against contracts");
  command->add_option("--contract", check_.contracts, "OpenAPI file; may be repeated")
      ->required()
      ->allow_extra_args(false);
  command
      ->add_option("traffic", check_.traffic,
                   "run folders, journals, HAR files or NDJSON (- is standard input)")
      ->required();
  command->add_option("-o,--output", check_.output, "folder for run folders");
  command->add_option("--fail-on", check_.fail_on,
                      "error, warning, note or none; one class apart: error,undocumented=none");
  command->add_option("--max-new", check_.max_new, "new findings that may be there");
  command->add_option("--baseline", check_.baseline, "file of known findings, which pass");
  command->add_option("--max-unverifiable", check_.max_unverifiable,
                      "fail above this share of messages, e.g. 1%");
  command->add_option("--min-coverage", check_.min_coverage,
                      "fail below this share of the contracts, e.g. 80%");
  command->add_flag("--allow-no-traffic", check_.allow_no_traffic, "pass when nothing was checked");
  command
      ->add_option("--report", check_.reports,
                   "markdown, junit, sarif, github or gitlab; may be repeated")
      ->check(CLI::IsMember({"markdown", "junit", "sarif", "github", "gitlab"}))
      ->allow_extra_args(false);
  command->add_option("--threads", check_.threads, "how many check; 0 is one for each core")
      ->check(CLI::Range(0U, 256U));
  command->add_flag("--json", check_.json, "the result as JSON on standard output");
  command->footer(
      "Examples:\n"
      "  faultline check --contract shop.openapi.yaml runs/20261121T091504Z-shop-42\n"
      "  faultline check --contract shop.openapi.yaml --report sarif recording.har more.ndjson");
}

void Parser::add_baseline() {
  auto* command = app_.add_subcommand("baseline", "work with the file of known findings");
  command->require_subcommand(1);
  baseline_.file = kBaselineFile;
  const auto verb = [&](const char* name, const char* text, BaselineOptions::Verb value) {
    auto* sub = command->add_subcommand(name, text);
    sub->callback([this, value] { baseline_.verb = value; });
    sub->add_option("--baseline", baseline_.file, "the file")->capture_default_str();
    return sub;
  };
  auto* accept = verb("accept", "let findings of a run pass", BaselineOptions::Verb::Accept);
  accept->add_option("run", baseline_.run, "run folder")->required();
  accept->add_option("--reason", baseline_.reason, "why they may stay")->required();
  accept->add_option("--owner", baseline_.owner, "who will see to them");
  accept->add_option("--expires", baseline_.expires, "the last day, e.g. 2027-02-01");
  accept->add_option("--finding", baseline_.fingerprints, "only this one: fingerprint or FND id")
      ->allow_extra_args(false);
  auto* list = verb("list", "what is known", BaselineOptions::Verb::List);
  list->add_flag("--json", baseline_.json, "as JSON on standard output");
  auto* prune = verb("prune", "note what a run shows as fixed", BaselineOptions::Verb::Prune);
  prune->add_option("run", baseline_.run, "run folder")->required();
  prune->add_flag("--forget", baseline_.forget, "drop it, so that its return is new");
  command->footer(
      "Examples:\n"
      "  faultline baseline accept runs/20261121T091504Z-check-0 --reason 'SHOP-17' --expires "
      "2027-02-01\n"
      "  faultline baseline prune runs/20261121T091504Z-check-0");
}

void Parser::add_config() {
  auto* command = app_.add_subcommand("config", "work with configuration files");
  command->require_subcommand(1);
  const auto verb = [&](const char* name, const char* text, ConfigOptions::Verb value,
                        bool needs_file) {
    auto* sub = command->add_subcommand(name, text);
    sub->callback([this, value] { config_.verb = value; });
    auto* path = sub->add_option("file", config_.path, "configuration file");
    if (needs_file) path->required();
    return sub;
  };
  verb("init", "write a commented configuration", ConfigOptions::Verb::Init, false);
  auto* validate = verb("validate", "check a file", ConfigOptions::Verb::Validate, true);
  validate->add_option("--format", config_.format, "text, json or short")
      ->check(CLI::IsMember({"text", "json", "short"}));
  verb("show", "the file with every default", ConfigOptions::Verb::Show, true);
  auto* schema = command->add_subcommand("schema", "the JSON Schema of the file");
  schema->callback([this] { config_.verb = ConfigOptions::Verb::Schema; });
  command->footer(
      "Examples:\n"
      "  faultline config init faultline.yaml\n"
      "  faultline config validate faultline.yaml");
}

void Parser::add_contract() {
  auto* command = app_.add_subcommand("contract", "OpenAPI contracts and JSON Schema");
  command->require_subcommand(1);
  auto* lint = command->add_subcommand("lint", "what is wrong with an OpenAPI contract");
  lint->callback([this] { contract_.verb = ContractOptions::Verb::Lint; });
  auto* list = command->add_subcommand("list", "its operations, and what of them is checked");
  list->callback([this] { contract_.verb = ContractOptions::Verb::List; });
  for (auto* verb : {lint, list}) {
    verb->add_option("file", contract_.file, "OpenAPI, as JSON or YAML")->required();
    verb->add_flag("--json", contract_.json, "the result as JSON on standard output");
  }
  auto* validate = command->add_subcommand("validate", "judge documents by a schema");
  validate->callback([this] { contract_.verb = ContractOptions::Verb::Validate; });
  validate->add_option("--schema", contract_.schema, "JSON Schema, as JSON or YAML")->required();
  validate->add_option("instances", contract_.instances, "documents, as JSON or YAML")->required();
  validate->add_option("--resolve", contract_.resolve, "URI=FILE: where a reference leads")
      ->allow_extra_args(false);
  validate->add_option("--formats", contract_.formats, "auto, assert or annotate")
      ->check(CLI::IsMember({"auto", "assert", "annotate"}));
  validate->add_option("--dialect", contract_.dialect, "of schemas that do not name theirs")
      ->check(CLI::IsMember(
          {"draft4", "draft6", "draft7", "2019-09", "2020-12", "openapi3.0", "openapi3.1"}));
  validate->add_flag("--json", contract_.json, "the result as JSON on standard output");
  auto* bowtie = command->add_subcommand("bowtie", "the Bowtie harness on standard input");
  bowtie->callback([this] { contract_.verb = ContractOptions::Verb::Bowtie; });
  command->footer(
      "Examples:\n"
      "  faultline contract lint shop.openapi.yaml\n"
      "  faultline contract list shop.openapi.yaml\n"
      "  faultline contract validate --schema order.schema.json order.json\n"
      "  faultline contract validate --schema s.json --resolve https://example.com/a.json=a.json "
      "x.yaml");
}

void Parser::add_redact() {
  auto* command = app_.add_subcommand("redact", "replace personal data and secrets in a text");
  command->require_subcommand(0, 1);
  command->add_option("--format", redact_.format, "auto, http, json, ndjson, har or text")
      ->check(CLI::IsMember({"auto", "http", "json", "ndjson", "har", "text"}));
  command->add_option("-c,--config", redact_.config_path, "whose redaction section holds");
  command->add_option("--contract", redact_.contract,
                      "Avro schema of the JSON or NDJSON, whose tags count");
  command->add_option("--key-file", redact_.key_file,
                      "same key, same surrogates; 16 bytes or more");
  const auto verb = [&](const char* name, const char* text, RedactOptions::Verb value) {
    auto* sub = command->add_subcommand(name, text);
    sub->callback([this, value] { redact_.verb = value; });
    sub->add_flag("--json", redact_.json, "as JSON");
    return sub;
  };
  auto* explain = verb("explain", "what would be replaced and why; never a value",
                       RedactOptions::Verb::Explain);
  explain->add_option("file", redact_.path, "a text, - for standard input")->required();
  auto* verify =
      verb("verify", "look for what slipped through into a folder", RedactOptions::Verb::Verify);
  verify->add_option("run", redact_.path, "a run folder, or any other")->required();
  verify->add_option("--canaries", redact_.canary_file, "file of texts that must not be there");
  verb("classes", "the classes of what is found", RedactOptions::Verb::Classes);
  command->footer(
      "Examples:\n"
      "  faultline redact < recording.har > shareable.har\n"
      "  faultline redact --contract orders.avsc < orders.ndjson\n"
      "  faultline redact explain --format http request.txt\n"
      "  faultline redact verify runs/20261121T091504Z-shop-42");
}

void Parser::add_rest() {
  auto* version = app_.add_subcommand("version", "versions of this build");
  version->add_flag("--json", version_json_, "as JSON");
  auto* explain = app_.add_subcommand("explain", "the long text for a diagnostic");
  explain->add_option("id", code_, "e.g. FL0104")->required();
  auto* demo = app_.add_subcommand("demo", "a sample system, faults and a contract bug");
  demo->add_option("-o,--output", demo_.output, "folder for the run folder");
  demo->add_flag("--fast", demo_.is_fast, "short phases");
  auto* help = app_.add_subcommand("help", "help for a command");
  help->add_option("command", help_words_, "a command, e.g. run or config init");
}

int Parser::run(const std::vector<std::string>& arguments, const Context& context) {
  Terminal& terminal = context.terminal;
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app_.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* const scope = scopes().back();
    terminal.out(scope == &app_ ? std::string(kOverview) : help_of(*scope));
    return kDone;
  } catch (const CLI::ParseError& error) {
    return complain(arguments, error.what(), terminal);
  }
  terminal.set_quiet(is_quiet_);
  if (color_ != "auto") terminal.set_color(color_ == "always");
  return dispatch(context);
}

// What the words that were understood so far lead to: the program, a command, a verb of it.
std::vector<const CLI::App*> Parser::scopes() const {
  std::vector<const CLI::App*> chain{&app_};
  while (true) {
    const auto below = chain.back()->get_subcommands();
    if (below.empty()) return chain;
    chain.push_back(below.front());
  }
}

// The first word that nothing knows, and what could have been meant.
std::optional<Parser::Stranger> Parser::find_stranger(
    const std::vector<std::string>& arguments) const {
  const auto chain = scopes();
  std::vector<std::string> options;
  for (const auto* app : chain) {
    for (const auto* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) options.push_back("--" + name);
      for (const auto& name : option->get_snames()) options.push_back("-" + name);
    }
  }
  const auto expected = commands_of(*chain.back());
  size_t depth = 1;  // commands of the chain that are behind us
  bool is_value = false;
  for (const auto& argument : arguments) {
    if (std::exchange(is_value, argument == "--color")) continue;
    if (argument.starts_with('-') && argument != "-") {
      const std::string word = argument.substr(0, argument.find('='));
      const bool is_known = std::find(options.begin(), options.end(), word) != options.end();
      if (!is_known && argument.starts_with("--")) return Stranger{"option", word, options};
      continue;
    }
    if (depth < chain.size()) {
      if (argument == chain[depth]->get_name()) ++depth;
      continue;
    }
    if (!expected.empty()) return Stranger{"command", argument, names_of(expected)};
  }
  return std::nullopt;
}

int Parser::complain_about(const Stranger& stranger, Terminal& terminal) {
  const std::vector<std::string_view> known(stranger.known.begin(), stranger.known.end());
  terminal.complain(fmt::format("error: unknown {} '{}'", stranger.kind, stranger.word));
  if (const auto near = did_you_mean(stranger.word, known)) {
    terminal.complain(fmt::format("help: did you mean '{}'?", *near));
  }
  return kUsage;
}

int Parser::complain(const std::vector<std::string>& arguments, const std::string& message,
                     Terminal& terminal) {
  if (const auto stranger = find_stranger(arguments)) return complain_about(*stranger, terminal);
  terminal.complain("error: " + message);
  std::string help = "help: faultline help";
  for (const auto* app : scopes()) {
    if (app != &app_) help += " " + app->get_name();
  }
  terminal.complain(help);
  return kUsage;
}

int Parser::help(Terminal& terminal) {
  const CLI::App* scope = &app_;
  for (const auto& word : help_words_) {
    const auto below = commands_of(*scope);
    const auto found = std::find_if(below.begin(), below.end(), [&](const CLI::App* command) {
      return command->get_name() == word;
    });
    if (found == below.end()) return complain_about({"command", word, names_of(below)}, terminal);
    scope = *found;
  }
  terminal.out(scope == &app_ ? std::string(kOverview) : help_of(*scope));
  return kDone;
}

std::string Parser::help_of(const CLI::App& command) const {
  const CLI::App* const parent = command.get_parent();
  return command.help(parent == &app_ ? "faultline" : "faultline " + parent->get_name());
}

int Parser::dispatch(const Context& context) {
  Terminal& terminal = context.terminal;
  const auto usage = [&](const std::string& message) {
    terminal.complain("error: " + message);
    return static_cast<int>(kUsage);
  };
  if (wants_version_) return version_command(false, context);
  const auto chain = scopes();
  const std::string name = chain.size() == 1 ? "help" : chain[1]->get_name();
  if (name == "run") {
    if (run_.config_path.empty() && run_.upstream.empty()) {
      run_.config_path = terminal.environment("FAULTLINE_CONFIG").value_or("faultline.yaml");
    }
    if (!run_.config_path.empty() && !run_.upstream.empty()) {
      return usage("--config and --upstream exclude each other");
    }
    for (const auto& [text, target, option] :
         {std::tuple(&run_for_, &run_.run_for, "--for"),
          std::tuple(&drain_timeout_, &run_.drain_timeout, "--drain-timeout")}) {
      if (text->empty()) continue;
      const auto duration = parse_duration(*text);
      if (!duration) return usage(std::string(option) + ": " + duration.error().message);
      *target = *duration;
    }
    if (!seed_.empty() && seed_ != "random") {
      run_.seed = parse_u64(seed_);
      if (!run_.seed) return usage(fmt::format("--seed: '{}' is not a number", seed_));
    }
    return run_command(run_, context);
  }
  if (name == "check") return check_command(check_, context);
  if (name == "baseline") return baseline_command(baseline_, context);
  if (name == "config") return config_command(config_, context);
  if (name == "contract") return contract_command(contract_, context);
  if (name == "redact") return redact_command(redact_, context);
  if (name == "version") return version_command(version_json_, context);
  if (name == "explain") return explain_command(code_, context);
  if (name == "demo") return demo_command(demo_, context);
  return help(terminal);
}

}  // namespace

int run_cli(const std::vector<std::string>& arguments, const Context& context) {
  try {
    Parser parser;
    return parser.run(arguments, context);
  } catch (const std::exception& error) {
    context.terminal.complain(fmt::format("internal error: {}", error.what()));
    return kInternal;
  }
}

}  // namespace faultline::cli
