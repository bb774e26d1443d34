#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <ctnn/io/convert.hpp>
#include <ctnn/io/safetensors.hpp>

#include "files.hpp"

using Catch::Matchers::Contains, Catch::Matchers::Equals;

namespace {

std::vector<std::byte> safetensors_bytes(const std::string& header, std::size_t data) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> 8 * i & 255);
  return as_bytes(bytes + header + std::string(data, '\1'));
}

std::string error_of(const std::vector<std::byte>& bytes) {
  return message([&] { ctnn::parse_safetensors(bytes, "net.safetensors"); });
}
std::string error_of(const std::string& header, std::size_t data = 0) {
  return error_of(safetensors_bytes(header, data));
}
std::string entry(const std::string& fields) {
  return "{\"a\":{" + fields + "}}";
}
std::string f32(const std::string& shape, const std::string& offsets) {
  return R"("dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets;
}

ctnn::TensorEntry floats(const std::string& name, std::span<const float> values) {
  return {name, ctnn::DataType::F32, {values.size()}, std::as_bytes(values)};
}

const std::string two_tensors =
    R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},)"
    R"("a":{"shape":[2,1],"data_offsets":[0,8],"dtype":"F32"}}  )";

}  // namespace

TEST_CASE("a header's tensors, metadata and trailing spaces are read") {
  const auto file = ctnn::parse_safetensors(safetensors_bytes(two_tensors, 12), "net.safetensors");
  REQUIRE(file.entries().size() == 2);
  CHECK(file.entries()[0].name == "a");
  CHECK(file.entries()[0].shape == std::vector<std::uint64_t>{2, 1});
  CHECK(file.entries()[0].bytes.size() == 8);
  CHECK(file.find("b")->type == ctnn::DataType::F16);
  CHECK(file.find("b")->bytes.data() == file.find("a")->bytes.data() + 8);
  CHECK(file.find("c") == nullptr);
  CHECK(file.metadata() == ctnn::Metadata{{"format", "pt"}});
  CHECK(ctnn::parse_safetensors(safetensors_bytes("{}", 0), "x").entries().empty());
  CHECK(
      ctnn::parse_safetensors(safetensors_bytes(entry(f32("[]", "[0,4]")), 4), "x").find("a")->shape.empty());
  CHECK(ctnn::parse_safetensors(safetensors_bytes(entry(f32("[0,3]", "[0,0]")), 0), "x").find("a"));
}

TEST_CASE("every element type of the format has its name and size") {
  for (const auto& facts : ctnn::detail::data_types) {
    const std::string name(facts.name);
    const auto file = ctnn::parse_safetensors(
        safetensors_bytes(entry("\"dtype\":\"" + name + "\",\"shape\":[3],\"data_offsets\":[0," +
                                std::to_string(3 * facts.bytes) + "]"),
                          3 * facts.bytes),
        name);
    CHECK(name_of(file.find("a")->type) == name);
    CHECK(bytes_of(file.find("a")->type) == facts.bytes);
  }
}

TEST_CASE("a file with a wrong frame is refused") {
  CHECK_THAT(error_of(std::vector<std::byte>{}), Contains("net.safetensors: ") && Contains("empty file"));
  CHECK_THAT(error_of(as_bytes("abc")), Contains("expected 8 bytes") && Contains("found 3"));
  CHECK_THAT(error_of(as_bytes("PK\3\4 a zip archive of PyTorch")), Contains("at most 100000000 bytes"));
  CHECK_THAT(error_of(as_bytes(std::string("\x50\0\0\0\0\0\0\0{}", 10))),
             Contains("truncated") && Contains("80 bytes") && Contains("found 2"));
  CHECK_THAT(error_of(""), Contains("'{'"));
  CHECK_THAT(error_of(" {}"), Contains("'{'"));
  CHECK_THAT(error_of("[]"), Contains("'{'"));
  CHECK_THAT(error_of("{}", 3), Contains("cover all data") && Contains("found 3 bytes after the last one"));
}

TEST_CASE("a header that is not JSON in UTF-8 is refused") {
  for (const std::string& header :
       {std::string("{"), std::string("{]"), std::string("{}}"), std::string("{} x"), std::string("{\"a\":}"),
        std::string("{'a':{}}"), std::string("{\"\xff\":{}}"), std::string("{\"\xc0\x80\":{}}"),
        std::string("{\"\\ud800\":{}}"), std::string("{}\0", 3), std::string("{}/**/"),
        std::string("{\"a\0\":1}", 9), entry(f32("[01]", "[0,4]")), entry(f32("[1,]", "[0,4]")),
        entry(f32("[NaN]", "[0,4]"))}) {
    INFO(header);
    CHECK_THAT(error_of(header, 4), Contains("the header is not JSON in UTF-8, at its byte "));
  }
}

