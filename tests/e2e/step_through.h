// A stock script against a real service, run by plain nmap and then stepped through line by line
// under nsedbg: the reports say the same.
#pragma once

#include "e2e/run.h"

namespace e2e {

struct StockScript {
  const char* name;
  const char* ports;    // as nmap's -p has it; "U:53" is scanned by UDP, "" not at all
  bool varies = false;  // numbers and the order of its lines differ from one plain run to the next
  const char* args = "";  // --script-args
};

class StepThrough : public EndToEnd {
 protected:
  void step_through(const StockScript& script);

 private:
  // id and output of every script in an XML report.
  std::string outputs(const std::string& directory, bool varies) const;
};

}  // namespace e2e
