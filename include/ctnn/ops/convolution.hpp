#pragma once
#include <ctnn/ops/matrix_product.hpp>

namespace ctnn {

constexpr Value convolution(Value input, Value weight, const Window& window, std::size_t groups = 1);

namespace detail {

/// A convolution and its two adjoints are one trilinear form, Σ upstream · input · weight, read from three
/// sides; each is the derivative of the others. The integers hold {kernel, stride, padding, dilation, groups,
/// image}.
struct ConvolutionForm {
  static constexpr std::size_t column_axes = 2;
  static constexpr Attributes attributes(const Window& w, std::size_t groups, Pair image) {
    return {.integers = {w.kernel.height, w.kernel.width, w.stride.height, w.stride.width, w.padding.height,
                         w.padding.width, w.dilation.height, w.dilation.width, groups, image.height,
                         image.width}};
  }
  static constexpr Window window(const Attributes& a) {
    return {{a.integers[0], a.integers[1]},
            {a.integers[2], a.integers[3]},
            {a.integers[4], a.integers[5]},
            {a.integers[6], a.integers[7]}};
  }
  static constexpr ConvolutionSizes sizes(const Attributes& a, std::size_t batch, std::size_t in,
                                          std::size_t out) {
    return {batch, in, out, a.integers[8], {a.integers[9], a.integers[10]}, window(a)};
  }

