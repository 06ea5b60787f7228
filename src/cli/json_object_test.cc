#include "cli/json_object.h"

#include <gtest/gtest.h>

#include "dap/types.h"

namespace cli {
namespace {

TEST(JsonObject, Members) {
  JsonObject inner;
  inner.put("n", 1);
  JsonObject object;
  object.put("text", "a\"b\n").put("flag", true).put("inner", inner);
  object.put("list", std::vector<int>{1, 2});
  EXPECT_EQ(object.text(),
            "{\"text\":\"a\\\"b\\n\",\"flag\":true,\"inner\":{\"n\":1},\"list\":[1,2]}");
}

TEST(JsonObject, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(JsonObject().put("b", std::string("\xff")).text(), "{\"b\":\"\xEF\xBF\xBD\"}");
}

TEST(JsonObject, Structs) {
  dap::Source source;
  source.name = "x.nse";
  EXPECT_EQ(JsonObject().put("source", source).text(), "{\"source\":{\"name\":\"x.nse\"}}");
}

TEST(JsonObject, Add) {
  JsonObject both;
  both.add(JsonObject()).add(JsonObject().put("a", 1)).add(JsonObject().put("b", 2));
  EXPECT_EQ(both.text(), "{\"a\":1,\"b\":2}");
}

}  // namespace
}  // namespace cli
