// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace faultline::e2e {
namespace {

// The characters of the base64 of `value` that do not depend on what stands before and behind it,
// for each of the three ways it can be aligned.
std::vector<std::string> base64_forms(const std::string& value) {
  std::vector<std::string> forms;
  for (size_t phase = 0; phase < 3; ++phase) {
    const std::string text = base64_encode(std::string(phase, '.') + value);
    const size_t first = (phase * 8 + 5) / 6;
    const size_t last = (phase + value.size()) * 8 / 6;
    std::string form = text.substr(first, last - first);
    forms.push_back(form);
    std::replace(form.begin(), form.end(), '+', '-');
    std::replace(form.begin(), form.end(), '/', '_');
    forms.push_back(form);
  }
  return forms;
}

// Every form in which the value could have been written.
std::vector<std::string> forms_of(const std::string& value) {
  auto forms = base64_forms(value);
  forms.push_back(value);
  const std::string encoded = percent_encode(value);
  forms.push_back(encoded);
  forms.push_back(to_lower(encoded));
  std::string plus = encoded;
  for (size_t at = plus.find("%20"); at != std::string::npos; at = plus.find("%20")) {
    plus.replace(at, 3, "+");
  }
  forms.push_back(plus);
  forms.push_back(hex_encode(value));
  return forms;
}

bool holds(const std::string& text, const std::string& value) {
  const auto forms = forms_of(value);
  return std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return text.find(form) != std::string::npos; });
}

TEST(PrivacySearch, FindsAValueInEveryForm) {
  const std::string value = "ottilie.brambach+9@mailbox.example.net";
  for (size_t phase = 0; phase < 3; ++phase) {
    EXPECT_TRUE(holds("a " + base64_encode(std::string(phase, 'q') + value + "zz"), value));
  }
  EXPECT_TRUE(holds("x=" + percent_encode(value), value));
  EXPECT_TRUE(holds("{\"e\":\"" + value + "\"}", value));
  EXPECT_TRUE(holds(hex_encode("<" + value + ">"), value));
  EXPECT_FALSE(holds("somebody.else@mailbox.example.net", value));
}

// What is sent and answered in the test below.
struct Traffic {
  const cli::demo::PersonalData& people;

  // The first customer is who nginx answers with; the others are sent.
  [[nodiscard]] const cli::demo::Customer& sender() const { return people.customers[1]; }
  [[nodiscard]] const cli::demo::Customer& other() const { return people.customers[2]; }

  [[nodiscard]] std::vector<std::string> headers() const {
    return {"-H", "Authorization: Bearer " + sender().token,
            "-H", "Cookie: theme=dark; session=" + people.session,
            "-H", "X-Api-Key: " + people.api_key};
  }
  [[nodiscard]] std::vector<std::string> values() const {
    auto values = people.canaries();
    // A name is personal only where a field says so; the sender's stands in none.
    std::erase_if(values, [&](const std::string& value) { return value == sender().full_name; });
    return values;
  }
};

void send(const Traffic& traffic, const std::string& base) {
  const auto post = [&](const std::string& type, const std::string& body) {
    auto options = traffic.headers();
    options.insert(options.end(), {"-H", "Content-Type: " + type, "--data-binary", body});
    curl({base + "/checkout"}, options);
  };
  curl({base + "/items?contact=" + percent_encode(traffic.sender().email) +
            "&access_token=" + traffic.other().token,
        base + "/profile", base + "/cart/1"},
       traffic.headers());
  post("application/json", nlohmann::json{{"card_number", traffic.sender().card},
                                          {"email", traffic.sender().email},
                                          {"payer",
                                           {{"full_name", traffic.other().full_name},
                                            {"note", "call " + traffic.other().phone}}},
                                          {"refund_to", traffic.sender().iban}}
                               .dump());
  post("application/x-www-form-urlencoded",
       "card_number=" + traffic.other().card + "&email=" + percent_encode(traffic.other().email) +
           "&phone=" + percent_encode(traffic.sender().phone) + "&iban=" + traffic.other().iban);
  // Where no contract looks: an unknown path and a broken body.
  curl({base + "/who/" + traffic.sender().email}, traffic.headers());
  post("application/json",
       "{\"email\": \"" + traffic.sender().email + "\", oops " + traffic.sender().token);
}

