#pragma once
#include <ctnn/ops/concat.hpp>
#include <ctnn/ops/convolution.hpp>
#include <ctnn/ops/functions.hpp>
#include <ctnn/ops/loop.hpp>
#include <ctnn/ops/reduction.hpp>
#include <ctnn/ops/reshape.hpp>
#include <ctnn/ops/slice.hpp>
#include <optional>

/// What a formula was written as, found in its graph.
namespace ctnn::detail {

/// A loop's states are vectors, or the rows of a matrix; what they stand for has other axes.
inline bool is_of_loop(Value x) {
  while (x.is(primitive::slice)) x = x.operand(0);
  return x.is(primitive::loop);
}
/// A reshape that only adds or drops axes of extent 1 is how other functions are made.
inline bool is_invisible(Value x) {
  const auto long_axes = [](const Extents& shape) {
    Extents result;
    for (std::size_t i = 0; i < shape.rank; ++i)
      if (shape[i] != 1) result.push_back(shape[i]);
    return result;
  };
  const Node& node = x.node();
  return node.primitive->kind == Kind::broadcast || node.primitive->name == "stop_gradient" ||
         (x.is(primitive::reshape) &&
          (long_axes(node.shape) == long_axes(x.operand(0).shape()) || is_of_loop(x.operand(0))));
}
inline Value visible(Value x) {
  while (x.operand_count() > 0 && is_invisible(x)) x = x.operand(0);
  return x;
}

/// The x and the axis of the exponentials in softmax and log_sum_exp; false where there are none.
struct Exponentials {
  Value argument;
  std::size_t axis = 0;
  explicit operator bool() const { return static_cast<bool>(argument); }
};
inline Exponentials summed_exponentials(Value total) {
  total = visible(total);
  if (!total.is(primitive::sum)) return {};
  const std::size_t axis = total.node().attributes.integers[0];
  const Value term = total.operand(0);
  if (!term.is(primitive::exp) || !term.operand(0).is(primitive::subtract)) return {};
  return {term.operand(0).operand(0), axis};
}
// The builder has equal values once: what is built again is what stands there.
inline Exponentials exponentials(Value numerator, Value denominator) {
  const Exponentials found = summed_exponentials(denominator);
  if (!found) return {};
  const Value shares = ctnn::ops::softmax(found.argument, found.axis);
  for (const std::size_t i : {0u, 1u}) {
    const Value inverse = visible(shares.operand(1 - i));
    if (shares.operand(i) == numerator && inverse.is(primitive::divide) &&
        visible(inverse.operand(1)) == visible(denominator))
      return found;
  }
  return {};
}
inline Exponentials exponentials_of_logarithm(Value sum) {
  for (const std::size_t i : {0u, 1u}) {
    const Value logarithm = visible(sum.operand(i));
    if (!logarithm.is(primitive::log)) continue;
    const Exponentials found = summed_exponentials(logarithm.operand(0));
    if (found && ctnn::log_sum_exp(found.argument, found.axis) == sum) return found;
  }
  return {};
}
inline bool is_of_vectors(Value convolution) {
  const Extents image = convolution.operand(0).shape();
  return image[0] == 1 && image[1] == 1 && image[2] == 1;
}
/// How many elements a convolution of vectors leaves out at each end.
inline std::size_t cut(Value convolution) {
  return convolution.node().attributes.integers[5];
}
/// NumPy's "same" of an even kernel is a part of a convolution.
inline Value whole_of_convolution(Value x) {
  if (!x.is(primitive::slice)) return {};
  const Value whole = visible(x.operand(0));
  if (!whole.is(primitive::convolution_input_adjoint) || !is_of_vectors(whole)) return {};
  const std::size_t count = whole.operand(0).shape()[3], kernel = whole.operand(1).shape()[3];
  return x.shape() == Extents{count} && x.node().attributes.integers[0] == 0 && cut(whole) == (kernel - 1) / 2
             ? whole
             : Value{};
}
/// What numpy.convolve calls the part that is kept.
inline const char* convolution_mode(Value convolution) {
  const std::size_t kernel = convolution.operand(1).shape()[3], left_out = cut(convolution);
  return left_out == 0 ? "" : kernel > 2 && left_out == (kernel - 1) / 2 ? "same" : "valid";
}

/// The number that these elements of a loop's operand all are.
inline std::optional<double> constant_at(Value operand, std::size_t first, std::size_t count) {
  while (!is_constant(operand)) {
    if (!operand.is(primitive::concat) || operand.node().attributes.integers[0] + 1 != operand.shape().rank)
      return {};
    std::size_t i = 0;
    while (first >= operand.operand(i).shape().back()) first -= operand.operand(i++).shape().back();
    operand = operand.operand(i);
    if (first + count > operand.shape().back()) return {};
  }
  return operand.node().attributes.scalar;
}

}  // namespace ctnn::detail
