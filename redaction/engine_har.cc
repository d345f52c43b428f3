// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// HAR 1.2: a JSON text whose bodies stand in strings beside their media types.
#include "proxy/base/text.h"
#include "redaction/engine_scope.h"
#include "redaction/media_type.h"
#include "redaction/structure/multipart.h"

#include <string>
#include <utility>

namespace faultline::redaction {

bool Engine::edit_har(std::string_view text, Edits& out) {
  const size_t first = out.size();
  is_har_ = true;
  const bool is_json = edit_json(text, 0, out);
  is_har_ = false;
  settle(out, first);
  return is_json;
}

// `holder` is a postData or content object, `member` its text.
bool Engine::edit_har_text(json::Value holder, const json::Member& member, Edits& out) {
  const auto type = holder.find("mimeType");
  if (!type || !type->is_string()) return false;
  const auto encoding = holder.find("encoding");
  const bool is_base64 = encoding && encoding->is_string() && iequals(encoding->string(), "base64");
  const auto edit_body = [&](std::string_view body, Edits& edits) {
    const BodyPlan plan = plan_part(type->string(), body);
    if (plan.kind == BodyKind::Unreadable) {
      edit_opaque(ClassId::KeyPii, body, edits);
    } else if (plan.kind == BodyKind::Form) {
      edit_form(body, edits);
    } else if (plan.kind == BodyKind::Multipart) {
      const bool is_whole = edit_multipart(body, parameter_of(type->string(), "boundary"), edits);
      if (!is_whole) edit_opaque(ClassId::KeyPii, body, edits);
    } else {
      edit_document(body, edits);
    }
  };
  const auto edit_text = [&](std::string_view text, Edits& edits) {
    if (!is_base64) {
      edit_body(text, edits);
      return;
    }
    const auto bytes = base64_decode(text);
    if (!bytes) {
      edit_opaque(ClassId::KeyPii, text, edits);
      return;
    }
    Edits inner;
    edit_body(*bytes, inner);
    if (inner.empty()) return;
    edits.push_back({0, static_cast<uint32_t>(text.size()), inner.front().class_id,
                     base64_encode(apply_edits(*bytes, inner)), inner.front().origin});
  };
  is_har_ = false;  // a body that is itself a HAR is a body
  edit_text_of(member.value, edit_text, out);
  is_har_ = true;
  return true;
}

}  // namespace faultline::redaction
