#include <catch2/catch.hpp>
#include <ctnn/kernels/convolution.hpp>
#include <ctnn/kernels/convolution_input_adjoint.hpp>
#include <ctnn/kernels/convolution_weight_adjoint.hpp>

#include "guarded.hpp"

using ctnn::ConvolutionSizes;
using ctnn::Pair;
using ctnn::Window;

namespace {

/// Calls visit(index of output, index of input, index of weight) for each product of a convolution.
template <class Visit>
void for_each_product(ConvolutionSizes s, Visit visit) {
  const Pair output = s.output();
  for (std::size_t n = 0; n < s.batch; ++n) {
    for (std::size_t o = 0; o < s.out_channels; ++o) {
      const std::size_t group = o / s.group_outputs();
      for (std::size_t p = 0; p < output.height * output.width; ++p) {
        for (std::size_t k = 0; k < s.taps(); ++k) {
          const std::size_t c = group * s.group_inputs() + k / s.window.area();
          const std::size_t i = k % s.window.area() / s.window.kernel.width;
          const std::size_t j = k % s.window.kernel.width;
          const std::size_t y = p / output.width * s.window.stride.height + i * s.window.dilation.height;
          const std::size_t x = p % output.width * s.window.stride.width + j * s.window.dilation.width;
          if (y < s.window.padding.height || y >= s.window.padding.height + s.image.height) continue;
          if (x < s.window.padding.width || x >= s.window.padding.width + s.image.width) continue;
          visit((n * s.out_channels + o) * output.height * output.width + p,
                ((n * s.in_channels + c) * s.image.height + y - s.window.padding.height) * s.image.width + x -
                    s.window.padding.width,
                o * s.taps() + k);
        }
      }
    }
  }
}

template <class T, ConvolutionSizes S>
void check_convolution() {
  INFO("batch " << S.batch << ", " << S.in_channels << " x " << S.image.height << " x " << S.image.width
                << " to " << S.out_channels << " in " << S.groups << " groups, kernel "
                << S.window.kernel.height << " x " << S.window.kernel.width << ", " << sizeof(T) << " bytes");
  constexpr std::size_t pixels = S.output().height * S.output().width;
  const auto input = ctnn::test::noise<T>(S.batch * S.in_channels * S.image.height * S.image.width, 1);
  const auto weights = ctnn::test::noise<T>(S.out_channels * S.taps(), 2);
  std::vector<T> packed(weights.size());
  for (std::size_t o = 0; o < S.out_channels; ++o) {
    for (std::size_t k = 0; k < S.taps(); ++k) packed[k * S.out_channels + o] = weights[o * S.taps() + k];
  }
  std::vector<double> expected(S.batch * S.out_channels * pixels);
  for_each_product(S, [&](std::size_t to, std::size_t from, std::size_t by) {
    expected[to] += static_cast<double>(input[from]) * static_cast<double>(weights[by]);
  });
  ctnn::test::check_delivery<T>(
      pixels, expected, S.taps(), ctnn::kernels::convolution_scratch<T, S>(), [&](T* scratch, auto sink) {
        ctnn::kernels::convolution<T, S>(input.data(), weights.data(), scratch, sink);
      });
  ctnn::test::check_delivery<T>(pixels, expected, S.taps(), ctnn::kernels::convolution_packed_scratch<T, S>(),
                                [&](T* scratch, auto sink) {
                                  ctnn::kernels::convolution_packed<T, S>(input.data(), packed.data(),
                                                                          scratch, sink);
                                });
}

template <class T, ConvolutionSizes S>
void check_adjoints() {
  INFO("adjoints: batch " << S.batch << ", " << S.in_channels << " x " << S.image.height << " x "
                          << S.image.width << " to " << S.out_channels << " in " << S.groups
                          << " groups, kernel " << S.window.kernel.height << " x " << S.window.kernel.width
                          << ", " << sizeof(T) << " bytes");
  constexpr std::size_t pixels = S.output().height * S.output().width;
  constexpr std::size_t image = S.image.height * S.image.width;
  const auto input = ctnn::test::noise<T>(S.batch * S.in_channels * image, 1);
  const auto weights = ctnn::test::noise<T>(S.out_channels * S.taps(), 2);
  const auto upstream = ctnn::test::noise<T>(S.batch * S.out_channels * pixels, 3);
  std::vector<double> input_gradient(input.size()), weight_gradient(weights.size());
  for_each_product(S, [&](std::size_t to, std::size_t from, std::size_t by) {
    input_gradient[from] += static_cast<double>(upstream[to]) * static_cast<double>(weights[by]);
    weight_gradient[by] += static_cast<double>(upstream[to]) * static_cast<double>(input[from]);
  });
  ctnn::test::check_delivery<T>(
      image, input_gradient, S.window.area() * S.group_outputs(),
      ctnn::kernels::convolution_input_adjoint_scratch<T, S>(), [&](T* scratch, auto sink) {
        ctnn::kernels::convolution_input_adjoint<T, S>(upstream.data(), weights.data(), scratch, sink);
      });
  ctnn::test::check_delivery<T>(
      S.taps(), weight_gradient, S.batch * pixels, ctnn::kernels::convolution_weight_adjoint_scratch<T, S>(),
      [&](T* scratch, auto sink) {
        ctnn::kernels::convolution_weight_adjoint<T, S>(input.data(), upstream.data(), scratch, sink);
      });
}

/// The gradient of the input line by line, whatever that costs.
template <class T, ConvolutionSizes S>
void check_lines() {
  INFO("lines: batch " << S.batch << ", " << S.in_channels << " x " << S.image.height << " x "
                       << S.image.width << " to " << S.out_channels << " in " << S.groups << " groups, "
                       << sizeof(T) << " bytes");
  constexpr std::size_t pixels = S.output().height * S.output().width;
  const auto weights = ctnn::test::noise<T>(S.out_channels * S.taps(), 2);
  const auto upstream = ctnn::test::noise<T>(S.batch * S.out_channels * pixels, 3);
  std::vector<double> gradient(S.batch * S.in_channels * S.image.height * S.image.width);
  for_each_product(S, [&](std::size_t to, std::size_t from, std::size_t by) {
    gradient[from] += static_cast<double>(upstream[to]) * static_cast<double>(weights[by]);
  });
  ctnn::test::check_delivery<T>(S.image.height * S.image.width, gradient, S.window.area() * S.group_outputs(),
                                ctnn::kernels::FoldPlan<T, S>::scratch, [&](T* scratch, auto sink) {
                                  ctnn::kernels::convolve_and_fold<T, S>(upstream.data(), weights.data(),
                                                                         scratch, sink);
                                });
}

template <ConvolutionSizes S>
void check() {
  check_convolution<float, S>();
  check_adjoints<float, S>();
}

template <ConvolutionSizes S>
void check_double() {
  check_convolution<double, S>();
  check_adjoints<double, S>();
}

/// In a strip's copy, what a tap sees of an output is where the layout says, and 0 beside the image.
template <ConvolutionSizes S, ctnn::kernels::StripLayout L, std::size_t Step>
void check_strip(std::size_t first, std::size_t height) {
  const auto image = ctnn::test::noise<float>(S.in_channels * S.image.height * S.image.width, 1);
  ctnn::test::Guarded<float> copy(S.in_channels * L.plane(), std::numeric_limits<float>::quiet_NaN());
  ctnn::kernels::copy_strip<float, S, L>(image.data(), first, height, copy.data());
  CHECK(copy.intact());
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < S.taps(); ++k) {
    const std::size_t channel = k / S.window.area(), tap = k % S.window.area();
    const std::size_t i = tap / S.window.kernel.width, j = tap % S.window.kernel.width;
    for (std::size_t p = 0; p < height * S.output().width; ++p) {
      const std::size_t line = p / S.output().width, cell = p % S.output().width;
      const std::size_t y =
          (first + line) * S.window.stride.height + i * S.window.dilation.height - S.window.padding.height;
      const std::size_t x =
          cell * S.window.stride.width + j * S.window.dilation.width - S.window.padding.width;
      const bool inside = y < S.image.height && x < S.image.width;
      const float expected = inside ? image[(channel * S.image.height + y) * S.image.width + x] : 0;
      const std::size_t at = channel * L.plane() + ctnn::kernels::strip_offsets<S, L>[tap] +
                             line * ctnn::kernels::row_step<S, L> + cell * Step;
      if (copy[at] != expected) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

template <ConvolutionSizes S>
void check_strips() {
  constexpr std::size_t rows = S.output().height / 2 + 1, rest = S.output().height - rows;
  constexpr std::size_t step = S.window.stride.width;
  for (const std::size_t first : {std::size_t{0}, rows}) {
    const std::size_t height = first == 0 ? rows : rest;
    check_strip<S, ctnn::kernels::bordered_layout(S, rows), step>(first, height);
    check_strip<S, ctnn::kernels::phased_layout(S, rows), 1>(first, height);
    check_strip<S, ctnn::kernels::unfolded_layout(S, rows), 1>(first, height);
  }
}

}  // namespace

TEST_CASE("a strip's copy has what each tap sees", "[kernels]") {
  check_strips<ConvolutionSizes{1, 2, 1, 1, {7, 9}, Window{{3, 2}}}>();
  check_strips<ConvolutionSizes{1, 2, 1, 1, {9, 41}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check_strips<ConvolutionSizes{1, 3, 1, 1, {11, 13}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check_strips<ConvolutionSizes{1, 1, 1, 1, {10, 11}, Window{{3, 2}, {3, 2}, {2, 4}, {2, 2}}}>();
  check_strips<ConvolutionSizes{1, 1, 1, 1, {12, 19}, Window{{2, 5}, {1, 3}, {3, 5}, {4, 1}}}>();
}

TEST_CASE("convolutions at odd sizes equal plain loops", "[kernels]") {
  check<ConvolutionSizes{1, 1, 1, 1, {1, 1}, Window{{1, 1}}}>();
  check<ConvolutionSizes{2, 3, 5, 1, {7, 9}, Window{{3, 2}}}>();
  check<ConvolutionSizes{2, 2, 7, 1, {5, 6}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check<ConvolutionSizes{1, 3, 9, 1, {11, 13}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check<ConvolutionSizes{1, 2, 1, 1, {9, 19}, Window{{2, 3}, {2, 3}, {1, 2}}}>();
  check<ConvolutionSizes{1, 2, 3, 1, {10, 11}, Window{{3, 3}, {1, 2}, {2, 1}, {2, 3}}}>();
  check<ConvolutionSizes{2, 6, 4, 2, {8, 7}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check<ConvolutionSizes{1, 5, 5, 5, {9, 21}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check<ConvolutionSizes{2, 17, 19, 1, {5, 3}, Window{{1, 1}}}>();
  check<ConvolutionSizes{1, 3, 20, 1, {19, 31}, Window{{7, 7}, {2, 2}, {3, 3}}}>();
  check<ConvolutionSizes{1, 5, 33, 1, {6, 37}, Window{{3, 5}, {1, 1}, {2, 4}, {2, 2}}}>();
  check<ConvolutionSizes{1, 3, 18, 1, {3, 2}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
}

TEST_CASE("outputs that see the padding alone are 0", "[kernels]") {
  check_convolution<float, ConvolutionSizes{1, 2, 3, 1, {4, 5}, Window{{2, 2}, {1, 1}, {3, 3}}}>();
  check_convolution<float, ConvolutionSizes{1, 4, 37, 1, {4, 9}, Window{{2, 3}, {1, 2}, {3, 5}}}>();
}

TEST_CASE("convolutions of doubles equal plain loops", "[kernels]") {
  check_double<ConvolutionSizes{2, 3, 5, 1, {7, 9}, Window{{3, 2}}}>();
  check_double<ConvolutionSizes{1, 3, 9, 1, {11, 13}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check_double<ConvolutionSizes{2, 6, 4, 2, {8, 7}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
}

TEST_CASE("convolutions of layers' sizes equal plain loops", "[kernels]") {
  check<ConvolutionSizes{1, 3, 6, 1, {32, 32}, Window{{5, 5}}}>();
  check<ConvolutionSizes{2, 6, 16, 1, {14, 14}, Window{{5, 5}}}>();
  check<ConvolutionSizes{1, 40, 64, 1, {14, 14}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  // Weights beyond the nearest cache, and beyond the next.
  check_convolution<float, ConvolutionSizes{1, 150, 50, 1, {5, 30}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check_convolution<float, ConvolutionSizes{1, 130, 70, 1, {7, 6}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
}

TEST_CASE("weights' gradients equal plain loops along pixels", "[kernels]") {
  check_adjoints<float, ConvolutionSizes{2, 3, 17, 1, {30, 35}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check_adjoints<float, ConvolutionSizes{2, 2, 2, 2, {20, 64}, Window{{3, 3}, {2, 2}, {1, 1}}}>();
  check_adjoints<float, ConvolutionSizes{1, 2, 3, 1, {40, 150}, Window{{1, 1}}}>();
  check_adjoints<float, ConvolutionSizes{2, 1, 3, 1, {130, 75}, Window{{3, 1}}}>();
}

TEST_CASE("weights' gradients equal plain loops where rows are cut into strips", "[kernels]") {
  check_adjoints<float, ConvolutionSizes{2, 2, 7, 1, {11, 259}, Window{{3, 2}, {1, 1}, {1, 0}}}>();
  check_adjoints<float, ConvolutionSizes{2, 2, 6, 2, {19, 411}, Window{{3, 3}, {2, 1}, {1, 1}}}>();
  check_adjoints<double, ConvolutionSizes{1, 1, 5, 1, {9, 210}, Window{{3, 3}}}>();
  // More than a megabyte.
  check_adjoints<float, ConvolutionSizes{1, 1, 33, 1, {37, 224}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
}

TEST_CASE("inputs' gradients equal plain loops line by line", "[kernels]") {
  check_lines<float, ConvolutionSizes{2, 3, 5, 1, {8, 9}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check_lines<float, ConvolutionSizes{2, 10, 4, 2, {6, 22}, Window{{3, 2}}}>();
  check_lines<float, ConvolutionSizes{1, 4, 3, 1, {12, 77}, Window{{5, 5}, {1, 1}, {2, 1}}}>();
  check_lines<float, ConvolutionSizes{1, 3, 4, 1, {20, 15}, Window{{4, 1}}}>();
  check_lines<float, ConvolutionSizes{1, 2, 3, 1, {1, 40}, Window{{1, 7}, {1, 1}, {0, 6}}}>();
  // Rows that no tap reaches.
  check_lines<float, ConvolutionSizes{1, 2, 3, 1, {5, 8}, Window{{2, 2}, {1, 1}, {0, 1}, {3, 3}}}>();
  check_lines<double, ConvolutionSizes{1, 5, 3, 1, {9, 13}, Window{{3, 3}, {1, 1}, {2, 2}}}>();
}

TEST_CASE("inputs' gradients equal plain loops where the caches do not hold what they read", "[kernels]") {
  check_adjoints<float, ConvolutionSizes{2, 2, 34, 2, {44, 181}, Window{{3, 3}, {1, 1}, {1, 1}}}>();
  check_adjoints<double, ConvolutionSizes{1, 1, 21, 1, {33, 197}, Window{{3, 2}}}>();
}
