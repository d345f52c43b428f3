// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_context.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <array>

namespace faultline::rules {
namespace {

bool is_variable_name(std::string_view name) {
  if (name.empty() || is_ascii_digit(name[0])) return false;
  for (const char c : name) {
    if (!is_ascii_alpha(c) && !is_ascii_digit(c) && c != '_') return false;
  }
  return true;
}

}  // namespace

bool looks_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> kMarks{"key",  "token",   "secret", "passw", "pwd",
                                                   "auth", "private", "cred",   "cookie"};
  const auto lower = to_lower(name);
  for (const auto mark : kMarks) {
    if (lower.find(mark) != std::string::npos) return true;
  }
  return false;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

void suggest(Diagnostic& diagnostic, std::string_view word,
             const std::vector<std::string_view>& candidates) {
  const auto best = did_you_mean(word, candidates);
  if (!best) return;
  diagnostic.help = fmt::format("did you mean '{}'?", *best);
  diagnostic.replacement = std::string(*best);
}

std::string Scalar::shown() const { return is_secret ? "'***'" : fmt::format("'{}'", text); }

Diagnostic& LoadContext::add(std::string_view code, SourceSpan span, std::string message,
                             std::string label) {
  Diagnostic d;
  d.code = code;
  d.message = std::move(message);
  d.file = file_;
  d.span = span;
  d.label = std::move(label);
  return diagnostics_.emplace_back(std::move(d));
}

Diagnostic& LoadContext::error(std::string_view code, SourceSpan span, std::string message,
                               std::string label) {
  has_errors_ = true;
  return add(code, span, std::move(message), std::move(label));
}

Diagnostic& LoadContext::warning(std::string_view code, SourceSpan span, std::string message,
                                 std::string label) {
  auto& d = add(code, span, std::move(message), std::move(label));
  d.severity = DiagnosticSeverity::Warning;
  return d;
}

Diagnostic& LoadContext::error(std::string_view code, const Scalar& scalar, std::string message,
                               std::string label) {
  auto& d = error(code, scalar.span, std::move(message), std::move(label));
  if (!scalar.variable.empty()) {
    d.notes.push_back(fmt::format("the value comes from ${{{}}}", scalar.variable));
  }
  return d;
}

std::optional<Scalar> LoadContext::scalar(json::Value value) {
  Scalar scalar;
  scalar.span = value.span();
  switch (value.kind()) {
    case json::Kind::String:
      scalar.text = value.string();
      scalar.is_string = true;
      if (!substitute(scalar)) return std::nullopt;
      return scalar;
    case json::Kind::Number:
    case json::Kind::Bool:
      scalar.text = file_->text().substr(scalar.span.offset, scalar.span.length);
      return scalar;
    case json::Kind::Null:
    case json::Kind::Array:
    case json::Kind::Object:
      break;
  }
  return std::nullopt;
}

bool LoadContext::substitute(Scalar& scalar) {
  if (scalar.text.find("${") == std::string::npos) return true;
  const std::string source = std::move(scalar.text);
  scalar.text.clear();
  std::string_view rest = source;
  while (true) {
    const size_t at = rest.find("${");
    scalar.text += rest.substr(0, at);
    if (at == std::string_view::npos) return true;
    const bool is_escape = at > 0 && rest[at - 1] == '$';
    rest.remove_prefix(at);
    if (is_escape) {
      // `$${` is the escape of `${`.
      scalar.text += '{';
      rest.remove_prefix(2);
      continue;
    }
    const size_t end = rest.find('}');
    if (end == std::string_view::npos) {
      auto& d = error("FL0115", scalar.span, "'${' without '}'", "never closed");
      d.help = "write ${NAME}, or $${ for the two characters";
      return false;
    }
    auto value = expand(rest.substr(2, end - 2), scalar);
    if (!value) return false;
    scalar.text += *value;
    rest.remove_prefix(end + 1);
  }
}

std::optional<std::string> LoadContext::expand(std::string_view expression, Scalar& scalar) {
  const size_t separator = expression.find(":-");
  const auto name = expression.substr(0, separator);
  if (!is_variable_name(name)) {
    auto& d = error("FL0115", scalar.span, fmt::format("'{}' is not the name of a variable", name),
                    "in ${...}");
    d.help = "write ${NAME} or ${NAME:-default}";
    return std::nullopt;
  }
  if (scalar.variable.empty()) scalar.variable = name;
  auto value = environment_ ? environment_(name) : std::nullopt;
  if (value && !value->empty()) {
    if (looks_secret(name)) {
      scalar.is_secret = true;
      secrets_.emplace_back(name, *value);
    }
    return value;
  }
  if (separator != std::string_view::npos) return std::string(expression.substr(separator + 2));
  if (value) return value;
  auto& d = error("FL0115", scalar.span, fmt::format("environment variable {} is not set", name),
                  "needed here");
  d.help = fmt::format("set it, or give a default: ${{{}:-value}}", name);
  return std::nullopt;
}

}  // namespace faultline::rules
