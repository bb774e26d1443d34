#pragma once
#include <algorithm>
#include <ctnn/formula/tensor_functions.hpp>
#include <ctnn/ops/concat.hpp>
#include <ctnn/ops/convolution.hpp>
#include <ctnn/ops/cumulative.hpp>

namespace ctnn {

/// Which part of a convolution of n with m <= n elements is kept, as in NumPy: all n + m - 1 sums, the n in
/// the middle, or the n - m + 1 whose products are all there.
enum class ConvolutionMode { full, same, valid };

namespace formula {

template <std::size_t Axis, std::size_t First, std::size_t Last>
constexpr Value sliced(Value x) {
  if (!has_axis<Axis>(x)) return x;
  Extents begin = x.shape(), kept = x.shape();
  if (First >= Last || Last > kept[Axis])
    return x.builder->fail(x, join("cannot take the elements ", First, " to ", Last, " along axis ", Axis,
                                   " of a tensor of shape ", x.shape()));
  for (std::size_t i = 0; i < begin.rank; ++i) begin[i] = 0;
  begin[Axis] = First;
  kept[Axis] = Last - First;
  return ctnn::slice(x, begin, kept);
}

template <std::size_t Axis>
struct Joined {
  constexpr Value operator()(std::same_as<Value> auto... parts) const {
    const Value values[]{(parts.shape().rank == 0 ? ctnn::reshape(parts, {1}) : parts)...};
    return ctnn::concat(values, Axis);
  }
};

template <std::size_t Axis>
constexpr Value cumulative_sum_over(Value x) {
  return has_axis<Axis>(x) ? ctnn::cumulative_sum(x, Axis) : x;
}

template <ConvolutionMode Mode>
constexpr Value convolved(Value x, Value kernel) {
  if (x.shape().rank != 1 || kernel.shape().rank != 1)
    return x.builder->fail(x, join("convolves vectors, receives ", x.shape(), " and ", kernel.shape()));
  if (x.shape()[0] < kernel.shape()[0]) std::swap(x, kernel);
  const std::size_t n = x.shape()[0], m = kernel.shape()[0];
  const std::size_t cut = Mode == ConvolutionMode::full   ? 0
                          : Mode == ConvolutionMode::same ? (m - 1) / 2
                                                          : m - 1;
  // What spreads each element by the kernel is the adjoint of a correlation with it; `cut` elements of each
  // end are its padding.
  const Pair result{1, n + m - 1 - 2 * cut};
  const Value spread = x.builder->apply(
      primitive::convolution_input_adjoint,
      {ctnn::reshape(x, {1, 1, 1, n}), ctnn::reshape(kernel, {1, 1, 1, m})},
      ctnn::detail::ConvolutionForm::attributes({.kernel = {1, m}, .padding = {0, cut}}, 1, result));
  const Value all = ctnn::reshape(spread, {result.width});
  return Mode == ConvolutionMode::same ? ctnn::slice(all, {0}, {n}) : all;
}

/// The elements [First, Last) along an axis: `slice<0, 2, 5>(x)` is NumPy's x[2:5].
template <std::size_t Axis, std::size_t First, std::size_t Last>
constexpr auto slice(const AnyExpression auto& x) {
  return apply<sliced<Axis, First, Last>>(x);
}
/// Tensors one after another along an axis; their other extents are equal. A number is a vector of one
/// element: `concat<0>(x, y)` makes a vector of numbers.
template <std::size_t Axis, Operand... E>
constexpr auto concat(const E&... parts) {
  static_assert(sizeof...(E) > 0, "ctnn: concat joins at least one formula");
  return apply<Joined<Axis>{}>(parts...);
}
/// Element t is the sum of the elements up to t along an axis.
template <std::size_t Axis = 0>
constexpr auto cumulative_sum(const AnyExpression auto& x) {
  return apply<cumulative_sum_over<Axis>>(x);
}
/// The convolution of two vectors, as numpy.convolve's: element t is the sum of x_i · kernel_(t - i). (A
/// network's convolution does not turn the kernel round.)
template <ConvolutionMode Mode = ConvolutionMode::full>
constexpr auto convolve(const AnyExpression auto& x, const AnyExpression auto& kernel) {
  return apply<convolved<Mode>>(x, kernel);
}

}  // namespace formula

// Where no formula is given, nothing leads to the other namespace.
using formula::concat;

}  // namespace ctnn
