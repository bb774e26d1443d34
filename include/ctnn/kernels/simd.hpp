#pragma once
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <type_traits>

#include <ctnn/core/geometry.hpp>
#include <ctnn/core/inline.hpp>
#include <ctnn/kernels/batch.hpp>
#include <ctnn/kernels/memory_hints.hpp>
#include <ctnn/kernels/registers.hpp>
#include <xsimd/xsimd.hpp>

/// The one place that knows xsimd's versions. A kernel is written once for "a batch": an xsimd batch of some
/// width, or a plain scalar T, which is a batch of one lane.
namespace ctnn::kernels {

#if defined(__AVX512VL__) || defined(__aarch64__)
inline constexpr std::size_t register_count = 32;
#else
inline constexpr std::size_t register_count = 16;
#endif

/// Whether registers of 64 bytes are computed on in two halves, as by AMD's Zen 4: narrower ones are as fast.
#if defined(__znver4__) || (defined(__znver3__) && defined(__AVX512F__))
inline constexpr bool halves_64_bytes = true;
#else
inline constexpr bool halves_64_bytes = false;
#endif

#if defined(__FMA__) || defined(__aarch64__)
inline constexpr bool has_fused_multiply_add = true;
#else
inline constexpr bool has_fused_multiply_add = false;
#endif

#if defined(__AVX__)
inline constexpr bool has_masks = true;
#else
inline constexpr bool has_masks = false;
#endif

/// Whether the machine multiplies vectors of bfloat16 and adds up in float.
#if defined(__AVX512BF16__) && defined(__AVX512VL__)
inline constexpr bool has_bfloat16_dot = true;
#else
inline constexpr bool has_bfloat16_dot = false;
#endif

/// The instructions that kernels are made of, as xsimd calls them.
#if defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)
inline constexpr const char* instruction_set = "scalar";
#else
inline constexpr const char* instruction_set = xsimd::default_arch::name();
#endif

namespace detail {

#if defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)
template <class T, std::size_t>
struct Widest {
  using type = T;
};
template <class T>
inline constexpr std::size_t native_lanes = 1;
#else
template <class T>
inline constexpr std::size_t native_lanes = xsimd::batch<T>::size;

/// The widest batch of at most `Maximum` lanes: halves the number of lanes until a register has it.
template <class T, std::size_t Maximum>
struct Widest {
  static constexpr auto pick() {
    if constexpr (Maximum <= 1) {
      return std::type_identity<T>{};
    } else if constexpr (Maximum >= native_lanes<T>) {
      return std::type_identity<xsimd::batch<T>>{};
    } else {
      using Sized = xsimd::make_sized_batch_t<T, Maximum>;
      if constexpr (std::is_void_v<Sized>) {
        return typename Widest<T, Maximum / 2>::identity{};
      } else {
        return std::type_identity<Sized>{};
      }
    }
  }
  using identity = decltype(pick());
  using type = typename identity::type;
};
#endif

}  // namespace detail

/// The machine's widest batch, and the widest of at most `MaximumLanes` lanes (a power of two; T itself for
/// 1).
template <class T>
using Batch = typename detail::Widest<T, detail::native_lanes<T>>::type;
template <class T, std::size_t MaximumLanes>
using BatchUpTo = typename detail::Widest<T, MaximumLanes>::type;

template <class B>
CTNN_INLINE B load(const Element<B>* data) {
  if constexpr (lanes<B> == 1) {
    return *data;
  } else {
    return B::load_unaligned(data);
  }
}

// Function objects, so that a call without a namespace never finds the function of the same name beside the
// batch's type: xsimd::store is the aligned one.
struct Store {
  template <class B>
  CTNN_INLINE void operator()(Element<B>* data, const B& value) const {
    if constexpr (lanes<B> == 1) {
      *data = value;
    } else {
      value.store_unaligned(data);
    }
  }
};
inline constexpr Store store{};

/// The first `count` lanes (0 to all) are read from `data`, the others are 0; nothing else is touched.
template <class B>
CTNN_INLINE B load_partial(const Element<B>* data, std::size_t count) {
  using T = Element<B>;
  if constexpr (lanes<B> == 1) {
    return count == 0 ? T{} : *data;
  } else {
    constexpr registers::Lanes<lanes<B>> width{};
    if constexpr (requires { registers::load(data, count, width); }) {
      return B(registers::load(data, count, width));
    } else {
      T copy[lanes<B>] = {};
      for (std::size_t i = 0; i < lanes<B>; ++i) {
        if (i < count) copy[i] = data[i];
      }
      return load<B>(copy);
    }
  }
}

template <class B>
CTNN_INLINE void store_partial(Element<B>* data, const B& value, std::size_t count) {
  if constexpr (lanes<B> == 1) {
    if (count != 0) *data = value;
  } else if constexpr (requires { registers::store(data, value.data, count); }) {
    registers::store(data, value.data, count);
  } else {
    Element<B> copy[lanes<B>];
    store(copy, value);
    for (std::size_t i = 0; i < lanes<B>; ++i) {
      if (i < count) data[i] = copy[i];
    }
  }
}

template <class B>
CTNN_INLINE B broadcast(Element<B> value) {
  return B(value);
}

/// 0, 1, 2, … for each lane.
template <class B>
inline constexpr auto lane_numbers = [] {
  std::array<Element<B>, lanes<B>> result{};
  for (std::size_t lane = 0; lane < lanes<B>; ++lane) result[lane] = static_cast<Element<B>>(lane);
  return result;
}();

/// The lanes from `First` on and before `Last`; the others are 0.
template <std::size_t First, std::size_t Last, class B>
CTNN_INLINE B lanes_between(const B& value) {
  if constexpr (First == 0 && Last == lanes<B>) {
    return value;
  } else {
    const B number = load<B>(lane_numbers<B>.data()), zero = broadcast<B>(0);
    const auto before = number < broadcast<B>(Last), from = number >= broadcast<B>(First);
    return xsimd::select(First == 0 ? before : Last == lanes<B> ? from : before & from, value, zero);
  }
}

/// The same batch, which stays in a register while it is used.
template <class B>
CTNN_INLINE B keep(const B& value) {
  if constexpr (lanes<B> == 1) {
    return value;
  } else if constexpr (requires { B(registers::keep(value.data)); }) {
    return B(registers::keep(value.data));
  } else {
    return value;
  }
}

/// The bits of each lane as unsigned integers, and the numbers of these bits. (xsimd's versions name what
/// they cast to differently.)
template <class B>
CTNN_INLINE auto to_bits(const B& x) {
  return std::bit_cast<xsimd::as_unsigned_integer_t<B>>(x);
}
template <class B>
CTNN_INLINE B from_bits(const xsimd::as_unsigned_integer_t<B>& bits) {
  return std::bit_cast<B>(bits);
}

/// Number `part` of each lane's word, widened to float.
template <WeightFormat F, class B>
CTNN_INLINE B unpack(const B& words, std::size_t part) {
  if constexpr (F == WeightFormat::bfloat16 || F == WeightFormat::bfloat16_dot) {
    const auto bits = to_bits(words);
    using Bits = std::remove_const_t<decltype(bits)>;
    return from_bits<B>(part == 0 ? Bits(bits << 16) : Bits(bits & Bits(0xFFFF0000u)));
  } else if constexpr (F == WeightFormat::int8) {
    const auto bits = std::bit_cast<xsimd::as_integer_t<B>>(words);
    using Bits = std::remove_const_t<decltype(bits)>;
    const Bits number = (part == 3 ? bits : Bits(bits << static_cast<int>(24 - 8 * part))) >> 24;
    if constexpr (lanes<B> == 1)
      return static_cast<B>(number);
    else
      return xsimd::to_float(number);
  } else {
    return words;
  }
}

/// x · y + z, rounded once where the machine can.
template <class B>
CTNN_INLINE B fused_multiply_add(const B& x, const B& y, const B& z) {
  if constexpr (lanes<B> == 1) {
    if constexpr (has_fused_multiply_add)
      return std::fma(x, y, z);
    else
      return x * y + z;
  } else if constexpr (requires { registers::fused_multiply_add(x.data, y.data, z.data); }) {
    return B(registers::fused_multiply_add(x.data, y.data, z.data));
  } else {
    return xsimd::fma(x, y, z);
  }
}

/// sum + the product of each lane's two bfloat16.
template <class B>
CTNN_INLINE B dot_bfloat16(const B& x, const B& y, const B& sum) {
  return B(registers::dot_bfloat16(sum.data, x.data, y.data));
}

/// Rounds `count` floats to bfloat16, two to a word; the last word may end with 0.
template <class T>
CTNN_INLINE void round_to_words(const T* from, std::size_t count, T* to) {
  using B = Batch<T>;
  const auto words = [](const B& x)
                         CTNN_INLINED { return BatchUpTo<T, lanes<B> / 2>(registers::to_bfloat16(x.data)); };
  std::size_t i = 0;
  for (; i + lanes<B> <= count; i += lanes<B>) store(to + i / 2, words(load<B>(from + i)));
  store_partial(to + i / 2, words(load_partial<B>(from + i, count - i)), (count - i + 1) / 2);
}

/// The larger of x and y in each lane; NaN where either is NaN. (xsimd::max loses a NaN in one
/// operand: the first up to version 8, the second in later ones; and x != x is false for a NaN in version 8.1
/// with AVX.)
template <class B>
CTNN_INLINE B maximum(const B& x, const B& y) {
  if constexpr (lanes<B> == 1) {
    return x != x ? x : x > y ? x : y;
  } else if constexpr (requires { registers::maximum(x.data, y.data); }) {
    return B(registers::maximum(x.data, y.data));
  } else {
    return xsimd::select(x == x, xsimd::select(x > y, x, y), x);
  }
}

template <class B>
CTNN_INLINE B minimum(const B& x, const B& y) {
  if constexpr (lanes<B> == 1) {
    return x != x ? x : x < y ? x : y;
  } else {
    return xsimd::select(x == x, xsimd::select(x < y, x, y), x);
  }
}

template <class B>
inline constexpr bool has_halves = 2 * lanes<BatchUpTo<Element<B>, lanes<B> / 2>> == lanes<B>;

/// `yes` in the lanes where the condition holds, and `no` in the others.
template <class B>
CTNN_INLINE B choose(const typename BatchOf<B>::mask& condition, const B& yes, const B& no) {
  if constexpr (lanes<B> == 1)
    return condition ? yes : no;
  else
    return xsimd::select(condition, yes, no);
}

/// The smaller and the larger of x and y; y where either is NaN.
template <class B>
CTNN_INLINE B smaller(const B& x, const B& y) {
  if constexpr (requires { registers::smaller(x.data, y.data); })
    return B(registers::smaller(x.data, y.data));
  else
    return choose(x < y, x, y);
}
template <class B>
CTNN_INLINE B larger(const B& x, const B& y) {
  if constexpr (requires { registers::larger(x.data, y.data); })
    return B(registers::larger(x.data, y.data));
  else
    return choose(x > y, x, y);
}

/// x in the lanes where the condition holds, and 0 in the others.
template <class B>
CTNN_INLINE B zero_unless(const typename BatchOf<B>::mask& condition, const B& x) {
  using Mask = typename BatchOf<B>::mask;
  if constexpr (requires { requires sizeof(Mask) == sizeof(B) && lanes<B> > 1; })
    return std::bit_cast<B>(condition) & x;
  else
    return choose(condition, x, B(0));
}

/// The batch of half the lanes that holds `combine(low half, high half)`.
template <class B, class Combine>
CTNN_INLINE auto fold(const B& x, Combine combine) {
  using Half = BatchUpTo<Element<B>, lanes<B> / 2>;
  if constexpr (requires { registers::high(x.data); }) {
    return combine(Half(registers::low(x.data)), Half(registers::high(x.data)));
  } else {
    Element<B> copy[lanes<B>];
    store(copy, x);
    return combine(load<Half>(copy), load<Half>(copy + lanes<B> / 2));
  }
}

template <class B, class Combine>
CTNN_INLINE Element<B> combine_lanes(const B& x, Combine combine) {
  Element<B> copy[lanes<B>];
  store(copy, x);
  Element<B> result = copy[0];
  for (std::size_t i = 1; i < lanes<B>; ++i) result = combine(result, copy[i]);
  return result;
}

struct ReduceAdd {
  template <class B>
  CTNN_INLINE Element<B> operator()(const B& x) const {
    if constexpr (lanes<B> == 1) {
      return x;
    } else if constexpr (requires { registers::sum(x.data); }) {
      return registers::sum(x.data);
    } else if constexpr (has_halves<B>) {
      return (*this)(fold(x, [](const auto& low, const auto& high) { return low + high; }));
    } else {
      return combine_lanes(x, [](Element<B> first, Element<B> second) { return first + second; });
    }
  }
};
inline constexpr ReduceAdd reduce_add{};

/// The largest lane; NaN where any lane is NaN.
struct ReduceMax {
  template <class B>
  CTNN_INLINE Element<B> operator()(const B& x) const {
    if constexpr (lanes<B> == 1) {
      return x;
    } else if constexpr (has_halves<B>) {
      return (*this)(fold(x, [](const auto& low, const auto& high) { return maximum(low, high); }));
    } else {
      return combine_lanes(x, [](Element<B> first, Element<B> second) { return maximum(first, second); });
    }
  }
};
inline constexpr ReduceMax reduce_max{};

}  // namespace ctnn::kernels
