// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What can be written to disk has types that only a Redactor makes. The tests are the compiler's.
#include "redaction/redactor.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace faultline::redaction {
namespace {

// Neither by a constructor nor by a conversion nor out of nothing that could be filled later.
template <typename Type, typename Raw>
inline constexpr bool kIsMadeOf =
    std::is_constructible_v<Type, Raw> || std::is_convertible_v<Raw, Type> ||
    std::is_assignable_v<Type&, Raw>;

static_assert(!kIsMadeOf<RedactedText, std::string>);
static_assert(!kIsMadeOf<RedactedText, std::string_view>);
static_assert(!kIsMadeOf<RedactedText, const char*>);
static_assert(!kIsMadeOf<RedactedMessage, MessageView>);
static_assert(!kIsMadeOf<RedactedRecord, RecordView>);
static_assert(!std::is_default_constructible_v<RedactedMessage>);
static_assert(!std::is_default_constructible_v<RedactedRecord>);
static_assert(!std::is_aggregate_v<RedactedText> && !std::is_aggregate_v<RedactedMessage> &&
              !std::is_aggregate_v<RedactedRecord>);
// What is inside cannot be changed from outside.
static_assert(std::is_same_v<decltype(std::declval<RedactedText&>().view()), const std::string&>);
static_assert(
    std::is_same_v<decltype(std::declval<RedactedMessage&>().body()), const std::string&>);

TEST(RedactedTypes, ATextThatNobodyRedactedIsEmpty) { EXPECT_EQ(RedactedText().view(), ""); }

}  // namespace
}  // namespace faultline::redaction
