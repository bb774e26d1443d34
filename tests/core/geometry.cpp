#include <catch2/catch.hpp>
#include <ctnn/core/geometry.hpp>

using namespace ctnn;

// PyTorch's floor((extent + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
static_assert(Window{{5, 5}}.output({32, 32}) == Pair{28, 28});
static_assert(Window{{3, 2}, {2, 3}, {1, 0}}.output({7, 8}) == Pair{4, 3});
static_assert(Window{{3, 3}, {1, 1}, {0, 0}, {2, 3}}.output({5, 7}) == Pair{1, 1});
static_assert(Window{{3, 3}, {1, 1}, {0, 0}, {2, 3}}.output({4, 6}) == Pair{0, 0});
static_assert(Window{{7, 7}, {2, 2}, {3, 3}}.output({224, 224}) == Pair{112, 112});
static_assert(Window{{3, 5}}.area() == 15);
static_assert(ConvolutionSizes{1, 3, 6, 1, {32, 32}, {{5, 5}}}.flops() == 2u * 6 * 28 * 28 * 75);
static_assert(ConvolutionSizes{1, 8, 6, 2, {4, 4}, {{3, 3}}}.taps() == 36);
static_assert(MatrixProductSizes{2, 3, 5, 7}.flops() == 420);

TEST_CASE("a window that is larger than the padded image has no position", "[core]") {
  for (std::size_t extent = 1; extent < 9; ++extent)
    for (std::size_t kernel = 1; kernel < 9; ++kernel)
      for (std::size_t padding = 0; padding < 4; ++padding) {
        std::size_t positions = 0;
        for (std::size_t p = 0; p + kernel <= extent + 2 * padding; p += 2) ++positions;
        CHECK(Window::positions(extent, kernel, 2, padding, 1) == positions);
      }
}
