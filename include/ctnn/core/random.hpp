#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <type_traits>
#include <utility>

namespace ctnn {

/// Where all randomness of a run comes from: the same seed gives the same run, on any number of threads.
struct Seed {
  std::uint64_t value = 0;
  friend constexpr bool operator==(const Seed&, const Seed&) = default;
};

/// Four random words as a pure function of a counter and a key: Philox4x32-10 of Salmon, Moraes, Dror and
/// Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Neighbouring counters or keys give
/// independent words.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
        static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// A sequence of random numbers, one of 2^64 independent streams of a seed, each 2^66 words long. Give each
/// sample, layer or epoch its own stream, and the result doesn't depend on which thread asks first.
/// Meets std::uniform_random_bit_generator.
class Random {
 public:
  using result_type = std::uint32_t;

  constexpr explicit Random(Seed seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  constexpr result_type operator()() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

  /// Uniform over the 2^24 (float) or 2^53 (double) evenly spaced numbers of [0, 1).
  template <class T = float>
  constexpr T uniform01() {
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>);
    if constexpr (std::is_same_v<T, float>)
      return static_cast<float>((*this)() >> 8) * 0x1p-24f;
    else
      return static_cast<double>(next64() >> 11) * 0x1p-53;
  }

  /// Uniform over [low, high); rounding may give `high` itself.
  template <class T>
  constexpr T uniform(T low, T high) {
    return low + (high - low) * uniform01<T>();
  }

  /// Normal with mean 0 and deviation 1, by Box and Muller's transform (1958). Not usable by the compiler.
  template <class T = float>
  T normal() {
    const T radius = std::sqrt(T{-2} * std::log(T{1} - uniform01<T>()));
    return radius * std::cos(T{2} * std::numbers::pi_v<T> * uniform01<T>());
  }

  /// Uniform over 0 … count - 1 without bias; `count` is not 0.
  constexpr std::uint64_t below(std::uint64_t count) {
    // The lowest 2^64 mod count values are drawn again, so that each remainder is equally frequent.
    const std::uint64_t rejected = (0 - count) % count;
    for (;;)
      if (const std::uint64_t value = next64(); value >= rejected) return value % count;
  }

  /// Puts the elements in random order, each order equally likely (Fisher and Yates).
  template <class T>
  constexpr void shuffle(std::span<T> elements) {
    using std::swap;
    for (std::size_t i = elements.size(); i > 1; --i) swap(elements[i - 1], elements[below(i)]);
  }

 private:
  static constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
  static constexpr std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
  // Its ten rounds, inlined at each number, were most of a caller's code.
  [[gnu::noinline]] constexpr void refill() {
    words_ = philox({low(block_), high(block_), low(stream_), high(stream_)},
                    {low(seed_.value), high(seed_.value)});
    ++block_;
    used_ = 0;
  }
  constexpr std::uint64_t next64() {
    const std::uint64_t first = (*this)();
    return first << 32 | (*this)();
  }

  Seed seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  std::size_t used_ = 4;
};

}  // namespace ctnn
