// Stock scripts against real services (tests/world/services), stepped through and stopped in.
#include "e2e/step_through.h"

namespace e2e {
namespace {

class Services : public StepThrough {};
ON_BOTH_NMAPS(Services);

TEST_P(Services, http_title_stepped_through) { step_through({"http-title", "80"}); }
TEST_P(Services, http_methods_stepped_through) { step_through({"http-methods", "8000"}); }
TEST_P(Services, ssl_cert_stepped_through) { step_through({"ssl-cert", "443"}); }
TEST_P(Services, redis_info_stepped_through) { step_through({"redis-info", "6379", true}); }
TEST_P(Services, ssh_hostkey_stepped_through) { step_through({"ssh-hostkey", "22"}); }

// At the line of the call there is no answer yet; one `next` later there is.
struct Call {
  const char *script, *port, *line, *answer, *before, *after;
};
constexpr Call kCalls[] = {
    {"http-methods", "8000", "\"OPTIONS\", path)", "response and response.status", "nil", "200"},
    {"http-title", "80", "resp = http.get( host, port, std", "resp and resp.status", "nil", "200"},
    {"ssl-cert", "443", "status, cert = sslcert.getCertificate", "cert and cert.subject.commonName",
     "nil", "\"world.example\""},
    {"redis-info", "6379", "response = helper:reqCmd(\"INFO\")",
     "response and response.data:match('role:%a+')", "nil", "\"role:master\""},
    {"ssh-hostkey", "22", "\"ecdsa-sha2-nistp256\" )", "not key", "true", "false"},
};

TEST_P(Services, next_goes_over_a_network_call) {
  for (const Call& call : kCalls) {
    int line = support::line_of(nmap().script(call.script), call.line);
    std::string place = std::string(call.script) + ".nse:";
    std::string print = std::string("print ") + call.answer,
                shown = std::string(call.answer) + " = ";
    Finished session = run(
        debugged({"-b", place + std::to_string(line), "-ex", print, "-ex", "next", "-ex", print},
                 {"-p", call.port, "--script", call.script, "127.0.0.1"}));
    EXPECT_EQ(session.status, 0) << session.output;
    EXPECT_TRUE(contains(session.output, "at " + place + std::to_string(line)));
    size_t before = session.output.find(shown + call.before + "\n");
    size_t after = session.output.find(shown + call.after + "\n");
    EXPECT_LT(before, after) << session.output;
    EXPECT_NE(after, std::string::npos) << session.output;
    EXPECT_TRUE(contains(session.output, "Nmap done")) << session.output;
  }
}

}  // namespace
}  // namespace e2e
