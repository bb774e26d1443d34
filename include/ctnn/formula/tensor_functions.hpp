#pragma once
#include <ctnn/formula/operators.hpp>
#include <ctnn/ops/matrix_product.hpp>
#include <ctnn/ops/product.hpp>
#include <ctnn/ops/reduction.hpp>
#include <ctnn/ops/transpose.hpp>

namespace ctnn::formula {

/// A reduction of all elements; of a number, the number.
constexpr Value over_all(Value (*reduction)(Value, std::size_t, std::size_t), Value x) {
  return x.shape().rank == 0 ? x : reduction(x, 0, x.shape().rank);
}
constexpr Value sum_of_all(Value x) {
  return over_all(ctnn::sum, x);
}
constexpr Value mean_of_all(Value x) {
  return over_all(ctnn::mean, x);
}
constexpr Value maximum_of_all(Value x) {
  return over_all(ctnn::maximum, x);
}
constexpr Value minimum_of_all(Value x) {
  return -maximum_of_all(-x);
}
constexpr Value product_of_all(Value x) {
  return over_all(ctnn::product, x);
}

template <std::size_t Axis>
constexpr bool has_axis(Value x) {
  if (Axis < x.shape().rank) return true;
  x.builder->fail(x, join("has no axis ", Axis, " in a tensor of shape ", x.shape()));
  return false;
}
template <std::size_t Axis>
constexpr Value sum_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::sum(x, Axis, Axis + 1) : x;
}
template <std::size_t Axis>
constexpr Value mean_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::mean(x, Axis, Axis + 1) : x;
}
template <std::size_t Axis>
constexpr Value maximum_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::maximum(x, Axis, Axis + 1) : x;
}
template <std::size_t Axis>
constexpr Value minimum_over(Value x) {
  return -maximum_over<Axis>(-x);
}
template <std::size_t Axis>
constexpr Value product_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::product(x, Axis, Axis + 1) : x;
}
template <std::size_t Axis>
constexpr Value log_sum_exp_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::log_sum_exp(x, Axis) : x;
}
template <std::size_t Axis>
constexpr Value softmax_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::ops::softmax(x, Axis) : x;
}

/// The product of a matrix or vector with a matrix or vector: rows by columns.
constexpr Value product(Value left, Value right) {
  const Extents a = left.shape(), b = right.shape();
  if (a.rank < 1 || a.rank > 2 || b.rank < 1 || b.rank > 2 || a.back() != b[0])
    return left.builder->fail(left,
                              join("cannot multiply ", a, " by ", b, ": the inner extents must be equal"));
  // A vector is a row: kernels hand over a row's elements side by side.
  if (b.rank == 1 && a.rank == 2)
    return ctnn::reshape(ctnn::matrix_product(ctnn::reshape(right, {1, b[0]}), left, false, true), {a[0]});
  const Value rows = a.rank == 2 ? left : ctnn::reshape(left, {1, a[0]});
  const Value columns = b.rank == 2 ? right : ctnn::reshape(right, {b[0], 1});
  Extents shape;
  if (a.rank == 2) shape.push_back(a[0]);
  if (b.rank == 2) shape.push_back(b[1]);
  return ctnn::reshape(ctnn::matrix_product(rows, columns), shape);
}
constexpr Value transposed(Value x) {
  if (x.shape().rank != 2) return x.builder->fail(x, join("cannot transpose a tensor of shape ", x.shape()));
  return ctnn::transpose(x, {1, 0});
}
constexpr Value dot_product(Value x, Value y) {
  if (x.shape() != y.shape())
    return x.builder->fail(x, join("cannot take the dot product of ", x.shape(), " and ", y.shape(),
                                   ": the shapes must be equal; matrix_product multiplies matrices"));
  return sum_of_all(x * y);
}
constexpr Value outer_product(Value x, Value y) {
  return ctnn::reshape(x, {x.shape().elements(), 1}) * ctnn::reshape(y, {1, y.shape().elements()});
}
template <int Order>
constexpr Value norm_of_all(Value x) {
  if constexpr (Order == 1) return sum_of_all(abs(x));
  const Value total = sum_of_all(Order == 2 ? ctnn::square(x) : ctnn::pow(abs(x), Order));
  const Value zero = constant_like(total, 0), none = ctnn::equal(total, zero);
  // The root's slope at 0 is infinite: it is not taken there.
  const Value some = ctnn::select(none, constant_like(total, 1), total);
  return ctnn::select(none, zero, Order == 2 ? ctnn::sqrt(some) : ctnn::pow(some, 1.0 / Order));
}
template <std::size_t... Axes>
constexpr Value reshaped(Value x) {
  return ctnn::reshape(x, {Axes...});
}

#define CTNN_FORMULA_REDUCTION(name, function)       \
  constexpr auto name(const AnyExpression auto& x) { \
    return apply<function##_of_all>(x);              \
  }                                                  \
  template <std::size_t Axis>                        \
  constexpr auto name(const AnyExpression auto& x) { \
    return apply<function##_over<Axis>>(x);          \
  }
CTNN_FORMULA_REDUCTION(sum, sum)
CTNN_FORMULA_REDUCTION(mean, mean)
CTNN_FORMULA_REDUCTION(max, maximum)
CTNN_FORMULA_REDUCTION(min, minimum)
CTNN_FORMULA_REDUCTION(prod, product)
#undef CTNN_FORMULA_REDUCTION

/// log(sum(exp(x))) and exp(x) / sum(exp(x)) along one axis, without overflow.
template <std::size_t Axis = 0>
constexpr auto log_sum_exp(const AnyExpression auto& x) {
  return apply<log_sum_exp_over<Axis>>(x);
}
template <std::size_t Axis = 0>
constexpr auto softmax(const AnyExpression auto& x) {
  return apply<softmax_over<Axis>>(x);
}

/// Rows by columns: each a matrix or a vector.
constexpr auto matrix_product(const AnyExpression auto& left, const AnyExpression auto& right) {
  return apply<product>(left, right);
}
constexpr auto transpose(const AnyExpression auto& x) {
  return apply<transposed>(x);
}
/// x_i · y_j.
constexpr auto outer(const AnyExpression auto& x, const AnyExpression auto& y) {
  return apply<outer_product>(x, y);
}
/// The sum of the products of equal places.
constexpr auto dot(const AnyExpression auto& x, const AnyExpression auto& y) {
  return apply<dot_product>(x, y);
}
/// The norm of all elements of the order given: by default Euclid's, √Σx²; of order 1 Σ|x|; of order p
/// (Σ|x|^p)^(1/p). Where all are 0, so are its derivatives, as PyTorch's.
template <int Order = 2>
constexpr auto norm(const AnyExpression auto& x) {
  static_assert(Order >= 1, "ctnn: the order of a norm is 1 or more");
  return apply<norm_of_all<Order>>(x);
}
/// The same elements, row by row, in another shape: `reshape<2, 3>(x)`.
template <std::size_t... Axes>
constexpr auto reshape(const AnyExpression auto& x) {
  static_assert(sizeof(Shape<Axes...>) > 0);
  return apply<reshaped<Axes...>>(x);
}

}  // namespace ctnn::formula
