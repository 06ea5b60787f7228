// Into a process whose Lua is part of its executable: nmap as many build it themselves.
#include "launch/injection.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "launch/child.h"
#include "launch/environment.h"

namespace launch {
namespace {

bool eventually(const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

class InjectionTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    input_.reset(ends[1]);
    base::Fd other(ends[0]);
    ChildSpec spec;
    spec.path = std::string(TEST_STATIC_LUA) + GetParam();
    spec.argv = {spec.path};
    spec.stdio[0] = other.get();
    base::Result<pid_t> started = start_child(spec);
    ASSERT_TRUE(started.ok()) << started.error().text();
    pid_ = *started;
  }
  void TearDown() override {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    (void)wait_child(pid_);
  }

  pid_t pid_ = -1;
  base::Fd input_;
};
INSTANTIATE_TEST_SUITE_P(, InjectionTest, testing::Values("53", "54"));

TEST_P(InjectionTest, a_program_with_lua_inside_is_entered_by_its_event_loop) {
  std::optional<Injection> injection;
  ASSERT_TRUE(eventually([&] {  // when it has left its loader
    base::Result<Injection> prepared = Injection::prepare(pid_);
    if (prepared) injection.emplace(std::move(*prepared));
    return prepared.ok();
  }));
  EXPECT_EQ(injection->lua(), GetParam() == std::string("53") ? "5.3" : "5.4");
  base::Status armed = injection->arm(std::string(TEST_AGENT) + GetParam() + ".so", "x=y");
  ASSERT_TRUE(armed.ok()) << armed.error().text();
  injection->look_for_state();
  EXPECT_EQ(injection->state(), StubState::kOff) << "it has no Lua state yet";
  input_.reset();
  EXPECT_TRUE(eventually([&] {
    injection->look_for_state();
    return injection->state() == StubState::kEntered || !injection->problem().ok();
  }));
  EXPECT_TRUE(injection->problem().ok()) << injection->problem().error().text();
  base::Result<int> status = wait_child(pid_);
  pid_ = -1;
  EXPECT_EQ(*status, 42);
}

TEST_P(InjectionTest, who_gives_up_leaves_it_as_it_was) {
  ASSERT_TRUE(eventually([&] {
    base::Result<Injection> prepared = Injection::prepare(pid_);
    if (!prepared) return false;
    EXPECT_TRUE(prepared->arm("/no/such/agent.so", "").ok());
    EXPECT_EQ(prepared->withdraw(), StubState::kOff);
    return true;
  }));
  base::Result<RemoteMemory> memory = RemoteMemory::open(pid_);
  ASSERT_TRUE(memory.ok());
  int anonymous_code = 0;
  for (const Mapping& one : memory->mappings())
    anonymous_code += one.executable && one.path.empty() ? 1 : 0;
  EXPECT_EQ(anonymous_code, 0);
}

}  // namespace
}  // namespace launch
