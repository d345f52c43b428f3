// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/report.h"

#include <algorithm>
#include <string_view>

namespace faultline::report {

namespace {

bool wants(const rules::ReportConfig& config, std::string_view format) {
  return std::find(config.formats.begin(), config.formats.end(), format) != config.formats.end();
}

}  // namespace

Status write_reports(run::RunFolder& folder, const run::RunResult& result,
                     const rules::ReportConfig& config) {
  const run::Verdict verdict = run::compute_verdict(result, config);
  FL_CHECK_OK(folder.write_file("findings.json", findings_json(result)));
  FL_CHECK_OK(folder.write_file("contract-diff.json", contract_diff_json(result)));
  FL_CHECK_OK(folder.write_file("stats.json", stats_json(result, verdict)));
  FL_CHECK_OK(folder.write_file("errors.json", errors_json(result)));
  if (wants(config, "markdown")) {
    FL_CHECK_OK(folder.write_file("analysis.md", analysis_markdown(result, verdict)));
  }
  if (wants(config, "junit")) {
    FL_CHECK_OK(folder.write_file("junit.xml", junit_xml(result, config)));
  }
  if (wants(config, "sarif")) {
    FL_CHECK_OK(folder.write_file("results.sarif", results_sarif(result, verdict)));
  }
  if (wants(config, "github")) {
    FL_CHECK_OK(folder.write_file("github-annotations.txt", github_annotations(result)));
  }
  if (wants(config, "gitlab")) {
    FL_CHECK_OK(folder.write_file("gl-code-quality.json", gitlab_code_quality(result)));
  }
  return {};
}

}  // namespace faultline::report
