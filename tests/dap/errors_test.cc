// Errors that nobody catches: the scan stops where they happened, with everything still there.
#include "dap/scans.h"

namespace conversation {
namespace {

using Errors = Conversation;
ON_BOTH_NMAPS(Errors);

// Index of the first frame that has this local, or the size of the stack.
size_t frame_with(Session& s, const std::vector<dap::StackFrame>& frames, const std::string& name) {
  for (size_t i = 0; i < frames.size(); ++i)
    if (frames[i].presentationHint != "subtle" && s.locals(frames[i].id).count(name)) return i;
  return frames.size();
}

TEST_P(Errors, stop_at_the_line_that_raised) {
  Session s(nmap(), scan_with("throw"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();
  EXPECT_EQ(stop.reason, "exception");
  EXPECT_HAS(*stop.text, "attempt to index a nil value (local 'nothing')");
  EXPECT_EQ(s.place(stop), "throw.nse:" + std::to_string(fixture_line("throw", "nothing.field")));
  EXPECT_EQ(s.print(stop, "here"), "\"level 0\"");
}

TEST_P(Errors, leave_every_frame_and_its_locals_alive) {
  Session s(nmap(), scan_with("throw"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();
  auto frames = s.stack(stop);
  ASSERT_GT(frames.size(), 3u);
  EXPECT_EQ(frames[0].name, "deepest");
  EXPECT_EQ(frames[1].name, "deepest");
  EXPECT_EQ(s.locals(frames[1].id).at("level"), "1");
  EXPECT_EQ(s.evaluate(frames[1].id, "level + 41").result, "42");
  // The coroutine's own function, and the action that resumed it.
  EXPECT_EQ(s.locals(frames[2].id).at("inside"), "\"the coroutine's own local\"");
  size_t action = frame_with(s, frames, "caught");
  ASSERT_LT(action, frames.size());
  EXPECT_EQ(frames[action].name, "action");
  EXPECT_EQ(s.locals(frames[action].id).at("caught"), "false");
}

TEST_P(Errors, are_described_by_exceptionInfo) {
  Session s(nmap(), scan_with("throw"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();
  auto info = s.client().request<dap::ExceptionInfo>({stop.thread});
  EXPECT_EQ(info.breakMode, "unhandled");
  EXPECT_HAS(*info.description, "attempt to index a nil value (local 'nothing')");
  EXPECT_HAS(*info.details->stackTrace, "throw.nse:");
  EXPECT_HAS(s.client().error<dap::ExceptionInfo>({stop.thread + 100}), "has not raised an error");
}

TEST_P(Errors, that_are_caught_do_not_stop) {
  Session s(nmap(), scan_with("throw"));
  s.stop_on_uncaught_errors();
  s.run();
  Stop stop = s.wait_stopped();  // three caught ones are behind us
  EXPECT_EQ(s.print(stop, "NSE.registry.throw"), "{false, false, false}");
  s.resume(stop);
  Ended end = s.finish();
  EXPECT_EQ(end.status, 0);
  EXPECT_HAS(end.out, "throw: ERROR: Script execution failed (use -d to debug)");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Errors, of_new_try_do_not_stop) {
  Session s(nmap(), scan_with("give_up"));
  s.stop_on_uncaught_errors();
  s.run();
  EXPECT_EQ(s.finish().status, 0);
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Errors, do_not_stop_unless_asked_to) {
  Session s(nmap(), scan_with("throw"));
  s.run();
  EXPECT_HAS(s.finish().out, "throw: ERROR: Script execution failed");
  EXPECT_FALSE(s.client().seen<dap::StoppedEvent>());
}

TEST_P(Errors, have_four_filters) {
  Session s(nmap(), scan_with("throw"));
  EXPECT_EQ(s.client().error<dap::SetExceptionBreakpoints>({{"all"}, {}}),
            "there is no exception filter 'all'\n  there are: uncaught, caught, new_try, load");
  EXPECT_HAS(s.client().error<dap::SetExceptionBreakpoints>({{"uncought"}, {}}),
             "did you mean 'uncaught'?");
}

}  // namespace
}  // namespace conversation
