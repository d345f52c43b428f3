// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

// Security schemes and what operations require of them.
namespace faultline::contracts::openapi {
namespace {

std::string_view text_of(json::Value owner, std::string_view name) noexcept {
  const auto value = owner.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

}  // namespace

void Loader::load_security_schemes() {
  std::optional<json::Value> list;
  if (is_openapi2()) {
    list = member(root_, "securityDefinitions", json::Kind::Object);
  } else if (const auto components = member(root_, "components", json::Kind::Object)) {
    list = member(*components, "securitySchemes", json::Kind::Object);
  }
  if (!list) return;
  for (const json::Member& scheme : list->members()) {
    const Followed followed = follow(scheme.value);
    if (!followed.is_found) continue;
    schemes_.push_back(
        {std::string(scheme.name()), load_credential(scheme.name(), followed.value)});
    const Credential& credential = schemes_.back().credential;
    // API keys in the query are no undocumented parameters.
    if (credential.kind == Credential::Kind::Query) {
      model_.security_query.push_back(credential.name);
    }
  }
}

Credential Loader::load_credential(std::string_view name, json::Value scheme) {
  Credential credential;
  credential.scheme = name;
  const std::string_view type = text_of(scheme, "type");
  if (type == "apiKey") {
    const std::string_view in = text_of(scheme, "in");
    credential.name = text_of(scheme, "name");
    credential.kind = in == "query"    ? Credential::Kind::Query
                      : in == "cookie" ? Credential::Kind::Cookie
                                       : Credential::Kind::Header;
    if (credential.name.empty()) credential.kind = Credential::Kind::Unseen;
  } else if (type == "http") {
    credential.kind = Credential::Kind::Authorization;
    credential.name = text_of(scheme, "scheme");
  } else if (type == "basic") {  // 2.0
    credential.kind = Credential::Kind::Authorization;
    credential.name = "basic";
  } else if (type == "oauth2" || type == "openIdConnect") {
    credential.kind = Credential::Kind::Authorization;
  }
  return credential;  // mutualTLS leaves no trace in a message
}

/// The operation's own list replaces that of the document; `[]` asks for nothing.
SecurityRequirement Loader::load_security(json::Value operation) {
  SecurityRequirement requirement;
  auto list = member(operation, "security", json::Kind::Array);
  if (!list) list = member(root_, "security", json::Kind::Array);
  if (!list) return requirement;
  for (const json::Value alternative : list->elements()) {
    std::vector<Credential> all;
    for (const json::Member& needed : alternative.members()) {
      const auto known = std::find_if(schemes_.begin(), schemes_.end(), [&](const Scheme& scheme) {
        return scheme.name == needed.name();
      });
      if (known == schemes_.end()) {
        error(codes::kReference, "no security scheme is named '" + std::string(needed.name()) + "'",
              needed.key);
        all.push_back({Credential::Kind::Unseen, std::string(needed.name()), {}});
      } else {
        all.push_back(known->credential);
      }
    }
    requirement.push_back(std::move(all));
  }
  return requirement;
}

}  // namespace faultline::contracts::openapi
