// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"
#include "proxy/json/writer.h"

#include <algorithm>

// Whether a credential is presented. What it says is nobody's business here.
namespace faultline::contracts::openapi {
namespace {

bool has_pair(const Pairs& pairs, const std::string& name) {
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const Pair& pair) { return pair.name == name; });
}

/// "Basic ..." is of the scheme `basic`; a scheme without a name is any.
bool is_of_scheme(std::string_view authorization, const std::string& scheme) {
  if (scheme.empty()) return true;
  const std::string_view word = trim(authorization);
  return iequals(word.substr(0, word.find(' ')), scheme);
}

}  // namespace

bool Checker::is_presented(const Credential& credential, const Pairs& query) const {
  switch (credential.kind) {
    case Credential::Kind::Header:
      return message_.find(credential.name) != nullptr;
    case Credential::Kind::Query:
      return has_pair(query, credential.name);
    case Credential::Kind::Cookie:
      return has_pair(parse_cookies(message_.fields), credential.name);
    case Credential::Kind::Authorization: {
      const FieldView* field = message_.find("authorization");
      return field != nullptr && is_of_scheme(field->value, credential.name);
    }
    case Credential::Kind::Unseen:
      return true;  // a client certificate, say: nothing to be seen in a message
  }
  return true;
}

void Checker::check_security(const Pairs& query) {
  const SecurityRequirement& security = operation_->security;
  const bool is_met =
      security.empty() ||
      std::any_of(security.begin(), security.end(), [&](const std::vector<Credential>& all) {
        return std::all_of(all.begin(), all.end(), [&](const Credential& credential) {
          return is_presented(credential, query);
        });
      });
  if (is_met) return;
  Violation& violation = add({.location = Location::Message, .place = &operation_->place},
                             "security", FindingClass::Violation, Severity::Warning);
  json::Writer expected;
  expected.begin_object().key("security").begin_array();
  for (const auto& all : security) {
    expected.begin_array();
    for (const Credential& credential : all) expected.value(credential.scheme);
    expected.end_array();
  }
  violation.expected = expected.end_array().end_object().take();
  violation.actual = "{\"presented\":false}";
  violation.hint = "no credential that the operation asks for is presented";
}

}  // namespace faultline::contracts::openapi
