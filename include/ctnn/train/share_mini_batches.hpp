#pragma once
#include <algorithm>
#include <atomic>
#include <ctnn/core/rounding.hpp>
#include <ctnn/core/thread_pool.hpp>

namespace ctnn {

struct EvaluationOptions {
  /// That share out the mini-batches: 0 for as many as the machine runs at once. The result is the same, bit
  /// for bit, with any number.
  std::size_t threads = 1;
};

namespace detail {

/// Goes through `size` samples, Batch at a time: each thread makes a function by begin(), and calls it as
/// work(first, count) for mini-batches of samples first … first + count - 1.
template <std::size_t Batch>
void share_mini_batches(std::size_t size, std::size_t threads, const auto& begin) {
  static_assert(Batch != 0, "ctnn: a mini-batch has at least one sample");
  const std::size_t mini_batches = ceil_divide(size, Batch);
  std::atomic<std::size_t> next = 0;
  ThreadPool pool(std::clamp<std::size_t>(mini_batches, 1, ThreadPool::resolve(threads)));
  pool.run(pool.size(), [&](std::size_t, std::size_t) {
    auto work = begin();
    for (std::size_t b = next++; b < mini_batches; b = next++)
      work(b * Batch, std::min(Batch, size - b * Batch));
  });
}

}  // namespace detail
}  // namespace ctnn