TEST_CASE("deep nesting is refused without deep recursion") {
  const std::string objects = [] {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += "{\"a\":";
    return text;
  }();
  CHECK_THAT(error_of(objects), Contains("key \"a\""));
  CHECK_THAT(error_of("{\"a\":" + std::string(1'000'000, '[')),
             Contains("expected an object, found an array"));
  CHECK_THAT(error_of(entry("\"shape\":" + std::string(1'000'000, '['))), Contains("found an array"));
}

TEST_CASE("duplicate keys are refused at every level") {
  const std::string tensor = "{" + f32("[1]", "[0,4]") + "}";
  CHECK_THAT(error_of("{\"a\":" + tensor + ",\"a\":" + tensor + "}", 4), Contains("key \"a\" occurs twice"));
  CHECK_THAT(error_of("{\"a\":" + tensor + ",\"\\u0061\":" + tensor + "}", 4), Contains("occurs twice"));
  CHECK_THAT(error_of(R"({"__metadata__":{},"__metadata__":{}})"),
             Contains("key \"__metadata__\" occurs twice"));
  CHECK_THAT(error_of(R"({"__metadata__":{"x":"1","x":"2"}})"), Contains("key \"x\" occurs twice"));
  CHECK_THAT(error_of(entry(f32("[1]", "[0,4]") + R"(,"dtype":"F32")"), 4),
             Contains("key \"dtype\" occurs twice"));
  CHECK_THAT(error_of(entry(f32("[1]", "[0,4]") + R"(,"shape":[1])"), 4),
             Contains("key \"shape\" occurs twice"));
}

TEST_CASE("an entry's fields are checked") {
  CHECK_THAT(error_of(entry(R"("shape":[1],"data_offsets":[0,4])"), 4),
             Contains("key \"a\": expected a field \"dtype\", found none"));
  CHECK_THAT(error_of(entry(R"("dtype":"F32","data_offsets":[0,4])"), 4), Contains("a field \"shape\""));
  CHECK_THAT(error_of(entry(R"("dtype":"F32","shape":[1])"), 4), Contains("a field \"data_offsets\""));
  CHECK_THAT(error_of(entry(f32("[1]", "[0,4]") + R"(,"stride":1)"), 4),
             Contains("expected the fields dtype, shape and data_offsets, found key \"stride\""));
  CHECK_THAT(error_of(entry(R"("dtype":"F31")")), Contains("dtype: expected one of") && Contains("\"F31\""));
  CHECK_THAT(error_of(entry(R"("dtype":7)")), Contains("dtype: expected a string, found a number"));
  CHECK_THAT(error_of(entry(R"("dtype":-7)")), Contains("dtype: expected a string, found a number"));
  CHECK_THAT(error_of(entry(R"("dtype":{})")), Contains("dtype: expected a string, found an object"));
  CHECK_THAT(error_of(entry(R"("shape":4)")),
             Contains("shape: expected an array of whole numbers, found a number"));
  CHECK_THAT(error_of(entry(R"("shape":null)")), Contains("found null"));
  CHECK_THAT(error_of(entry(R"("shape":[true])")), Contains("shape: expected whole numbers, found true"));
  CHECK_THAT(error_of(entry(R"("shape":["1"])")), Contains("found a string"));
  CHECK_THAT(error_of(entry(R"("shape":[[1]])")), Contains("found an array"));
  CHECK_THAT(error_of(entry(R"("shape":[{}])")), Contains("found an object"));
  CHECK_THAT(error_of(R"({"a":5})"), Contains("key \"a\": expected an object, found a number"));
  CHECK_THAT(error_of(R"({"a":"F32"})"), Contains("key \"a\": expected an object, found a string"));
  CHECK_THAT(error_of(R"({"__metadata__":"pt"})"),
             Contains("__metadata__") && Contains("expected an object"));
  CHECK_THAT(error_of(R"({"__metadata__":{"epoch":3}})"),
             Contains("key \"__metadata__\": epoch: expected a string, found a number"));
  CHECK_THAT(error_of(R"({"__metadata__":{"epoch":{}}})"), Contains("expected a string, found an object"));
  CHECK_THAT(error_of("{\"" + std::string(5000, 'k') + "\":1}"),
             Contains("kkk…\"") && !Contains(std::string(200, 'k')));
}

