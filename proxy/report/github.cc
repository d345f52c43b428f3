// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/finding_text.h"
#include "proxy/report/markup.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

// ::error file=shop.yaml,line=12,col=5,title=http.response.body.type::message
//
// The workflow commands of GitHub Actions. A command ends with its line, and ',' and ':' divide its
// properties, so these are escaped; what comes from a contract cannot begin a command of its own.

namespace faultline::report {

namespace {

// Of each level a step shows ten; the last of them then says how many more there are.
constexpr size_t kAnnotationsPerLevel = 10;

std::string escape(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (is_property && c == ':') {
      out += "%3A";
    } else if (is_property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

/// A message keeps its line ends; a log is text, so everything else that is none goes.
std::string escape_message(std::string_view text) {
  std::string out;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    out += escape(without_controls(text.substr(begin, end - begin)), false);
    if (end < text.size()) out += escape(text.substr(end, 1), false);
    begin = end + 1;
  }
  return out;
}

constexpr std::array<std::string_view, 3> kCommands{"error", "warning", "notice"};

std::string annotation(const run::RunResult& result, const run::Finding& finding) {
  const std::string_view command = kCommands[static_cast<size_t>(finding.violation.severity)];
  std::string line = "::" + std::string(command);
  std::string_view separator = " ";
  const auto add = [&](std::string_view key, std::string_view text) {
    line.append(separator).append(key).append("=").append(escape(without_controls(text), true));
    separator = ",";
  };
  if (const auto place = host_place(result, finding)) {
    add("file", place->file);
    add("line", std::to_string(place->line));
    add("col", std::to_string(place->column));
  }
  add("title", finding.violation.rule);
  line.append("::").append(escape_message(finding_sentence(finding)));
  return line.append("\n");
}

}  // namespace

redaction::RedactedText github_annotations(const run::RunResult& result) {
  std::array<std::vector<const run::Finding*>, 3> by_level;
  for (const auto& finding : result.findings) {
    if (!pardon_text(finding).empty()) continue;
    by_level[static_cast<size_t>(finding.violation.severity)].push_back(&finding);
  }
  std::string out;
  for (size_t level = 0; level < by_level.size(); ++level) {
    const auto& findings = by_level[level];
    const bool is_cut = findings.size() > kAnnotationsPerLevel;
    const size_t shown = is_cut ? kAnnotationsPerLevel - 1 : findings.size();
    for (size_t i = 0; i < shown; ++i) out += annotation(result, *findings[i]);
    if (!is_cut) continue;
    out.append("::").append(kCommands[level]).append(" title=faultline::");
    out.append(std::to_string(findings.size() - shown)).append(" more in the step summary\n");
  }
  return finished(std::move(out));
}

}  // namespace faultline::report
