#pragma once
#include <ctnn/graph/graph.hpp>

namespace ctnn {

/// The most loops that a fused step needs: each axis of a value may be repeated or not.
inline constexpr std::size_t max_loops = max_rank;

/// How a step reads a value: the element at flat index f of the step is at offset Σ (f / divisor % extent) ·
/// stride.
struct Access {
  struct Digit {
    std::size_t divisor, extent, stride;
  };
  Digit digits[max_rank]{};
  std::size_t count = 0;

  constexpr void push_back(Digit digit) {
    if (digit.extent == 1) return;
    if (count > 0) {
      Digit& outer = digits[count - 1];
      if (outer.stride == digit.stride * digit.extent && outer.divisor == digit.divisor * digit.extent) {
        outer = {digit.divisor, outer.extent * digit.extent, digit.stride};
        return;
      }
    }
    digits[count++] = digit;
  }
  constexpr bool identity() const {
    return count == 0 || (count == 1 && digits[0].divisor == 1 && digits[0].stride == 1);
  }

  static constexpr Access contiguous(std::size_t elements) {
    Access access;
    access.push_back({1, elements, 1});
    return access;
  }
  /// A value of extents `from`, read as NumPy's broadcasting repeats it to `to`.
  static constexpr Access broadcast(const Extents& from, const Extents& to) {
    Access access;
    const std::size_t lead = to.rank - from.rank;
    for (std::size_t i = 0; i < to.rank; ++i)
      access.push_back({to.stride(i), to[i], i < lead || from[i - lead] == 1 ? 0 : from.stride(i - lead)});
    return access;
  }
};

/// Loops over a step's elements, outermost first, by which every operand moves with a constant stride.
struct Loops {
  Extents extents{};

  /// The stride by which `access` moves along the loop of whose elements each is `divisor` of the step's.
  static constexpr std::size_t stride(const Access& access, std::size_t divisor) {
    for (std::size_t k = 0; k < access.count; ++k) {
      const Access::Digit& digit = access.digits[k];
      if (divisor >= digit.divisor && divisor < digit.divisor * digit.extent)
        return divisor / digit.divisor * digit.stride;
    }
    return 0;
  }
};

/// Where loops over a step's elements must be cut, so that every access has a constant stride along each.
struct LoopBounds {
  std::size_t bounds[max_loops + 1]{}, count = 0;  // rising
  bool too_many = false;

  constexpr LoopBounds() = default;
  /// The last loop is over whole multiples of `columns` (1: no wish).
  constexpr LoopBounds(std::size_t elements, std::size_t columns) {
    add(1);
    add(elements);
    if (columns > 1) add(columns);
  }

  constexpr void add(std::size_t b) {
    std::size_t i = count;
    while (i > 0 && bounds[i - 1] > b) --i;
    if (i > 0 && bounds[i - 1] == b) return;
    if ((too_many = too_many || count > max_loops)) return;
    for (std::size_t k = count++; k > i; --k) bounds[k] = bounds[k - 1];
    bounds[i] = b;
  }
  constexpr void add(const Access& access) {
    if (access.identity()) return;
    for (std::size_t i = 0; i < access.count; ++i) {
      add(access.digits[i].divisor);
      add(access.digits[i].divisor * access.digits[i].extent);
    }
  }

  /// The coarsest loops; none, with rank 0, where the accesses do not divide each other or are too many.
  constexpr Loops loops() const {
    Loops loops;
    if (too_many) return loops;
    for (std::size_t i = count; i-- > 1;) {
      if (bounds[i] % bounds[i - 1] != 0) return {};
      loops.extents.push_back(bounds[i] / bounds[i - 1]);
    }
    if (loops.extents.rank == 0) loops.extents.push_back(1);
    return loops;
  }
};

}  // namespace ctnn
