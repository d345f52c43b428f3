// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Multipart: the name of a part says what its body is, the media type whether it can be read. A
// file that cannot is one value.
#include "proxy/base/text.h"
#include "redaction/engine_scope.h"
#include "redaction/media_type.h"
#include "redaction/structure/multipart.h"

#include <algorithm>

namespace faultline::redaction {
namespace {

constexpr size_t kExtensionMax = 5;

uint32_t offset_in(std::string_view whole, std::string_view part) {
  return static_cast<uint32_t>(part.data() - whole.data());
}

// Without the extension, which says what kind of file it is and no more.
std::string_view stem_of(std::string_view file) {
  const size_t dot = file.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot > 0 &&
                             file.size() - dot - 1 <= kExtensionMax &&
                             std::all_of(file.begin() + static_cast<ptrdiff_t>(dot) + 1, file.end(),
                                         [](char c) { return is_ascii_alpha(c); });
  return has_extension ? file.substr(0, dot) : file;
}

}  // namespace

// The fields of a part. Names of files are given by people.
void Engine::edit_part_head(std::string_view head, uint32_t at, Edits& out) {
  const size_t first = out.size();
  const std::string_view disposition = field_of(head, "content-disposition");
  for (const std::string_view name : {"filename", "filename*"}) {
    const std::string_view stem = stem_of(parameter_of(disposition, name));
    if (stem.empty() || surrogates_.is_surrogate(stem)) continue;
    const Step step(*this, "filename");
    push(stem, offset_in(head, stem), ClassId::KeyPii, surrogates_.tag(ClassId::KeyPii, stem), out);
  }
  edit_plain(head, 0, out);
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin += at;
    out[i].end += at;
  }
}

bool Engine::edit_multipart(std::string_view text, std::string_view boundary, Edits& out) {
  const auto parts = split_multipart(text, boundary);
  if (!parts) return false;
  const size_t first = out.size();
  for (const MultipartPart& part : *parts) {
    const std::string_view name = parameter_of(field_of(part.head, "content-disposition"), "name");
    const Step step(*this, name.empty() ? "*" : name);
    if (!part.head.empty()) edit_part_head(part.head, offset_in(text, part.head), out);
    const size_t before = out.size();
    const BodyPlan plan = plan_part(field_of(part.head, "content-type"), part.body);
    const NameKind kind = names_.find(name).kind;
    const Because because(*this, Rule::Name);
    if (part.body.empty()) continue;
    if (plan.kind == BodyKind::Unreadable) {
      edit_opaque(ClassId::KeyPii, part.body, out);
    } else if (decides(kind)) {
      edit_named(kind, trim(part.body), 0, out);
      for (size_t i = before; i < out.size(); ++i) {
        const uint32_t skipped = offset_in(part.body, trim(part.body));
        out[i].begin += skipped;
        out[i].end += skipped;
      }
    } else if (plan.kind == BodyKind::Form) {
      edit_form(part.body, out);
    } else {
      edit_document(part.body, out);
    }
    for (size_t i = before; i < out.size(); ++i) {
      out[i].begin += offset_in(text, part.body);
      out[i].end += offset_in(text, part.body);
    }
  }
  settle(out, first);
  return true;
}

}  // namespace faultline::redaction
