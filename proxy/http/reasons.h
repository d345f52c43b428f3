// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <string_view>

/// Why messages are refused: stable ids for counters, events and reports. They never change and
/// hold no byte from the wire.
namespace faultline::http::reason {

// Start lines.
inline constexpr std::string_view kInvalidLeadingBytes = "invalid_leading_bytes";
inline constexpr std::string_view kInvalidRequestLine = "invalid_request_line";
inline constexpr std::string_view kInvalidStatusLine = "invalid_status_line";
inline constexpr std::string_view kInvalidTarget = "invalid_target";
inline constexpr std::string_view kStartLineTooLong = "start_line_too_long";
inline constexpr std::string_view kUnsupportedVersion = "unsupported_version";
inline constexpr std::string_view kUnknownMethod = "unknown_method";
inline constexpr std::string_view kHttp2Preface = "http2_preface";
inline constexpr std::string_view kConnectNotSupported = "connect_not_supported";
// Field lines.
inline constexpr std::string_view kInvalidField = "invalid_field";
inline constexpr std::string_view kInvalidLineEnd = "invalid_line_end";
inline constexpr std::string_view kHeadTooLarge = "head_too_large";
inline constexpr std::string_view kTooManyFields = "too_many_fields";
inline constexpr std::string_view kUnderscoreTwin = "underscore_twin";
inline constexpr std::string_view kMissingHost = "missing_host";
inline constexpr std::string_view kDuplicateHost = "duplicate_host";
inline constexpr std::string_view kInvalidHost = "invalid_host";
inline constexpr std::string_view kConnectionNamesFraming = "connection_names_framing";
inline constexpr std::string_view kUpgradeWithBody = "upgrade_with_body";
inline constexpr std::string_view kConnectWithBody = "connect_with_body";
inline constexpr std::string_view kUnknownExpectation = "unknown_expectation";
inline constexpr std::string_view kUnexpectedSwitch = "unexpected_switching_protocols";
// Framing.
inline constexpr std::string_view kInvalidContentLength = "invalid_content_length";
inline constexpr std::string_view kDuplicateContentLength = "duplicate_content_length";
inline constexpr std::string_view kLengthAndEncoding = "content_length_with_transfer_encoding";
inline constexpr std::string_view kInvalidTransferEncoding = "invalid_transfer_encoding";
inline constexpr std::string_view kDuplicateTransferEncoding = "duplicate_transfer_encoding";
inline constexpr std::string_view kUnsupportedTransferEncoding = "unsupported_transfer_encoding";
inline constexpr std::string_view kTransferEncodingInHttp10 = "transfer_encoding_in_http10";
// Chunked bodies.
inline constexpr std::string_view kInvalidChunkSize = "invalid_chunk_size";
inline constexpr std::string_view kInvalidChunkExtension = "invalid_chunk_extension";
inline constexpr std::string_view kChunkExtensionsTooLarge = "chunk_extensions_too_large";
inline constexpr std::string_view kInvalidChunkEnd = "invalid_chunk_end";
inline constexpr std::string_view kFramingInTrailer = "framing_field_in_trailer";
inline constexpr std::string_view kTrailersTooLarge = "trailers_too_large";

/// All of them, for a counter per reason.
inline constexpr std::array kAll = {
    kInvalidLeadingBytes,
    kInvalidRequestLine,
    kInvalidStatusLine,
    kInvalidTarget,
    kStartLineTooLong,
    kUnsupportedVersion,
    kUnknownMethod,
    kHttp2Preface,
    kConnectNotSupported,
    kInvalidField,
    kInvalidLineEnd,
    kHeadTooLarge,
    kTooManyFields,
    kUnderscoreTwin,
    kMissingHost,
    kDuplicateHost,
    kInvalidHost,
    kConnectionNamesFraming,
    kUpgradeWithBody,
    kConnectWithBody,
    kUnknownExpectation,
    kUnexpectedSwitch,
    kInvalidContentLength,
    kDuplicateContentLength,
    kLengthAndEncoding,
    kInvalidTransferEncoding,
    kDuplicateTransferEncoding,
    kUnsupportedTransferEncoding,
    kTransferEncodingInHttp10,
    kInvalidChunkSize,
    kInvalidChunkExtension,
    kChunkExtensionsTooLarge,
    kInvalidChunkEnd,
    kFramingInTrailer,
    kTrailersTooLarge,
};

}  // namespace faultline::http::reason
