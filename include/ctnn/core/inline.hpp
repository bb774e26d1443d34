#pragma once

/// What the compiler is told about loops and calls of kernels.
#if defined(__clang__)
#define CTNN_UNROLL _Pragma("clang loop unroll(full)")
#define CTNN_INLINE [[gnu::always_inline]] inline
#elif defined(__GNUC__)
#define CTNN_UNROLL _Pragma("GCC unroll 64")
#define CTNN_INLINE [[gnu::always_inline]] inline
#else
#define CTNN_UNROLL
#define CTNN_INLINE inline
#endif

/// For a lambda, where an attribute would belong to its type.
#define CTNN_INLINED __attribute__((always_inline))
