#include "cli/hexdump.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(Hexdump, shows_offset_bytes_and_text) {
  EXPECT_EQ(hexdump_text(std::string("GET / HTTP/1.1\r\n\0\xff", 18)),
            "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n"
            "00000010  00 ff                                             |..|\n");
  EXPECT_EQ(hexdump_text(""), "");
}

TEST(Hexdump, reads_base64) {
  EXPECT_EQ(decode_base64("R0VUIC8="), "GET /");
  EXPECT_EQ(decode_base64("AP8="), std::string("\0\xff", 2));
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("=?"), "");
}

}  // namespace
}  // namespace cli
