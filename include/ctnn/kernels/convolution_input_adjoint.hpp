#pragma once
#include <cstddef>

#include <ctnn/kernels/convolution.hpp>
#include <ctnn/kernels/convolution_fold.hpp>
#include <ctnn/kernels/matrix_product.hpp>

namespace ctnn::kernels {

namespace detail {

/// The gradient of a convolution's input is, at stride 1, itself a convolution: of the upstream gradient,
/// with flipped weights whose channels are exchanged. Many of its products are with zeros beside the image,
/// unless the horizontal taps become further output channels whose shifts are added afterwards: with vectors
/// along channels (Fold), or, if that is cheaper than both, along lines (FoldPlan). Any other stride takes a
/// matrix product per group, and adds each of its rows where the tap belongs.
template <class T, ConvolutionSizes S>
struct InputAdjointPlan {
  static constexpr Window window = S.window;
  static constexpr Pair reach{window.dilation.height * (window.kernel.height - 1),
                              window.dilation.width*(window.kernel.width - 1)};
  static constexpr bool convolves = window.stride == Pair{1, 1} && window.padding.height <= reach.height &&
                                    window.padding.width <= reach.width;

  static constexpr Pair border{reach.height - window.padding.height, reach.width - window.padding.width};
  static constexpr ConvolutionSizes whole =
      convolves
          ? ConvolutionSizes{S.batch,  S.out_channels, S.in_channels,
                             S.groups, S.output(),     Window{window.kernel, {1, 1}, border, window.dilation}}
          : S;
  static constexpr ConvolutionSizes folded = convolves ? ConvolutionSizes{S.batch,
                                                                          S.out_channels,
                                                                          S.in_channels* window.kernel.width,
                                                                          S.groups,
                                                                          S.output(),
                                                                          Window{{window.kernel.height, 1},
                                                                                 {1, 1},
                                                                                 {border.height, 0},
                                                                                 {window.dilation.height, 1}}}
                                                       : S;
  static constexpr Fold fold =
      convolves ? Fold{window.kernel.width, window.dilation.width, window.padding.width, S.image.width}
                : Fold{};

  using Whole = ConvolutionPlan<T, whole, true>;
  using Folded = ConvolutionPlan<T, folded, true, fold>;
  using Lines = FoldPlan<T, convolves ? S : ConvolutionSizes{1, 1, 1, 1, {1, 1}, Window{{1, 1}}}>;
  static constexpr std::size_t fold_cost =
      4 * S.in_channels * S.image.height * S.output().width * window.kernel.width;
  // Rows of taps above and below the image are skipped in all.
  static constexpr bool folds =
      convolves && window.kernel.width > 1 && Folded::cost + fold_cost / lanes<BlockBatch<T>> < Whole::cost;
  static constexpr std::size_t flip_cost = 4 * S.out_channels * S.taps() / S.batch;
  static constexpr bool by_lines =
      convolves &&
      Lines::tile.cost < flip_cost + (folds ? Folded::cost + fold_cost / lanes<BlockBatch<T>> : Whole::cost);

  static constexpr std::size_t packed = round_up(S.out_channels * S.taps(), 16);
  static constexpr std::size_t pixels = S.output().height * S.output().width;
  static constexpr MatrixProductSizes product{1, S.taps(), pixels, S.group_outputs(), true, false};
  static constexpr std::size_t gradient = S.group_inputs() * S.image.height * S.image.width;
  static constexpr std::size_t scratch =
      !convolves
          ? round_up(gradient, 16) + round_up(S.taps() * pixels, 16) + matrix_product_scratch<T, product>()
      : by_lines ? Lines::scratch
      : folds    ? packed + Folded::scratch
                 : packed + Whole::scratch;
};

/// Weights [out_channels, in_channels / groups, kernel] to [out_channels / groups, kernel, in_channels],
/// flipped; when folding, to [out_channels / groups, kernel height, groups, kernel width, in_channels /
/// groups], of which the height alone is flipped.
template <class T, ConvolutionSizes S, bool Folds>
CTNN_INLINE void flip_weights(const T* weights, T* flipped) {
  constexpr std::size_t height = S.window.kernel.height, width = S.window.kernel.width;
  for (std::size_t o = 0; o < S.out_channels; ++o) {
    const std::size_t group = o / S.group_outputs(), in_group = o % S.group_outputs();
    for (std::size_t i = 0; i < height; ++i) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::size_t row = in_group * height + height - 1 - i;
        T* to = flipped + (Folds ? ((row * S.groups + group) * width + j) * S.group_inputs()
                                 : (row * width + width - 1 - j) * S.in_channels + group * S.group_inputs());
        const T* from = weights + o * S.taps() + i * width + j;
        for (std::size_t c = 0; c < S.group_inputs(); ++c) to[c] = from[c * height * width];
      }
    }
  }
}

