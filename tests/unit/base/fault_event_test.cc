// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/fault_event.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace faultline {
namespace {

TEST(ActionText, SaysWhatItWasMadeOf) {
  EXPECT_EQ(ActionText().str(), "");
  EXPECT_EQ(ActionText("").str(), "");
  EXPECT_EQ(ActionText("close").str(), "close");
  EXPECT_EQ(ActionText(std::string("answer ") + "503").str(), "answer 503");
  EXPECT_EQ(ActionText("delay", 212000000, "ns").str(), "delay 212000000 ns");
  EXPECT_EQ(ActionText("delay", 0, "ns").str(), "delay 0 ns");
}

TEST(ActionText, KeepsNoTextOfOthers) {
  ActionText copy;
  {
    std::string text(40, 'x');
    const ActionText action(std::move(text));
    copy = action;
  }

  EXPECT_EQ(copy.str(), std::string(40, 'x'));
}

TEST(RareText, IsAValue) {
  const RareText none;
  RareText text = "/items/0";
  const RareText copy = text;

  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(RareText("").empty());
  EXPECT_EQ(none.str(), "");
  EXPECT_FALSE(text.empty());

  text = std::string("/other");
  EXPECT_EQ(text.str(), "/other");
  EXPECT_EQ(copy.str(), "/items/0");

  text = none;
  EXPECT_TRUE(text.empty());
}

TEST(FaultEvent, MakesItsPointerATextOfTrafficOnlyWhenThereIsOne) {
  FaultEvent event;
  event.key = "GET *";
  event.action = "retype";
  EXPECT_EQ(to_event(event).traffic_texts, (decltype(Event::traffic_texts){{"key", "GET *"}}));

  event.pointer = "/0/price";
  EXPECT_EQ(to_event(event).traffic_texts,
            (decltype(Event::traffic_texts){{"key", "GET *"}, {"pointer", "/0/price"}}));
}

}  // namespace
}  // namespace faultline
