#pragma once
#include <cstddef>
#include <initializer_list>

namespace ctnn {

/// The most axes a value of the graph may have, the batch included.
inline constexpr std::size_t max_rank = 6;

/// A shape as a value: what the passes compute with. Extents past `rank` are zero, so that equality is
/// memberwise.
// Written as single expressions, which are one step of constant evaluation, where loops take many.
struct Extents {
  std::size_t axis[max_rank]{};
  std::size_t rank = 0;

  constexpr Extents() = default;
  constexpr Extents(std::initializer_list<std::size_t> extents) {
    for (std::size_t extent : extents) push_back(extent);
  }

  constexpr std::size_t operator[](std::size_t i) const { return axis[i]; }
  constexpr std::size_t& operator[](std::size_t i) { return axis[i]; }
  constexpr std::size_t back() const { return axis[rank - 1]; }
  constexpr void push_back(std::size_t extent) { axis[rank++] = extent; }

  constexpr std::size_t elements() const {
    return (rank > 0 ? axis[0] : 1) * (rank > 1 ? axis[1] : 1) * (rank > 2 ? axis[2] : 1) *
           (rank > 3 ? axis[3] : 1) * (rank > 4 ? axis[4] : 1) * (rank > 5 ? axis[5] : 1);
  }

  /// Row-major distance, in elements, between neighbours along axis `i`.
  constexpr std::size_t stride(std::size_t i) const {
    std::size_t product = 1;
    while (++i < rank) product *= axis[i];
    return product;
  }

  friend constexpr bool operator==(const Extents& a, const Extents& b) {
    static_assert(max_rank == 6);
    return a.rank == b.rank && a.axis[0] == b.axis[0] && a.axis[1] == b.axis[1] && a.axis[2] == b.axis[2] &&
           a.axis[3] == b.axis[3] && a.axis[4] == b.axis[4] && a.axis[5] == b.axis[5];
  }
};

/// The extents of `shape` from axis `first` on: a sample's shape is `tail(shape, 1)`.
constexpr Extents tail(const Extents& shape, std::size_t first) {
  Extents result;
  for (std::size_t i = first; i < shape.rank; ++i) result.push_back(shape[i]);
  return result;
}

/// `shape` with a new axis of extent `batch` in front of it.
constexpr Extents batched(std::size_t batch, const Extents& shape) {
  Extents result{batch};
  for (std::size_t i = 0; i < shape.rank; ++i) result.push_back(shape[i]);
  return result;
}

/// A shape as a type: what a user writes. Shapes in the interface are those of one sample, without the batch.
template <std::size_t... Axes>
struct Shape {
  static_assert(sizeof...(Axes) < max_rank, "ctnn: a shape has at most five axes");
  static constexpr std::size_t rank = sizeof...(Axes);
  static constexpr std::size_t elements = (std::size_t{1} * ... * Axes);
  static constexpr Extents extents{Axes...};
};

}  // namespace ctnn
