// What nmap does while no script of it runs, for editors that show progress: the phase as nmap
// tells it itself (with -v, --stats-every, or a key in its terminal), else how long it has been so.
// At most one event a second.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "client/loop.h"
#include "dap/nse_requests.h"
#include "relay/editor.h"

namespace relay {

// "Connect Scan" and 42 of "Connect Scan Timing: About 42.10% done; ETC: 12:01 (…)".
struct PhaseOfScan {
  std::string text;
  std::optional<int> percentage;
  bool operator==(const PhaseOfScan&) const = default;
};
// Nothing for all other lines.
std::optional<PhaseOfScan> phase_of_line(std::string_view line);

class Progress {
 public:
  // `look` asks the agent what the scan is at, and gives take() the answer; or does nothing.
  Progress(client::Loop& loop, Editor& editor, std::function<void()> look);

  // The agent is there. `idle`: for sure no script runs yet.
  void begin(bool idle);
  void nmap_says(const std::string& text);
  void take(const dap::NseScan::Response& scan);
  void script_runs();
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  void tick();
  void show();
  void update();
  void hide();

  client::Loop& loop_;
  Editor& editor_;
  std::function<void()> look_;
  client::Loop::WatchPtr timer_;
  bool shown_ = false;
  int number_ = 0;
  Clock::time_point since_;
  std::optional<PhaseOfScan> phase_;
};

}  // namespace relay
