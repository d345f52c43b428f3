// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"

#include <string_view>

namespace faultline::http {

/// What the Connection fields of one message say.
struct ConnectionOptions {
  bool has_close = false;
  bool has_keep_alive = false;
  bool has_upgrade = false;
  bool names_framing = false;  // nominates Content-Length, Transfer-Encoding or Host
  bool names_fields = false;   // nominates others
};

/// Adds the options of one Connection field value.
void add_connection_options(std::string_view value, ConnectionOptions& options) noexcept;

/// RFC 9112 9.3. A body that ends with the connection rules it out as well.
[[nodiscard]] bool is_persistent(Version version, const ConnectionOptions& options,
                                 BodyFraming framing) noexcept;

/// True when the Upgrade values name nothing but h2c, which this proxy never switches to.
[[nodiscard]] bool asks_only_for_h2c(const Fields& fields) noexcept;

/// Takes an h2c upgrade out of a request: Upgrade, HTTP2-Settings and their names in Connection.
/// The request is an ordinary one afterwards.
void remove_h2c_upgrade(Head& head);

}  // namespace faultline::http
