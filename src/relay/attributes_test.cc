#include "relay/attributes.h"

#include <gtest/gtest.h>

namespace relay {
namespace {

using Words = std::vector<std::string>;

rapidjson::Document json(const std::string& text) {
  rapidjson::Document document;
  document.Parse(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << text;
  return document;
}

Words command(const std::string& text) {
  auto launch = read_launch(json(text));
  EXPECT_TRUE(launch) << launch.error().text();
  return launch ? launch->nmap : Words{};
}

std::string launch_error(const std::string& text) {
  auto launch = read_launch(json(text));
  EXPECT_FALSE(launch) << text;
  return launch.error().text();
}

std::string attach_error(const std::string& text) {
  auto attach = read_attach(json(text));
  EXPECT_FALSE(attach) << text;
  return attach.error().text();
}

TEST(Launch, ComposesTheCommandLineOfNmap) {
  EXPECT_EQ(command(R"({"script":"x","target":"h"})"), (Words{"nmap", "--script", "x", "h"}));
  EXPECT_EQ(command(R"({"script":"./x.nse","target":["a","b"],"ports":80,"nmapPath":"/n/nmap",)"
                    R"("scriptArgs":{"k":"v"},"nmapArgs":["-n","-Pn"]})"),
            (Words{"/n/nmap", "-p", "80", "--script", "./x.nse", "--script-args", "k=v", "-n",
                   "-Pn", "a", "b"}));
  EXPECT_EQ(command(R"({"script":"x","target":"","ports":"1-9"})"),
            (Words{"nmap", "-p", "1-9", "--script", "x"}));
}

TEST(Launch, TakesAWholeCommandLineInstead) {
  EXPECT_EQ(command(R"({"args":["-sV","h"]})"), (Words{"nmap", "-sV", "h"}));
  EXPECT_EQ(command(R"({"args":["-sV","h"],"nmapPath":"/n/nmap"})"),
            (Words{"/n/nmap", "-sV", "h"}));
  EXPECT_EQ(command(R"({"args":["sudo","nmap","h"]})"), (Words{"sudo", "nmap", "h"}));
  EXPECT_EQ(launch_error(R"({"args":["-sV"],"target":"h"})"),
            "launch: args is the whole command line of nmap: leave out target\n"
            "  or leave out args, and give script, target, ports, scriptArgs, nmapArgs");
}

TEST(Launch, ScriptArgsAreWrittenAsNmapReadsThem) {
  EXPECT_EQ(script_args_text(json(R"({"a.b":"x","c":1,"d":true,"e":null})")), "a.b=x,c=1,d=true,e");
  EXPECT_EQ(script_args_text(json(R"({"ua":"Mozilla 5","q":"say \"hi\"","p":"a,b","n":""})")),
            R"(ua="Mozilla 5",q="say \"hi\"",p="a,b",n="")");
  EXPECT_EQ(script_args_text(json(R"({"list":["a","b c"],"t":{"k":"v"}})")),
            R"(list={a,"b c"},t={k=v})");
  EXPECT_EQ(script_args_text(json(R"(["a=1","b={c,d}"])")), "a=1,b={c,d}");
  EXPECT_EQ(script_args_text(json(R"("a=1,b=2")")), "a=1,b=2");
}

TEST(Launch, AMisspeltAttributeIsTold) {
  EXPECT_EQ(launch_error(R"({"scirpt":"x"})"),
            "launch: there is no attribute 'scirpt'\n  did you mean 'script'?");
  EXPECT_NE(launch_error(R"({"wibble":1})").find("there are: script, target, ports"),
            std::string::npos);
  // What editors add for themselves is none of ours.
  EXPECT_EQ(command(R"({"type":"nse","request":"launch","name":"n","__sessionId":"1",)"
                    R"("preLaunchTask":"t","script":"x","target":"h"})")
                .size(),
            4u);
}

TEST(Launch, AWrongTypeIsToldWithWhatWasExpected) {
  EXPECT_EQ(launch_error(R"({"script":7})"), "launch: script: expected a string");
  EXPECT_EQ(launch_error(R"({"script":"x","target":7})"),
            "launch: target: expected a string or a list of strings");
  EXPECT_EQ(launch_error(R"({"script":"x","target":"h","ports":[80]})"),
            "launch: ports: expected a string such as \"80,443\", or a number");
  EXPECT_EQ(launch_error(R"({"script":"x","target":"h","scriptArgs":7})"),
            "launch: scriptArgs: expected an object, a list or a string");
  EXPECT_EQ(launch_error(R"({"nmapArgs":"-n"})"), "launch: nmapArgs: expected an array");
  EXPECT_EQ(launch_error(R"({"args":["-n",7]})"), "launch: args[1]: expected a string");
  EXPECT_EQ(launch_error(R"({"script":"x","target":"h","env":{"A":1}})"),
            "launch: env.A: expected a string");
  EXPECT_EQ(launch_error(R"({"justMyScript":"yes"})"),
            "launch: justMyScript: expected true or false");
  EXPECT_EQ(launch_error(R"({"pathMappings":[{"localRoot":"/a"}]})"),
            "launch: pathMappings[0].remoteRoot: is missing");
  EXPECT_EQ(launch_error("[]"), "launch: expected an object");
}

TEST(Launch, WhatIsNeededIsAskedFor) {
  EXPECT_EQ(launch_error("{}"),
            "launch: script: is missing\n  the name of a script, or the path of a .nse file");
  EXPECT_EQ(launch_error(R"({"script":"x"})"),
            "launch: target: is missing\n"
            "  a host, a network, or a list of them; \"\" for a script that needs none");
  EXPECT_EQ(launch_error(R"({"script":"x","target":"-iL"})"),
            "launch: target: '-iL' is an option of nmap, not a host\n  options go into nmapArgs");
}

TEST(Launch, OneOfAFewValues) {
  EXPECT_EQ(launch_error(R"({"stopOnEntry":"actoin"})"),
            "stopOnEntry: expected none, rule or action, got 'actoin'\n  did you mean 'action'?");
  EXPECT_EQ(launch_error(R"({"console":"externalTerminal"})"),
            "console: expected internalConsole or integratedTerminal, got 'externalTerminal'");
}

TEST(Launch, TheAgentGetsWhatIsItsBusiness) {
  auto launch = read_launch(json(R"({"script":"x","target":"h","stopOnEntry":"rule"})"));
  ASSERT_TRUE(launch);
  EXPECT_EQ(launch->agent, R"({"nseOutput":true,"stopOnEntry":"rule"})");
}

TEST(Attach, BySocketOrByProcess) {
  EXPECT_EQ(read_attach(json(R"({"socket":"/r/agent.sock"})"))->socket, "/r/agent.sock");
  EXPECT_EQ(read_attach(json(R"({"pid":7})"))->pid, 7);
  EXPECT_EQ(attach_error("{}"),
            "attach: pid, socket or port: one of them is needed\n"
            "  pid is nmap's; socket is agent.sock in the directory of a run; port is that of "
            "'nsedbg serve'");
  EXPECT_NE(attach_error(R"({"pid":7,"socket":"/x"})").find("give one of them"), std::string::npos);
  EXPECT_NE(attach_error(R"({"host":"h"})").find("port: is missing"), std::string::npos);
  EXPECT_NE(attach_error(R"({"port":70000})").find("expected 1 to 65535"), std::string::npos);
  EXPECT_NE(attach_error(R"({"port":1,"pid":1})").find("give one of them"), std::string::npos);
  EXPECT_NE(attach_error(R"({"port":1,"token":"a","tokenFile":"b"})").find("give one of them"),
            std::string::npos);
  EXPECT_EQ(attach_error(R"({"pdi":7})"),
            "attach: there is no attribute 'pdi'\n  did you mean 'pid'?");
}

}  // namespace
}  // namespace relay
