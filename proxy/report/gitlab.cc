// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/writer.h"
#include "proxy/report/finding_text.h"
#include "proxy/report/model.h"
#include "proxy/report/report.h"

#include <array>
#include <string_view>

// gl-code-quality.json: the array of GitLab's code quality report, one element per finding that
// counts. GitLab tells new from old by fingerprint, which must be unique in the file.

namespace faultline::report {

redaction::RedactedText gitlab_code_quality(const run::RunResult& result) {
  constexpr std::array<std::string_view, 3> kSeverities{"major", "minor", "info"};
  json::Writer writer(json::Writer::Layout::Pretty);
  writer.begin_array();
  for (const auto& finding : result.findings) {
    if (!pardon_text(finding).empty()) continue;
    const auto place = host_place(result, finding);
    if (!place) continue;  // the format has no finding without a file
    writer.begin_object().member("description", finding_sentence(finding));
    writer.member("check_name", finding.violation.rule);
    writer.member("fingerprint", finding.fingerprint);
    writer.member("severity", kSeverities[static_cast<size_t>(finding.violation.severity)]);
    writer.key("location").begin_object().member("path", place->file);
    writer.key("lines").begin_object().member("begin", place->line).end_object().end_object();
    writer.end_object();
  }
  writer.end_array();
  return finished(writer.take() + "\n");
}

}  // namespace faultline::report
