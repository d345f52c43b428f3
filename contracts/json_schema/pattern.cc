// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/pattern.h"

#include "contracts/json_schema/code_points.h"
#include "contracts/json_schema/pattern_sequence.h"
#include "proxy/base/text.h"

#include <re2/re2.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

/// `^.{a,b}$` and its kin: a length in disguise, and often one beyond RE2's repetition limit.
struct LengthRule {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
};

std::optional<LengthRule> length_rule(std::string_view ecma) {
  if (!ecma.starts_with("^.") || !ecma.ends_with('$')) return std::nullopt;
  std::string_view count = ecma.substr(2, ecma.size() - 3);
  if (count == "*") return LengthRule{};
  if (count == "+") return LengthRule{.min = 1};
  if (!count.starts_with('{') || !count.ends_with('}')) return std::nullopt;
  count = count.substr(1, count.size() - 2);
  const size_t comma = count.find(',');
  const auto min = parse_u64(count.substr(0, comma));
  if (!min) return std::nullopt;
  if (comma == std::string_view::npos) return LengthRule{*min, *min};
  if (comma + 1 == count.size()) return LengthRule{.min = *min};
  const auto max = parse_u64(count.substr(comma + 1));
  if (!max) return std::nullopt;
  return LengthRule{*min, *max};
}

bool has_line_end(std::string_view text) noexcept {
  return text.find_first_of("\r\n") != std::string_view::npos ||
         text.find("\xE2\x80\xA8") != std::string_view::npos ||
         text.find("\xE2\x80\xA9") != std::string_view::npos;
}

}  // namespace

struct Pattern::Impl {
  std::optional<LengthRule> length;
  std::optional<PatternSequence> sequence;
  std::unique_ptr<RE2> expression;
  uint32_t expression_size = 0;  // instructions
};

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view ecma) {
  auto impl = std::make_unique<Impl>();
  impl->length = length_rule(ecma);
  if (impl->length) return Pattern(std::move(impl));
  impl->sequence = PatternSequence::compile(ecma);
  if (impl->sequence) return Pattern(std::move(impl));
  FL_TRY(const std::string translated, translate_pattern(ecma));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  impl->expression = std::make_unique<RE2>(translated, options);
  if (!impl->expression->ok()) {
    return fail(ErrorCode::Unsupported, impl->expression->error(), ErrorSource::Input);
  }
  impl->expression_size = static_cast<uint32_t>(impl->expression->ProgramSize());
  return Pattern(std::move(impl));
}

size_t Pattern::bytes() const noexcept {
  return sizeof(Impl) + (impl_->sequence ? impl_->sequence->bytes() : 0) +
         (impl_->expression ? sizeof(RE2) : 0);
}

uint64_t Pattern::steps_for(size_t bytes) const noexcept {
  constexpr uint64_t kBytesPerStep = 256;
  constexpr uint64_t kFree = uint64_t{1} << 15U;  // a fraction of a millisecond at worst
  constexpr uint64_t kProductPerStep = 256;
  if (impl_->expression == nullptr) return 1 + bytes / kBytesPerStep;
  const uint64_t product = bytes * impl_->expression_size;
  return 1 + (product > kFree ? product / kProductPerStep : 0);
}

bool Pattern::matches(std::string_view text) const noexcept {
  if (impl_->length) {
    const size_t length = count_code_points(text);
    return length >= impl_->length->min && length <= impl_->length->max && !has_line_end(text);
  }
  if (impl_->sequence) return impl_->sequence->matches(text);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *impl_->expression);
}

}  // namespace faultline::contracts::json_schema
