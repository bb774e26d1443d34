#include <catch2/catch.hpp>
#include <ctnn/data/npy.hpp>

#include "../io/files.hpp"

using Catch::Matchers::Contains;

namespace {

std::string npy(const std::string& header, const std::string& data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0' + static_cast<char>(header.size()) + '\0';
  if (version > 1) text += std::string(2, '\0');
  return text + header + data;
}

template <class T = float>
std::string error_of(const std::string& bytes) {
  TemporaryFolder folder;
  write(folder.path / "a.npy", bytes);
  return message([&] { ctnn::read_npy<T>(folder.path / "a.npy"); });
}

const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }     \n";

}  // namespace

TEMPLATE_TEST_CASE("what is written is read again", "", float, double, std::int32_t, std::int64_t) {
  TemporaryFolder folder;
  const auto path = folder.path / "a.npy";
  for (const std::vector<std::uint64_t>& shape :
       {std::vector<std::uint64_t>{}, {1}, {2, 3}, {0, 4}, {1, 1, 1, 1, 1, 2}}) {
    ctnn::NpyArray<TestType> array{shape, {}};
    std::size_t size = 1;
    for (const std::uint64_t extent : shape) size *= extent;
    for (std::size_t i = 0; i < size; ++i) array.values.push_back(static_cast<TestType>(i) - 1);
    ctnn::write_npy(path, array);
    CHECK(contents(path).find('\n') % 64 == 63);
    const auto back = ctnn::read_npy<TestType>(path);
    CHECK(back.shape == array.shape);
    CHECK(back.values == array.values);
  }
  CHECK(folder.file_count() == 1);
}

TEST_CASE("all three versions are read") {
  for (char version : {'\1', '\2', '\3'})
    CHECK(error_of(npy(header, std::string(12, '\0'), version)).empty());
  CHECK(error_of(npy("{\"shape\":(3),'fortran_order':False,'descr':'<f4'}", std::string(12, '\0'))).empty());
}

TEST_CASE("a wrong NPY file is refused") {
  const std::string data(12, '\0');
  CHECK_THAT(error_of(""), Contains("a.npy: expected an NPY file, found an empty file"));
  CHECK_THAT(error_of("NUMPY and more"), Contains("other bytes at its start"));
  CHECK_THAT(error_of(npy(header, data, 4)), Contains("version 1 to 3, found 4"));
  CHECK_THAT(error_of(npy(header, data).substr(0, 30)), Contains("truncated in the NPY header"));
  CHECK_THAT(error_of(npy(header, data + "x")), Contains("expected 12 bytes for shape [3], found 13"));
  CHECK_THAT(error_of(npy(header, "x")), Contains("found 1"));
  CHECK_THAT(error_of<double>(npy(header, data)), Contains("expected elements '<f8', found '<f4'"));
  CHECK_THAT(error_of<std::int32_t>(npy(header, data)), Contains("expected elements '<i4', found '<f4'"));
  CHECK_THAT(error_of(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (3,)}", data)),
             Contains("found '>f4'"));
  CHECK_THAT(error_of(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (3,)}", data)),
             Contains("expected C order, found Fortran order"));
  CHECK_THAT(error_of(npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}", data)),
             Contains("True or False"));
  CHECK_THAT(error_of(npy("{'descr': '<f4', 'shape': (3,)}", data)),
             Contains("descr, fortran_order and shape"));
  CHECK_THAT(error_of(npy("{'descr': '<f4', 'descr': '<f4'}", data)), Contains("once each"));
  CHECK_THAT(error_of(npy("{'descr': [('a', '<f4')]}", data)), Contains("expected a string"));
  CHECK_THAT(error_of(npy("{'shape': (-3,)}", data)), Contains("a whole number"));
  CHECK_THAT(error_of(npy("{'shape': (3 4)}", data)), Contains("expected ')'"));
  CHECK_THAT(error_of(npy("{'shape': (99999999999999999999,)}", data)), Contains("an extent below 2^64"));
  CHECK_THAT(
      error_of(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", data)),
      Contains("2^64 or more"));
  CHECK_THAT(error_of(npy("{'descr': '<f4", data)), Contains("the end of a string"));
  CHECK_THAT(error_of(npy(header + "x", data)), Contains("nothing after '}'"));
  CHECK_THAT(message([] { ctnn::read_npy<float>("/none.npy"); }), Contains("cannot read"));
  const ctnn::NpyArray<float> too_short{{3}, {1, 2}};
  CHECK_THAT(message([&] { ctnn::write_npy("/none.npy", too_short); }),
             Contains("expected values for shape [3], found 2"));
}

TEST_CASE("every flipped byte and every truncation of an NPY file parses or throws FileError") {
  const std::string valid = npy(header, std::string(12, '\0'));
  for (std::size_t i = 0; i < valid.size(); ++i) {
    CHECK_FALSE(error_of(valid.substr(0, i)).empty());
    for (int flip = 1; flip < 256; flip += 3) {
      auto changed = valid;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      error_of(changed);
    }
  }
}
