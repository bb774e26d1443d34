#pragma once
#include <ctnn/core/math.hpp>
#include <ctnn/kernels/simd.hpp>
#include <numbers>

/// Elementary functions of batches, without branches: xsimd's where they are right to four units of the last
/// place and at the edges, else the library's own.
namespace ctnn::kernels::elementary {

template <class B>
inline constexpr bool in_float = sizeof(Element<B>) == sizeof(float);

/// One of two constants, by the precision.
template <class B>
CTNN_INLINE B constant(double in_double, float in_single) {
  if constexpr (in_float<B>)
    return B(in_single);
  else
    return B(in_double);
}

template <class B>
inline constexpr int mantissa_bits = std::numeric_limits<Element<B>>::digits - 1;

/// To the nearest whole number, for |x| < 2^(mantissa_bits - 1): by adding a number so large that no fraction
/// is left.
template <class B>
CTNN_INLINE B nearest(const B& x) {
  const B large = constant<B>(0x1.8p52, 0x1.8p23f);
  return (x + large) - large;
}

/// 2^k for whole numbers k of normal powers.
template <class B>
CTNN_INLINE B power_of_two(const B& k) {
  const B bias = constant<B>(0x1.8p52 + 1023, 0x1.8p23f + 127);
  return from_bits<B>(to_bits(B(k + bias)) << mantissa_bits<B>);
}

/// 2^k · x for whole numbers k to twice the range of normal powers.
template <class B>
CTNN_INLINE B scale(const B& x, const B& k) {
  if constexpr (requires { B(registers::scale(x.data, k.data)); }) {
    return B(registers::scale(x.data, k.data));
  } else {
    const B half = nearest(B(k * B(0.5f)));
    return x * power_of_two(half) * power_of_two(B(k - half));
  }
}

/// x from `low` to `high`; NaN stays NaN.
template <class B>
CTNN_INLINE B clamp(const B& x, const B& low, const B& high) {
  return larger(low, smaller(high, x));
}

/// e^x = 2^exponent · (1 + minus_one), of numbers that `saturated` leaves. (tests/reference/gamma.py works
/// out this file's polynomials.)
template <class B>
struct Exponential {
  B exponent, minus_one;

  CTNN_INLINE explicit Exponential(const B& number) {
    const B x = reduce(number);
    minus_one = series(fused_multiply_add(B(-exponent), constant<B>(ln2_low, ln2_low_float), x));
  }
  /// Of number + low.
  CTNN_INLINE Exponential(const B& number, const B& low) {
    const B x = reduce(number);
    minus_one = series(B(x - (exponent * constant<B>(ln2_low, ln2_low_float) - low)));
  }
  /// e^x - 1 for |x| <= ln 2 / 2.
  CTNN_INLINE static B series(const B& x) { return fused_multiply_add(B(x * x), polynomial(x), x); }

  /// The nearest number for which e^x has neither overflowed nor vanished, but the first beyond.
  CTNN_INLINE static B saturated(const B& x) {
    return clamp(x, constant<B>(-750, -110), constant<B>(711, 90));
  }

  CTNN_INLINE B value() const { return scale(B(minus_one + B(1.0f)), exponent); }

 private:
  static constexpr double ln2_low = 0x1.ef35793c76730p-45;
  static constexpr float log2_of_e = 1.44269504f, ln2_low_float = 0x1.7f7d1cp-20f;

