// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/upgrade.h"

#include "proxy/base/text.h"
#include "proxy/http/known_fields.h"
#include "proxy/http/tokens.h"

#include <string>

namespace faultline::http {
namespace {

// `option` is in lower case, as nearly all senders write it.
bool is_option(std::string_view text, std::string_view option) noexcept {
  return text.size() == option.size() && (text == option || iequals(text, option));
}

}  // namespace

void add_connection_options(std::string_view value, ConnectionOptions& options) noexcept {
  for_each_element(value, [&options](std::string_view element) {
    if (is_option(element, "keep-alive")) {
      options.has_keep_alive = true;
    } else if (is_option(element, "close")) {
      options.has_close = true;
    } else if (is_option(element, "upgrade")) {
      options.has_upgrade = true;
    } else {
      const KnownField known = classify_field(element).known;
      options.names_framing = options.names_framing || known == KnownField::ContentLength ||
                              known == KnownField::TransferEncoding || known == KnownField::Host;
      options.names_fields = options.names_fields || !element.empty();
    }
  });
}

bool is_persistent(Version version, const ConnectionOptions& options,
                   BodyFraming framing) noexcept {
  if (options.has_close || framing == BodyFraming::UntilClose) return false;
  return version == Version::Http11 || options.has_keep_alive;
}

bool asks_only_for_h2c(const Fields& fields) noexcept {
  bool has_other = false;
  for (const Field& field : fields.all()) {
    if (classify_field(field.name).known != KnownField::Upgrade) continue;
    for_each_element(field.value, [&has_other](std::string_view protocol) {
      has_other = has_other || (!protocol.empty() && !iequals(protocol, "h2c"));
    });
  }
  return !has_other;
}

void remove_h2c_upgrade(Head& head) {
  std::string kept;
  for (const Field& field : head.fields.all()) {
    if (classify_field(field.name).known != KnownField::Connection) continue;
    for_each_element(field.value, [&kept](std::string_view option) {
      if (option.empty() || iequals(option, "upgrade") || iequals(option, "http2-settings")) return;
      if (!kept.empty()) kept += ", ";
      kept += option;
    });
  }
  head.fields.remove("upgrade");
  head.fields.remove("http2-settings");
  head.fields.remove("connection");
  if (!kept.empty()) head.fields.append("Connection", kept);
  head.edit();
}

}  // namespace faultline::http
