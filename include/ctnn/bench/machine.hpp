#pragma once
#include <benchmark/benchmark.h>
#include <algorithm>
#include <chrono>
#include <ctnn/bench/work.hpp>
#include <ctnn/core/aligned_buffer.hpp>
#include <ctnn/kernels/simd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ctnn::bench {

/// A place that data is in: a cache, or memory.
struct MemoryLevel {
  std::string name;
  std::size_t bytes;
  /// What is read of it. A write takes longer: a line is read first, and written back later.
  double bytes_per_second;
  double written_bytes_per_second = bytes_per_second;
};

/// What one core of this machine can do, as it was measured.
struct Machine {
  std::string instruction_set{kernels::instruction_set};
  /// Floating-point operations per second, in multiply-adds on registers.
  double peak_float = 0, peak_double = 0;
  /// Nearest first.
  std::vector<MemoryLevel> levels{};

  double peak(const Work& work) const { return work.is_double ? peak_double : peak_float; }
  /// The nearest level that holds all that the work touches.
  const MemoryLevel& level(const Work& work) const {
    for (const MemoryLevel& level : levels)
      if (work.bytes + work.workspace_bytes <= level.bytes) return level;
    return levels.back();
  }
  /// The roofline: no call can take fewer seconds than its operations at the peak, its bytes from where they
  /// are, or what it writes to there. (Williams, Waterman and Patterson, Communications of the ACM 52(4),
  /// 2009.)
  double bound(const Work& work) const {
    const MemoryLevel& place = level(work);
    return std::max({static_cast<double>(work.flops) / peak(work),
                     static_cast<double>(work.bytes) / place.bytes_per_second,
                     static_cast<double>(work.written_bytes) / place.written_bytes_per_second});
  }
};

namespace detail {

/// The least seconds of many runs of `run`.
double shortest(std::size_t runs, auto run) {
  double best = 1e9;
  for (std::size_t i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

template <class T>
double measure_peak() {
  using B = kernels::Batch<T>;
  constexpr std::size_t chains = 12, steps = 10'000;
  volatile T one = 1, nothing = 0;
  const B factor(one), term(nothing);
  const double seconds = shortest(200, [&] {
    B sums[chains];
    for (B& sum : sums) sum = B(T(1));
    for (std::size_t i = 0; i < steps; ++i)
      CTNN_UNROLL for (std::size_t chain = 0; chain < chains; ++chain) sums[chain] =
          kernels::fused_multiply_add(sums[chain], factor, term);
    for (B& sum : sums) benchmark::DoNotOptimize(sum);
  });
  return 2.0 * static_cast<double>(chains * steps * kernels::lanes<B>) / seconds;
}

/// Bytes per second that `pass`, called with the buffer's first and last address, goes through of a buffer
/// which it went through just before. The buffer is so many batches, a multiple of 8.
inline double measure_passes(std::size_t bytes, auto pass) {
  constexpr std::size_t stride = 8 * kernels::lanes<kernels::Batch<float>>;
  AlignedBuffer<float> buffer(bytes / sizeof(float) / stride * stride);
  const std::size_t passes = std::max<std::size_t>(1, (std::size_t{1} << 20) / bytes);
  const double seconds = shortest(bytes > (std::size_t{1} << 25) ? 5 : 100, [&] {
    for (std::size_t i = 0; i < passes; ++i) {
      benchmark::ClobberMemory();
      pass(buffer.data(), buffer.data() + buffer.size());
    }
  });
  return static_cast<double>(passes * buffer.size() * sizeof(float)) / seconds;
}

inline MemoryLevel measure_level(std::string name, std::size_t bytes, std::size_t measured_bytes) {
  using B = kernels::Batch<float>;
  constexpr std::size_t chains = 8, n = kernels::lanes<B>;
  const double reading = measure_passes(measured_bytes, [](const float* data, const float* end) {
    B sums[chains]{};
    for (; data != end; data += chains * n)
      CTNN_UNROLL for (std::size_t c = 0; c < chains; ++c) sums[c] = sums[c] + kernels::load<B>(data + c * n);
    // Their sum, not they: what has an address would be stored at each step.
    B total = sums[0];
    for (std::size_t c = 1; c < chains; ++c) total = total + sums[c];
    benchmark::DoNotOptimize(total);
  });
  const double writing = measure_passes(measured_bytes, [](float* data, const float* end) {
    for (; data != end; data += chains * n)
      CTNN_UNROLL for (std::size_t c = 0; c < chains; ++c) kernels::store(data + c * n, B(1.0f));
  });
  return {std::move(name), bytes, reading, writing};
}

}  // namespace detail

/// Measures this machine: takes about a second.
inline Machine measure_machine() {
  Machine machine{.peak_float = detail::measure_peak<float>(), .peak_double = detail::measure_peak<double>()};
  // A cache is read by half, as others are in it too; where it is shared by many, a part of it is ours.
  constexpr std::size_t most = std::size_t{1} << 24;
  std::size_t last = 0;
  for (const auto& cache : benchmark::CPUInfo::Get().caches) {
    const auto bytes = static_cast<std::size_t>(cache.size);
    if (cache.type == "Instruction" || bytes <= last) continue;
    machine.levels.push_back(
        detail::measure_level("L" + std::to_string(cache.level), bytes, std::min(bytes / 2, most)));
    last = bytes;
  }
  machine.levels.push_back(detail::measure_level("memory", ~std::size_t{0}, std::size_t{1} << 28));
  return machine;
}

}  // namespace ctnn::bench
