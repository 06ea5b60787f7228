#include "remote/gate.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "client/dial.h"
#include "client/token.h"

namespace remote {
namespace {

const size_t kLongestLine = std::strlen(client::kGreeting) + client::kMostTokenDigits + 2;
constexpr const char* kWrong = "no: wrong token\n";
constexpr int kMostDoublings = 16;

void say(const base::Fd& socket, const char* text) {
  [[maybe_unused]] ssize_t n = ::send(socket.get(), text, std::strlen(text), MSG_NOSIGNAL);
}

}  // namespace

void Gate::arrive(base::Fd stranger) {
  if (strangers_.size() >= limits_.most_waiting) {
    // Who guesses, or says nothing, must not keep out who knows: that one speaks at once.
    auto punished = std::find_if(strangers_.begin(), strangers_.end(),
                                 [](const auto& one) { return !one->readable; });
    strangers_.erase(punished == strangers_.end() ? strangers_.begin() : punished);
  }
  strangers_.push_back(std::make_unique<Stranger>());
  Stranger& one = *strangers_.back();
  one.socket = std::move(stranger);
  one.readable = loop_.watch(one.socket.get(), [this, &one] { read(one); });
  one.timer = loop_.after(limits_.patience, [this, &one] { send_away(one); });
}

void Gate::read(Stranger& stranger) {
  char bytes[512];
  ssize_t n = ::recv(stranger.socket.get(), bytes, sizeof bytes, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return send_away(stranger);
  stranger.line.append(bytes, static_cast<size_t>(n));
  bool whole = stranger.line.back() == '\n';
  if (whole || stranger.line.size() > kLongestLine) judge(stranger);
}

void Gate::judge(Stranger& stranger) {
  std::string_view line = base::trim(stranger.line);
  std::string_view greeting = client::kGreeting;
  std::string_view shown =
      base::starts_with(line, greeting) ? line.substr(greeting.size()) : std::string_view();
  if (!client::is_token(shown, token_)) return punish(stranger);
  say(stranger.socket, client::kWelcome);
  base::Fd socket = std::move(stranger.socket);
  stranger.readable.reset();
  send_away(stranger);
  admit_(std::move(socket));
}

void Gate::punish(Stranger& stranger) {
  stranger.readable.reset();
  auto penalty = limits_.first_penalty * (1 << std::min(wrong_, kMostDoublings));
  ++wrong_;
  stranger.timer = loop_.after(std::min(penalty, limits_.most_penalty), [this, &stranger] {
    say(stranger.socket, kWrong);
    send_away(stranger);
  });
}

void Gate::send_away(Stranger& stranger) {
  std::erase_if(strangers_, [&](const auto& one) { return one.get() == &stranger; });
}

}  // namespace remote
