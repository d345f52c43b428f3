// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/origin.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::redaction {
namespace {

using testing::Dice;

// The book guesses which place comes next; asked in any order it must say what is asked for.
TEST(PlaceBook, SaysThePlaceThatIsAskedForWhateverCameBefore) {
  constexpr std::array<std::string_view, 9> kNames{
      "customer", "custom", "*", "a/b", "4111111111111111", "e", "", "items", "user@example.org"};
  constexpr std::array<std::string_view, 3> kFields{"", "cookie", "cookie2"};
  constexpr std::array kParts{Part::Body, Part::Field};
  PlaceBook book;
  Dice dice(61);
  for (size_t round = 0; round < 20000; ++round) {
    const Part part = kParts[dice.below(kParts.size())];
    const std::string_view name = kFields[dice.below(kFields.size())];
    NamePath path;
    std::string pointer;
    for (uint64_t depth = dice.below(4); depth > 0; --depth) {
      path.push_back(kNames[dice.below(kNames.size())]);
      pointer += "/" + std::string(is_shown_name(path.back()) ? path.back() : "*");
    }
    const Place& place = book.at(book.number(part, name, path));
    EXPECT_EQ(place, (Place{part, std::string(name), pointer}));
  }
}

TEST(PlaceBook, TheGuessEndsWhereNamesAreNoLongerWritten) {
  PlaceBook book;
  NamePath path(16, "a");
  const uint32_t whole = book.number(Part::Body, "", path);
  path.emplace_back("b");
  EXPECT_EQ(book.number(Part::Body, "", path), whole);
  EXPECT_EQ(book.number(Part::Body, "", path), whole);
  path.resize(15);
  EXPECT_NE(book.number(Part::Body, "", path), whole);
}

TEST(PlaceBook, AFullBookKeepsWhatItHas) {
  PlaceBook book;
  const auto number_of = [&book](size_t i) {
    const std::string name = "n" + std::string(1 + i % 40, 'x') + std::string(1 + i / 40, 'y');
    return book.number(Part::Field, name, {});
  };
  const uint32_t first = number_of(0);
  for (size_t i = 1; i < PlaceBook::kPlacesMax + 10; ++i) static_cast<void>(number_of(i));
  EXPECT_EQ(number_of(PlaceBook::kPlacesMax + 5), PlaceBook::kElsewhere);
  EXPECT_EQ(number_of(0), first);
  EXPECT_EQ(number_of(PlaceBook::kPlacesMax + 5), PlaceBook::kElsewhere);
}

}  // namespace
}  // namespace faultline::redaction
