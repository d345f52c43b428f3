// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/replies.h"

#include "proxy/json/writer.h"

#include <utility>

namespace faultline::control {

http::LocalReply make_reply(int status, std::string_view media_type, std::string body) {
  http::LocalReply reply;
  reply.status = status;
  reply.fields.emplace_back("Content-Type", media_type);
  reply.fields.emplace_back("Cache-Control", "no-store");
  reply.fields.emplace_back("X-Content-Type-Options", "nosniff");
  reply.body = std::move(body);
  return reply;
}

http::LocalReply json_error(int status, std::string_view code, std::string_view message) {
  json::Writer writer;
  writer.begin_object().key("error").begin_object();
  writer.member("code", code).member("message", message);
  writer.end_object().end_object();
  return make_reply(status, "application/json", writer.take() + "\n");
}

}  // namespace faultline::control
