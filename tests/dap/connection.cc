#include "dap/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace conversation {

using Kind = dap::Message::Kind;

Connection::Connection(support::Poller& poller, base::Fd socket, Recorder recorder)
    : poller_(poller), socket_(std::move(socket)), recorder_(std::move(recorder)) {
  if (!socket_.valid()) throw support::Failure("the agent does not listen");
  fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  poller_.watch(socket_.get(), [this] { read_some(); });
}

Connection::~Connection() {
  if (socket_.valid()) poller_.forget(socket_.get());
}

int Connection::send(const char* command, const std::string& arguments, bool bad) {
  int seq = ++last_seq_;
  std::string json = dap::request_json(seq, command, arguments);
  recorder_.to_agent(json, bad);
  unanswered_.insert(seq);
  texts_.push_back("> " + json);
  write_all(dap::frame(json));
  return seq;
}

void Connection::send_raw(std::string_view bytes) { write_all(bytes); }

void Connection::send_raw_or_closed(std::string_view bytes) {
  [[maybe_unused]] ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Connection::await(const std::string& name) {
  wait_for(name,
           [&] { return std::find(history_.begin(), history_.end(), name) != history_.end(); });
}

void Connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!socket_.valid()) fail("the agent has closed the connection");
    ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd wait{socket_.get(), POLLOUT, 0};
      if (::poll(&wait, 1, 40000) == 0) fail("the agent does not read");
    } else if (errno != EINTR) {
      fail(std::string("cannot send: ") + strerror(errno));
    }
  }
}

void Connection::read_some() {
  char buffer[65536];
  ssize_t n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    poller_.forget(socket_.get());
    socket_.reset();
    return;
  }
  reader_.feed({buffer, static_cast<size_t>(n)});
  while (auto json = reader_.next()) {
    recorder_.from_agent(*json);
    texts_.push_back("< " + *json);
    dap::Message partial;
    std::string why;
    auto message = dap::parse(*json, partial, why);
    if (!message) fail("not a DAP message: " + why);
    bool response = message->kind == Kind::kResponse;
    if (response) unanswered_.erase(message->request_seq);
    history_.push_back(message->name + (response ? "!" : ""));
    inbox_.push_back(std::move(*message));
  }
  if (!reader_.error().empty()) fail("bad framing: " + reader_.error());
}

dap::Message Connection::response(int seq, bool any) {
  std::optional<dap::Message> found;
  wait_for(any ? "an answer" : "the answer to request " + std::to_string(seq), [&] {
    for (auto it = inbox_.begin(); it != inbox_.end() && !found; ++it) {
      if (it->kind != Kind::kResponse || (!any && it->request_seq != seq)) continue;
      found = std::move(*it);
      inbox_.erase(it);
      return true;
    }
    return false;
  });
  return std::move(*found);
}

void Connection::await_answer(int seq) {
  dap::Message message = response(seq);
  if (!message.success) fail(message.name + " failed: " + error_text(message));
}

void Connection::await_all_answers() {
  wait_for("all answers", [this] { return unanswered_.empty(); });
}

dap::Message Connection::reverse_request(const std::string& command) {
  std::optional<dap::Message> found;
  wait_for("the request " + command, [&] {
    for (auto it = inbox_.begin(); it != inbox_.end() && !found; ++it) {
      if (it->kind != Kind::kRequest || it->name != command) continue;
      found = std::move(*it);
      inbox_.erase(it);
      return true;
    }
    return false;
  });
  return std::move(*found);
}

void Connection::respond(const dap::Message& request, const std::string& body) {
  std::string json = dap::response_json(++last_seq_, request.seq, request.name, body);
  recorder_.to_agent(json, false);
  texts_.push_back("> " + json);
  write_all(dap::frame(json));
}

std::string Connection::error_of(int seq) { return error_in(response(seq)); }
std::string Connection::next_error() { return error_in(response(0, true)); }

std::string Connection::error_in(const dap::Message& message) {
  if (message.success) fail(message.name + " should have failed");
  return error_text(message);
}

std::string Connection::error_text(const dap::Message& message) {
  if (!message.body || !message.body->IsObject()) return message.message;
  auto error = message.body->FindMember("error");
  if (error == message.body->MemberEnd()) return message.message;
  return error->value["format"].GetString();
}

std::string Connection::bad_request(const std::string& command, const std::string& arguments) {
  return error_of(send(command.c_str(), arguments, true));
}

void Connection::wait_for(const std::string& what, const std::function<bool()>& done) {
  bool came = false;
  bool over = poller_.wait([&] { return (came = done()) || closed(); });
  if (came) return;
  fail("waiting for " + what + ": " +
       (over ? "the connection was closed" : "it did not come in time"));
}

void Connection::await_closed() {
  if (!poller_.wait([this] { return closed(); })) fail("the agent does not close the connection");
}

void Connection::vanish() {
  if (!socket_.valid()) return;
  if (!unanswered_.empty()) recorder_.cut();
  poller_.forget(socket_.get());
  socket_.reset();
}

void Connection::fail(const std::string& what) {
  std::string text = what + "; the last messages:";
  size_t from = texts_.size() > 12 ? texts_.size() - 12 : 0;
  for (size_t i = from; i < texts_.size(); ++i) text += "\n  " + texts_[i].substr(0, 600);
  if (context_) text += "\n" + context_();
  throw support::Failure(text);
}

}  // namespace conversation
