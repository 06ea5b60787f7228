#include "e2e/step_through.h"

#include <algorithm>
#include <regex>

#include "base/text.h"

namespace e2e {
namespace {

// Times, counters and addresses are numbers; what is left of the lines is sorted.
std::string without_what_varies(const std::string& text) {
  static const std::regex number(R"([+-]?[0-9]+([.:,-][0-9]+)*)"), line(R"(&#xa;|"|\s+|,)");
  std::string masked = std::regex_replace(text, number, "N");
  std::vector<std::string> words;
  for (std::sregex_token_iterator i(masked.begin(), masked.end(), line, -1), end; i != end; ++i)
    if (!i->str().empty()) words.push_back(*i);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string out;
  for (const std::string& word : words) out += word + "\n";
  return out;
}

}  // namespace

std::string StepThrough::outputs(const std::string& directory, bool varies) const {
  static const std::regex element(R"re(<script id="[^"]*" output="[^"]*")re");
  std::string xml = support::read_file(directory + "/out.xml"), all;
  for (std::sregex_iterator i(xml.begin(), xml.end(), element), end; i != end; ++i)
    all += i->str() + "\n";
  return varies ? without_what_varies(all) : all;
}

void StepThrough::step_through(const StockScript& script) {
  std::string alone = sandbox_.make_directory("alone");
  std::string under = sandbox_.make_directory("under");
  std::string ports = script.ports;
  Words arguments;
  if (ports.empty()) arguments = {"-sn"};
  if (base::starts_with(ports, "U:")) arguments = {"-sU"};
  if (!ports.empty()) arguments.insert(arguments.end(), {"-p", ports});
  arguments.insert(arguments.end(), {"-oX", "out.xml", "--script", script.name, "127.0.0.1"});
  if (*script.args) arguments.insert(arguments.end(), {"--script-args", script.args});
  run(plain(arguments), alone);
  Finished steps =
      run(debugged({"-b", std::string(script.name) + ":action", "-ex", "step 10000000"}, arguments),
          under);
  EXPECT_EQ(steps.status, 0) << steps.output;
  EXPECT_TRUE(contains(steps.output, std::string("Breakpoint 1, ") + script.name)) << steps.output;
  EXPECT_FALSE(contains(steps.output, "never set")) << steps.output;
  std::string expected = outputs(alone, script.varies);
  EXPECT_NE(expected, "") << "no output from " << script.name;
  EXPECT_EQ(expected, outputs(under, script.varies));
  EXPECT_EQ(sandbox_.run_leftovers(), Words{});
}

}  // namespace e2e
