#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__SSE2__)
// g++ 12 warns of its own undefined operands wherever an AVX-512 intrinsic of this header is inlined.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#else
#include <immintrin.h>
#endif
#endif

/// What xsimd lacks in some of its versions, on the bare registers of x86: masked access, fused
/// multiply-add in each width, and the halves of a register. Used by simd.hpp alone.
namespace ctnn::kernels::registers {

template <std::size_t N>
using Lanes = std::integral_constant<std::size_t, N>;

// The names must exist where no register has them: simd.hpp asks whether an overload fits.
struct Nothing {};
void fused_multiply_add(Nothing);
void low(Nothing);
void high(Nothing);
void load(Nothing);
void store(Nothing);
void sum(Nothing);
void maximum(Nothing);
void smaller(Nothing);
void larger(Nothing);
void keep(Nothing);
void scale(Nothing, Nothing);
void dot_bfloat16(Nothing);
void to_bfloat16(Nothing);

#if defined(__SSE2__) && defined(__GNUC__) && !defined(__clang__)
// g++ repeats a load at each use of its value rather than hold a register; it cannot see through these.
#if defined(__AVX512VL__)
#define CTNN_KEEP(x) asm("" : "+v"(x))
#else
#define CTNN_KEEP(x) asm("" : "+x"(x))
#endif
[[gnu::always_inline]] inline __m128 keep(__m128 x) {
  CTNN_KEEP(x);
  return x;
}
[[gnu::always_inline]] inline __m128d keep(__m128d x) {
  CTNN_KEEP(x);
  return x;
}
#if defined(__AVX__)
[[gnu::always_inline]] inline __m256 keep(__m256 x) {
  CTNN_KEEP(x);
  return x;
}
[[gnu::always_inline]] inline __m256d keep(__m256d x) {
  CTNN_KEEP(x);
  return x;
}
#endif
#if defined(__AVX512F__)
[[gnu::always_inline]] inline __m512 keep(__m512 x) {
  CTNN_KEEP(x);
  return x;
}
[[gnu::always_inline]] inline __m512d keep(__m512d x) {
  CTNN_KEEP(x);
  return x;
}
#endif
#undef CTNN_KEEP
#endif

#if defined(__FMA__)
inline __m128 fused_multiply_add(__m128 x, __m128 y, __m128 z) {
  return _mm_fmadd_ps(x, y, z);
}
inline __m128d fused_multiply_add(__m128d x, __m128d y, __m128d z) {
  return _mm_fmadd_pd(x, y, z);
}
inline __m256 fused_multiply_add(__m256 x, __m256 y, __m256 z) {
  return _mm256_fmadd_ps(x, y, z);
}
inline __m256d fused_multiply_add(__m256d x, __m256d y, __m256d z) {
  return _mm256_fmadd_pd(x, y, z);
}
#elif defined(__SSE2__)
inline __m128 fused_multiply_add(__m128 x, __m128 y, __m128 z) {
  return _mm_add_ps(_mm_mul_ps(x, y), z);
}
inline __m128d fused_multiply_add(__m128d x, __m128d y, __m128d z) {
  return _mm_add_pd(_mm_mul_pd(x, y), z);
}
#if defined(__AVX__)
inline __m256 fused_multiply_add(__m256 x, __m256 y, __m256 z) {
  return _mm256_add_ps(_mm256_mul_ps(x, y), z);
}
inline __m256d fused_multiply_add(__m256d x, __m256d y, __m256d z) {
  return _mm256_add_pd(_mm256_mul_pd(x, y), z);
}
#endif
#endif

#if defined(__AVX512VL__)
inline __m128 scale(__m128 x, __m128 exponent) {
  return _mm_scalef_ps(x, exponent);
}
inline __m128d scale(__m128d x, __m128d exponent) {
  return _mm_scalef_pd(x, exponent);
}
inline __m256 scale(__m256 x, __m256 exponent) {
  return _mm256_scalef_ps(x, exponent);
}
inline __m256d scale(__m256d x, __m256d exponent) {
  return _mm256_scalef_pd(x, exponent);
}
inline __m512 scale(__m512 x, __m512 exponent) {
  return _mm512_scalef_ps(x, exponent);
}
inline __m512d scale(__m512d x, __m512d exponent) {
  return _mm512_scalef_pd(x, exponent);
}
#endif

#if defined(__AVX512F__)
inline __m512 fused_multiply_add(__m512 x, __m512 y, __m512 z) {
  return _mm512_fmadd_ps(x, y, z);
}
inline __m512d fused_multiply_add(__m512d x, __m512d y, __m512d z) {
  return _mm512_fmadd_pd(x, y, z);
}

inline __m256 low(__m512 x) {
  return _mm512_castps512_ps256(x);
}
inline __m256d low(__m512d x) {
  return _mm512_castpd512_pd256(x);
}
inline __m256d high(__m512d x) {
  return _mm512_extractf64x4_pd(x, 1);
}
inline __m256 high(__m512 x) {
  return _mm256_castpd_ps(high(_mm512_castps_pd(x)));
}

inline __mmask16 first(std::size_t count) {
  return static_cast<__mmask16>((1U << count) - 1U);
}
inline __m512 load(const float* data, std::size_t count, Lanes<16>) {
  return _mm512_maskz_loadu_ps(first(count), data);
}
inline __m512d load(const double* data, std::size_t count, Lanes<8>) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>(first(count)), data);
}
inline void store(float* data, __m512 x, std::size_t count) {
  _mm512_mask_storeu_ps(data, first(count), x);
}
inline void store(double* data, __m512d x, std::size_t count) {
  _mm512_mask_storeu_pd(data, static_cast<__mmask8>(first(count)), x);
}
#endif

