// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Any segmentation gives the same messages, and plain messages leave as they came: random
// exchanges against what their generator knows about them, and random damage against itself.
#include "tests/fakes/draws.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::http {
namespace {

using fakes::Draws;
using testing::Outcome;
using testing::parse_requests;
using testing::parse_response;

std::string random_text(Draws& draws, std::string_view alphabet, size_t length) {
  std::string text;
  for (size_t i = 0; i < length; ++i) text += alphabet[draws.below(alphabet.size())];
  return text;
}

// Bytes on the wire and the log they must give.
struct Message {
  std::string bytes;
  std::string log;
};

void add_field(Message& message, const std::string& name, const std::string& value,
               const std::string& space = " ") {
  message.bytes += name + ":" + space + value + "\r\n";
  message.log += "  " + name + "=" + value + "\n";
}

void add_random_fields(Draws& draws, Message& message) {
  constexpr std::string_view kSpaces[] = {"", " ", "  ", "\t"};
  for (uint64_t i = draws.below(30); i > 0; --i) {
    const std::string name =
        "X-" + random_text(draws, "abcXYZ-_.!#$%&'*+^`|~09", 1 + draws.below(12));
    std::string value = random_text(draws, "ab \t,;:=\"\\/\x80\xFF{}", draws.below(40));
    const size_t first = value.find_first_not_of(" \t");
    value = first == std::string::npos ? "" : value.substr(first);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.pop_back();
    add_field(message, name, value, std::string(kSpaces[draws.below(4)]));
  }
}

void add_chunked_body(Draws& draws, Message& message) {
  const std::string digits = draws.one_in(2) ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string run;  // framing bytes up to the next payload
  for (uint64_t i = draws.below(6); i > 0; --i) {
    const std::string data = random_text(draws, "0\r\n;abc", 1 + draws.below(40));
    if (data.size() >= 16) run += digits[data.size() / 16];
    run += digits[data.size() % 16];
    run += "\r\n";
    message.bytes += run.substr(run.starts_with("\r\n") ? 2 : 0) + data + "\r\n";
    message.log += "framing " + run + "\npayload " + data + "\n";
    run = "\r\n";
  }
  message.bytes += "0\r\n";
  run += "0\r\n";
  Message trailers;
  for (uint64_t i = draws.below(3); i > 0; --i) {
    add_field(trailers, "Sum-" + std::to_string(i), random_text(draws, "abc", draws.below(20)));
  }
  message.bytes += trailers.bytes + "\r\n";
  message.log += "framing " + run + trailers.bytes + "\r\n\nend\n" + trailers.log;
}

// The body after the fields, its framing field before them; `kind` is the word of the log.
void add_body(Draws& draws, Message& message, uint64_t choice, const std::string& body) {
  if (choice == 0) {
    message.bytes += "\r\n";
    message.log += "end\n";
  } else if (choice == 1) {
    add_field(message, "Content-Length", std::to_string(body.size()));
    message.bytes += "\r\n" + body;
    if (!body.empty()) message.log += "payload " + body + "\n";
    message.log += "end\n";
  } else {
    add_field(message, "transfer-ENCODING", "chunked");
    message.bytes += "\r\n";
    add_chunked_body(draws, message);
  }
}

std::string framing_word(uint64_t choice, const std::string& body) {
  if (choice == 0) return "none";
  return choice == 1 ? "length:" + std::to_string(body.size()) : "chunked";
}

Message random_request(Draws& draws) {
  constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "M-SEARCH"};
  Message message;
  const std::string method(kMethods[draws.below(6)]);
  const std::string target = "/" + random_text(draws, "ab/?&=%:@!$'()*+,;~[]{}|", draws.below(30));
  const uint64_t choice = draws.below(3);
  const std::string body = random_text(draws, "GET / HTTP/1.1\r\n", draws.below(60));
  message.bytes = method + " " + target + " HTTP/1.1\r\n";
  message.log =
      "request " + method + " " + target + " 1.1 " + framing_word(choice, body) + " keep-alive\n";
  add_random_fields(draws, message);
  add_field(message, draws.one_in(2) ? "Host" : "hOsT", "a.test:80");
  add_body(draws, message, choice, body);
  return message;
}

