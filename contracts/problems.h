// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts {

/// Ids of what can be wrong with a contract: below FL4100 it is wrong, from there on only not
/// checked or strange.
namespace codes {
inline constexpr std::string_view kUnreadable = "FL4000";
inline constexpr std::string_view kSyntax = "FL4001";
inline constexpr std::string_view kNotOpenApi = "FL4002";
inline constexpr std::string_view kVersion = "FL4003";
inline constexpr std::string_view kMissing = "FL4004";
inline constexpr std::string_view kReference = "FL4005";
inline constexpr std::string_view kWrongKind = "FL4006";
inline constexpr std::string_view kUnknownType = "FL4007";
inline constexpr std::string_view kKeywordValue = "FL4008";
inline constexpr std::string_view kDuplicateKey = "FL4009";
inline constexpr std::string_view kPathTemplate = "FL4010";
inline constexpr std::string_view kUnknownValue = "FL4011";
inline constexpr std::string_view kNotChecked = "FL4101";
inline constexpr std::string_view kPattern = "FL4102";
inline constexpr std::string_view kAmbiguousPaths = "FL4103";
inline constexpr std::string_view kNoEffect = "FL4104";
inline constexpr std::string_view kCycle = "FL4105";
inline constexpr std::string_view kClosedPart = "FL4106";
}  // namespace codes

/// The complaints about one contract, in the order they were found.
class Problems {
 public:
  explicit Problems(SourceFilePtr file) : file_(std::move(file)) {}

  Diagnostic& error(std::string_view code, std::string message, SourceSpan span) {
    has_errors_ = true;
    return add(DiagnosticSeverity::Error, code, std::move(message), span);
  }
  Diagnostic& warning(std::string_view code, std::string message, SourceSpan span) {
    return add(DiagnosticSeverity::Warning, code, std::move(message), span);
  }

  [[nodiscard]] bool has_errors() const noexcept { return has_errors_; }
  [[nodiscard]] const SourceFilePtr& file() const noexcept { return file_; }
  [[nodiscard]] std::vector<Diagnostic> take() { return std::move(list_); }

 private:
  Diagnostic& add(DiagnosticSeverity severity, std::string_view code, std::string message,
                  SourceSpan span) {
    Diagnostic diagnostic;
    diagnostic.code = code;
    diagnostic.severity = severity;
    diagnostic.message = std::move(message);
    diagnostic.file = file_;
    diagnostic.span = span;
    return list_.emplace_back(std::move(diagnostic));
  }

  SourceFilePtr file_;
  std::vector<Diagnostic> list_;
  bool has_errors_ = false;
};

}  // namespace faultline::contracts
