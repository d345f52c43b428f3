// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/log.h"

#include "proxy/base/text.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace faultline {
namespace {

// Lines that wait for the log thread; beyond it the oldest are overwritten.
constexpr size_t kQueueLines = 8192;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return spdlog::level::debug;
    case LogLevel::Info:
      return spdlog::level::info;
    case LogLevel::Warn:
      return spdlog::level::warn;
    case LogLevel::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

class SpdlogLog final : public Log {
 public:
  SpdlogLog(LogLevel threshold, bool json)
      : json_(json),
        pool_(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "faultline", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
            spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(to_spdlog(threshold));
    logger_->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                              : "%H:%M:%S.%e %l %v",
                         spdlog::pattern_time_type::utc);
  }

  ~SpdlogLog() override { logger_->flush(); }

  void write(LogLevel level, std::string_view line) override;

 private:
  bool json_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // spdlog's API: shared with the logger
  std::shared_ptr<spdlog::async_logger> logger_;
};

void SpdlogLog::write(LogLevel level, std::string_view line) {
  // Control bytes are escaped in both forms, so that traffic can forge no log line.
  if (json_) {
    logger_->log(to_spdlog(level), json_quote(line));
    return;
  }
  std::string text;
  json_escape_to(text, line);
  logger_->log(to_spdlog(level), text);
}

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogLevel threshold, bool json) {
  return std::make_unique<SpdlogLog>(threshold, json);
}

}  // namespace faultline
