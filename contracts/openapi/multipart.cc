// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/multipart.h"

#include "contracts/openapi/media_type.h"
#include "proxy/base/text.h"

#include <utility>

namespace faultline::contracts::openapi {
namespace {

tl::unexpected<Error> malformed(std::string message) {
  return fail(ErrorCode::ParseFailed, std::move(message), ErrorSource::Input);
}

struct Delimiter {
  size_t begin = 0;  // of the line end before it, which belongs to it
  size_t end = 0;    // behind its own line end
  bool is_last = false;
};

/// The next line that is the boundary. It stands at the beginning of a line, and only white space
/// may follow it.
std::optional<Delimiter> find_delimiter(std::string_view body, const std::string& dashes,
                                        size_t from) {
  for (size_t at = body.find(dashes, from); at != std::string_view::npos;
       at = body.find(dashes, at + 1)) {
    if (at != 0 && body[at - 1] != '\n') continue;
    Delimiter delimiter;
    size_t end = at + dashes.size();
    delimiter.is_last = body.substr(end).starts_with("--");
    if (delimiter.is_last) end += 2;
    while (end < body.size() && (body[end] == ' ' || body[end] == '\t')) ++end;
    const bool ends_line =
        end == body.size() || body.substr(end).starts_with("\r\n") || body[end] == '\n';
    if (!ends_line) continue;
    if (end < body.size()) end += body[end] == '\r' ? 2 : 1;
    delimiter.end = end;
    delimiter.begin = at == 0 ? 0 : at - (at >= 2 && body[at - 2] == '\r' ? 2 : 1);
    return delimiter;
  }
  return std::nullopt;
}

/// The next line without its end; `text` begins behind it then.
std::string_view take_line(std::string_view& text) {
  const size_t feed = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, feed);
  text.remove_prefix(std::min(feed + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Result<Part> parse_part(std::string_view text) {
  Part part;
  while (true) {
    if (text.empty()) return malformed("a part has no end of its head");
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return malformed("a part's head has a line without ':'");
    if (part.fields.size() == kPartFieldsMax) {
      return fail(ErrorCode::LimitExceeded, "a part has too many fields", ErrorSource::Input);
    }
    part.fields.push_back({trim(line.substr(0, colon)), trim(line.substr(colon + 1))});
  }
  part.body = text;
  for (auto& [name, value] : parse_field_parameters(part.field("content-disposition"))) {
    if (name == "name") part.name = std::move(value);
    part.has_filename = part.has_filename || name == "filename" || name == "filename*";
  }
  return part;
}

}  // namespace

std::string_view Part::field(std::string_view wanted) const noexcept {
  for (const FieldView& field : fields) {
    if (iequals(field.name, wanted)) return field.value;
  }
  return {};
}

Result<std::vector<Part>> parse_multipart(std::string_view body, std::string_view boundary) {
  const std::string dashes = "--" + std::string(boundary);
  auto delimiter = find_delimiter(body, dashes, 0);
  if (!delimiter) return malformed("the boundary does not occur");
  std::vector<Part> parts;
  while (!delimiter->is_last) {
    const size_t start = delimiter->end;
    // The line end before a delimiter is its own, also right behind another one.
    delimiter = find_delimiter(body, dashes, start);
    if (!delimiter) return malformed("the closing boundary is missing");
    if (parts.size() == kPartsMax) {
      return fail(ErrorCode::LimitExceeded, "the body has too many parts", ErrorSource::Input);
    }
    const size_t end = std::max(delimiter->begin, start);
    FL_TRY(Part part, parse_part(body.substr(start, end - start)));
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace faultline::contracts::openapi
