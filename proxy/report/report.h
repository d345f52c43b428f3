// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/run/run_folder.h"
#include "proxy/run/run_result.h"
#include "proxy/run/verdict.h"
#include "redaction/redactor.h"

/// The reports of a run: pure functions of one model, byte for byte the same for the same model.
/// What depends on time is named in README.md.
namespace faultline::report {

/// findings.json: every finding in full.
[[nodiscard]] redaction::RedactedText findings_json(const run::RunResult& result);

/// contract-diff.json: findings grouped by operation, coverage, counts, baseline.
[[nodiscard]] redaction::RedactedText contract_diff_json(const run::RunResult& result);

/// stats.json: verdict, accounting, rules, phases, redaction, journal, events.
[[nodiscard]] redaction::RedactedText stats_json(const run::RunResult& result,
                                                 const run::Verdict& verdict);

/// errors.json: what went wrong in operation, by side and reason.
[[nodiscard]] redaction::RedactedText errors_json(const run::RunResult& result);

/// analysis.md: fits a comment on a pull request.
[[nodiscard]] redaction::RedactedText analysis_markdown(const run::RunResult& result,
                                                        const run::Verdict& verdict);

/// junit.xml: a suite per contract and listener, a case per operation and check family. Only what
/// counts against the run is a failure; what was never seen is skipped.
[[nodiscard]] redaction::RedactedText junit_xml(const run::RunResult& result,
                                                const rules::ReportConfig& config);

/// results.sarif: SARIF 2.1.0 for code hosts. At most 5,000 results; a notification counts the
/// rest.
[[nodiscard]] redaction::RedactedText results_sarif(const run::RunResult& result,
                                                    const run::Verdict& verdict);

/// Workflow commands of GitHub Actions, at most ten of each level. What an injected fault made or a
/// baseline accepts is left out, as it is for GitLab.
[[nodiscard]] redaction::RedactedText github_annotations(const run::RunResult& result);

/// gl-code-quality.json: GitLab's code quality report.
[[nodiscard]] redaction::RedactedText gitlab_code_quality(const run::RunResult& result);

/// Writes the JSON files always and the others when `formats` has their name: "markdown"
/// (analysis.md), "junit" (junit.xml), "sarif" (results.sarif), "github" (github-annotations.txt),
/// "gitlab" (gl-code-quality.json). May be called again with a later result (the redaction proof):
/// files are replaced.
[[nodiscard]] Status write_reports(run::RunFolder& folder, const run::RunResult& result,
                                   const rules::ReportConfig& config);

}  // namespace faultline::report