/// Adds products [taps, pixels] of one group to the gradient of its images.
template <class T, ConvolutionSizes S>
CTNN_INLINE void scatter_taps(const T* products, T* gradient) {
  constexpr Window window = S.window;
  constexpr Pair output = S.output();
  for (std::size_t c = 0; c < S.group_inputs(); ++c) {
    for (std::size_t k = 0; k < window.area(); ++k) {
      for (std::size_t y = 0; y < output.height; ++y) {
        const std::size_t row = y * window.stride.height + k / window.kernel.width * window.dilation.height -
                                window.padding.height;
        if (row >= S.image.height) continue;
        for (std::size_t x = 0; x < output.width; ++x) {
          const std::size_t column = x * window.stride.width +
                                     k % window.kernel.width * window.dilation.width - window.padding.width;
          if (column < S.image.width)
            gradient[row * S.image.width + column] += products[y * output.width + x];
        }
      }
      products += output.height * output.width;
    }
    gradient += S.image.height * S.image.width;
  }
}

template <class T, ConvolutionSizes S, class Sink>
CTNN_INLINE void deliver_planes(Sink& sink, const T* data, std::size_t row) {
  using B = Batch<T>;
  constexpr std::size_t pixels = S.image.height * S.image.width, rest = pixels % lanes<B>;
  for (std::size_t c = 0; c < S.group_inputs(); ++c) {
    for (std::size_t i = 0; i + lanes<B> <= pixels; i += lanes<B>) {
      sink(row + c, i, load<B>(data + c * pixels + i));
    }
    if constexpr (rest != 0) {
      sink.partial(row + c, pixels - rest, load_partial<B>(data + c * pixels + pixels - rest, rest), rest);
    }
  }
}

template <class T, ConvolutionSizes S, class Sink>
[[gnu::noinline]] void scatter_input_adjoint(const T* upstream, const T* weights, T* scratch, Sink sink) {
  using Plan = InputAdjointPlan<T, S>;
  T* const products = scratch + round_up(Plan::gradient, 16);
  T* const rest = products + round_up(S.taps() * Plan::pixels, 16);
  for (std::size_t n = 0; n < S.batch; ++n) {
    for (std::size_t g = 0; g < S.groups; ++g) {
      matrix_product<T, Plan::product>(weights + g * S.group_outputs() * S.taps(), upstream, rest,
                                       StoreSink<T>{products, Plan::pixels});
      fill_zero(scratch, Plan::gradient);
      scatter_taps<T, S>(products, scratch);
      deliver_planes<T, S>(sink, scratch, (n * S.groups + g) * S.group_inputs());
      upstream += S.group_outputs() * Plan::pixels;
    }
  }
}

}  // namespace detail

template <class T, ConvolutionSizes S>
constexpr std::size_t convolution_input_adjoint_scratch() {
  return detail::InputAdjointPlan<T, flattened(S)>::scratch;
}

/// Delivers the gradient with respect to a convolution's input, rows of [batch · in_channels] by the image's
/// pixels, from the gradient `upstream` with respect to its output.
template <class T, ConvolutionSizes S, class Sink>
void convolution_input_adjoint(const T* upstream, const T* weights, T* scratch, Sink&& sink) {
  constexpr ConvolutionSizes sizes = flattened(S);
  using Plan = detail::InputAdjointPlan<T, sizes>;
  if constexpr (!Plan::convolves) {
    detail::scatter_input_adjoint<T, sizes>(upstream, weights, scratch, sink);
  } else if constexpr (Plan::by_lines) {
    convolve_and_fold<T, sizes>(upstream, weights, scratch, sink);
  } else {
    detail::flip_weights<T, sizes, Plan::folds>(weights, scratch);
    if constexpr (Plan::folds) {
      detail::convolve<T, Plan::folded, true, Plan::fold>(upstream, scratch, scratch + Plan::packed, sink);
    } else {
      detail::convolve<T, Plan::whole, true, Fold{}>(upstream, scratch, scratch + Plan::packed, sink);
    }
  }
}

}  // namespace ctnn::kernels