void expect_nothing_written(const std::string& folder, const Traffic& traffic) {
  const auto files = read_all_files(folder);
  EXPECT_GE(files.size(), 10U);
  for (const auto& [name, text] : files) {
    for (const auto& value : traffic.values()) {
      EXPECT_FALSE(holds(text, value)) << name << " holds " << value;
    }
  }
}

std::string journal_of(const std::string& folder) {
  std::string journal;
  for (const auto& [name, text] : read_all_files(folder)) {
    if (name.starts_with("journal/")) journal += text;
  }
  return journal;
}

TEST(Privacy, NoSecretOrPersonalDatumReachesTheRunFolder) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: drifting
    match: { path: /profile }
    fault: { schema_drift: { mutate: retype, pointer: /email } }
report: { fail_on: none }
access_log: true
traces: true
)"));
  Faultline faultline({"-c", config});
  const Traffic traffic{nginx.people()};

  send(traffic, faultline.url());

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  expect_nothing_written(faultline.folder(), traffic);
  EXPECT_FALSE(holds(faultline.process().errors(), traffic.sender().email));
  // The traffic was there, and what replaced the values is as well.
  const std::string journal = journal_of(faultline.folder());
  EXPECT_EQ(std::count(journal.begin(), journal.end(), '\n'), 7);
  const std::string access_log = read_all_files(faultline.folder()).at("access.jsonl");
  EXPECT_EQ(std::count(access_log.begin(), access_log.end(), '\n'), 7);
  EXPECT_NE(access_log.find("@redacted.invalid"), std::string::npos) << access_log;
  const std::string traces = read_all_files(faultline.folder()).at("traces.jsonl");
  EXPECT_EQ(std::count(traces.begin(), traces.end(), '\n'), 7);
  EXPECT_NE(traces.find("@redacted.invalid"), std::string::npos) << traces;
  // A web token becomes one that is not signed and says so.
  const std::string no_algorithm = base64_encode(R"({"alg":"none")").substr(0, 16);
  EXPECT_NE(journal.find("@redacted.invalid"), std::string::npos);
  EXPECT_NE(journal.find("Bearer " + no_algorithm), std::string::npos);
  // The proof looked with all its eyes, and the audit says what was done, of what and where.
  const auto proof = read_json(faultline.folder() + "/redaction-proof.json");
  EXPECT_EQ(proof.value("leak_count", -1), 0) << proof.dump(2);
  EXPECT_TRUE(proof.value("negative_control_ok", false)) << proof.dump(2);
  EXPECT_GT(proof.value("echo_values", 0), 5) << proof.dump(2);
  EXPECT_GT(proof.value("planted", 0), 40) << proof.dump(2);
  EXPECT_TRUE(proof.at("planted_survived").empty()) << proof.dump(2);
  const std::string audit = read_all_files(faultline.folder()).at("audit.jsonl");
  for (const std::string part : {R"("class":"http.cookie")", R"("class":"email")", R"("path":)",
                                 R"("operator":)", R"("never_fired":[)"}) {
    EXPECT_NE(audit.find(part), std::string::npos) << part << " in " << audit;
  }
}

TEST(Privacy, APlantedCanaryThatIsFoundIsExitFive) {
  const Nginx nginx;
  const TempFolder folder;
  // The name of an item: no detector has a reason to replace it, and the journal keeps it.
  const std::string config =
      folder.write("faultline.yaml",
                   config_text(nginx.address(), "redaction: { canaries: [\"cast iron pan\"] }\n"));
  Faultline faultline({"-c", config});

  curl({faultline.url("/items")});

  EXPECT_EQ(faultline.stop(), 5) << faultline.process().errors();
  const auto proof = read_json(faultline.folder() + "/redaction-proof.json");
  EXPECT_GE(proof.value("leak_count", 0), 1);
  EXPECT_EQ(proof.dump().find("cast iron pan"), std::string::npos);
}

TEST(Privacy, ACanaryThatTheRedactorReplacesIsNoLeak) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write(
      "faultline.yaml", config_text(nginx.address(), "redaction: { canaries: [\"" +
                                                         nginx.customer().email + "\"] }\n"));
  Faultline faultline({"-c", config});

  curl({faultline.url("/profile")});

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
}

}  // namespace
}  // namespace faultline::e2e