#if defined(__AVX__)
inline __m128 low(__m256 x) {
  return _mm256_castps256_ps128(x);
}
inline __m128d low(__m256d x) {
  return _mm256_castpd256_pd128(x);
}
inline __m128 high(__m256 x) {
  return _mm256_extractf128_ps(x, 1);
}
inline __m128d high(__m256d x) {
  return _mm256_extractf128_pd(x, 1);
}
#endif

#if defined(__AVX512VL__)
inline __m256 load(const float* data, std::size_t count, Lanes<8>) {
  return _mm256_maskz_loadu_ps(static_cast<__mmask8>(first(count)), data);
}
inline __m256d load(const double* data, std::size_t count, Lanes<4>) {
  return _mm256_maskz_loadu_pd(static_cast<__mmask8>(first(count)), data);
}
inline __m128 load(const float* data, std::size_t count, Lanes<4>) {
  return _mm_maskz_loadu_ps(static_cast<__mmask8>(first(count)), data);
}
inline __m128d load(const double* data, std::size_t count, Lanes<2>) {
  return _mm_maskz_loadu_pd(static_cast<__mmask8>(first(count)), data);
}
inline void store(float* data, __m256 x, std::size_t count) {
  _mm256_mask_storeu_ps(data, static_cast<__mmask8>(first(count)), x);
}
inline void store(double* data, __m256d x, std::size_t count) {
  _mm256_mask_storeu_pd(data, static_cast<__mmask8>(first(count)), x);
}
inline void store(float* data, __m128 x, std::size_t count) {
  _mm_mask_storeu_ps(data, static_cast<__mmask8>(first(count)), x);
}
inline void store(double* data, __m128d x, std::size_t count) {
  _mm_mask_storeu_pd(data, static_cast<__mmask8>(first(count)), x);
}
#elif defined(__AVX__)
alignas(64) inline constexpr std::int32_t mask_words[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

/// All bits of the first `count` words of 4 bytes.
inline __m256i first_words(std::size_t count) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(mask_words + 8 - count));
}
inline __m128i first_words_16_bytes(std::size_t count) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(mask_words + 8 - count));
}
inline __m256 load(const float* data, std::size_t count, Lanes<8>) {
  return _mm256_maskload_ps(data, first_words(count));
}
inline __m256d load(const double* data, std::size_t count, Lanes<4>) {
  return _mm256_maskload_pd(data, first_words(2 * count));
}
inline __m128 load(const float* data, std::size_t count, Lanes<4>) {
  return _mm_maskload_ps(data, first_words_16_bytes(count));
}
inline __m128d load(const double* data, std::size_t count, Lanes<2>) {
  return _mm_maskload_pd(data, first_words_16_bytes(2 * count));
}
inline void store(float* data, __m256 x, std::size_t count) {
  _mm256_maskstore_ps(data, first_words(count), x);
}
inline void store(double* data, __m256d x, std::size_t count) {
  _mm256_maskstore_pd(data, first_words(2 * count), x);
}
inline void store(float* data, __m128 x, std::size_t count) {
  _mm_maskstore_ps(data, first_words_16_bytes(count), x);
}
inline void store(double* data, __m128d x, std::size_t count) {
  _mm_maskstore_pd(data, first_words_16_bytes(2 * count), x);
}
#endif

