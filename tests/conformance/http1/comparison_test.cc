// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/corpus/corpus.h"
#include "tests/conformance/http1/corpus_proxy.h"
#include "tests/conformance/http1/rival.h"
#include "tests/fakes/recording_origin.h"
#include "tests/integration/proxy_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>

namespace faultline::conformance {
namespace {

using fakes::RawSocket;
using Connect = std::function<RawSocket()>;

// How long a proxy may think about a request that it neither answers nor forwards.
constexpr Duration kPatience = std::chrono::milliseconds(300);

// A case is accepted when a byte of it reached the origin.
bool is_accepted(const PayloadCase& c, const Connect& connect, fakes::RecordingOrigin& origin) {
  {
    RawSocket client = connect();
    static_cast<void>(client.send(c.sent));
    // Informational responses come before the decision.
    while (!client.is_silent_for(kPatience)) {
      if (!client.read_until("\r\n\r\n").bytes.starts_with("HTTP/1.1 1")) break;
    }
  }
  const auto seen = origin.settle();
  return !seen.messages.empty() || !seen.fragments.empty();
}

struct Subject {
  std::string name;
  std::map<std::string, bool> accepts;  // by case
};

std::optional<Subject> ask_rival(Rival::Kind kind, const std::string& name,
                                 const std::vector<PayloadCase>& cases) {
  fakes::RecordingOrigin origin;
  const auto rival = Rival::start(kind, origin.address());
  if (!rival) {
    std::cout << name << " is not installed: left out of the comparison\n";
    return std::nullopt;
  }
  Subject subject{name, {}};
  for (const auto& c : cases) {
    subject.accepts[c.name] = is_accepted(c, [&] { return rival->connect(); }, origin);
  }
  return subject;
}

Subject ask_faultline(const std::vector<PayloadCase>& cases) {
  fakes::RecordingOrigin origin;
  integration::Proxy proxy(corpus_config(), origin.address());
  Subject subject{"faultline", {}};
  for (const auto& c : cases) {
    subject.accepts[c.name] = is_accepted(c, [&] { return proxy.connect(); }, origin);
  }
  return subject;
}

size_t count_accepted(const Subject& subject, const std::vector<PayloadCase>& cases) {
  size_t count = 0;
  for (const auto& c : cases) count += subject.accepts.at(c.name) ? 1 : 0;
  return count;
}

std::string table_of(const std::vector<Subject>& subjects, std::string_view file) {
  const auto cases = load_cases(file);
  std::string head = fmt::format("| {:28} |", file);
  std::string rule = "|---|";
  std::string total = fmt::format("| {:28} |", fmt::format("accepted of {}", cases.size()));
  for (const auto& subject : subjects) {
    head += fmt::format(" {:9} |", subject.name);
    rule += "---|";
    total += fmt::format(" {:<9} |", count_accepted(subject, cases));
  }
  std::string rows;
  for (const auto& c : cases) {
    std::string row = fmt::format("| {:28} |", c.name);
    bool is_alike = true;
    for (const auto& subject : subjects) {
      const bool accepts = subject.accepts.at(c.name);
      is_alike = is_alike && accepts == c.is_accepted();
      row += fmt::format(" {:9} |", accepts ? "accepts" : "-");
    }
    // Only where somebody differs from what the corpus wants.
    if (!is_alike) rows += row + "\n";
  }
  return head + "\n" + rule + "\n" + total + "\n" + rows + "\n";
}

TEST(Comparison, WhoAcceptsWhatOfTheRequestCorpus) {
  const auto cases = all_requests();
  std::vector<Subject> subjects{ask_faultline(cases)};
  for (const auto& [kind, name] :
       {std::pair{Rival::Kind::Nginx, "nginx"}, std::pair{Rival::Kind::Haproxy, "haproxy"}}) {
    if (auto subject = ask_rival(kind, name, cases)) subjects.push_back(std::move(*subject));
  }

  std::string report =
      "Accepts: a byte of it reached the origin. Cases where all agree with the "
      "corpus are left out.\n\n";
  for (const auto file :
       {kMalformedRequests, kValidRequests, kFurtherMalformedRequests, kFurtherValidRequests}) {
    report += table_of(subjects, file);
  }
  std::cout << report;
  std::ofstream("http1_comparison.md") << report;

  for (const auto& c : cases) {
    EXPECT_EQ(subjects.front().accepts.at(c.name), c.is_accepted()) << c.name;
  }
}

}  // namespace
}  // namespace faultline::conformance
