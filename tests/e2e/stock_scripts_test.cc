// The matrix of stock scripts: each against a real service (tests/world/services and daemons),
// stopped at the first line of its action, stepped to its end line by line; and what nmap reports
// is what plain nmap reports.
#include "e2e/step_through.h"

namespace e2e {
namespace {

class StockScripts : public StepThrough {};
ON_BOTH_NMAPS(StockScripts);

#define STEPPED_THROUGH(test, ...) \
  TEST_P(StockScripts, test) { step_through({__VA_ARGS__}); }

STEPPED_THROUGH(banner, "banner", "21")
STEPPED_THROUGH(daytime, "daytime", "13", true)
STEPPED_THROUGH(dns_nsid, "dns-nsid", "U:53")
STEPPED_THROUGH(dns_recursion, "dns-recursion", "U:53")
STEPPED_THROUGH(epmd_info, "epmd-info", "4369")
STEPPED_THROUGH(ftp_anon, "ftp-anon", "21", true)
STEPPED_THROUGH(ftp_syst, "ftp-syst", "21", true)
STEPPED_THROUGH(http_comments_displayer, "http-comments-displayer", "80")
STEPPED_THROUGH(http_date, "http-date", "80", true)
STEPPED_THROUGH(http_headers, "http-headers", "80", true)
STEPPED_THROUGH(http_methods, "http-methods", "8000")
STEPPED_THROUGH(http_robots_txt, "http-robots.txt", "80")
STEPPED_THROUGH(http_server_header, "http-server-header", "80")
STEPPED_THROUGH(http_title, "http-title", "80")
STEPPED_THROUGH(imap_capabilities, "imap-capabilities", "143", true)
STEPPED_THROUGH(ldap_rootdse, "ldap-rootdse", "389")
STEPPED_THROUGH(memcached_info, "memcached-info", "11211", true)
STEPPED_THROUGH(ntp_info, "ntp-info", "U:123", true)
STEPPED_THROUGH(pop3_capabilities, "pop3-capabilities", "110", true)
STEPPED_THROUGH(redis_info, "redis-info", "6379", true)
STEPPED_THROUGH(smb2_capabilities, "smb2-capabilities", "445")
STEPPED_THROUGH(smb2_security_mode, "smb2-security-mode", "445")
STEPPED_THROUGH(smb_os_discovery, "smb-os-discovery", "445", true)
STEPPED_THROUGH(smb_protocols, "smb-protocols", "445")
STEPPED_THROUGH(smb_security_mode, "smb-security-mode", "445")
STEPPED_THROUGH(smtp_commands, "smtp-commands", "25")
STEPPED_THROUGH(snmp_interfaces, "snmp-interfaces", "U:161", true)
STEPPED_THROUGH(snmp_sysdescr, "snmp-sysdescr", "U:161", true)
STEPPED_THROUGH(ssh2_enum_algos, "ssh2-enum-algos", "22")
STEPPED_THROUGH(ssh_auth_methods, "ssh-auth-methods", "22")
STEPPED_THROUGH(ssh_hostkey, "ssh-hostkey", "22")
STEPPED_THROUGH(ssl_cert, "ssl-cert", "443")
STEPPED_THROUGH(ssl_date, "ssl-date", "443", true)
STEPPED_THROUGH(ssl_enum_ciphers, "ssl-enum-ciphers", "443")
STEPPED_THROUGH(telnet_encryption, "telnet-encryption", "23")

}  // namespace
}  // namespace e2e
