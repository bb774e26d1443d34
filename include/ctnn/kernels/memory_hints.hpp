#pragma once
#include <cstddef>
#include <cstdint>
#include <ctnn/core/inline.hpp>

namespace ctnn::kernels {

namespace detail {
/// As a number: no pointer may be moved beyond its array.
template <class T>
CTNN_INLINE const void* far(const T* data, std::size_t ahead) {
  return reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(data) + ahead * sizeof(T));
}
}  // namespace detail

/// Asks for the line of data[ahead], which a loop over memory will write some steps later, and does not read
/// before: a store waits for its line, and no processor foresees it as well as loads. It may lie behind the
/// array's end.
template <class T>
CTNN_INLINE void prefetch_for_writing([[maybe_unused]] const T* data,
                                      [[maybe_unused]] std::size_t ahead = 0) {
#if defined(__GNUC__)
  __builtin_prefetch(detail::far(data, ahead), 1);
#endif
}

/// Stores before it stay before those behind it: neighbours of one cache line that follow one another are
/// written at once.
CTNN_INLINE void keep_order() {
#if defined(__GNUC__)
  asm volatile("" ::: "memory");
#endif
}

/// Asks for the line of data[ahead], which will be read later, into the second cache; it may lie behind the
/// array's end.
template <class T>
CTNN_INLINE void prefetch([[maybe_unused]] const T* data, [[maybe_unused]] std::size_t ahead = 0) {
#if defined(__GNUC__)
  __builtin_prefetch(detail::far(data, ahead), 0, 2);
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