  CTNN_INLINE B reduce(const B& x) {
    exponent = nearest(B(x * B(log2_of_e)));
    return fused_multiply_add(B(-exponent), constant<B>(0x1.62e42fefa3800p-1, 0x1.62e4p-1f), x);
  }
  /// (e^x - 1 - x) / x² for |x| <= ln 2 / 2.
  CTNN_INLINE static B polynomial(const B& x) {
    if constexpr (in_float<B>) {
      const B square = x * x;
      const B low = fused_multiply_add(x, B(0x1.5554dcp-3f), B(0x1.0p-1f));
      const B high = fused_multiply_add(x, B(0x1.120ba2p-7f), B(0x1.55551ap-5f));
      return fused_multiply_add(square, fused_multiply_add(square, B(0x1.6d113cp-10f), high), low);
    } else {
      return scalar::polynomial(
          x, {0x1.0000000000001p-1, 0x1.5555555555556p-3, 0x1.5555555553d4fp-5, 0x1.11111111109adp-7,
              0x1.6c16c17893833p-10, 0x1.a01a01a7c8d47p-13, 0x1.a019b8ef67c6cp-16, 0x1.71de0d9c145d0p-19,
              0x1.2891a8c1d838dp-22, 0x1.af38d53857513p-26});
    }
  }
};

template <class B>
B exp(const B& x) {
  return Exponential<B>(Exponential<B>::saturated(x)).value();
}

/// 1 - 2 / (e^2|x| + 1), with the sign of x, and near 0 as a series. Without a branch, as the lanes of a
/// network's layer fall on both sides of any; and with few steps that wait for one another, as layers do.
template <class B>
CTNN_INLINE B tanh(const B& x) {
  const B magnitude = abs(x), one = B(1.0f);
  const B twice = magnitude + magnitude;
  const B exponent = nearest(B(magnitude * constant<B>(2 / std::numbers::ln2, 2.88539008f)));
  // One word of ln 2 is enough: where the exponent is large, the result is nearly 1.
  const B minus_one = Exponential<B>::series(
      fused_multiply_add(B(-exponent), constant<B>(std::numbers::ln2, 0x1.62e43p-1f), twice));
  const B power = power_of_two(exponent);
  const B denominator = fused_multiply_add(minus_one, power, B(power + one));
  // What is left to 1 has all its digits where it is small: a derivative needs them.
  const B far = one - B(2.0f) / denominator;
  B near;
  if constexpr (in_float<B>) {
    const B square = x * x;  // (Cephes, tanhf)
    near = fused_multiply_add(
        B(scalar::polynomial(square, {-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2,
                                      2.06390887954e-2, -5.70498872745e-3}) *
          square),
        magnitude, magnitude);
  } else {
    near = fused_multiply_add(minus_one, power, B(power - one)) / denominator;
  }
  const B above = select(magnitude > B(0.625f), far, near);
  const B result = select(magnitude > constant<B>(20, 10), one, above);
  return copysign(result, x);
}

template <class B>
B exp2(const B& number) {
  const B x = clamp(number, constant<B>(-1080, -160), constant<B>(1025, 130));
  const B exponent = nearest(x);
  const B minus_one =
      Exponential<B>::series(B((x - exponent) * constant<B>(std::numbers::ln2, 0x1.62e43p-1f)));
  return scale(B(minus_one + B(1.0f)), exponent);
}

template <class B>
B expm1(const B& x) {
  const B bound = constant<B>(700, 86);
  const auto beyond = x > bound;  // where 1 doesn't count
  const B y = select(beyond, B(x * B(0.5f)), B(select(x < -bound, B(-bound), x)));
  const B result = xsimd::expm1(y);
  return select(x == B(0.0f), x, B(select(beyond, B(result * result), result)));
}

/// f(x) of a logarithm that takes subnormal numbers for zero; `shift` is f(2^64).
template <class B>
CTNN_INLINE B of_subnormal(const B& x, auto f, double shift) {
  const auto small = x < B(std::numeric_limits<Element<B>>::min());
  const B logarithm = f(B(select(small, B(x * B(0x1p64f)), x)));
  return logarithm - select(small, B(static_cast<Element<B>>(shift)), B(0.0f));
}

template <class B>
scalar::DoubleWord<B> exact_product(const B& x, const B& y) {
  const B rounded = x * y;
  if constexpr (has_fused_multiply_add) {
    return {rounded, fused_multiply_add(x, y, B(-rounded))};
  } else {
    const B splitter = constant<B>(0x1p27 + 1, 0x1p12f + 1);
    const B x_scaled = x * splitter, y_scaled = y * splitter;
    const B x_high = x_scaled - (x_scaled - x), y_high = y_scaled - (y_scaled - y);
    const B x_low = x - x_high, y_low = y - y_high;
    return {rounded, ((x_high * y_high - rounded) + x_high * y_low + x_low * y_high) + x_low * y_low};
  }
}

/// Where the infinities, 0 and NaN are, a logarithm that knows of none of them is put right.
template <class B>
CTNN_INLINE B at_edges(const B& x, const B& logarithm) {
  const B infinity = B(std::numeric_limits<Element<B>>::infinity());
  return select(x == B(0.0f), B(-infinity), B(select(x < infinity, logarithm, x)));
}

/// log x in two words, of numbers that are not negative.
template <class B>
scalar::DoubleWord<B> log_in_two_words(const B& x) {
  using Bits = decltype(to_bits(x));
  using Word = typename Bits::value_type;
  const auto small = x < B(std::numeric_limits<Element<B>>::min());
  const Bits bits = to_bits(B(select(small, B(x * B(0x1p64f)), x)));
  // The biased exponent, as the last bits of a number so large that its unit is 1.
  const B large = constant<B>(0x1p52, 0x1p23f), bias = constant<B>(1023, 127), one = B(1.0f);
  const B power = from_bits<B>((bits >> mantissa_bits<B>) | to_bits(large)) - (large + bias);
  const B mantissa = from_bits<B>((bits & Bits((Word(1) << mantissa_bits<B>)-1)) | to_bits(one));
  const auto above = mantissa > B(1.41421356f);
  const B k = power + select(above, one, B(0.0f)) - select(small, B(64.0f), B(0.0f));
  const B offset = select(above, B(mantissa * B(0.5f)), mantissa) - one;
  const auto series = scalar::log1p_series(scalar::DoubleWord<B>{offset, B(0.0f)});
  // The first part is 0 or the larger one.
  const auto high = scalar::ordered_sum(B(k * constant<B>(0x1.62e42fefa3800p-1, 0x1.62e4p-1f)), series.high);
  const B low = fused_multiply_add(k, constant<B>(0x1.ef35793c76730p-45, 0x1.7f7d1cp-20f), series.low);
  const auto sum = scalar::ordered_sum(high.high, B(high.low + low));
  const auto regular = (x > B(0.0f)) & (x < B(std::numeric_limits<Element<B>>::infinity()));
  return {at_edges(x, sum.high), select(regular, sum.low, B(0.0f))};
}

/// f of each lane on its own: where a batch has few lanes, the standard library is as fast.
template <class B>
B by_lane(auto f, const B& x, const auto&... y) {
  constexpr std::size_t operands = 1 + sizeof...(y);
  Element<B> lane[operands][lanes<B>];
  std::size_t operand = 0;
  store(lane[operand++], x);
  (store(lane[operand++], y), ...);
  for (std::size_t i = 0; i < lanes<B>; ++i) {
    if constexpr (operands == 1)
      lane[0][i] = f(lane[0][i]);
    else
      lane[0][i] = f(lane[0][i], lane[1][i]);
  }
  return load<B>(lane[0]);
}

/// Whether long computations are faster in batches.
template <class B>
inline constexpr bool is_wide = lanes<B> * sizeof(Element<B>) == 64;

template <class B>
B pow(const B& x, const B& number) {
  if constexpr (!is_wide<B>) return by_lane([](auto a, auto b) { return std::pow(a, b); }, x, number);
  const B zero = B(0.0f), one = B(1.0f), infinity = B(std::numeric_limits<Element<B>>::infinity());
  // Beyond, every x but 1 has overflowed or vanished.
  const B y = clamp(number, B(-0x1p66f), B(0x1p66f));
  const B magnitude = abs(x);
  const scalar::DoubleWord<B> logarithm = log_in_two_words(magnitude);
  const auto product = exact_product(logarithm.high, y);
  const B low = fused_multiply_add(logarithm.low, y, product.low);
  const B power = Exponential<B>(Exponential<B>::saturated(product.high),
                                 B(select(abs(product.high) < B(1000.0f), low, zero)))
                      .value();
  const B half = y * B(0.5f);
  const auto whole = floor(y) == y, odd = whole & (B(floor(half)) < half);
  const auto negative = (x < zero) | ((x == zero) & (B(one / x) < zero));
  const B valid = select(whole | (x >= zero) | (magnitude == infinity), power,
                         B(select(x == x, B(std::numeric_limits<Element<B>>::quiet_NaN()), x)));
  const B result = select(negative & odd, B(valid * B(-1.0f)), valid);
  return select((y == zero) | (x == one), one, result);
}

template <class B>
B hypot(const B& x, const B& y) {
  const B first = abs(x), second = abs(y), infinity = B(std::numeric_limits<Element<B>>::infinity());
  const B larger = select(first > second, first, second);
  const B up = constant<B>(0x1p600, 0x1p90f), down = constant<B>(0x1p-600, 0x1p-90f), one = B(1.0f);
  const auto large = larger > constant<B>(0x1p500, 0x1p60f), small = larger < constant<B>(0x1p-500, 0x1p-60f);
  const B factor = select(large, down, B(select(small, up, one)));
  const B back = select(large, up, B(select(small, down, one)));
  const B a = first * factor, b = second * factor;
  const B result = sqrt(fused_multiply_add(a, a, B(b * b))) * back;
  return select((first == infinity) | (second == infinity), infinity, result);
}

/// xsimd's has no angle where both are zero or infinite.
template <class B>
B atan2(const B& y, const B& x) {
  const B one = B(1.0f), infinity = B(std::numeric_limits<Element<B>>::infinity());
  const auto origin = (x == B(0.0f)) & (y == B(0.0f));
  const auto infinite = (abs(x) == infinity) & (abs(y) == infinity);
  return xsimd::atan2(B(select(infinite, B(copysign(one, y)), y)),
                      B(select(infinite | origin, B(copysign(one, x)), x)));
}

template <class B>
B cbrt(const B& x) {
  const auto small = abs(x) < B(std::numeric_limits<Element<B>>::min());
  const B root = xsimd::cbrt(B(select(small, B(x * B(0x1p60f)), x)));
  return root * select(small, B(0x1p-20f), B(1.0f));
}

/// f of a batch of floats, computed in double.
template <class B>
CTNN_INLINE B through_double(const B& x, auto f) {
  using D = BatchUpTo<double, lanes<B>>;
  float numbers[lanes<B>];
  store(numbers, x);
  for (std::size_t i = 0; i < lanes<B>; i += lanes<D>) {
    if constexpr (lanes<D> == 1)
      numbers[i] = static_cast<float>(f(static_cast<double>(numbers[i])));
    else
      f(D::load_unaligned(numbers + i)).store_unaligned(numbers + i);
  }
  return load<B>(numbers);
}

/// (1 + 2x) e^(x²) erfc x on [0, 28] in (x - 4) / (x + 4), and erf x / x on [-1, 1] in x².
inline constexpr double complement_coefficients[]{
    0x1.3ba5916e9fd7fp+0,   -0x1.1df1ad154a290p-3,  0x1.f7f5df66fb86cp-7,   0x1.16ecefcfa568fp-4,
    -0x1.9ddb23c3dbf7ep-4,  0x1.7fee004e0b17cp-4,   -0x1.0fb06dff5be88p-4,  0x1.3079edf74dfa8p-5,
    -0x1.096238568ead0p-6,  0x1.49c672613491bp-8,   -0x1.8d4abee6e794dp-11, -0x1.a1df1fd37a91ap-13,
    0x1.3be28aa5264a0p-13,  -0x1.99573aaf8d6cap-16, -0x1.78e2e25fb32a5p-17, 0x1.7efa8caa8bd96p-18,
    0x1.4cccc375dcb21p-22,  -0x1.b792609d7a011p-21, 0x1.f95d9c1b8f9dfp-25,  0x1.b547fff5a3ee4p-24,
    -0x1.44ea3e753d03fp-27, -0x1.3203d7029540dp-27};
inline constexpr double error_coefficients[]{
    0x1.20dd750429b6dp+0,  -0x1.812746b0379c1p-2,  0x1.ce2f21a040f66p-4,  -0x1.b82ce31203772p-6,
    0x1.565bccfa44156p-8,  -0x1.c02db0665e53dp-11, 0x1.f9a2be4f731a1p-14, -0x1.f4ca838adb73bp-17,
    0x1.b981d78881a5dp-20, -0x1.5c131500d3f88p-23, 0x1.d76af6ca49787p-27, -0x1.ac9585a44fe29p-31};

/// In float: (x + 2) e^(x²) erfc x on [0, 10.1] in x / (x + 2) - 11/32, erf x / x - 1 on [-0.9, 0.9] in x²,
/// and -log erfc x on [0.9, 4].
inline constexpr double complement_in_float[]{0x1.43b67ep+0,  -0x1.bd4054p+0, 0x1.32b8f4p+0, -0x1.5a959cp-5,
                                              -0x1.b4b47ap-2, 0x1.719dacp-9,  0x1.aefd88p-3, 0x1.cbd27ep-5,
                                              -0x1.903ae4p-4, -0x1.dfa0a6p-6};
inline constexpr double near_in_float[]{0x1.06eba4p-3,  -0x1.8126d4p-2, 0x1.ce1a80p-4,
                                        -0x1.b6a5c4p-6, 0x1.483b04p-8,  -0x1.3f5408p-11};
inline constexpr double beyond_in_float[]{0x1.d77b9cp-10, 0x1.1ed888p+0,  0x1.4cf540p-1,
                                          0x1.768240p-4,  -0x1.011e6ep-6, 0x1.4c34d0p-10};

/// erfc x for x >= 0.
template <class B>
CTNN_INLINE B complement(const B& number) {
  const B bound = constant<B>(28, 10.1f), x = smaller(bound, number), one = B(1.0f);
  const auto square = exact_product(x, x);
  const Exponential<B> gaussian(B(-square.high), B(-square.low));
  B quotient;
  if constexpr (in_float<B>) {
    const B reciprocal = one / (x + B(2.0f));
    quotient =
        scalar::polynomial(fused_multiply_add(x, reciprocal, B(-0.34375f)), complement_in_float) * reciprocal;
  } else {
    const B t = (x - B(4.0f)) / (x + B(4.0f));
    quotient = scalar::polynomial(t, complement_coefficients) / (one + (x + x));
  }
  return scale(fused_multiply_add(gaussian.minus_one, quotient, quotient), gaussian.exponent);
}

/// erf x for |x| < 1.
template <class B>
CTNN_INLINE B error_near(const B& x) {
  return x * scalar::polynomial(B(x * x), error_coefficients);
}

/// Without a branch, and without the division of a complement, of which 1 would leave few digits.
template <class B>
CTNN_INLINE B erf_in_float(const B& x) {
  const B magnitude = abs(x), bound = B(4.0f);
  const B near = fused_multiply_add(magnitude, scalar::polynomial(B(x * x), near_in_float), magnitude);
  const B power = -scalar::polynomial(smaller(bound, magnitude), beyond_in_float);
  const B exponent = nearest(B(power * B(1.44269504f)));
  const B minus_one = Exponential<B>::series(fused_multiply_add(B(-exponent), B(0x1.62e43p-1f), power));
  const B scaled = power_of_two(exponent);
  const B far = B(1.0f) - fused_multiply_add(minus_one, scaled, scaled);
  return copysign(B(select(magnitude > B(0.9f), far, near)), x);
}

template <class B>
B erf(const B& x) {
  if constexpr (in_float<B>) return erf_in_float(x);
  if constexpr (!has_fused_multiply_add) return by_lane([](auto y) { return std::erf(y); }, x);
  return scalar::either(
      abs(x) < B(1.0f), [&] { return error_near(x); },
      [&] { return B(copysign(B(B(1.0f) - complement(B(abs(x)))), x)); });
}

template <class B>
B erfc(const B& x) {
  if constexpr (!in_float<B> && !has_fused_multiply_add)
    return by_lane([](auto y) { return std::erfc(y); }, x);
  const auto beyond = [&] {
    const B positive = complement(B(abs(x)));
    return B(select(x < B(0.0f), B(B(2.0f) - positive), positive));
  };
  if constexpr (in_float<B>) return beyond();
  return scalar::either(
      abs(x) < B(0.25f), [&] { return B(B(1.0f) - error_near(x)); }, beyond);
}

}  // namespace ctnn::kernels::elementary
