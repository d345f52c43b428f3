// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/environment.h"

#include "proxy/base/text.h"
#include "proxy/json/writer.h"
#include "proxy/record/append_file.h"

#include <sys/utsname.h>

#include "faultline_version.inc"

namespace faultline::run {

namespace {

constexpr uint64_t kOsReleaseBytes = 64UL * 1024;

/// PRETTY_NAME of os-release(5), or nothing.
std::string pretty_name(std::string_view os_release) {
  constexpr std::string_view kName = "PRETTY_NAME=";
  for (std::string_view line : split(os_release, '\n')) {
    if (!line.starts_with(kName)) continue;
    line.remove_prefix(kName.size());
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'')) {
      line = line.substr(1, line.size() - 2);
    }
    return std::string(line);
  }
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> build_versions() {
  return {{"faultline", FL_VERSION_TEXT},     {"compiler", FL_COMPILER_TEXT},
          {"build_type", FL_BUILD_TYPE_TEXT}, {"libfyaml", FL_LIBFYAML_TEXT},
          {"libuv", FL_LIBUV_TEXT},           {"re2", FL_RE2_TEXT}};
}

std::string build_versions_json() {
  json::Writer writer;
  writer.begin_object();
  for (const auto& [name, version] : build_versions()) writer.member(name, version);
  writer.end_object();
  return writer.take();
}

std::string_view faultline_version() noexcept { return FL_VERSION_TEXT; }

Machine read_machine() {
  Machine machine;
  utsname names{};
  if (::uname(&names) == 0) {
    machine.os = static_cast<const char*>(names.sysname);
    machine.kernel = static_cast<const char*>(names.release);
    machine.arch = static_cast<const char*>(names.machine);
  }
  if (const auto text = record::read_file("/etc/os-release", kOsReleaseBytes)) {
    if (auto name = pretty_name(*text); !name.empty()) machine.os = std::move(name);
  }
  return machine;
}

redaction::RedactedText environment_json(const EnvironmentInputs& inputs) {
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_object().member("schema_version", 1);
  writer.member("os", inputs.machine.os).member("kernel", inputs.machine.kernel);
  writer.member("arch", inputs.machine.arch);
  writer.key("versions").begin_object();
  for (const auto& [name, version] : inputs.versions) {
    writer.member(name, version);
  }
  writer.end_object();
  writer.member("seed", inputs.seed).member("config_hash", inputs.config_hash);
  writer.member("workers", inputs.workers);
  writer.key("gate").begin_object();
  writer.member("flag", inputs.gate.flag).member("flag_on", inputs.gate.is_flag_on);
  writer.member("environment", inputs.gate.environment).member("open", inputs.gate.is_open);
  writer.member("reason", inputs.gate.reason).end_object();
  writer.end_object();
  // Facts about the machine and the configuration; no traffic comes here.
  return redaction::Redactor::vouch(writer.take() + "\n");
}

}  // namespace faultline::run
