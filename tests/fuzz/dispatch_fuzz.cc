// The agent against whatever its clients send while a scan stands, runs and ends.
//
// The input is one message a line. A line may begin with "& " (it comes while the scan runs, if it
// does) and "2 " (from the second client). Clients have attached when their first line is sent, but
// in an input that begins with "!".
#include <stddef.h>
#include <stdint.h>

#include <string>
#include <string_view>

#include "fuzz/scan.h"

namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

class Lines : public fuzz::Input {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool when_stopped() override { return send_one(); }
  void when_running() override {
    while (rest_.substr(0, 2) == "& ") send_one();
  }
  void at_end() override {
    while (send_one()) continue;
  }

 private:
  bool send_one() {
    if (rest_.empty()) return false;
    size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    take(line, "& ");
    int client = take(line, "2 ") ? 1 : 0;
    fuzz::send(client, std::string(line));
    return true;
  }

  std::string_view rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  bool silent = take(text, "!");
  Lines lines(text);
  fuzz::run_scan(lines, silent);
  return 0;
}