Message random_response(Draws& draws) {
  Message message;
  for (uint64_t i = draws.below(3); i > 0; --i) {
    message.bytes += "HTTP/1.1 103 Early Hints\r\n";
    message.log += "response 103 (Early Hints) 1.1 none keep-alive\n";
    add_random_fields(draws, message);
    message.bytes += "\r\n";
    message.log += "end\n";
  }
  const std::string status = std::to_string(400 + draws.below(200));
  const uint64_t choice = 1 + draws.below(2);
  const std::string body = random_text(draws, "HTTP/1.1 200\r\n", draws.below(60));
  message.bytes += "HTTP/1.1 " + status + " So\r\n";
  message.log += "response " + status + " (So) 1.1 " + framing_word(choice, body) + " keep-alive\n";
  add_random_fields(draws, message);
  add_body(draws, message, choice, body);
  return message;
}

std::vector<size_t> random_cuts(Draws& draws, size_t size) {
  std::vector<size_t> cuts;
  const uint64_t mean = 1 + draws.below(draws.one_in(2) ? 8 : 200);
  for (size_t at = 1 + draws.below(mean); at < size; at += 1 + draws.below(mean)) {
    cuts.push_back(at);
  }
  return cuts;
}

// Changes a few bytes to those that parsers disagree about.
std::string damaged(Draws& draws, std::string bytes) {
  constexpr std::string_view kPoison("\r\n\0 \t:;,0f+-\x0B\x85_#", 17);
  for (uint64_t i = 1 + draws.below(3); i > 0; --i) {
    const size_t at = draws.below(bytes.size());
    const char poison = kPoison[draws.below(kPoison.size())];
    switch (draws.below(3)) {
      case 0:
        bytes[at] = poison;
        break;
      case 1:
        bytes.insert(at, 1, poison);
        break;
      default:
        bytes.erase(at, 1);
        break;
    }
  }
  return bytes;
}

TEST(H1Segmentation, RandomPipelinedRequestsComeOutAsTheyWentIn) {
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draws draws(seed);
    Message all;
    for (uint64_t i = 1 + draws.below(3); i > 0; --i) {
      const Message request = random_request(draws);
      all.bytes += request.bytes;
      all.log += request.log;
    }

    const Outcome outcome = parse_requests(all.bytes, random_cuts(draws, all.bytes.size()));

    ASSERT_EQ(outcome.reason, "");
    ASSERT_EQ(outcome.wire, all.bytes);
    ASSERT_EQ(outcome.log, all.log);
    ASSERT_TRUE(outcome.finished_in_order);
  }
}

TEST(H1Segmentation, RandomResponsesComeOutAsTheyWentIn) {
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draws draws(seed + 1'000'000);
    const Message response = random_response(draws);

    const Outcome outcome =
        parse_response(response.bytes, {}, random_cuts(draws, response.bytes.size()));

    ASSERT_EQ(outcome.reason, "");
    ASSERT_EQ(outcome.wire, response.bytes);
    ASSERT_EQ(outcome.log, response.log);
  }
}

TEST(H1Segmentation, DamageIsJudgedAlikeHoweverItIsCut) {
  int refused = 0;
  for (uint64_t seed = 0; seed < 6000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draws draws(seed + 2'000'000);
    const bool is_request = draws.one_in(2);
    const std::string bytes =
        damaged(draws, is_request ? random_request(draws).bytes : random_response(draws).bytes);
    const std::vector<size_t> cuts = random_cuts(draws, bytes.size());

    const Outcome whole = is_request ? parse_requests(bytes) : parse_response(bytes);
    const Outcome cut = is_request ? parse_requests(bytes, cuts) : parse_response(bytes, {}, cuts);

    ASSERT_EQ(cut.status, whole.status);
    ASSERT_EQ(cut.reason, whole.reason);
    ASSERT_EQ(cut.messages, whole.messages);
    ASSERT_EQ(cut.finished_in_order, whole.finished_in_order);
    if (!whole.is_rejected) {
      ASSERT_EQ(cut.log, whole.log);
      ASSERT_EQ(cut.wire, whole.wire);
    }
    refused += whole.is_rejected ? 1 : 0;
  }
  EXPECT_GT(refused, 1000) << "the damage is too mild to say anything";
  EXPECT_LT(refused, 5500) << "the damage is too wild to say anything";
}

TEST(H1Segmentation, WhatIsForwardedMeansTheSameToTheNextHop) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draws draws(seed + 3'000'000);
    const Outcome first = parse_requests(damaged(draws, random_request(draws).bytes));

    const Outcome next = parse_requests(first.wire);

    ASSERT_EQ(next.reason, "");
    ASSERT_EQ(next.wire, first.wire);
    ASSERT_EQ(next.messages, first.messages);
  }
}

}  // namespace
}  // namespace faultline::http
