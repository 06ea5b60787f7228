#include "agent/completions.h"

#include "agent/values_fixture.h"

namespace agent {
namespace {

using Completions = Script;

std::string complete(const Frame& f, const std::string& text, int column = 0) {
  dap::Completions::Arguments arguments;
  arguments.text = text;
  arguments.column = column ? column : static_cast<int>(text.size()) + 1;
  auto response = completions(f, arguments);
  std::string out;
  for (const dap::CompletionItem& item : response->targets) out += item.label + " ";
  return out;
}

const char kCode[] =
    "local class = {send = function() end, size = 1}; class.__index = class\n"
    "local host = {ip = '1', interface = 'lo', ['mac addr'] = 1, [3] = 1}\n"
    "local obj = setmetatable({sock = 1}, {__index = class}); local list = {{inner = 1}}\n"
    "global_thing = 1; stop()";

TEST_F(Completions, Names) {
  run(kCode, [&](Frame f) {
    EXPECT_EQ("host ", complete(f, "ho"));
    EXPECT_EQ("getmetatable global_thing goto ", complete(f, "x + g"));
    EXPECT_EQ("string ", complete(f, "print(stri"));
    EXPECT_NE(std::string::npos, complete(f, "").find("obj "));
    EXPECT_NE(std::string::npos, complete(f, "SCRIPT_").find("SCRIPT_NAME "));
  });
}

TEST_F(Completions, Fields) {
  run(kCode, [&](Frame f) {
    EXPECT_EQ("interface ip ", complete(f, "host."));
    EXPECT_EQ("interface ip ", complete(f, "x == host.i"));
    EXPECT_EQ("send size sock ", complete(f, "obj.s"));
    EXPECT_EQ("send ", complete(f, "obj:"));
    EXPECT_EQ("inner ", complete(f, "list[1]."));
    EXPECT_EQ("\"interface\"] \"ip\"] \"mac addr\"] 3] ", complete(f, "host["));
    EXPECT_EQ("\"mac addr\"] ", complete(f, "host[\"m"));
    EXPECT_EQ("", complete(f, "f()."));
    EXPECT_EQ("", complete(f, "nope."));
    EXPECT_EQ("", complete(f, "'text"));
  });
}

TEST_F(Completions, ColumnsAreUtf16) {
  run(kCode, [&](Frame f) {
    dap::Completions::Arguments arguments;
    arguments.text = "'\xf0\x9f\x98\x80' .. host.ip .. x";
    arguments.column = 14;  // after "host."; the face is two units
    auto response = completions(f, arguments);
    ASSERT_EQ(2u, response->targets.size());
    EXPECT_EQ(0, *response->targets[0].length);
    arguments.column = 15;
    response = completions(f, arguments);
    ASSERT_EQ(2u, response->targets.size());
    EXPECT_EQ(14, *response->targets[0].start);
    EXPECT_EQ(1, *response->targets[0].length);
  });
}

TEST_F(Completions, ManyAreCappedAloud) {
  run("local t = {}; for i = 1, 1000 do t['f' .. i] = 1 end; stop()", [&](Frame f) {
    dap::Completions::Arguments arguments;
    arguments.text = "t.";
    arguments.column = 3;
    auto response = completions(f, arguments);
    ASSERT_EQ(201u, response->targets.size());
    EXPECT_EQ("f2", response->targets[1].label);
    EXPECT_EQ("… 800 more", response->targets.back().label);
  });
}

}  // namespace
}  // namespace agent
