// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"
#include "rules/config_loader.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rules {

/// A scalar of the file as text, after the environment was put in.
struct Scalar {
  std::string text;
  SourceSpan span;
  std::string variable;    // the first ${NAME} in it; empty: it stands in the file as it is
  bool is_string = false;  // a YAML text (quoted, or no other type)
  bool is_secret = false;  // from a variable whose name looks secret

  /// What messages show: the text in quotes, or *** for a secret.
  [[nodiscard]] std::string shown() const;
};

/// What one load shares: the file, the environment, and the complaints so far.
class LoadContext {
 public:
  LoadContext(SourceFilePtr file, const EnvironmentLookup& environment)
      : file_(std::move(file)), environment_(environment) {}

  /// The reference is valid until the next complaint.
  Diagnostic& error(std::string_view code, SourceSpan span, std::string message,
                    std::string label = {});
  Diagnostic& warning(std::string_view code, SourceSpan span, std::string message,
                      std::string label = {});
  /// An error about a value; names the variable that it came from.
  Diagnostic& error(std::string_view code, const Scalar& scalar, std::string message,
                    std::string label = {});

  /// The scalar with `${NAME}` and `${NAME:-default}` replaced (`$${` stands for `${`). Nothing
  /// for null and collections, and after a complaint about a variable that is not set.
  [[nodiscard]] std::optional<Scalar> scalar(json::Value value);

  [[nodiscard]] const SourceFilePtr& file() const noexcept { return file_; }
  [[nodiscard]] bool has_errors() const noexcept { return has_errors_; }
  [[nodiscard]] std::vector<Diagnostic> take_diagnostics() { return std::move(diagnostics_); }
  /// (name, value) of the variables used whose names look secret.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& secrets() const noexcept {
    return secrets_;
  }

 private:
  Diagnostic& add(std::string_view code, SourceSpan span, std::string message, std::string label);
  bool substitute(Scalar& scalar);
  std::optional<std::string> expand(std::string_view expression, Scalar& scalar);

  SourceFilePtr file_;  // shared: diagnostics point into it after the load
  const EnvironmentLookup& environment_;
  std::vector<Diagnostic> diagnostics_;
  std::vector<std::pair<std::string, std::string>> secrets_;
  bool has_errors_ = false;
};

/// True for names such as API_KEY, DB_PASSWORD, GITHUB_TOKEN.
[[nodiscard]] bool looks_secret(std::string_view name);

/// Adds "did you mean" with the replacement when a candidate is near.
void suggest(Diagnostic& diagnostic, std::string_view word,
             const std::vector<std::string_view>& candidates);

/// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string_view>& words);

}  // namespace faultline::rules
