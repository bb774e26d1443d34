#pragma once
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ctnn::test {

/// Element i of a stream of numbers in [-scale / 2, scale / 2): the same formula as in make.py, in operations
/// that every compiler rounds alike.
inline double number(std::size_t i, std::size_t stream, double scale) {
  constexpr std::uint64_t prime = 65519;
  const std::uint64_t base = (i + 7919 * stream) % prime;
  const std::uint64_t cube = base * base % prime * base % prime;
  return (static_cast<double>(cube) / static_cast<double>(prime) - 0.5) * scale;
}
template <class T>
void fill(std::span<T> elements, std::size_t stream, double scale) {
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<T>(number(i, stream, scale));
}
template <class T>
std::vector<T> numbers(std::size_t count, std::size_t stream, double scale) {
  std::vector<T> result(count);
  fill(std::span(result), stream, scale);
  return result;
}

/// A file of PyTorch's results, that make.py wrote. Its reader shares nothing with ctnn's own, so that one
/// mistake can't hide another.
class Reference {
 public:
  explicit Reference(const std::string& name) {
    std::ifstream file(CTNN_SOURCE_ROOT "/tests/reference/" + name + ".safetensors", std::ios::binary);
    REQUIRE(file);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof length);
    data_ = sizeof length + length;
    header_ = nlohmann::json::parse(bytes_.begin() + sizeof length,
                                    bytes_.begin() + static_cast<std::ptrdiff_t>(data_));
  }

  std::vector<double> operator()(const std::string& name) const {
    INFO(name);
    REQUIRE(header_.contains(name));
    const nlohmann::json& entry = header_[name];
    const auto type = entry["dtype"].get<std::string>();
    const auto begin = entry["data_offsets"][0].get<std::size_t>();
    const std::size_t bytes = entry["data_offsets"][1].get<std::size_t>() - begin;
    const char* from = bytes_.data() + data_ + begin;
    if (type == "F64") return read<double>(from, bytes);
    if (type == "F32") return read<float>(from, bytes);
    REQUIRE(type == "I32");
    return read<std::int32_t>(from, bytes);
  }

  /// The keys of the state_dict of a case's module: parameters in PyTorch's order, then buffers by name.
  std::vector<std::string> keys(const std::string& name) const {
    std::istringstream words(header_["__metadata__"].at(name).get<std::string>());
    return {std::istream_iterator<std::string>(words), {}};
  }

 private:
  template <class E>
  static std::vector<double> read(const char* from, std::size_t bytes) {
    std::vector<E> elements(bytes / sizeof(E));
    std::memcpy(elements.data(), from, bytes);
    return {elements.begin(), elements.end()};
  }

  std::vector<char> bytes_;
  std::size_t data_ = 0;
  nlohmann::json header_;
};

/// ||actual - expected|| / ||expected||; infinite where the sizes differ or a number is not finite.
template <class T>
double relative_error(std::span<const T> actual, std::span<const double> expected) {
  if (actual.size() != expected.size()) return INFINITY;
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double distance = static_cast<double>(actual[i]) - expected[i];
    difference += distance * distance;
    norm += expected[i] * expected[i];
  }
  const double result = std::sqrt(difference / (norm > 0 ? norm : 1));
  return std::isfinite(result) ? result : INFINITY;
}

/// The largest |actual - expected|.
template <class T>
double largest_difference(std::span<const T> actual, std::span<const double> expected) {
  if (actual.size() != expected.size()) return INFINITY;
  double result = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double distance = std::abs(static_cast<double>(actual[i]) - expected[i]);
    result = distance <= result ? result : distance;
  }
  return std::isfinite(result) ? result : INFINITY;
}

}  // namespace ctnn::test
