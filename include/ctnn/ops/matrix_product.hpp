#pragma once
#include <ctnn/core/geometry.hpp>
#include <ctnn/ops/arithmetic.hpp>
#include <ctnn/ops/narrow_weight.hpp>
#include <ctnn/ops/transpose.hpp>

namespace ctnn {

constexpr Value matrix_product(Value left, Value right, bool transpose_left = false,
                               bool transpose_right = false);

namespace detail {

/// The sum of two terms, either of which may be absent.
constexpr Value add_present(Value x, Value y) {
  return !x ? y : !y ? x : x + y;
}

/// Integers: whether the left, the right operand is transposed; and in inference, how many of the columns of
/// the right one count, unless all.
struct MatrixProduct {
  static constexpr std::size_t column_axes = 1, columns_integer = 2;
  static constexpr MatrixProductSizes sizes(const Signature& s) {
    const Extents &left = s.operands[0], &right = s.operands[1];
    const bool transpose_left = s.attributes.integers[0] != 0,
               transpose_right = s.attributes.integers[1] != 0;
    const std::size_t rows = left[left.rank - 2], depth = left.back();
    const std::size_t stored = transpose_right ? right[right.rank - 2] : right.back(),
                      used = s.attributes.integers[columns_integer], columns = used == 0 ? stored : used;
    return {.count = left.elements() / (rows * depth),
            .rows = transpose_left ? depth : rows,
            .columns = columns,
            .depth = transpose_left ? rows : depth,
            .transpose_left = transpose_left,
            .transpose_right = transpose_right,
            .padding = stored - columns};
  }

  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents &left = s.operands[0], &right = s.operands[1];
    Extents result = left;
    bool fits = left.rank >= 2 && left.rank == right.rank;
    for (std::size_t i = 0; fits && i + 2 < left.rank; ++i) fits = left[i] == right[i];
    if (fits) {
      const MatrixProductSizes m = sizes(s);
      fits = m.depth == (m.transpose_right ? right.back() : right[right.rank - 2]);
      result[left.rank - 2] = m.rows;
      result[left.rank - 1] = m.columns;
    }
    if (!fits)
      error += join("cannot multiply ", left, s.attributes.integers[0] ? " transposed" : "", " by ", right,
                    s.attributes.integers[1] ? " transposed" : "");
    return {result};
  }

  /// How far apart, in memory, the rows and columns of the operands are.
  struct Strides {
    std::size_t left_row, left_column, right_row, right_column;
    constexpr explicit Strides(const MatrixProductSizes& of)
        : left_row(of.transpose_left ? 1 : of.depth),
          left_column(of.transpose_left ? of.rows : 1),
          right_row(of.transpose_right ? 1 : of.columns + of.padding),
          right_column(of.transpose_right ? of.depth : 1) {}
  };
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const MatrixProductSizes m = sizes(s);
    const Strides strides(m);
    for (std::size_t c = 0; c < m.count; ++c)
      for (std::size_t i = 0; i < m.rows; ++i)
        for (std::size_t j = 0; j < m.columns; ++j) {
          T total = 0;
          const T* left = operands[0] + c * m.rows * m.depth + i * strides.left_row;
          const T* right = operands[1] + c * m.depth * m.columns + j * strides.right_column;
          for (std::size_t k = 0; k < m.depth; ++k)
            total += left[k * strides.left_column] * right[k * strides.right_row];
          *result++ = total;
        }
  }

  static constexpr void depend(const Signature& s, std::size_t operand, std::vector<Dependence>& pairs) {
    const MatrixProductSizes m = sizes(s);
    const Strides strides(m);
    for (std::size_t result = 0; result < m.count * m.rows * m.columns; ++result) {
      const std::size_t c = result / (m.rows * m.columns), i = result / m.columns % m.rows,
                        j = result % m.columns;
      for (std::size_t k = 0; k < m.depth; ++k)
        pairs.push_back(
            {result, operand == 0
                         ? c * m.rows * m.depth + i * strides.left_row + k * strides.left_column
                         : c * m.depth * m.columns + k * strides.right_row + j * strides.right_column});
    }
  }

