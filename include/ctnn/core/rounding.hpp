#pragma once
#include <cstddef>

namespace ctnn {

constexpr std::size_t ceil_divide(std::size_t x, std::size_t y) {
  return (x + y - 1) / y;
}
/// The smallest multiple of y that is no less than x.
constexpr std::size_t round_up(std::size_t x, std::size_t y) {
  return ceil_divide(x, y) * y;
}
/// So many elements, filled up to cache lines of floats: two of doubles.
constexpr std::size_t whole_lines(std::size_t elements) {
  return round_up(elements, 16);
}

}  // namespace ctnn