TEST_CASE("numbers must be whole, within 64 bits") {
  for (const char* number : {"-1", "-0", "1.0", "1e0", "0.5", "18446744073709551616", "1e400"}) {
    INFO(number);
    const std::string text = error_of(entry(f32(std::string("[").append(number).append("]"), "[0,4]")), 4);
    CHECK_THAT(text, Contains("shape: expected whole numbers from 0 to 2^64 - 1, found ") ||
                         Contains("Number too big"));
    CHECK_THAT(text, Contains("net.safetensors"));
  }
  CHECK_THAT(error_of(entry(f32("[1]", "[-4,0]")), 4), Contains("data_offsets: expected whole numbers"));
}

TEST_CASE("offsets must fill the data once, in the shape's size") {
  CHECK_THAT(error_of(entry(f32("[1]", "[4,0]")), 4), Contains("begin <= end, found [4, 0]"));
  CHECK_THAT(error_of(entry(f32("[1]", "[0]")), 4), Contains("data_offsets: expected 2 numbers, found 1"));
  CHECK_THAT(error_of(entry(f32("[1]", "[0,4,8]")), 4), Contains("expected 2 numbers, found 3"));
  CHECK_THAT(error_of(entry(f32("[2]", "[0,8]")), 7),
             Contains("key \"a\": truncated: expected data up to byte 8, found 7 bytes"));
  CHECK_THAT(error_of(entry(f32("[1]", "[0,18446744073709551615]")), 4), Contains("truncated"));
  CHECK_THAT(error_of(entry(f32("[1]", "[4,8]")), 8), Contains("begin at 0, found 4 (a hole)"));
  CHECK_THAT(error_of(entry(f32("[3]", "[0,8]")), 8),
             Contains("expected 12 bytes for F32 of shape [3], found 8"));
  const auto pair = [](const std::string& second) {
    return "{\"a\":{" + f32("[2]", "[0,8]") + "},\"b\":{" + f32("[1]", second) + "}}";
  };
  CHECK_THAT(error_of(pair("[4,8]"), 8),
             Contains("key \"b\"") && Contains("found 4 (overlaps the tensor before)"));
  CHECK_THAT(error_of(pair("[12,16]"), 16), Contains("begin at 8, found 12 (a hole)"));
  CHECK(error_of(pair("[8,12]"), 12).empty());
}

TEST_CASE("a shape's size must fit 64 bits, whatever the other extents") {
  for (const char* shape : {"[4294967296,4294967296]", "[9223372036854775808,2,0]",
                            "[0,9223372036854775808,2]", "[4611686018427387904]"})
    CHECK_THAT(error_of(entry(f32(shape, "[0,0]"))), Contains("expected a size below 2^64 bytes"));
}

TEST_CASE("what is written is read again, in the reference implementation's order") {
  TemporaryFolder folder;
  const std::vector<float> values{1, -2, 3.5f}, more{7};
  const std::vector<std::uint8_t> octets{1, 2, 3};
  const std::vector<double> wide{0.5};
  const std::vector<ctnn::TensorEntry> entries{
      {"u8", ctnn::DataType::U8, {3}, std::as_bytes(std::span(octets))},
      floats("z", values),
      {"double", ctnn::DataType::F64, {}, std::as_bytes(std::span(wide))},
      floats("a \"quoted\" ü", more),
      {"none", ctnn::DataType::F32, {0, 4}, {}}};
  const auto path = folder.path / "net.safetensors";
  ctnn::write_safetensors(path, entries, {{"format", "pt"}, {"note", "line\nbreak"}});
  const auto file = ctnn::read_safetensors(path);
  CHECK(file.source() == path);
  CHECK(file.metadata() == ctnn::Metadata{{"format", "pt"}, {"note", "line\nbreak"}});
  REQUIRE(file.entries().size() == entries.size());
  for (const auto& entry : entries) {
    const auto* found = file.find(entry.name);
    REQUIRE(found);
    CHECK(found->type == entry.type);
    CHECK(found->shape == entry.shape);
    CHECK(std::ranges::equal(found->bytes, entry.bytes));
  }
  const std::string bytes = contents(path);
  CHECK(static_cast<unsigned char>(bytes[0]) % 8 == 0);
  CHECK(bytes.find("\"double\"") < bytes.find("\"a \\\"quoted"));
  CHECK(bytes.find("\"a \\\"quoted") < bytes.find("\"z\""));
  CHECK(bytes.find("\"z\"") < bytes.find("\"u8\""));
  CHECK(file.find("double")->bytes.data() + 8 == file.find("a \"quoted\" ü")->bytes.data());
  CHECK(folder.file_count() == 1);
}

