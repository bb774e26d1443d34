#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <ctnn/core/random.hpp>
#include <random>
#include <vector>

using Words = std::array<std::uint32_t, 4>;

// The known answers that the authors publish with Random123 (kat_vectors, philox4x32 10).
static_assert(ctnn::philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(ctnn::philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(ctnn::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
static_assert(std::uniform_random_bit_generator<ctnn::Random>);
static_assert([] {
  ctnn::Random random(ctnn::Seed{0});
  return random() == 0x6627e8d5 && random() == 0xe169c58d;
}());
static_assert(ctnn::Random(ctnn::Seed{1}).uniform01<double>() < 1.0);

TEST_CASE("streams and seeds give different numbers, and the same ones again") {
  const auto first = [](std::uint64_t seed, std::uint64_t stream) {
    ctnn::Random random(ctnn::Seed{seed}, stream);
    return std::array{random(), random(), random(), random(), random()};
  };
  CHECK(first(1, 2) == first(1, 2));
  CHECK(first(1, 2) != first(1, 3));
  CHECK(first(1, 2) != first(2, 2));
  CHECK(first(1, std::uint64_t{1} << 32) != first(1, 0));
  CHECK(first(std::uint64_t{1} << 32, 0) != first(0, 0));
}

TEMPLATE_TEST_CASE("uniform and normal numbers have their moments", "", float, double) {
  ctnn::Random random(ctnn::Seed{3});
  const int count = 200'000;
  double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0, normal_fourth = 0;
  for (int i = 0; i < count; ++i) {
    const auto uniform = static_cast<double>(random.uniform<TestType>(2, 4));
    REQUIRE((uniform >= 2 && uniform <= 4));
    sum += uniform;
    squares += (uniform - 3) * (uniform - 3);
    const auto normal = static_cast<double>(random.normal<TestType>());
    REQUIRE(std::isfinite(normal));
    normal_sum += normal;
    normal_squares += normal * normal;
    normal_fourth += std::pow(normal, 4);
  }
  CHECK(sum / count == Approx(3).margin(0.007));
  CHECK(squares / count == Approx(1.0 / 3).margin(0.005));
  CHECK(normal_sum / count == Approx(0).margin(0.012));
  CHECK(normal_squares / count == Approx(1).margin(0.015));
  CHECK(normal_fourth / count == Approx(3).margin(0.12));
}

TEST_CASE("below is even, and shuffle gives every order equally often") {
  ctnn::Random random(ctnn::Seed{4});
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (int count : counts) CHECK(std::abs(count - 10'000) < 400);
  CHECK(random.below(1) == 0);
  const std::uint64_t large = (std::uint64_t{1} << 63) + 1;
  for (int i = 0; i < 100; ++i) CHECK(random.below(large) < large);

  std::array<int, 6> orders{};
  for (int i = 0; i < 60'000; ++i) {
    std::array<int, 3> elements{0, 1, 2};
    random.shuffle(std::span<int>(elements));
    ++orders[static_cast<std::size_t>(elements[0] * 2 + (elements[1] > elements[2]))];
  }
  for (int count : orders) CHECK(std::abs(count - 10'000) < 400);
  std::vector<int> none;
  random.shuffle(std::span<int>(none));
}
