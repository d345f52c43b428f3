// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/dialogue.h"

#include "bench/floor/request_head.h"

#include <llhttp.h>

#include <string>

namespace faultline::bench {
namespace {

class HttpDialogue final : public Dialogue {
 public:
  explicit HttpDialogue(std::string_view path) : request_(request_head(path)) {
    llhttp_settings_init(&settings_);
    settings_.on_message_complete = &HttpDialogue::on_message;
    restart();
  }
  HttpDialogue(const HttpDialogue&) = delete;  // llhttp keeps the address.
  HttpDialogue& operator=(const HttpDialogue&) = delete;

  std::string_view request() const override { return request_; }

  Progress feed(std::string_view bytes) override {
    messages_ = 0;
    const llhttp_errno_t error = llhttp_execute(&parser_, bytes.data(), bytes.size());
    if (error != HPE_OK || messages_ > 1) return Progress::Malformed;
    if (messages_ == 0) return Progress::More;
    if (!is_ok_) return Progress::WrongStatus;
    return is_kept_ ? Progress::Answered : Progress::AnsweredLast;
  }

  bool is_completed_by_end() override {
    messages_ = 0;
    return llhttp_finish(&parser_) == HPE_OK && messages_ == 1 && is_ok_;
  }

  void restart() override {
    llhttp_init(&parser_, HTTP_RESPONSE, &settings_);
    parser_.data = this;
  }

 private:
  static int on_message(llhttp_t* parser) {
    auto& dialogue = *static_cast<HttpDialogue*>(parser->data);
    ++dialogue.messages_;
    dialogue.is_ok_ = parser->status_code == 200;
    dialogue.is_kept_ = llhttp_should_keep_alive(parser) != 0;
    return 0;
  }

  std::string request_;
  int messages_ = 0;  // in the bytes of one feed(): more than one was not asked for
  bool is_ok_ = false;
  bool is_kept_ = false;
  llhttp_settings_t settings_{};
  llhttp_t parser_{};
};

/// The bytes must come back as they went: a relay that mixes up connections or drops a byte fails.
class EchoDialogue final : public Dialogue {
 public:
  explicit EchoDialogue(size_t bytes) {
    constexpr unsigned kPeriod = 251;  // A prime, so that no power of two repeats the pattern.
    request_.resize(bytes);
    for (size_t i = 0; i < bytes; ++i) request_[i] = static_cast<char>(i % kPeriod);
  }

  std::string_view request() const override { return request_; }

  Progress feed(std::string_view bytes) override {
    const std::string_view wanted = std::string_view(request_).substr(received_, bytes.size());
    if (bytes != wanted) return Progress::Malformed;
    received_ += bytes.size();
    if (received_ < request_.size()) return Progress::More;
    received_ = 0;
    return Progress::Answered;
  }

  bool is_completed_by_end() override { return false; }
  void restart() override { received_ = 0; }

 private:
  std::string request_;
  size_t received_ = 0;
};

}  // namespace

std::unique_ptr<Dialogue> make_dialogue(const OpenLoopOptions& options) {
  if (options.mode == OpenLoopMode::Tcp) {
    return std::make_unique<EchoDialogue>(options.message_bytes);
  }
  return std::make_unique<HttpDialogue>(options.path);
}

}  // namespace faultline::bench