TEST_CASE("what cannot be a safetensors file is not written") {
  TemporaryFolder folder;
  const auto path = folder.path / "net.safetensors";
  write(path, "old");
  const std::vector<float> values{1, 2};
  const auto error = [&](std::vector<ctnn::TensorEntry> entries, const ctnn::Metadata& metadata = {}) {
    return message([&] { ctnn::write_safetensors(path, entries, metadata); });
  };
  CHECK_THAT(error({floats("w", values), floats("w", values)}), Contains("key \"w\" occurs twice"));
  CHECK_THAT(error({floats("__metadata__", values)}), Contains("reserved"));
  CHECK_THAT(error({{"w", ctnn::DataType::F32, {3}, std::as_bytes(std::span(values))}}),
             Contains("key \"w\": expected 12 bytes for F32 of shape [3], found 8"));
  CHECK_THAT(error({floats("\xff", values)}), Contains("not UTF-8"));
  CHECK_THAT(error({floats("w", values)}, {{"x", "\xff"}}), Contains("not UTF-8"));
  CHECK(contents(path) == "old");
  CHECK(folder.file_count() == 1);
}

TEST_CASE("missing files and directories are named") {
  TemporaryFolder folder;
  CHECK_THAT(message([&] { ctnn::read_safetensors(folder.path / "none"); }),
             Contains("none: cannot read: No such file or directory"));
  CHECK_THAT(message([&] { ctnn::read_safetensors(folder.path); }),
             Contains("expected a file, found a directory"));
}

TEST_CASE("every flipped byte and every truncation parses or throws FileError") {
  const auto valid = safetensors_bytes(two_tensors, 12);
  REQUIRE(error_of(valid).empty());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    CHECK_FALSE(error_of(std::vector(valid.begin(), valid.begin() + static_cast<std::ptrdiff_t>(i))).empty());
    for (int flip = 1; flip < 256; ++flip) {
      auto changed = valid;
      changed[i] ^= static_cast<std::byte>(flip);
      error_of(changed);
    }
  }
  auto longer = valid;
  longer.push_back(std::byte{0});
  CHECK_FALSE(error_of(longer).empty());
}

TEST_CASE("elements are converted only when asked") {
  const std::vector<float> single{1, -2.5f};
  const std::vector<double> wide{0.1, 2};
  const std::vector<std::uint16_t> half{0x3C00, 0xC100}, brain{0x3F80, 0xC020};
  const std::vector<std::int32_t> whole{1, 2};
  const auto read = [](ctnn::DataType type, const auto& stored, auto zero, ctnn::Conversion conversion) {
    std::vector<decltype(zero)> result(2);
    ctnn::read_elements<decltype(zero)>({"w", type, {2}, std::as_bytes(std::span(stored))}, result,
                                        conversion, "net.safetensors");
    return result;
  };
  using enum ctnn::Conversion;
  using enum ctnn::DataType;
  CHECK(read(F32, single, 0.0f, none) == single);
  CHECK(read(F64, wide, 0.0, none) == wide);
  CHECK(read(F64, wide, 0.0f, allowed) == std::vector<float>{0.1f, 2});
  CHECK(read(F32, single, 0.0, allowed) == std::vector<double>{1, -2.5});
  CHECK(read(F16, half, 0.0f, allowed) == single);
  CHECK(read(BF16, brain, 0.0, allowed) == std::vector<double>{1, -2.5});
  CHECK_THAT(message([&] { read(F16, half, 0.0f, none); }),
             Equals("net.safetensors: key \"w\": expected F32, found F16; pass ctnn::Conversion::allowed to "
                    "convert it"));
  CHECK_THAT(message([&] { read(F32, single, 0.0, none); }), Contains("expected F64, found F32"));
  CHECK_THAT(message([&] { read(I32, whole, 0.0f, allowed); }),
             Contains("expected F32") && Contains("found I32"));
  std::vector<float> three(3);
  CHECK_THAT(
      message([&] { ctnn::read_elements<float>(floats("w", single), three, none, "net.safetensors"); }),
      Contains("expected 3 elements, found 2 in shape [2]"));
}
