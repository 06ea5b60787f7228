#include "cli/location.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cli {
namespace {

const Here kNowhere;
const Here kInMethods{"/usr/share/nmap/scripts/http-methods.nse", 131, "http-methods"};

std::string read(std::string_view text, const Here& here = kNowhere) {
  base::Result<Location> location = parse_location(text, here);
  return location ? location->text() : "error: " + location.error().text();
}

TEST(Location, FileAndLine) {
  EXPECT_EQ(read("http-methods.nse:120"), "http-methods.nse:120");
  EXPECT_EQ(read(" ./x.nse:7 "), "./x.nse:7");
  EXPECT_EQ(read("odd:name.nse:7"), "odd:name.nse:7");
}

TEST(Location, HomeIsExpanded) {
  ::setenv("HOME", "/home/someone", 1);
  EXPECT_EQ(read("~/x.nse:7"), "/home/someone/x.nse:7");
}

TEST(Location, LineOfTheCurrentFile) {
  EXPECT_EQ(read("12", kInMethods), kInMethods.file + ":12");
  EXPECT_EQ(read("", kInMethods), kInMethods.file + ":131");
  EXPECT_NE(read("12").find("line 12 of which file?"), std::string::npos);
}

TEST(Location, Functions) {
  EXPECT_EQ(read("http-methods:action"), "http-methods:action");
  EXPECT_EQ(read("http.generic_request"), "http.generic_request");
  EXPECT_EQ(read("merge_headers"), "merge_headers");
  EXPECT_EQ(read("http-methods.nse:action"), "http-methods:action");
  EXPECT_EQ(read("http.lua:get"), "http.get");
  EXPECT_EQ(read("./scripts/mine.nse:portrule"), "mine:portrule");
}

TEST(Location, FunctionOfTheCurrentScript) {
  EXPECT_EQ(read(":portrule", kInMethods), "http-methods:portrule");
  EXPECT_NE(read(":portrule").find("write SCRIPT:portrule"), std::string::npos);
}

TEST(Location, WhatIsNoPlaceIsSaid) {
  EXPECT_NE(read("http-methods.nse").find("which line of http-methods.nse?"), std::string::npos);
  EXPECT_NE(read("a b").find("'a b' is no place in a script"), std::string::npos);
  EXPECT_NE(read("x.nse:-3").find("no place"), std::string::npos);
  EXPECT_NE(read("1e5").find("no place"), std::string::npos);
}

BreakSpec spec(std::string_view text) {
  base::Result<BreakSpec> result = parse_break(text, kInMethods);
  EXPECT_TRUE(result.ok()) << text << ": " << (result ? "" : result.error().text());
  return result ? *result : BreakSpec();
}

TEST(BreakSpec, Clauses) {
  BreakSpec all = spec("x.nse:3 if port.number == 80 log \"a {host.ip} \\\"b\\\"\" ignore 4");
  EXPECT_EQ(all.location.text(), "x.nse:3");
  EXPECT_EQ(all.condition, "port.number == 80");
  EXPECT_EQ(all.log, "a {host.ip} \"b\"");
  EXPECT_EQ(all.ignore, 4);
}

TEST(BreakSpec, ClausesInAnyOrder) {
  BreakSpec other = spec("action log 'x' if a > 1");
  EXPECT_EQ(other.log, "x");
  EXPECT_EQ(other.condition, "a > 1");
}

TEST(BreakSpec, ConditionsMayUseTheWordsOfClauses) {
  EXPECT_EQ(spec("x.nse:3 if log > 3 and ignore == 2").condition, "log > 3 and ignore == 2");
  EXPECT_EQ(spec("x.nse:3 if s == \" log 'x'\"").condition, "s == \" log 'x'\"");
}

TEST(BreakSpec, NoPlaceIsThisLine) {
  BreakSpec here = spec("if x");
  EXPECT_EQ(here.location.line, 131);
  EXPECT_EQ(here.condition, "x");
}

TEST(BreakSpec, Errors) {
  EXPECT_FALSE(parse_break("x.nse:3 if", kNowhere).ok());
  EXPECT_FALSE(parse_break("x.nse:3 log \"open", kNowhere).ok());
  EXPECT_FALSE(parse_break("x.nse:3 nonsense", kNowhere).ok());
}

}  // namespace
}  // namespace cli
