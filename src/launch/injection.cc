#include "launch/injection.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <thread>

#include "base/text.h"
#include "launch/main_state.h"
#include "launch/nmap_args.h"
#include "launch/paths.h"
#include "launch/ptrace_session.h"
#include "launch/running_nmap.h"

namespace launch {
namespace {

using base::fail;
using base::Result;
using base::Status;

constexpr size_t kPages = 2 * kStubPage;
constexpr int kPatience = 100;  // times 10 ms, for a call that is under way
constexpr const char* kLuaHint =
    "nsedbg has agents for Lua 5.3 (nmap 7.40 to 7.93) and Lua 5.4 (nmap 7.94 and later)";

// nmap's C code takes values off Lua's stack with it all the time: in its event loop every 50 ms
// (get_pool, nse_nsock.cc 7.93), whatever the scripts do.
constexpr const char* kFunction = "lua_settop";

std::optional<Address> find(const std::vector<RemoteElf>& objects, const std::string& name) {
  for (const RemoteElf& object : objects)
    if (auto address = object.symbol(name)) return address;
  return std::nullopt;
}

// The C library's own: a sanitizer's library has functions of the same names.
bool is_libc(const RemoteElf& object) {
  std::string_view name = base::basename(object.path());
  for (const char* prefix : {"libc.so", "libc-", "ld-musl", "libc.musl", "libdl"})
    if (base::starts_with(name, prefix)) return true;
  return false;
}

std::optional<Address> find_in_libc(const std::vector<RemoteElf>& objects, const char* name) {
  for (const RemoteElf& object : objects)
    if (is_libc(object))
      if (auto address = object.symbol(name)) return address;
  return std::nullopt;
}

// What the event loop of nmap's nsock waits with (nsock/src/engine_*.c); epoll where it may choose.
const char* event_function(pid_t nmap) {
  std::vector<std::string> words = command_line(nmap);
  if (!words.empty()) words.erase(words.begin());
  std::string engine = parse_nmap_args(words).nsock_engine;
  return engine == "poll" ? "poll" : engine == "select" ? "select" : "epoll_wait";
}

template <size_t N>
bool copy(const std::string& text, char (&to)[N]) {
  if (text.size() >= N) return false;
  text.copy(to, N - 1);
  to[text.size()] = '\0';
  return true;
}

}  // namespace

Result<Injection> Injection::prepare(pid_t pid) {
  Result<RemoteMemory> memory = RemoteMemory::open(pid);
  if (!memory) return why_no_ptrace(pid, EPERM);
  Injection injection(std::move(*memory));
  std::vector<RemoteElf> objects = loaded_objects(injection.memory_);
  if (objects.empty()) return why_no_ptrace(pid, EPERM);
  Status found = injection.find_lua(objects);
  if (found) found = injection.find_loader(objects);
  if (found) found = injection.check_linked();
  if (!found) return found.take_error();
  return injection;
}

Status Injection::find_lua(const std::vector<RemoteElf>& objects) {
  std::string process = "process " + std::to_string(memory_.pid());
  auto function = find(objects, kFunction);
  if (!function)
    return fail(process + " has no Lua that could be found: no script engine to debug", kLuaHint,
                3);
  bool has_54 = find(objects, "lua_newuserdatauv").has_value();
  bool has_53 = find(objects, "lua_rotate").has_value();
  if (!has_53) return fail(process + " has a Lua for which there is no agent", kLuaHint, 3);
  lua_ = has_54 ? "5.4" : "5.3";
  data_.original = *function;
  slots_ = objects[0].slots(kFunction);
  return slots_.empty() ? find_event_loop(objects) : base::ok();
}

// Lua is part of the executable, whose calls of it go through no table. Its event loop's do, and
// nmap's Lua state is in a variable (L_NSE, nse_main.cc).
Status Injection::find_event_loop(const std::vector<RemoteElf>& objects) {
  const char* name = event_function(memory_.pid());
  auto function = find_in_libc(objects, name);
  slots_ = objects[0].slots(name);
  variables_ = objects[0].variables();
  if (!function || slots_.empty())
    return fail("process " + std::to_string(memory_.pid()) + " has its Lua inside, and calls no " +
                    std::string(name) + ": nsedbg finds no way in",
                "start this nmap with nsedbg", 3);
  data_.original = *function;
  return base::ok();
}

// Before that, ld.so would add to what we write into the table, or write over it.
Status Injection::check_linked() const {
  std::vector<Mapping> mappings = memory_.mappings();
  for (Address slot : slots_) {
    Address leads_to = 0;
    auto holds = [&](const Mapping& one) {
      return one.executable && leads_to >= one.begin && leads_to < one.end;
    };
    if (!memory_.read(slot, leads_to) || std::none_of(mappings.begin(), mappings.end(), holds))
      return fail("process " + std::to_string(memory_.pid()) + " is being started still",
                  "try again in a moment");
  }
  return base::ok();
}

void Injection::look_for_state() {
  if (variables_.empty() || state() != StubState::kOff) return;
  data_.variable = find_main_state(memory_, variables_);
  if (!data_.variable) return;
  auto armed = static_cast<uint32_t>(StubState::kArmed);
  Address data = pages_ + kStubPage;
  if (memory_.write_value(data + offsetof(StubData, variable), data_.variable))
    memory_.write_value(data + offsetof(StubData, state), armed);
}

Status Injection::find_loader(const std::vector<RemoteElf>& objects) {
  struct Wanted {
    const char* name;
    uint64_t StubData::*place;
  };
  constexpr Wanted kWanted[] = {{"dlopen", &StubData::dlopen},
                                {"dlsym", &StubData::dlsym},
                                {"dlerror", &StubData::dlerror},
                                {"__errno_location", &StubData::errno_location}};
  for (const Wanted& one : kWanted) {
    auto address = find_in_libc(objects, one.name);
    if (!address)
      return fail("process " + std::to_string(memory_.pid()) + " has no " + one.name +
                      " in its C library: the agent cannot be loaded",
                  "start this nmap with nsedbg", 3);
    data_.*one.place = *address;
  }
  return base::ok();
}

// All or none.
Status Injection::lead(Address to) {
  before_.assign(slots_.size(), 0);
  for (size_t i = 0; i < slots_.size(); ++i)
    if (!memory_.read(slots_[i], before_[i]) || !memory_.write_value(slots_[i], to))
      return fail(with_errno("cannot write to process " + std::to_string(memory_.pid()), errno));
  return base::ok();
}

Status Injection::arm(const std::string& agent, const std::string& config) {
  if (!copy(agent, data_.agent) || !copy(config, data_.config))
    return fail("the path of the agent or of the run directory is too long");
  if (!variables_.empty()) data_.variable = find_main_state(memory_, variables_);
  bool ready = variables_.empty() || data_.variable;
  data_.state = static_cast<uint32_t>(ready ? StubState::kArmed : StubState::kOff);
  Result<PtraceSession> session = PtraceSession::seize(memory_);
  if (!session) return session.take_error();
  Result<int64_t> mapped = session->call(
      SYS_mmap, {0, kPages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, ~uint64_t{0}, 0});
  if (!mapped) return mapped.take_error();
  if (*mapped < 0 && *mapped > -4096)
    return fail(with_errno("nmap cannot map memory", static_cast<int>(-*mapped)));
  pages_ = static_cast<Address>(*mapped);
  std::string code = stub_code();
  if (!memory_.write(pages_, code.data(), code.size()) ||
      !memory_.write_value(pages_ + kStubPage, data_))
    return fail(with_errno("cannot write to process " + std::to_string(memory_.pid()), errno));
  Result<int64_t> done = session->call(SYS_mprotect, {pages_, kStubPage, PROT_READ | PROT_EXEC});
  if (!done) return done.take_error();
  if (*done != 0)
    return fail(with_errno("nmap cannot make code executable", static_cast<int>(-*done)));
  return lead(pages_);
}

StubState Injection::state() const {
  uint32_t now = 0;
  if (!pages_ || !memory_.read(pages_ + kStubPage + offsetof(StubData, state), now))
    return StubState::kOff;
  return static_cast<StubState>(now);
}

Status Injection::problem() const {
  std::string process = "process " + std::to_string(memory_.pid());
  StubData now;
  if (!memory_.read(pages_ + kStubPage, now)) return fail(process + " has ended");
  now.answer[sizeof now.answer - 1] = '\0';
  switch (static_cast<StubState>(now.state)) {
    case StubState::kRefused: return fail("the agent in " + process + ": " + now.answer);
    case StubState::kNotLoaded:
      return fail(
          "the agent could not be loaded into " + process + ": " + memory_.text(now.error, 500),
          "install nsedbg again, or rebuild it: make", 3);
    default: return base::ok();
  }
}

// Stopped: nobody is in the pages, or about to come back to them.
bool Injection::try_to_unmap(StubState& last) {
  Result<PtraceSession> session = PtraceSession::seize(memory_);
  if (!session) return true;  // it has ended
  last = state();
  Address at = session->program_counter();
  if (last == StubState::kEntering || (at >= pages_ && at < pages_ + kPages)) return false;
  (void)session->call(SYS_munmap, {pages_, kPages});
  return true;
}

StubState Injection::withdraw() {
  if (!pages_) return StubState::kOff;
  for (size_t i = 0; i < before_.size(); ++i)
    if (before_[i]) memory_.write_value(slots_[i], before_[i]);
  before_.clear();
  uint32_t off = 0;
  if (state() == StubState::kArmed)
    memory_.write_value(pages_ + kStubPage + offsetof(StubData, state), off);
  StubState last = state();
  // No event tells that another process has left a page: it is asked again, a limited number of
  // times, and runs meanwhile.
  for (int i = 0; i < kPatience && !try_to_unmap(last); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  pages_ = 0;
  return last;
}

}  // namespace launch