#if defined(__AVX512BF16__) && defined(__AVX512VL__)
inline __m128 dot_bfloat16(__m128 sum, __m128 x, __m128 y) {
  return _mm_dpbf16_ps(sum, (__m128bh)x, (__m128bh)y);
}
inline __m256 dot_bfloat16(__m256 sum, __m256 x, __m256 y) {
  return _mm256_dpbf16_ps(sum, (__m256bh)x, (__m256bh)y);
}
inline __m512 dot_bfloat16(__m512 sum, __m512 x, __m512 y) {
  return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)y);
}
inline __m256 to_bfloat16(__m512 x) {
  return (__m256)_mm512_cvtneps_pbh(x);
}
#endif

#if defined(__SSE2__)
// The machine's minimum and maximum: the second operand where either is NaN.
inline __m128 smaller(__m128 x, __m128 y) {
  return _mm_min_ps(x, y);
}
inline __m128 larger(__m128 x, __m128 y) {
  return _mm_max_ps(x, y);
}
inline __m128d smaller(__m128d x, __m128d y) {
  return _mm_min_pd(x, y);
}
inline __m128d larger(__m128d x, __m128d y) {
  return _mm_max_pd(x, y);
}
#endif
#if defined(__AVX__)
inline __m256 smaller(__m256 x, __m256 y) {
  return _mm256_min_ps(x, y);
}
inline __m256 larger(__m256 x, __m256 y) {
  return _mm256_max_ps(x, y);
}
inline __m256d smaller(__m256d x, __m256d y) {
  return _mm256_min_pd(x, y);
}
inline __m256d larger(__m256d x, __m256d y) {
  return _mm256_max_pd(x, y);
}
#endif
#if defined(__AVX512F__)
inline __m512 smaller(__m512 x, __m512 y) {
  return _mm512_min_ps(x, y);
}
inline __m512 larger(__m512 x, __m512 y) {
  return _mm512_max_ps(x, y);
}
inline __m512d smaller(__m512d x, __m512d y) {
  return _mm512_min_pd(x, y);
}
inline __m512d larger(__m512d x, __m512d y) {
  return _mm512_max_pd(x, y);
}
#endif
#if defined(__AVX512VL__)
inline __m128 maximum(__m128 x, __m128 y) {
  return _mm_mask_mov_ps(_mm_max_ps(x, y), _mm_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
}
inline __m128d maximum(__m128d x, __m128d y) {
  return _mm_mask_mov_pd(_mm_max_pd(x, y), _mm_cmp_pd_mask(x, x, _CMP_UNORD_Q), x);
}
inline __m256 maximum(__m256 x, __m256 y) {
  return _mm256_mask_mov_ps(_mm256_max_ps(x, y), _mm256_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
}
inline __m256d maximum(__m256d x, __m256d y) {
  return _mm256_mask_mov_pd(_mm256_max_pd(x, y), _mm256_cmp_pd_mask(x, x, _CMP_UNORD_Q), x);
}
inline __m512 maximum(__m512 x, __m512 y) {
  return _mm512_mask_mov_ps(_mm512_max_ps(x, y), _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
}
inline __m512d maximum(__m512d x, __m512d y) {
  return _mm512_mask_mov_pd(_mm512_max_pd(x, y), _mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q), x);
}
#elif defined(__SSE2__)
// All bits set are a NaN.
inline __m128 maximum(__m128 x, __m128 y) {
  return _mm_or_ps(_mm_max_ps(x, y), _mm_cmpunord_ps(x, x));
}
inline __m128d maximum(__m128d x, __m128d y) {
  return _mm_or_pd(_mm_max_pd(x, y), _mm_cmpunord_pd(x, x));
}
#if defined(__AVX__)
inline __m256 maximum(__m256 x, __m256 y) {
  return _mm256_or_ps(_mm256_max_ps(x, y), _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}
inline __m256d maximum(__m256d x, __m256d y) {
  return _mm256_or_pd(_mm256_max_pd(x, y), _mm256_cmp_pd(x, x, _CMP_UNORD_Q));
}
#endif
#endif

#if defined(__SSE2__)
inline float sum(__m128 x) {
  const __m128 pairs = _mm_add_ps(x, _mm_movehl_ps(x, x));
  return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps(pairs, pairs, 1)));
}
inline double sum(__m128d x) {
  return _mm_cvtsd_f64(_mm_add_sd(x, _mm_unpackhi_pd(x, x)));
}
#endif

}  // namespace ctnn::kernels::registers
