// --on-error=report: a script that dies is told with its stack and locals, and the scan goes on by
// itself. Nobody is asked; nmap's own output stays what it is, since the report goes to stderr.
#pragma once

#include <string>
#include <vector>

#include "dap/nse_requests.h"
#include "dap/requests.h"

namespace cli {

struct Debugger;

inline constexpr int kScriptsFailed = 4;  // the exit status if nmap's own is 0

class ErrorReports {
 public:
  explicit ErrorReports(Debugger& dbg) : dbg_(dbg) {}

  // The scan has stopped. True if it was for an error: that is reported, and the scan goes on.
  bool take_stop();
  // The scan has ended: one line that sums up.
  void sum_up() const;
  bool any() const { return !failed_.empty(); }

 private:
  void show(const dap::ErrorReport::Response& report);

  Debugger& dbg_;
  std::vector<std::string> failed_;  // "http-title 192.0.2.1:80/tcp"
};

// As text, and as it is put into one JSON object.
std::string error_report_text(const Debugger& dbg, const dap::ErrorReport::Response& report);

}  // namespace cli
