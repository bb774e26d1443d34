#pragma once
#include <ctnn/graph/builder.hpp>
#include <ctnn/kernels/kernel.hpp>
#include <ctnn/ops.hpp>

/// A primitive of one's own with loops of its own: cumulative sums along the last axis.
namespace own {

enum class Direction : std::size_t { forward, backward };

constexpr ctnn::Value cumulative_sum(ctnn::Value x, Direction direction = Direction::forward);

/// The primitive's rules. The first integer of its attributes is the direction.
struct CumulativeSum {
  static constexpr Direction direction(const ctnn::Attributes& attributes) {
    return static_cast<Direction>(attributes.integers[0]);
  }

  static constexpr ctnn::ResultType shape(const ctnn::Signature& s, ctnn::Text& error) {
    if (s.operands[0].rank == 0) error += "sums along the last axis of a value that has no axes";
    return {s.operands[0]};
  }

  // The meaning: every other way of computing it is tested against this one.
  template <class T>
  static constexpr void evaluate(const ctnn::Signature& s, const T* const* operands, T* result) {
    const std::size_t columns = s.operands[0].back();
    for (std::size_t row = 0; row < s.result.elements(); row += columns) {
      T total{};
      for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t column = direction(s.attributes) == Direction::forward ? i : columns - 1 - i;
        result[row + column] = total += operands[0][row + column];
      }
    }
  }

  // Linear in its operand, so that its tangent is the same sum of the operand's tangent.
  static constexpr ctnn::Value tangent(const ctnn::Application& at, std::span<const ctnn::Value> tangents) {
    return cumulative_sum(tangents[0], direction(at.attributes));
  }

  // Element i of the operand is in every sum from i on: the adjoint adds up in the other direction.
  static constexpr void adjoint(const ctnn::Application& at, const ctnn::Value& upstream,
                                std::span<ctnn::Value> adjoints) {
    const bool forward = direction(at.attributes) == Direction::forward;
    adjoints[0] = cumulative_sum(upstream, forward ? Direction::backward : Direction::forward);
  }

  static constexpr std::size_t flops(const ctnn::Signature& s) { return s.result.elements(); }
};

inline constexpr ctnn::Primitive cumulative_sum_primitive =
    ctnn::describe<CumulativeSum>("own::cumulative_sum", ctnn::Kind::movement);

constexpr ctnn::Value cumulative_sum(ctnn::Value x, Direction direction) {
  return x.builder->apply(cumulative_sum_primitive, {x}, {.integers = {static_cast<std::size_t>(direction)}});
}

}  // namespace own

template <>
struct ctnn::Definition<&own::cumulative_sum_primitive> : own::CumulativeSum {};

// Without this specialisation `evaluate` is the kernel. The sizes are constants here, so that four rows at a
// time keep four sums in registers: each waits for its own last addition alone.
template <>
struct ctnn::Kernel<&own::cumulative_sum_primitive> {
  template <class T, ctnn::Signature S>
  static constexpr std::size_t scratch() {
    return 0;
  }

  template <class T, ctnn::Signature S>
  static void run(const ctnn::KernelOperands& operands, T*, std::byte* result) {
    constexpr std::size_t columns = S.operands[0].back(), rows = S.result.elements() / columns;
    const T* from = operands.as<T>(0);
    T* to = reinterpret_cast<T*>(result);
    for (std::size_t row = 0; row + 4 <= rows; row += 4)
      add_up<T, S, columns, 4>(from + row * columns, to + row * columns);
    constexpr std::size_t done = rows / 4 * 4;
    if constexpr (done < rows) add_up<T, S, columns, rows - done>(from + done * columns, to + done * columns);
  }

 private:
  template <class T, ctnn::Signature S, std::size_t Columns, std::size_t Rows>
  static void add_up(const T* from, T* to) {
    T totals[Rows]{};
    for (std::size_t i = 0; i < Columns; ++i) {
      constexpr bool forward = own::CumulativeSum::direction(S.attributes) == own::Direction::forward;
      const std::size_t column = forward ? i : Columns - 1 - i;
      for (std::size_t row = 0; row < Rows; ++row)
        to[row * Columns + column] = totals[row] += from[row * Columns + column];
    }
  }
};
