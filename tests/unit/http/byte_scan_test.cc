// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/byte_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::http {
namespace {

// The text ends with its allocation, so that a sanitizer sees a read behind it, and what stands
// before `from` holds the wanted byte too.
TEST(ByteScan, FindsTheFirstAtEveryPlaceOfEveryShortText) {
  for (size_t size = 0; size <= 50; ++size) {
    const auto text = std::make_unique<char[]>(size);
    const ByteScan scan({text.get(), size});
    for (size_t from = 0; from <= size; ++from) {
      std::fill_n(text.get(), size, 'a');
      std::fill_n(text.get(), from, ':');
      EXPECT_EQ(scan.find(text.get() + from, ':'), nullptr) << size << " from " << from;
      for (size_t at = size; at-- > from;) {
        text[at] = ':';  // from the back: those behind the first stay
        EXPECT_EQ(scan.find(text.get() + from, ':'), text.get() + at) << size << " from " << from;
      }
    }
  }
}

TEST(ByteScan, TellsBytesApartByAllBits) {
  std::string text(40, '\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + 3);
  const ByteScan scan(text);
  for (int byte = 0; byte < 256; ++byte) {
    const size_t expected = text.find(static_cast<char>(byte));
    const char* const found = scan.find(text.data(), static_cast<char>(byte));
    EXPECT_EQ(found, expected == std::string::npos ? nullptr : text.data() + expected) << byte;
  }
}

TEST(ByteScan, FindsEndsAtEveryPlaceOfEveryShortText) {
  for (size_t size = 0; size <= 50; ++size) {
    const auto text = std::make_unique<char[]>(size);
    const ByteScan scan({text.get(), size});
    for (size_t from = 0; from <= size; ++from) {
      std::fill_n(text.get(), size, 'a');
      std::fill_n(text.get(), from, '\r');
      EXPECT_EQ(scan.find_name_end(text.get() + from), nullptr) << size << " from " << from;
      EXPECT_EQ(scan.find_value_end(text.get() + from), nullptr) << size << " from " << from;
      for (size_t at = size; at-- > from;) {
        text[at] = '\r';
        EXPECT_EQ(scan.find_name_end(text.get() + from), text.get() + at) << size << " " << from;
        EXPECT_EQ(scan.find_value_end(text.get() + from), text.get() + at) << size << " " << from;
      }
    }
  }
}

TEST(ByteScan, KnowsWhichBytesAPlainNameAndAValueMayHold) {
  constexpr std::string_view kNameBytes =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
  for (const size_t size : {size_t{1}, size_t{40}}) {  // below and above the width of a vector
    std::string text(size, 'a');
    const ByteScan scan(text);
    for (int byte = 0; byte < 256; ++byte) {
      text.back() = static_cast<char>(byte);
      const bool is_name = kNameBytes.find(text.back()) != std::string_view::npos;
      const bool is_value = is_in_class(text.back(), kValueChar);
      EXPECT_EQ(scan.find_name_end(text.data()), is_name ? nullptr : &text.back()) << byte;
      EXPECT_EQ(scan.find_value_end(text.data()), is_value ? nullptr : &text.back()) << byte;
    }
  }
}

}  // namespace
}  // namespace faultline::http
