// Remote ends cannot be made to wait: those that hang up while the scan stands are named when it
// goes on, since what the script does next is not what it would have done.
//
// Main thread, scan stopped.
#pragma once

namespace agent {

// Notes nmap's TCP connections whose remote end is still there. Once a stop; later calls do
// nothing.
void note_connections();

// One `output` event (category important) for those that are gone since then, if any.
void report_hang_ups();

}  // namespace agent
