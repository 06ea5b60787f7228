#include "relay/progress.h"

#include <algorithm>

#include "base/text.h"
#include "dap/events.h"
#include "dap/relay.h"

namespace relay {
namespace {

constexpr std::chrono::seconds kPeriod{1};
constexpr const char* kNoScript = "no script runs";

std::string_view up_to(std::string_view text, std::string_view end) {
  return text.substr(0, text.find(end));
}

// "Connect Scan Timing: About 42.10% done; ETC: 12:01 (0:00:07 remaining)"
std::optional<PhaseOfScan> phase_of_timing(std::string_view line) {
  constexpr std::string_view kMark = " Timing: About ";
  size_t mark = line.find(kMark);
  long long percentage = 0;
  if (mark == std::string_view::npos ||
      !base::parse_int(up_to(line.substr(mark + kMark.size()), "."), percentage))
    return std::nullopt;
  PhaseOfScan phase{std::string(line.substr(0, mark)),
                    static_cast<int>(std::clamp(percentage, 0LL, 100LL))};
  size_t remaining = line.find('(', mark);
  if (remaining != std::string_view::npos)
    phase.text += ", " + std::string(up_to(line.substr(remaining + 1), ")"));
  return phase;
}

}  // namespace

std::optional<PhaseOfScan> phase_of_line(std::string_view line) {
  if (base::starts_with(line, "NSE")) return std::nullopt;
  constexpr std::string_view kInitiating = "Initiating ", kStats = "Stats: ";
  if (base::starts_with(line, kInitiating)) {
    std::string_view task = line.substr(kInitiating.size());
    if (base::starts_with(task, "NSE") || task.find(" at ") == std::string_view::npos)
      return std::nullopt;
    return PhaseOfScan{std::string(up_to(task, " at ")), {}};
  }
  if (base::starts_with(line, kStats)) {
    size_t elapsed = line.find("; ");
    if (elapsed == std::string_view::npos) return std::nullopt;
    return PhaseOfScan{std::string(line.substr(elapsed + 2)), {}};
  }
  return phase_of_timing(line);
}

Progress::Progress(client::Loop& loop, Editor& editor, std::function<void()> look)
    : loop_(loop), editor_(editor), look_(std::move(look)) {}

void Progress::begin(bool idle) {
  if (idle) show();
  timer_ = loop_.after(kPeriod, [this] { tick(); });
}

void Progress::tick() {
  timer_ = loop_.after(kPeriod, [this] { tick(); });
  look_();
}

// nmap scans a group of hosts, runs its scripts, and goes on to the next group.
void Progress::take(const dap::NseScan::Response& scan) {
  if (!timer_) return;
  if (scan.phase != "port scan") return hide();
  if (shown_)
    update();
  else
    show();
}

void Progress::nmap_says(const std::string& text) {
  if (!timer_) return;
  for (const std::string& line : base::split(text, '\n'))
    if (std::optional<PhaseOfScan> phase = phase_of_line(base::trim(line))) phase_ = phase;
}

void Progress::script_runs() { hide(); }

void Progress::end() {
  timer_.reset();
  hide();
}

void Progress::show() {
  shown_ = true;
  since_ = Clock::now();
  dap::ProgressStartEvent event;
  event.progressId = "nsedbg-scan-" + std::to_string(++number_);
  event.title = "nmap";
  event.message = kNoScript;
  editor_.event(event);
}

void Progress::update() {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - since_).count();
  dap::ProgressUpdateEvent event;
  event.progressId = "nsedbg-scan-" + std::to_string(number_);
  event.message = phase_ ? phase_->text : kNoScript + (", " + std::to_string(seconds) + " s");
  if (phase_) event.percentage = phase_->percentage;
  editor_.event(event);
}

void Progress::hide() {
  phase_.reset();
  if (!std::exchange(shown_, false)) return;
  dap::ProgressEndEvent event;
  event.progressId = "nsedbg-scan-" + std::to_string(number_);
  editor_.event(event);
}

}  // namespace relay