  static constexpr Value tangent(const Application& at, std::span<const Value> tangents) {
    const bool tl = at.attributes.integers[0] != 0, tr = at.attributes.integers[1] != 0;
    return add_present(tangents[0] ? matrix_product(tangents[0], at.operands[1], tl, tr) : Value{},
                       tangents[1] ? matrix_product(at.operands[0], tangents[1], tl, tr) : Value{});
  }
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints) {
    const bool tl = at.attributes.integers[0] != 0, tr = at.attributes.integers[1] != 0;
    const Value left = at.operands[0], right = at.operands[1];
    adjoints[0] =
        tl ? matrix_product(right, upstream, tr, true) : matrix_product(upstream, right, false, !tr);
    adjoints[1] = tr ? matrix_product(upstream, left, true, tl) : matrix_product(left, upstream, !tl, false);
  }
  /// One product per element is elementwise work, and what a constant is multiplied by is added up.
  static constexpr Value simplify(const Application& at) {
    const Value left = at.operands[0], right = at.operands[1];
    const Extents& to = at.result.shape();
    const std::size_t rows = to[to.rank - 2], columns = to.back();
    const bool tl = at.attributes.integers[0] != 0, tr = at.attributes.integers[1] != 0;
    const auto with_last_axes = [&](std::size_t i, std::size_t j) {
      Extents shape = to;
      shape[to.rank - 2] = i;
      shape[to.rank - 1] = j;
      return shape;
    };
    if (left.shape().elements() * columns == to.elements())
      return reshape(left, with_last_axes(rows, 1)) * reshape(right, with_last_axes(1, columns));
    const auto added_up = [&](Value x, bool along_last, const Extents& shape, Value factor) {
      const std::size_t axis = to.rank - (along_last ? 1 : 2);
      return broadcast(reshape(sum(x, axis, axis + 1), shape) * factor.node().attributes.scalar, to);
    };
    if (is_constant(left)) return added_up(right, tr, with_last_axes(1, columns), left);
    if (is_constant(right)) return added_up(left, !tl, with_last_axes(rows, 1), right);
    return {};
  }
  /// A weight [columns, depth] is turned once, so that the kernel reads whole vectors of columns.
  static constexpr Value specialize(const Application& at, std::size_t fixed) {
    const Value weight = at.operands[1];
    if (fixed != 1 || at.attributes.integers[1] == 0 || weight.shape().rank != 2) return {};
    return matrix_product(at.operands[0], transpose(weight, {1, 0}), at.attributes.integers[0] != 0, false);
  }
  /// By the columns of a weight [depth, columns].
  static constexpr Value scale(const Application& at, const Value& factor) {
    const Value weight = at.operands[1];
    const Value by_column = along_axis(factor, factor.shape().rank - 1);
    if (!by_column || at.attributes.integers[1] != 0 || weight.shape().rank != 2) return {};
    return matrix_product(at.operands[0], weight * by_column, at.attributes.integers[0] != 0, false);
  }
  static constexpr Value narrow(const Application& at, const NarrowWeight& weight);
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

/// left [rows, depth] by a weight [depth, columns] in words. Integers: {format, 0, how many of the
/// weight's columns count, unless all}. For inference: no derivative.
struct NarrowMatrixProduct {
  static constexpr std::size_t column_axes = 1, columns_integer = 2;
  static constexpr MatrixProductSizes sizes(const Signature& s) {
    const std::size_t stored = s.operands[1].back(), used = s.attributes.integers[columns_integer],
                      columns = used == 0 ? stored : used;
    return {.rows = s.operands[0][0],
            .columns = columns,
            .depth = s.operands[0].back(),
            .right_format = PackWords::format(s.attributes),
            .padding = stored - columns};
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents &left = s.operands[0], &right = s.operands[1];
    if (left.rank != 2 || right.rank != 2 || right[0] != rows_of_words(sizes(s).right_format, left[1]))
      error += join("cannot multiply ", left, " by words ", right);
    return {{left[0], sizes(s).columns}};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const MatrixProductSizes m = sizes(s);
    const std::size_t per_word = numbers_per_word(m.right_format);
    for (std::size_t i = 0; i < m.rows; ++i)
      for (std::size_t j = 0; j < m.columns; ++j) {
        T total = 0;
        for (std::size_t k = 0; k < m.depth; ++k)
          total +=
              operands[0][i * m.depth + k] *
              static_cast<T>(unpack(m.right_format,
                                    word_of_number(operands[1][k / per_word * (m.columns + m.padding) + j]),
                                    k % per_word));
        *result++ = total;
      }
  }
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive matrix_product =
    describe<detail::MatrixProduct>("matrix_product", Kind::contraction);
inline constexpr Primitive narrow_matrix_product =
    describe<detail::NarrowMatrixProduct>("narrow_matrix_product", Kind::contraction);
}  // namespace primitive
template <>
struct Definition<&primitive::matrix_product> : detail::MatrixProduct {};
template <>
struct Definition<&primitive::narrow_matrix_product> : detail::NarrowMatrixProduct {};

/// left · right over their last two axes; the axes before must be equal. A transposed operand is read as its
/// transpose.
constexpr Value matrix_product(Value left, Value right, bool transpose_left, bool transpose_right) {
  const Attributes attributes{.integers = {transpose_left, transpose_right}};
  return left.builder->apply(primitive::matrix_product, {left, right}, attributes);
}

/// A weight of one column stays as it is: it is little, and read along the depth.
constexpr Value detail::MatrixProduct::narrow(const Application& at, const NarrowWeight& weight) {
  const Value left = at.operands[0];
  if (at.attributes.integers[0] != 0 || at.attributes.integers[1] != 0 || left.shape().rank != 2 ||
      at.operands[1].shape().back() == 1)
    return {};
  const Value product = left.builder->apply(primitive::narrow_matrix_product, {left, weight.words},
                                            {.integers = {static_cast<std::size_t>(weight.format)}});
  return weight.scale ? product * broadcast(weight.scale, product.shape()) : product;
}

}  // namespace ctnn
