#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

namespace ctnn::test {

/// A buffer between two guards that notice a kernel's writes outside of it.
template <class T>
class Guarded {
 public:
  explicit Guarded(std::size_t count, T fill = T{}) : storage_(count + 2 * guard, mark), count_(count) {
    for (std::size_t i = 0; i < count; ++i) storage_[guard + i] = fill;
  }
  T* data() { return storage_.data() + guard; }
  T& operator[](std::size_t i) { return storage_[guard + i]; }
  std::size_t size() const { return count_; }
  bool intact() const {
    for (std::size_t i = 0; i < guard; ++i) {
      if (storage_[i] != mark || storage_[guard + count_ + i] != mark) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t guard = 67;
  static constexpr T mark = T(-77);
  std::vector<T> storage_;
  std::size_t count_;
};

/// Numbers in [-1, 1), the same for the same seed.
template <class T>
std::vector<T> noise(std::size_t count, std::uint32_t seed) {
  std::vector<T> result(count);
  std::uint32_t state = seed * 2654435761U + 12345U;
  for (T& x : result) {
    state = state * 1664525U + 1013904223U;
    x = static_cast<T>(static_cast<std::int32_t>(state >> 8) - (1 << 23)) / static_cast<T>(1 << 23);
  }
  return result;
}

/// The largest error allowed of a sum of `terms` products of numbers in [-1, 1): far below the bound of a
/// plain loop, far above that of a blocked one.
template <class T>
double tolerance(std::size_t terms) {
  return (8.0 + 0.5 * static_cast<double>(terms)) * static_cast<double>(std::numeric_limits<T>::epsilon());
}

/// Checks that each element was delivered once, and hands it to a matrix.
template <class T>
struct CountingSink {
  T* data;
  unsigned char* deliveries;
  std::size_t columns;

  // Not inlined: a kernel delivers from many places, and tests should compile fast.
  template <class B>
  [[gnu::noinline]] void operator()(std::size_t row, std::size_t column, const B& value) {
    partial(row, column, value, lane_count<B>());
  }
  template <class B>
  [[gnu::noinline]] void partial(std::size_t row, std::size_t column, const B& value, std::size_t count) {
    T copy[64];
    if constexpr (requires { value.store_unaligned(copy); }) {
      value.store_unaligned(copy);
    } else {
      copy[0] = value;
    }
    for (std::size_t i = 0; i < count; ++i) {
      data[row * columns + column + i] = copy[i];
      ++deliveries[row * columns + column + i];
    }
  }

 private:
  template <class B>
  static constexpr std::size_t lane_count() {
    if constexpr (requires { B::size; }) {
      return B::size;
    } else {
      return 1;
    }
  }
};

/// Compares what a kernel delivers to a sink with `expected`, [rows, columns]; `terms` products per element.
template <class T, class Kernel>
void check_delivery(std::size_t columns, const std::vector<double>& expected, std::size_t terms,
                    std::size_t scratch_size, Kernel kernel) {
  Guarded<T> result(expected.size()), scratch(scratch_size, std::numeric_limits<T>::quiet_NaN());
  Guarded<unsigned char> deliveries(expected.size());
  kernel(scratch.data(), CountingSink<T>{result.data(), deliveries.data(), columns});
  CHECK(result.intact());
  CHECK(scratch.intact());
  CHECK(deliveries.intact());
  std::size_t wrong = 0, not_once = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = static_cast<double>(result[i]) - expected[i];
    if (!(error <= tolerance<T>(terms) && -error <= tolerance<T>(terms))) ++wrong;
    if (deliveries[i] != 1) ++not_once;
  }
  CHECK(wrong == 0);
  CHECK(not_once == 0);
}

}  // namespace ctnn::test
