#include "dap/framing.h"

#include <gtest/gtest.h>

namespace dap {
namespace {

TEST(Framing, AnyPiecesGiveTheSameMessages) {
  std::string wire = frame("{\"a\":1}") + frame("") + frame("{\"b\":\"\r\n\r\n\"}");
  for (size_t piece = 1; piece <= wire.size(); ++piece) {
    FrameReader reader;
    std::vector<std::string> got;
    for (size_t at = 0; at < wire.size(); at += piece) {
      reader.feed(std::string_view(wire).substr(at, piece));
      while (auto message = reader.next()) got.push_back(*message);
    }
    EXPECT_EQ(reader.error(), "");
    EXPECT_EQ(got, (std::vector<std::string>{"{\"a\":1}", "", "{\"b\":\"\r\n\r\n\"}"})) << piece;
  }
}

TEST(Framing, OtherHeadersAndCase) {
  FrameReader reader;
  reader.feed("content-TYPE: x\r\ncontent-length:  2\r\n\r\n{}");
  EXPECT_EQ(reader.next(), "{}");
}

TEST(Framing, GarbageIsAnErrorAtTheFirstByte) {
  FrameReader reader;
  reader.feed("GET / HTTP/1.1\r\n");
  EXPECT_FALSE(reader.next());
  EXPECT_NE(reader.error().find("not a Debug Adapter Protocol stream"), std::string::npos);
  reader.feed(frame("{}"));
  EXPECT_FALSE(reader.next()) << "nothing comes after an error";
}

// Found by tests/fuzz: each was taken whole, and refused in pieces.
TEST(Framing, AnyPiecesGiveTheSameError) {
  std::string late = "\r\nContent-Length: 2\r\n\r\n{}";
  std::string padded = "Content-Type: " + std::string(kMaxHeader, 'x') + late;
  for (const std::string& stream : {late, padded}) {
    for (size_t piece : {stream.size(), size_t{1}}) {
      FrameReader reader;
      for (size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(std::string_view(stream).substr(at, piece));
        EXPECT_FALSE(reader.next());
      }
      EXPECT_NE(reader.error(), "") << "pieces of " << piece;
    }
  }
}

TEST(Framing, HostileLengths) {
  for (const char* length : {"-1", "99999999999999999999", "x", "", "1000000000"}) {
    FrameReader reader;
    reader.feed(std::string("Content-Length: ") + length + "\r\n\r\n");
    EXPECT_FALSE(reader.next());
    EXPECT_NE(reader.error(), "") << length;
  }
  FrameReader endless;
  endless.feed("Content-" + std::string(kMaxHeader, 'x'));
  EXPECT_FALSE(endless.next());
  EXPECT_NE(endless.error().find("header longer"), std::string::npos);
  FrameReader missing;
  missing.feed("Content-Type: x\r\n\r\n");
  EXPECT_FALSE(missing.next());
  EXPECT_NE(missing.error().find("without Content-Length"), std::string::npos);
}

}  // namespace
}  // namespace dap
