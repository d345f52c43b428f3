// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/scalar.h"

#include <gtest/gtest.h>

#include <array>

namespace faultline::yaml {
namespace {

using Kind = CoreScalar::Kind;

TEST(CoreSchema, TypesPlainScalars) {
  struct Case {
    std::string_view text;
    Kind kind;
    std::string_view number;
  };
  constexpr std::array kCases{
      Case{"", Kind::Null, ""},
      Case{"~", Kind::Null, ""},
      Case{"null", Kind::Null, ""},
      Case{"NULL", Kind::Null, ""},
      Case{"nUll", Kind::Text, ""},
      Case{"true", Kind::Bool, ""},
      Case{"False", Kind::Bool, ""},
      Case{"tRue", Kind::Text, ""},
      Case{"yes", Kind::Text, ""},
      Case{"no", Kind::Text, ""},
      Case{"on", Kind::Text, ""},
      Case{"off", Kind::Text, ""},
      Case{"y", Kind::Text, ""},
      Case{"0", Kind::Number, "0"},
      Case{"012", Kind::Number, "12"},
      Case{"+5", Kind::Number, "5"},
      Case{"-0", Kind::Number, "-0"},
      Case{"0o17", Kind::Number, "15"},
      Case{"0x1F", Kind::Number, "31"},
      Case{"0xFFFFFFFFFFFFFFFF", Kind::Number, "18446744073709551615"},
      Case{"0x10000000000000000", Kind::Text, ""},
      Case{"0o8", Kind::Text, ""},
      Case{"0x", Kind::Text, ""},
      Case{"1.5", Kind::Number, "1.5"},
      Case{".5", Kind::Number, "0.5"},
      Case{"5.", Kind::Number, "5.0"},
      Case{"-.5e+3", Kind::Number, "-0.5e3"},
      Case{"1E-07", Kind::Number, "1e-07"},
      Case{"1e", Kind::Text, ""},
      Case{".", Kind::Text, ""},
      Case{"-", Kind::Text, ""},
      Case{"1_000", Kind::Text, ""},
      Case{"1.2.3", Kind::Text, ""},
      Case{"12:30", Kind::Text, ""},
      Case{".inf", Kind::Text, ""},
      Case{".nan", Kind::Text, ""},
      Case{"2026-11-21", Kind::Text, ""},
      Case{"123456789012345678901234567890", Kind::Number, "123456789012345678901234567890"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = resolve_plain(c.text);
    EXPECT_EQ(got.kind, c.kind);
    EXPECT_EQ(got.number, c.number);
  }
  EXPECT_TRUE(resolve_plain("TRUE").boolean);
  EXPECT_FALSE(resolve_plain("FALSE").boolean);
}

}  // namespace
}  // namespace faultline::yaml
