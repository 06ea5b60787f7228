// Which NSE threads are meant: the filter of `nse/threads`, `info threads` and `thread apply`.
//
//   script=http-*  host=10.0.0.0/8  port=80,8000-8100  phase=action  state=waiting  wait=mutex
//   id=3,7-9  parent=12  error  error=*nil*  worker  smb         (a part of the name)
//
// Words must all fit; one of a list with commas must. `!word` or `key!=value` excludes. Hosts,
// ports and scripts are as in a breakpoint's filter (target_filter.h).
#pragma once

#include <string>
#include <vector>

#include "agent/target_filter.h"
#include "base/result.h"
#include "dap/nse_requests.h"

namespace agent {

class ThreadFilter {
 public:
  static base::Result<ThreadFilter> parse(const std::string& text);

  // `shown` is what the client gets to see of `thread`.
  bool matches(const NseThread& thread, const dap::NseThread& shown) const;

 private:
  struct Term {
    std::string key;
    std::vector<std::string> patterns;
    TargetFilter target;  // keys "script", "host" and "port"
    bool excludes = false;
  };
  static base::Result<Term> parse_term(const std::string& word);
  static bool fits(const Term& term, const NseThread& thread, const dap::NseThread& shown);

  std::vector<Term> terms_;
};

}  // namespace agent
