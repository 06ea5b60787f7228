#include "agent/clock.h"

#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

#include <atomic>

#include "agent/got.h"
#include "agent/log.h"
#include "lua/api.h"

namespace agent {
namespace {

constexpr int64_t kSecond = 1'000'000;

// The kernel's times.
struct Stop {
  int64_t begin = 0;
  int64_t end = 0;
};

// A packet may have waited in the kernel while the scan stood a few times.
constexpr unsigned kRemembered = 64;
Stop stops[kRemembered];
unsigned stops_made = 0;

std::atomic<bool> freezes{true};
int64_t skipped = 0;  // the sum of all stops
int64_t stopped_at = 0;

int64_t kernel_time() {
  timeval now;
  gettimeofday(&now, nullptr);
  return now.tv_sec * kSecond + now.tv_usec;
}

// A moment by the kernel's time, also one before the last stops, by nmap's.
int64_t as_nmap_sees(int64_t moment) {
  if (stopped_at && freeze_clock() && moment > stopped_at) moment = stopped_at;
  int64_t shift = skipped;
  for (unsigned i = 1; i <= kRemembered && i <= stops_made; ++i) {
    const Stop& stop = stops[(stops_made - i) % kRemembered];
    if (moment >= stop.end) break;
    shift -= stop.end - (moment > stop.begin ? moment : stop.begin);
  }
  return moment - shift;
}

bool is_plain() { return skipped == 0 && stopped_at == 0; }

// --- what nmap calls instead -------------------------------------------------------------------

int shifted_gettimeofday(timeval* now, void* zone) {
  if (is_plain() || !now) return gettimeofday(now, static_cast<struct timezone*>(zone));
  int64_t time = nmap_time();
  now->tv_sec = time / kSecond;
  now->tv_usec = time % kSecond;
  return 0;
}

time_t shifted_time(time_t* out) {
  if (is_plain()) return time(out);
  time_t now = nmap_time() / kSecond;
  if (out) *out = now;
  return now;
}

// pcap_pkthdr of libpcap begins with the time.
using PcapNextEx = int (*)(void* pcap, timeval** header, const unsigned char** data);
PcapNextEx pcap_next_ex = nullptr;

int shifted_pcap_next_ex(void* pcap, timeval** header, const unsigned char** data) {
  int result = pcap_next_ex(pcap, header, data);
  if (result != 1 || is_plain()) return result;
  int64_t time = as_nmap_sees((*header)->tv_sec * kSecond + (*header)->tv_usec);
  (*header)->tv_sec = time / kSecond;
  (*header)->tv_usec = time % kSecond;
  return result;
}

template <class Function>
int redirect(const void* inside, const char* name, Function* replacement) {
  return redirect_calls(inside, name, reinterpret_cast<void*>(replacement));
}

// The fuzzers have the agent in their executable: there its own calls would come back to it.
bool is_in(const void* object) {
  Dl_info of_agent, of_object;
  return dladdr(reinterpret_cast<const void*>(install_clock), &of_agent) &&
         dladdr(object, &of_object) && of_agent.dli_fbase == of_object.dli_fbase;
}

}  // namespace

// A static Lua is in the executable: then both are the same object, and it is done twice.
void install_clock() {
  const void* nmap = executable();
  if (is_in(nmap)) return;
  const void* lua = reinterpret_cast<const void*>(luaL_openlibs);
  int days = redirect(nmap, "gettimeofday", shifted_gettimeofday);
  int times = redirect(nmap, "time", shifted_time);
  int lua_times = redirect(lua, "time", shifted_time);
  pcap_next_ex = reinterpret_cast<PcapNextEx>(dlsym(RTLD_DEFAULT, "pcap_next_ex"));
  int packets = pcap_next_ex ? redirect(nmap, "pcap_next_ex", shifted_pcap_next_ex) : 0;
  log("the clock: gettimeofday %d, time %d, Lua's time %d, pcap_next_ex %d", days, times, lua_times,
      packets);
}

void uninstall_clock() {
  const void* nmap = executable();
  if (is_in(nmap) || !is_plain()) return;
  redirect(nmap, "gettimeofday", gettimeofday);
  redirect(nmap, "time", time);
  redirect(reinterpret_cast<const void*>(luaL_openlibs), "time", time);
  if (pcap_next_ex) redirect(nmap, "pcap_next_ex", pcap_next_ex);
}

void stop_clock() { stopped_at = kernel_time(); }

void start_clock() {
  int64_t now = kernel_time();
  // The kernel's clock may have been set back meanwhile: nmap must see its own go on.
  if (freeze_clock() && now != stopped_at) {
    stops[stops_made++ % kRemembered] = {stopped_at, now};
    skipped += now - stopped_at;
  }
  stopped_at = 0;
}

void set_freeze_clock(bool on) { freezes.store(on); }

bool freeze_clock() { return freezes.load(std::memory_order_relaxed); }

int64_t nmap_time() { return as_nmap_sees(kernel_time()); }

}  // namespace agent
