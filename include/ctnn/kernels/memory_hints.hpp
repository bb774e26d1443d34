#pragma once
#include <ctnn/core/inline.hpp>

namespace ctnn::kernels {

/// Asks for the line of `data`, which a loop over memory will write some steps later, and does not read
/// before: a store waits for its line, and no processor foresees it as well as loads.
template <class T>
CTNN_INLINE void prefetch_for_writing([[maybe_unused]] const T* data) {
#if defined(__GNUC__)
  __builtin_prefetch(data, 1);
#endif
}

/// Stores before it stay before those behind it: neighbours of one cache line that follow one another are
/// written at once.
CTNN_INLINE void keep_order() {
#if defined(__GNUC__)
  asm volatile("" ::: "memory");
#endif
}

/// Asks for what will be read later, into the second cache.
template <class T>
CTNN_INLINE void prefetch([[maybe_unused]] const T* data) {
#if defined(__GNUC__)
  __builtin_prefetch(data, 0, 2);
#endif
}

/// The same address, of which the compiler knows nothing: g++ would carry the elements that two steps of a
/// sliding window share from one to the next in scalar registers, which is slower than reading them.
template <class T>
CTNN_INLINE const T* opaque(const T* address) {
#if defined(__GNUC__) && !defined(__clang__)
  asm("" : "+r"(address));
#endif
  return address;
}

}  // namespace ctnn::kernels
