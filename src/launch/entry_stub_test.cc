// The stub, in pages of our own: what it calls, and that its caller notices nothing.
#include "launch/entry_stub.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

namespace launch {
namespace {

struct Seen {
  int calls = 0, loads = 0;
  void* state = nullptr;
  std::string file, symbol, config;
  int answer = 0;
  bool loader_fails = false;
} seen;

using Function = long (*)(long, long, long, long, long, long);

long original(long a, long b, long c, long d, long e, long f) {
  ++seen.calls;
  return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}

int attach(void* state, const char* config, char* answer, size_t size) {
  seen.state = state;
  seen.config = config;
  std::strncpy(answer, "no", size);
  errno = EPIPE;
  return seen.answer;
}

void* load(const char* file, int) {
  ++seen.loads;
  seen.file = file;
  return seen.loader_fails ? nullptr : &seen;
}

void* look_up(void* handle, const char* symbol) {
  EXPECT_EQ(handle, &seen);
  seen.symbol = symbol;
  return reinterpret_cast<void*>(attach);
}

const char* complaint() { return "cannot"; }

class EntryStubTest : public testing::Test {
 protected:
  EntryStubTest() {
    seen = Seen();
    code_ = static_cast<char*>(
        mmap(nullptr, 2 * kStubPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::string code = stub_code();
    std::memcpy(code_, code.data(), code.size());
    mprotect(code_, kStubPage, PROT_READ | PROT_EXEC);
    __builtin___clear_cache(code_, code_ + code.size());
    data_ = new (code_ + kStubPage) StubData;
    data_->original = address(original);
    data_->dlopen = address(load);
    data_->dlsym = address(look_up);
    data_->dlerror = address(complaint);
    data_->errno_location = address(__errno_location);
    data_->state = static_cast<uint32_t>(StubState::kArmed);
    std::strcpy(data_->agent, "/the/agent.so");
    std::strcpy(data_->config, "a=b");
  }
  ~EntryStubTest() override { munmap(code_, 2 * kStubPage); }

  template <class F>
  static uint64_t address(F* function) {
    return reinterpret_cast<uint64_t>(function);
  }
  // With arguments that must come through, and errno that must stay.
  void call() {
    errno = ENOENT;
    int before = seen.calls;
    auto stub = reinterpret_cast<Function>(code_);
    EXPECT_EQ(stub(1, 2, 3, 4, 5, 6), 654321);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_EQ(seen.calls, before + 1);
  }
  StubState state() const { return static_cast<StubState>(data_->state); }

  char* code_;
  StubData* data_;
};

TEST_F(EntryStubTest, the_agent_is_loaded_once_and_asked_until_it_comes) {
  seen.answer = 1;  // not now
  call();
  call();
  EXPECT_EQ(state(), StubState::kArmed);
  seen.answer = 0;
  call();
  EXPECT_EQ(state(), StubState::kEntered);
  EXPECT_EQ(seen.loads, 1);
  EXPECT_EQ(seen.file, "/the/agent.so");
  EXPECT_EQ(seen.symbol, "nsedbg_attach");
  EXPECT_EQ(seen.config, "a=b");
  EXPECT_EQ(seen.state, reinterpret_cast<void*>(1)) << "the first argument of Lua's API";
  seen.state = nullptr;
  call();
  EXPECT_EQ(seen.state, nullptr) << "once it is in, nobody asks it";
}

TEST_F(EntryStubTest, the_state_may_be_in_a_variable) {
  void* variable = nullptr;
  data_->variable = reinterpret_cast<uint64_t>(&variable);
  call();
  EXPECT_EQ(seen.loads, 0) << "there is no Lua yet";
  variable = this;
  call();
  EXPECT_EQ(seen.state, this);
  EXPECT_EQ(state(), StubState::kEntered);
}

TEST_F(EntryStubTest, an_agent_that_refuses_says_why) {
  seen.answer = 2;
  call();
  EXPECT_EQ(state(), StubState::kRefused);
  EXPECT_STREQ(data_->answer, "no");
}

TEST_F(EntryStubTest, what_the_loader_says_is_kept) {
  seen.loader_fails = true;
  call();
  EXPECT_EQ(state(), StubState::kNotLoaded);
  EXPECT_STREQ(reinterpret_cast<const char*>(data_->error), "cannot");
}

TEST_F(EntryStubTest, disarmed_it_only_passes_on) {
  data_->state = static_cast<uint32_t>(StubState::kOff);
  call();
  EXPECT_EQ(seen.loads, 0);
}

}  // namespace
}  // namespace launch
