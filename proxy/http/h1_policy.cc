// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/h1_policy.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/http/byte_scan.h"
#include "proxy/http/framing.h"
#include "proxy/http/known_fields.h"
#include "proxy/http/reasons.h"
#include "proxy/http/start_line.h"
#include "proxy/http/tokens.h"
#include "proxy/http/upgrade.h"

#include <limits>
#include <string>

namespace faultline::http {
namespace {

using Refusal = std::optional<Rejection>;

constexpr uint64_t kContentLengthMax = std::numeric_limits<int64_t>::max();

// What one walk over the fields found.
struct Survey {
  const Field* content_length = nullptr;
  const Field* transfer_encoding = nullptr;
  const Field* host = nullptr;
  uint32_t content_lengths = 0;
  uint32_t transfer_encodings = 0;
  uint32_t hosts = 0;
  ConnectionOptions connection;
  bool has_upgrade = false;
  bool has_expect = false;
  bool has_unknown_expectation = false;
  bool has_underscore_twin = false;
};

void survey_field(const Field& field, Survey& found) {
  const ClassifiedField classified = classify_field(field.name);
  if (classified.known == KnownField::Other) return;
  if (classified.is_underscore_twin) {
    found.has_underscore_twin = true;
    return;
  }
  switch (classified.known) {
    case KnownField::Connection:
      add_connection_options(field.value, found.connection);
      break;
    case KnownField::ContentLength:
      found.content_length = &field;
      ++found.content_lengths;
      break;
    case KnownField::TransferEncoding:
      found.transfer_encoding = &field;
      ++found.transfer_encodings;
      break;
    case KnownField::Host:
      found.host = &field;
      ++found.hosts;
      break;
    case KnownField::Upgrade:
      found.has_upgrade = true;
      break;
    case KnownField::Expect:
      found.has_expect = true;
      if (!iequals(field.value, "100-continue")) found.has_unknown_expectation = true;
      break;
    case KnownField::KeepAlive:
    case KnownField::ProxyConnection:
    case KnownField::Te:
    case KnownField::Trailer:
    case KnownField::Other:
      break;
  }
}

Survey survey(const Fields& fields) {
  Survey found;
  for (const Field& field : fields.all()) survey_field(field, found);
  return found;
}

// How a Transfer-Encoding value is refused: a well-formed list of codings this proxy does not
// decode is 501, everything else 400. Called for values other than `chunked`.
Rejection refuse_transfer_encoding(std::string_view value) {
  bool is_malformed = false;
  bool has_chunked = false;
  for_each_element(value, [&](std::string_view coding) {
    // Nothing may follow chunked; identity was withdrawn; parameters have no meaning here.
    if (has_chunked || !is_token(coding) || iequals(coding, "identity")) is_malformed = true;
    if (iequals(coding, "chunked")) has_chunked = true;
  });
  if (is_malformed) return {400, reason::kInvalidTransferEncoding};
  return {501, reason::kUnsupportedTransferEncoding};
}

struct FramingCheck {
  FramingFields fields;
  Refusal malformed;    // 400
  Refusal unsupported;  // 501, weaker than every other refusal
};

FramingCheck check_framing_fields(const Survey& found, Version version) {
  FramingCheck check;
  const auto refuse = [&check](std::string_view reason) {
    check.malformed = Rejection{400, reason};
    return check;
  };
  if (found.has_underscore_twin) return refuse(reason::kUnderscoreTwin);
  if (found.content_lengths + found.transfer_encodings == 0) return check;
  if (found.content_lengths > 1) return refuse(reason::kDuplicateContentLength);
  if (found.transfer_encodings > 1) return refuse(reason::kDuplicateTransferEncoding);
  if (found.content_length != nullptr && found.transfer_encoding != nullptr) {
    return refuse(reason::kLengthAndEncoding);
  }
  if (found.content_length != nullptr) {
    check.fields.content_length = parse_u64(found.content_length->value);
    if (!check.fields.content_length || *check.fields.content_length > kContentLengthMax) {
      return refuse(reason::kInvalidContentLength);
    }
  }
  if (found.transfer_encoding != nullptr) {
    if (version != Version::Http11) return refuse(reason::kTransferEncodingInHttp10);
    const std::string_view coding = found.transfer_encoding->value;
    if (coding == "chunked" || iequals(coding, "chunked")) {
      check.fields.is_chunked = true;
    } else {
      const Rejection refusal = refuse_transfer_encoding(coding);
      (refusal.status == 501 ? check.unsupported : check.malformed) = refusal;
    }
  }
  return check;
}

// True when the line is `name: value` or `name:value` with nothing behind the value. Another
// white space is legal, but recipients are known to disagree about it.
bool has_canonical_spacing(const Field& field) {
  const char* const name_end = field.name.data() + field.name.size();
  const auto gap = static_cast<size_t>(field.value.data() - name_end);
  const bool is_plain_gap = gap == 1 || (gap == 2 && name_end[1] == ' ');
  return is_plain_gap && field.value.data()[field.value.size()] == '\r';
}

// Framing fields leave in the one form that every recipient reads alike.
void make_framing_canonical(Head& head, const Survey& found, const FramingFields& framing) {
  if (found.content_length != nullptr) {
    const bool has_leading_zero =
        found.content_length->value.size() > 1 && found.content_length->value.front() == '0';
    const bool is_spacing_plain = has_canonical_spacing(*found.content_length);
    if (has_leading_zero) {
      head.fields.set("content-length", std::to_string(*framing.content_length));
    }
    if (has_leading_zero || !is_spacing_plain) head.edit();
  }
  if (found.transfer_encoding != nullptr && !has_canonical_spacing(*found.transfer_encoding)) {
    head.edit();
  }
}

Refusal check_host(const RequestHead& head, const Survey& found) {
  if (found.hosts > 1) return Rejection{400, reason::kDuplicateHost};
  if (found.hosts == 0) {
    if (head.version == Version::Http10) return std::nullopt;
    return Rejection{400, reason::kMissingHost};
  }
  if (!is_valid_host(found.host->value)) return Rejection{400, reason::kInvalidHost};
  return std::nullopt;
}

// RFC 9112 3.2.2: an absolute-form target names the host, whatever the field says. Recipients are
// known to believe either, so the field leaves with what the target says.
void make_host_follow_target(RequestHead& head, const Survey& found) {
  if (found.host == nullptr) return;
  const std::string_view authority = authority_of(head.target);
  if (authority.empty() || iequals(authority, found.host->value)) return;
  head.fields.set("host", authority);
  head.edit();
}

Refusal as_response(Refusal refusal) {
  if (refusal) refusal->status = 502;
  return refusal;
}

bool has_body(const FramingFields& framing) {
  return framing.is_chunked || framing.content_length.value_or(0) > 0;
}

}  // namespace

std::optional<Rejection> split_field_lines(std::string_view lines, Fields& fields) {
  const char* cursor = lines.data();
  const char* const end = cursor + lines.size();
  const ByteScan scan(lines);
  while (cursor != end) {
    const char* const line_end = scan.find(cursor, '\r');
    if (line_end == nullptr || end - line_end < 2 || line_end[1] != '\n') {
      return Rejection{400, reason::kInvalidLineEnd};
    }
    const char* const colon = scan.find(cursor, ':');
    if (colon == nullptr || colon >= line_end || colon == cursor) {
      return Rejection{400, reason::kInvalidField};
    }
    if (fields.size() == limits::kHeadFields) return Rejection{431, reason::kTooManyFields};
    const char* value = colon + 1;
    const char* value_end = line_end;
    while (value != value_end && (*value == ' ' || *value == '\t')) ++value;
    while (value_end != value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
    fields.append_borrowed({cursor, static_cast<size_t>(colon - cursor)},
                           {value, static_cast<size_t>(value_end - value)});
    cursor = line_end + 2;
  }
  return std::nullopt;
}

std::optional<Rejection> apply_request_policy(RequestHead& head, bool is_connect,
                                              bool allows_connect) {
  const Survey found = survey(head.fields);
  const FramingCheck framing = check_framing_fields(found, head.version);
  if (framing.malformed) return framing.malformed;
  if (auto refusal = check_host(head, found)) return refusal;
  if (found.connection.names_framing) return Rejection{400, reason::kConnectionNamesFraming};
  // RFC 9110 7.8: Upgrade has no meaning in HTTP/1.0.
  head.is_upgrade =
      head.version == Version::Http11 && found.connection.has_upgrade && found.has_upgrade;
  const bool brings_body = has_body(framing.fields) || framing.unsupported.has_value();
  if (head.is_upgrade && brings_body) return Rejection{400, reason::kUpgradeWithBody};
  if (is_connect && brings_body) return Rejection{400, reason::kConnectWithBody};
  if (framing.unsupported) return framing.unsupported;
  if (is_connect && !allows_connect) return Rejection{501, reason::kConnectNotSupported};
  head.is_connect = is_connect;
  if (found.has_unknown_expectation) return Rejection{417, reason::kUnknownExpectation};

  const Framing body = request_framing(framing.fields);
  head.framing = body.kind;
  head.content_length = body.length;
  head.keep_alive = is_persistent(head.version, found.connection, body.kind);
  head.expects_continue = found.has_expect && head.version == Version::Http11;
  head.has_nominations = found.connection.names_fields;
  make_framing_canonical(head, found, framing.fields);
  make_host_follow_target(head, found);
  if (head.is_upgrade && asks_only_for_h2c(head.fields)) {
    remove_h2c_upgrade(head);
    head.is_upgrade = false;
  }
  return std::nullopt;
}

std::optional<Rejection> apply_response_policy(ResponseHead& head, const ResponseContext& context,
                                               uint64_t& stripped) {
  const Survey found = survey(head.fields);
  const FramingCheck framing = check_framing_fields(found, head.version);
  if (framing.malformed) return as_response(framing.malformed);
  if (found.connection.names_framing) return Rejection{502, reason::kConnectionNamesFraming};
  if (head.status == 101 && !context.is_upgrade_request) {
    return Rejection{502, reason::kUnexpectedSwitch};
  }
  if (framing.unsupported) return as_response(framing.unsupported);

  const Framing body = response_framing(framing.fields, head.status, context.is_head_request);
  head.framing = body.kind;
  head.content_length = body.length;
  head.keep_alive = is_persistent(head.version, found.connection, body.kind);
  head.is_upgrade =
      head.version == Version::Http11 && found.connection.has_upgrade && found.has_upgrade;
  head.has_nominations = found.connection.names_fields;
  if (!status_forbids_framing_fields(head.status)) {
    make_framing_canonical(head, found, framing.fields);
  } else if (found.content_length != nullptr || found.transfer_encoding != nullptr) {
    stripped += head.fields.remove("content-length") + head.fields.remove("transfer-encoding");
    head.edit();
  }
  return std::nullopt;
}

std::optional<Rejection> apply_trailer_policy(Fields& trailers, uint64_t& stripped) {
  Fields kept;
  for (const Field& field : trailers.all()) {
    const KnownField known = classify_field(field.name).known;
    if (known == KnownField::ContentLength || known == KnownField::TransferEncoding) {
      return Rejection{400, reason::kFramingInTrailer};
    }
    if (is_forbidden_in_trailers(field.name)) {
      ++stripped;
    } else {
      kept.append_borrowed(field.name, field.value);
    }
  }
  trailers = std::move(kept);
  return std::nullopt;
}

std::optional<Field> parse_field_line(std::string_view line) noexcept {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
  const std::string_view value = line.substr(colon + 1);
  if (!are_all_in_class(value, kValueChar)) return std::nullopt;
  return Field{line.substr(0, colon), trim_ows(value)};
}

}  // namespace faultline::http