  /// Calls visit(output, input, weight), as flat indices, for every product in the form.
  static constexpr void for_each(const ConvolutionSizes& s, auto visit) {
    const Window& w = s.window;
    const Pair out = s.output();
    for (std::size_t n = 0; n < s.batch; ++n)
      for (std::size_t o = 0; o < s.out_channels; ++o)
        for (std::size_t y = 0; y < out.height; ++y)
          for (std::size_t x = 0; x < out.width; ++x)
            for (std::size_t c = 0; c < s.group_inputs(); ++c)
              for (std::size_t i = 0; i < w.kernel.height; ++i)
                for (std::size_t j = 0; j < w.kernel.width; ++j) {
                  const std::size_t row = y * w.stride.height + i * w.dilation.height - w.padding.height;
                  const std::size_t column = x * w.stride.width + j * w.dilation.width - w.padding.width;
                  if (row >= s.image.height || column >= s.image.width)
                    continue;  // before the image: wrapped around
                  const std::size_t channel = o / s.group_outputs() * s.group_inputs() + c;
                  visit(((n * s.out_channels + o) * out.height + y) * out.width + x,
                        ((n * s.in_channels + channel) * s.image.height + row) * s.image.width + column,
                        ((o * s.group_inputs() + c) * w.kernel.height + i) * w.kernel.width + j);
                }
  }
  static constexpr Extents input_shape(const ConvolutionSizes& s) {
    return {s.batch, s.in_channels, s.image.height, s.image.width};
  }
  static constexpr Extents weight_shape(const ConvolutionSizes& s) {
    return {s.out_channels / s.groups * s.groups, s.group_inputs(), s.window.kernel.height,
            s.window.kernel.width};
  }
  static constexpr Extents output_shape(const ConvolutionSizes& s) {
    return {s.batch, s.out_channels, s.output().height, s.output().width};
  }
  static constexpr void complain(const Signature& s, std::string_view what, Text& error) {
    error += join("cannot ", what, " ", s.operands[0], " and ", s.operands[1]);
  }
};

struct Convolution : ConvolutionForm {
  static constexpr ConvolutionSizes sizes(const Signature& s) {
    return ConvolutionForm::sizes(s.attributes, s.operands[0][0], s.operands[0][1], s.operands[1][0]);
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const Extents &x = s.operands[0], &w = s.operands[1];
    const std::size_t groups = s.attributes.integers[8];
    if (groups == 0 || x.rank != 4 || w[1] * groups != x[1] || w != weight_shape(sizes(s)) ||
        sizes(s).output().height == 0 || sizes(s).output().width == 0) {
      complain(s, "convolve", error);
      return {x};
    }
    return {{x[0], w[0], sizes(s).output().height, sizes(s).output().width}};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      result[output] += operands[0][input] * operands[1][weight];
    });
  }
  static constexpr void depend(const Signature& s, std::size_t operand, std::vector<Dependence>& pairs) {
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      pairs.push_back({output, operand == 0 ? input : weight});
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
  static constexpr Value specialize(const Application& at, std::size_t fixed);
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

/// operands: upstream [batch, out, …], weight; result: the input's shape.
struct ConvolutionInputAdjoint : ConvolutionForm {
  static constexpr ConvolutionSizes sizes(const Signature& s) {
    return ConvolutionForm::sizes(s.attributes, s.operands[0][0], s.operands[1][1] * s.attributes.integers[8],
                                  s.operands[1][0]);
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const ConvolutionSizes c = sizes(s);
    if (s.operands[0] != output_shape(c) || s.operands[1] != weight_shape(c))
      complain(s, "transpose the convolution of", error);
    return {input_shape(c)};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      result[input] += operands[0][output] * operands[1][weight];
    });
  }
  static constexpr void depend(const Signature& s, std::size_t operand, std::vector<Dependence>& pairs) {
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      pairs.push_back({input, operand == 0 ? output : weight});
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

/// operands: input, upstream [batch, out, …]; result: the weight's shape.
struct ConvolutionWeightAdjoint : ConvolutionForm {
  static constexpr std::size_t column_axes = 3;
  static constexpr ConvolutionSizes sizes(const Signature& s) {
    return ConvolutionForm::sizes(s.attributes, s.operands[0][0], s.operands[0][1], s.operands[1][1]);
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const ConvolutionSizes c = sizes(s);
    if (s.operands[0] != input_shape(c) || s.operands[1] != output_shape(c)) complain(s, "correlate", error);
    return {weight_shape(c)};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      result[weight] += operands[0][input] * operands[1][output];
    });
  }
  static constexpr void depend(const Signature& s, std::size_t operand, std::vector<Dependence>& pairs) {
    for_each(sizes(s), [&](std::size_t output, std::size_t input, std::size_t weight) {
      pairs.push_back({weight, operand == 0 ? input : output});
    });
  }
  static constexpr Value tangent(const Application& at, std::span<const Value> tangents);
  static constexpr void adjoint(const Application& at, const Value& upstream, std::span<Value> adjoints);
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

/// A convolution whose weight was rearranged before the call to [in / groups, kernel, out]. For inference: no
/// derivative.
struct PackedConvolution : ConvolutionForm {
  static constexpr ConvolutionSizes sizes(const Signature& s) {
    return ConvolutionForm::sizes(s.attributes, s.operands[0][0], s.operands[0][1], s.operands[1].back());
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const ConvolutionSizes c = sizes(s);
    const Extents w = weight_shape(c);
    if (s.operands[0] != input_shape(c) || s.operands[1] != Extents{w[1], w[2], w[3], w[0]})
      complain(s, "convolve", error);
    return {output_shape(c)};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const ConvolutionSizes c = sizes(s);
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(c, [&](std::size_t output, std::size_t input, std::size_t weight) {
      result[output] +=
          operands[0][input] * operands[1][weight % c.taps() * c.out_channels + weight / c.taps()];
    });
  }
  static constexpr Value scale(const Application& at, const Value& factor);
  static constexpr Value narrow(const Application& at, const NarrowWeight& weight);
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

/// The same with the weight in words, [words of in / groups, kernel, out]; integer 11 holds the format.
struct NarrowConvolution : ConvolutionForm {
  static constexpr ConvolutionSizes sizes(const Signature& s) {
    ConvolutionSizes result = PackedConvolution::sizes(s);
    result.weight_format = static_cast<WeightFormat>(s.attributes.integers[11]);
    return result;
  }
  static constexpr ResultType shape(const Signature& s, Text& error) {
    const ConvolutionSizes c = sizes(s);
    const Extents w = weight_shape(c);
    if (s.operands[0] != input_shape(c) ||
        s.operands[1] != Extents{rows_of_words(c.weight_format, w[1]), w[2], w[3], w[0]})
      complain(s, "convolve", error);
    return {output_shape(c)};
  }
  template <class T>
  static constexpr void evaluate(const Signature& s, const T* const* operands, T* result) {
    const ConvolutionSizes c = sizes(s);
    const std::size_t area = c.window.area(), per_word = numbers_per_word(c.weight_format);
    for (std::size_t i = 0; i < s.result.elements(); ++i) result[i] = 0;
    for_each(c, [&](std::size_t output, std::size_t input, std::size_t weight) {
      const std::size_t tap = weight % c.taps(), in = tap / area;
      const T word = operands[1][(in / per_word * area + tap % area) * c.out_channels + weight / c.taps()];
      result[output] +=
          operands[0][input] * static_cast<T>(unpack(c.weight_format, word_of_number(word), in % per_word));
    });
  }
  static constexpr std::size_t flops(const Signature& s) { return sizes(s).flops(); }
};

}  // namespace detail

namespace primitive {
inline constexpr Primitive convolution = describe<detail::Convolution>("convolution", Kind::contraction);
inline constexpr Primitive convolution_input_adjoint =
    describe<detail::ConvolutionInputAdjoint>("convolution_input_adjoint", Kind::contraction);
inline constexpr Primitive convolution_weight_adjoint =
    describe<detail::ConvolutionWeightAdjoint>("convolution_weight_adjoint", Kind::contraction);
inline constexpr Primitive packed_convolution =
    describe<detail::PackedConvolution>("packed_convolution", Kind::contraction);
inline constexpr Primitive narrow_convolution =
    describe<detail::NarrowConvolution>("narrow_convolution", Kind::contraction);
}  // namespace primitive
template <>
struct Definition<&primitive::convolution> : detail::Convolution {};
template <>
struct Definition<&primitive::convolution_input_adjoint> : detail::ConvolutionInputAdjoint {};
template <>
struct Definition<&primitive::convolution_weight_adjoint> : detail::ConvolutionWeightAdjoint {};
template <>
struct Definition<&primitive::packed_convolution> : detail::PackedConvolution {};
template <>
struct Definition<&primitive::narrow_convolution> : detail::NarrowConvolution {};

/// Cross-correlation, as PyTorch's conv2d: input [batch, in, height, width], weight [out, in / groups,
/// kernel].
constexpr Value convolution(Value input, Value weight, const Window& window, std::size_t groups) {
  const Pair image{input.shape()[2], input.shape()[3]};
  return input.builder->apply(primitive::convolution, {input, weight},
                              detail::ConvolutionForm::attributes(window, groups, image));
}

namespace detail {

constexpr Value form(const Application& at, const Primitive& primitive, Value a, Value b) {
  return a && b ? a.builder->apply(primitive, {a, b}, at.attributes) : Value{};
}

constexpr Value Convolution::tangent(const Application& at, std::span<const Value> d) {
  return add_present(form(at, primitive::convolution, d[0], at.operands[1]),
                     form(at, primitive::convolution, at.operands[0], d[1]));
}
constexpr void Convolution::adjoint(const Application& at, const Value& u, std::span<Value> adjoints) {
  adjoints[0] = form(at, primitive::convolution_input_adjoint, u, at.operands[1]);
  adjoints[1] = form(at, primitive::convolution_weight_adjoint, at.operands[0], u);
}
constexpr Value Convolution::specialize(const Application& at, std::size_t fixed) {
  if (fixed != 1) return {};
  return form(at, primitive::packed_convolution, at.operands[0], transpose(at.operands[1], {1, 2, 3, 0}));
}

constexpr Value PackedConvolution::scale(const Application& at, const Value& factor) {
  const Value by_channel = along_axis(factor, 1);
  return by_channel ? form(at, primitive::packed_convolution, at.operands[0], at.operands[1] * by_channel)
                    : Value{};
}
constexpr Value PackedConvolution::narrow(const Application& at, const NarrowWeight& weight) {
  Attributes attributes = at.attributes;
  attributes.integers[11] = static_cast<std::size_t>(weight.format);
  const Value result =
      weight.words.builder->apply(primitive::narrow_convolution, {at.operands[0], weight.words}, attributes);
  if (!weight.scale) return result;
  return result * broadcast(reshape(weight.scale, {result.shape()[1], 1, 1}), result.shape());
}

constexpr Value ConvolutionInputAdjoint::tangent(const Application& at, std::span<const Value> d) {
  return add_present(form(at, primitive::convolution_input_adjoint, d[0], at.operands[1]),
                     form(at, primitive::convolution_input_adjoint, at.operands[0], d[1]));
}
constexpr void ConvolutionInputAdjoint::adjoint(const Application& at, const Value& u,
                                                std::span<Value> adjoints) {
  adjoints[0] = form(at, primitive::convolution, u, at.operands[1]);
  adjoints[1] = form(at, primitive::convolution_weight_adjoint, u, at.operands[0]);
}

constexpr Value ConvolutionWeightAdjoint::tangent(const Application& at, std::span<const Value> d) {
  return add_present(form(at, primitive::convolution_weight_adjoint, d[0], at.operands[1]),
                     form(at, primitive::convolution_weight_adjoint, at.operands[0], d[1]));
}
constexpr void ConvolutionWeightAdjoint::adjoint(const Application& at, const Value& u,
                                                 std::span<Value> adjoints) {
  adjoints[0] = form(at, primitive::convolution_input_adjoint, at.operands[1], u);
  adjoints[1] = form(at, primitive::convolution, at.operands[0], u);
}

}  // namespace detail
}  // namespace ctnn
