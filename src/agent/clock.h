// nmap's clock stands while the scan does: afterwards nmap sees no gap, and no socket, script or
// host has timed out because somebody looked at a variable.
//
// nmap, its nsock and Lua's os library read time through gettimeofday and time, which the
// executable and liblua import; those calls are led here (got.h) and answered with the kernel's
// time less what was spent standing. Packets that libpcap delivers carry the kernel's time and are
// moved alike. The agent's own calls, OpenSSL's and libssh2's see the kernel's time. What a remote
// end does meanwhile cannot be stopped: see hang_ups.h.
//
// Main thread only, where nothing else is said.
#pragma once

#include <stdint.h>

namespace agent {

// The calls are led here; and no longer, if no stop was taken out of nmap's time: else it would
// jump.
void install_clock();
void uninstall_clock();

// The scan stands from here; and goes on.
void stop_clock();
void start_clock();

// Whether stops are taken out of nmap's time (default), or nmap sees them. Counts for the stop that
// is under way, too. Any thread.
void set_freeze_clock(bool on);
bool freeze_clock();

// nmap's time, in microseconds since 1970.
int64_t nmap_time();

}  // namespace agent
