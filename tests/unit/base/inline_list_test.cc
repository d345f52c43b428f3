// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/inline_list.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace faultline {
namespace {

using List = InlineList<int, 3>;

List list_of(int count) {
  List list;
  for (int i = 0; i < count; ++i) list.push_back(i);
  return list;
}

std::vector<int> elements_of(const List& list) { return {list.begin(), list.end()}; }

std::vector<int> first(int count) {
  std::vector<int> elements;
  for (int i = 0; i < count; ++i) elements.push_back(i);
  return elements;
}

TEST(InlineList, KeepsTheOrderWithinAndBeyondItsOwnRoom) {
  for (int count = 0; count < 20; ++count) {
    const List list = list_of(count);
    EXPECT_EQ(elements_of(list), first(count));
    EXPECT_EQ(list.size(), static_cast<size_t>(count));
    EXPECT_EQ(list.empty(), count == 0);
    EXPECT_EQ(list.span().size(), list.size());
  }
}

TEST(InlineList, GoesOnWhereItWasCut) {
  for (int count = 0; count < 8; ++count) {
    for (int left = 0; left <= count; ++left) {
      List list = list_of(count);
      list.cut_to(static_cast<size_t>(left));
      EXPECT_EQ(elements_of(list), first(left));
      for (int i = left; i < 10; ++i) list.push_back(i);
      EXPECT_EQ(elements_of(list), first(10)) << count << " cut to " << left;
    }
  }
}

TEST(InlineList, CutsNothingThatIsNotThere) {
  List list = list_of(2);
  list.cut_to(5);
  EXPECT_EQ(elements_of(list), first(2));
}

TEST(InlineList, IsEmptyAfterItWasMoved) {
  for (const int count : {0, 2, 3, 4, 9}) {
    List from = list_of(count);
    List to = std::move(from);
    EXPECT_EQ(elements_of(to), first(count));
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
    from.push_back(7);
    EXPECT_EQ(elements_of(from), std::vector<int>{7});
    to = std::move(from);
    EXPECT_EQ(elements_of(to), std::vector<int>{7});
    const List copy = to;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(elements_of(copy), elements_of(to));
  }
}

}  // namespace
}  // namespace faultline
