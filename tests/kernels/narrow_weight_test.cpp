#include <catch2/catch.hpp>
#include <ctnn/kernels/convolution.hpp>
#include <ctnn/kernels/matrix_product.hpp>
#include <ctnn/ops/convolution.hpp>

#include "guarded.hpp"

using namespace ctnn;

namespace {

/// Operands whose products are numbers in [-1, 1), the second in words; and the meaning of an operation on
/// them.
template <class Operation>
struct Operands {
  std::vector<float> left, words;
  std::vector<double> expected;

  Operands(WeightFormat format, const Extents& left_shape, const Extents& weight_shape,
           Attributes attributes) {
    const bool integers = format == WeightFormat::int8;
    left = test::noise<float>(left_shape.elements(), 1);
    std::vector<float> weights = test::noise<float>(weight_shape.elements(), 2);
    if (integers) {
      for (float& x : left) x /= 128;
      for (float& x : weights) x *= 127;
    }
    // What a dot product may round is rounded already.
    if (format == WeightFormat::bfloat16_dot)
      for (float& x : left) x = bfloat16_to_float(float_to_bfloat16(x));
    words = in_words(format, weight_shape, weights);
    const std::vector<double> doubles(left.begin(), left.end()),
        double_words = in_words(format, weight_shape, std::vector<double>(weights.begin(), weights.end()));

    Signature signature;
    signature.operand_count = 2;
    signature.operands[0] = left_shape;
    signature.operands[1] = weight_shape;
    signature.operands[1][0] = rows_of_words(format, weight_shape[0]);
    signature.attributes = attributes;
    Text error;
    signature.result = Operation::shape(signature, error).shape;
    REQUIRE(error.empty());
    const double* const addresses[]{doubles.data(), double_words.data()};
    expected.resize(signature.result.elements());
    Operation::evaluate(signature, addresses, expected.data());
  }

  template <class T>
  static std::vector<T> in_words(WeightFormat format, const Extents& shape, const std::vector<T>& weights) {
    Signature signature;
    signature.operands[0] = shape;
    signature.attributes.integers[0] = static_cast<std::size_t>(format);
    Text error;
    signature.result = detail::PackWords::shape(signature, error).shape;
    std::vector<T> result(signature.result.elements());
    const T* const address = weights.data();
    detail::PackWords::evaluate(signature, &address, result.data());
    return result;
  }
};

template <WeightFormat Format, std::size_t Rows, std::size_t Columns, std::size_t Depth>
void check_product() {
  INFO(Rows << ", " << Columns << ", " << Depth << " in format " << static_cast<int>(Format));
  constexpr MatrixProductSizes sizes{
      .rows = Rows, .columns = Columns, .depth = Depth, .right_format = Format};
  const Operands<detail::NarrowMatrixProduct> operands(Format, {Rows, Depth}, {Depth, Columns},
                                                       {.integers = {static_cast<std::size_t>(Format)}});
  constexpr std::size_t scratch_size = kernels::matrix_product_scratch<float, sizes>();
  test::check_delivery<float>(
      Columns, operands.expected, Depth, scratch_size, [&](float* scratch, auto sink) {
        kernels::matrix_product<float, sizes>(operands.left.data(), operands.words.data(), scratch, sink);
      });
}
template <std::size_t Rows, std::size_t Columns, std::size_t Depth>
void check_product() {
  check_product<WeightFormat::bfloat16, Rows, Columns, Depth>();
  check_product<WeightFormat::bfloat16_dot, Rows, Columns, Depth>();
  check_product<WeightFormat::int8, Rows, Columns, Depth>();
}

template <WeightFormat Format, ConvolutionSizes S>
void check_convolution() {
  INFO(S.in_channels << " x " << S.image.height << " x " << S.image.width << " to " << S.out_channels
                     << " in " << S.groups << " groups, format " << static_cast<int>(Format));
  constexpr ConvolutionSizes sizes = [] {
    ConvolutionSizes result = S;
    result.weight_format = Format;
    return result;
  }();
  constexpr std::size_t pixels = S.output().height * S.output().width;
  Attributes attributes = detail::ConvolutionForm::attributes(S.window, S.groups, S.image);
  attributes.integers[11] = static_cast<std::size_t>(Format);
  const Operands<detail::NarrowConvolution> operands(
      Format, {S.batch, S.in_channels, S.image.height, S.image.width},
      {S.group_inputs(), S.window.kernel.height, S.window.kernel.width, S.out_channels}, attributes);
  test::check_delivery<float>(
      pixels, operands.expected, S.taps(), kernels::convolution_packed_scratch<float, sizes>(),
      [&](float* scratch, auto sink) {
        kernels::convolution_packed<float, sizes>(operands.left.data(), operands.words.data(), scratch, sink);
      });
}
template <ConvolutionSizes S>
void check_convolution() {
  check_convolution<WeightFormat::bfloat16, S>();
  check_convolution<WeightFormat::bfloat16_dot, S>();
  check_convolution<WeightFormat::int8, S>();
}

}  // namespace

TEST_CASE("products by words at odd sizes equal plain loops", "[kernels]") {
  check_product<1, 2, 2>();
  check_product<1, 37, 41>();
  check_product<1, 10, 64>();
  check_product<3, 5, 7>();
  check_product<1, 33, 3>();
  check_product<7, 19, 6>();
}

TEST_CASE("products by a layer's words equal plain loops", "[kernels]") {
  check_product<1, 128, 784>();
}

TEST_CASE("convolutions with words equal plain loops", "[kernels]") {
  // Along channels, along pixels, with borders, groups, strides and channels that leave room in a word.
  check_convolution<ConvolutionSizes{1, 6, 16, 1, {14, 14}, {{5, 5}}}>();
  check_convolution<ConvolutionSizes{2, 3, 2, 1, {17, 33}, {{3, 5}}}>();
  check_convolution<ConvolutionSizes{1, 5, 37, 1, {5, 6}, {{3, 3}, {2, 2}, {1, 1}}}>();
  check_convolution<ConvolutionSizes{1, 6, 9, 3, {7, 9}, {{3, 3}, {1, 1}, {2, 2}, {2, 2}}}>();
  check_convolution<ConvolutionSizes{1, 7, 3, 1, {3, 20}, {{1, 1}}}>();
}
