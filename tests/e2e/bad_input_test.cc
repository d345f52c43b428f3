// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/raw_socket.h"

#include <gtest/gtest.h>

namespace faultline::e2e {
namespace {

using fakes::RawSocket;
using fakes::ReadResult;

std::string body_of(const std::string& answer) {
  const size_t head_end = answer.find("\r\n\r\n");
  return head_end == std::string::npos ? "" : answer.substr(head_end + 4);
}

uint64_t errors_of(const std::string& folder, const std::string& side) {
  const auto errors = read_json(folder + "/errors.json");
  uint64_t count = 0;
  for (const auto& [reason, value] : errors[side].items()) count += value.get<uint64_t>();
  return count;
}

TEST(BadInput, MalformedHttpFromAClientIsAnsweredWith400AndClosedAndCounted) {
  const Nginx nginx;
  Faultline faultline({"--upstream", nginx.url()});
  const std::vector<std::string> requests{
      "GET /items HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "GET /items HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
      "GET /items HTTP/1.1\r\nHost : a\r\n\r\n",
      "NONSENSE\r\n\r\n",
  };

  for (const auto& request : requests) {
    SCOPED_TRACE(request);
    auto client = RawSocket::connect(faultline.address());
    ASSERT_TRUE(client.is_open());
    ASSERT_TRUE(client.send(request));
    const auto answer = client.read_to_end();
    EXPECT_EQ(answer.end, ReadResult::End::Fin);
    EXPECT_EQ(answer.bytes.substr(0, 13), "HTTP/1.1 400 ");
  }

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_EQ(errors_of(faultline.folder(), "downstream"), requests.size());
}

TEST(BadInput, MalformedHttpFromTheUpstreamIs502AndCounted) {
  const std::vector<std::string> answers{
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      "this is no HTTP\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
  };
  for (const auto& answer : answers) {
    SCOPED_TRACE(answer);
    fakes::FakeUpstream upstream(fakes::answer_each_head_with(answer));
    Faultline faultline({"--upstream", "http://" + format_host_port(upstream.address())});

    const std::string got = curl({faultline.url("/items")});

    EXPECT_EQ(got.substr(0, 13), "HTTP/1.1 502 ");
    EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
    EXPECT_EQ(errors_of(faultline.folder(), "upstream"), 1U);
  }
}

TEST(BadInput, AnUpstreamThatIsNotThereIs502AndCounted) {
  HostPort address;
  {
    const fakes::RawListener listener;
    address = listener.address();
  }
  Faultline faultline({"--upstream", "http://" + format_host_port(address)});

  const std::string got = curl({faultline.url("/items")});

  EXPECT_EQ(got.substr(0, 13), "HTTP/1.1 502 ");
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_EQ(read_error_count(faultline.folder(), "upstream", "connect_refused"), 1U);
}

TEST(BadInput, JsonThatIsNotJsonIsAFindingAndForwardedUntouched) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: drifting
    match: { path: /broken }
    fault: { schema_drift: { mutate: retype, pointer: /id } }
)"));
  Faultline faultline({"-c", config});

  const std::string answer = curl({faultline.url("/broken")});

  EXPECT_EQ(body_of(answer), read_text(fixture("broken.json")));
  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
  const auto findings = read_findings(faultline.folder());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].value("operation", ""), "GET /broken");
  EXPECT_EQ(findings[0].value("cause", ""), "natural");
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ(stats["rules"][0].value("applied", -1), 0);
  EXPECT_EQ(stats["rules"][0]["bypassed"].size(), 1U) << "drifting cannot edit what is not JSON";
}

TEST(BadInput, ABodyOverTheCaptureLimitIsForwardedUntouchedAndUnverifiable) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: drifting
    match: { path: /large }
    fault: { schema_drift: { mutate: retype, pointer: /0 } }
)"));
  Faultline faultline({"-c", config});

  const std::string through = curl({faultline.url("/large")});

  const std::string direct = curl({nginx.url("/large")});
  EXPECT_GT(direct.size(), 1024U * 1024);
  EXPECT_EQ(body_of(through), body_of(direct));
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_EQ(read_findings(faultline.folder()).size(), 0U);
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ(stats["unverifiable"].value("too large", 0), 1) << stats["unverifiable"].dump();
  EXPECT_EQ(stats["rules"][0]["bypassed"].value("buffer_limit", 0), 1) << stats["rules"][0].dump();
}

TEST(BadInput, ABodyThatADriftMayBufferIsStillTooLargeForTheMirror) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: drifting
    match: { path: /large }
    fault: { schema_drift: { mutate: retype, pointer: /0, max_body: 8MiB } }
)"));
  Faultline faultline({"-c", config});

  const std::string through = curl({faultline.url("/large")});

  EXPECT_NE(body_of(through), body_of(curl({nginx.url("/large")})));
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ(stats["rules"][0].value("applied", 0), 1) << stats["rules"][0].dump();
  EXPECT_EQ(stats["unverifiable"].value("too large", 0), 1) << stats["unverifiable"].dump();
}

TEST(BadInput, ARequestThatAFaultAnsweredAtOnceIsCheckedAllTheSame) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: no-pay, match: { path: /checkout }, fault: { abort: { status: 503 } } }
)"));
  Faultline faultline({"-c", config});

  curl({faultline.url("/checkout")},
       {"-H", "Content-Type: application/json", "--data-binary", R"({"card_number":"x"})"});

  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
  std::vector<std::string> natural;
  for (const auto& finding : read_findings(faultline.folder())) {
    if (finding.value("cause", "") == "natural") natural.push_back(finding.value("keyword", ""));
  }
  EXPECT_EQ(natural, std::vector<std::string>{"required"}) << "the e-mail is missing";
}

}  // namespace
}  // namespace faultline::e2e
