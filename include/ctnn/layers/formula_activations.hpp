#pragma once
#include <ctnn/layers/elementwise.hpp>

namespace ctnn {

namespace detail::activation {

inline constexpr Variable<"x"> x;
inline constexpr auto six = clamp(x + 3, 0, 6);
// Where x is not selected no exponential may overflow: its derivative there would be infinity · 0.
inline constexpr auto negative = select(x > 0, 0, x);
template <double Slope>
inline constexpr auto leaky_relu = select(x > 0, x, Slope* x);
template <double Alpha>
inline constexpr auto elu = select(x > 0, x, Alpha* expm1(negative));

}  // namespace detail::activation

// Elementwise activations of any shape, as formulas, with PyTorch's names and defaults.

/// log(1 + e^x), without overflow.
struct Softplus : Elementwise<softplus(detail::activation::x)> {};
/// x · σ(x), also called swish. (Elfwing, Uchibe and Doya, Neural Networks, 2018.)
struct SiLU : Elementwise<detail::activation::x * formula::sigmoid(detail::activation::x)> {};
/// (Misra, BMVC 2020.)
struct Mish : Elementwise<detail::activation::x * formula::tanh(softplus(detail::activation::x))> {};
/// x Φ(x), with the normal distribution itself and not its approximation by tanh. (Hendrycks and Gimpel,
/// 2016.)
struct GELU
    : Elementwise<0.5 * detail::activation::x * erfc(-0.70710678118654752440 * detail::activation::x)> {};
/// x where it is positive, and Slope · x elsewhere. (Maas, Hannun and Ng, 2013.)
template <double Slope = 0.01>
struct LeakyReLU : Elementwise<detail::activation::leaky_relu<Slope>> {};
/// x where it is positive, and Alpha (e^x - 1) elsewhere. (Clevert, Unterthiner and Hochreiter, ICLR 2016.)
template <double Alpha = 1.0>
struct ELU : Elementwise<detail::activation::elu<Alpha>> {};
/// 1.0507 ELU<1.6733>. (Klambauer, Unterthiner, Mayr and Hochreiter, NeurIPS 2017.)
struct SELU : Elementwise<1.0507009873554804934193349852946 *
                          detail::activation::elu<1.6732632423543772848170429916717>> {};
/// (Howard and others, ICCV 2019.)
struct Hardsigmoid : Elementwise<detail::activation::six / 6> {};
struct Hardswish : Elementwise<detail::activation::x * detail::activation::six / 6> {};

}  // namespace ctnn
