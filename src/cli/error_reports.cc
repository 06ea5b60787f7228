#include "cli/error_reports.h"

#include "base/text.h"
#include "cli/debugger.h"

namespace cli {
namespace {

// What has failed, for the summary. A file that does not load runs in the engine's name.
std::string subject_of(const dap::ErrorReport::Response& report) {
  if (report.thread.nseScript) return report.thread.name;
  for (const dap::ReportedFrame& frame : report.frames)
    if (frame.source) return frame.source->name.value_or("?");
  return "a script";
}

std::string when(const dap::ErrorReport::Response& report) {
  if (!report.thread.nseScript) return " while it was loaded";
  std::string phase = report.thread.nsePhase.value_or("");
  if (phase.empty() || phase == "action") return " in its action";
  return phase == "worker" ? " in a worker" : " in its " + phase;
}

std::string frame_text(const Console& console, size_t level, const dap::ReportedFrame& frame) {
  std::string text =
      "  #" + std::to_string(level) + "  " + console.paint(Color::kYellow, frame.name);
  if (!frame.source) return text + "\n";
  std::string line = std::to_string(frame.line.value_or(0));
  text += " at " + frame.source->name.value_or("?") + ":" + line + "\n";
  if (frame.text)
    text += "      " +
            console.paint(Color::kBold, line + "  " + std::string(base::trim(*frame.text))) + "\n";
  if (!frame.locals) return text;
  for (const dap::ReportedLocal& local : *frame.locals)
    text += "        " + local.name + " = " + local.value + "\n";
  if (frame.moreLocals) text += "        … " + std::to_string(*frame.moreLocals) + " more\n";
  return text;
}

}  // namespace

std::string error_report_text(const Debugger& dbg, const dap::ErrorReport::Response& report) {
  const Console& console = dbg.console;
  std::string text = console.paint(Color::kCyan, subject_of(report)) + " failed" + when(report) +
                     ": " + console.paint(Color::kRed, report.message) + "\n";
  for (size_t i = 0; i < report.frames.size(); ++i)
    text += frame_text(console, i, report.frames[i]);
  if (report.moreFrames) text += "  … " + std::to_string(*report.moreFrames) + " more frames\n";
  return text;
}

void ErrorReports::show(const dap::ErrorReport::Response& report) {
  failed_.push_back(subject_of(report));
  JsonObject object;
  object.put("event", "failure").put("subject", failed_.back());
  object.put("filter", report.filter).put("message", report.message);
  object.put("thread", report.thread).put("frames", report.frames);
  dbg_.console.object(object);
  dbg_.console.print(error_report_text(dbg_, report));
}

bool ErrorReports::take_stop() {
  if (dbg_.debuggee.stop().reason != "exception") return false;
  dbg_.debuggee.drain();
  dap::ErrorReport::Arguments arguments;
  arguments.threadId = dbg_.debuggee.current_thread();
  auto report = dbg_.debuggee.request<dap::ErrorReport>(arguments);
  if (report)
    show(*report);
  else
    dbg_.console.error(report.error().text());
  if (!dbg_.debuggee.stopped()) return dbg_.debuggee.alive();
  dap::Continue::Arguments go;
  go.threadId = arguments.threadId;
  base::Status resumed = dbg_.debuggee.resume<dap::Continue>(go);
  if (!resumed) dbg_.console.error(resumed.error().text());
  return resumed.ok();
}

void ErrorReports::sum_up() const {
  JsonObject object;
  object.put("event", "summary").put("failures", static_cast<int>(failed_.size()));
  object.put("failed", failed_);
  dbg_.console.object(object);
  std::string list;
  for (const std::string& one : failed_) list += (list.empty() ? ": " : ", ") + one;
  std::string number = failed_.empty() ? "no" : std::to_string(failed_.size());
  dbg_.console.print("nsedbg: " + number + (failed_.size() == 1 ? " script" : " scripts") +
                     " failed" + list);
}

}  // namespace cli
