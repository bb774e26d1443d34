#include <catch2/catch.hpp>
#include <ctnn/kernels/matrix_product.hpp>

#include "guarded.hpp"

using ctnn::MatrixProductSizes;

namespace {

template <class T>
std::vector<double> expected_product(MatrixProductSizes s, const std::vector<T>& left,
                                     const std::vector<T>& right) {
  std::vector<double> result(s.count * s.rows * s.columns);
  for (std::size_t n = 0; n < s.count; ++n) {
    const T* a = left.data() + n * s.rows * s.depth;
    const T* b = right.data() + n * s.columns * s.depth;
    for (std::size_t i = 0; i < s.rows; ++i) {
      for (std::size_t j = 0; j < s.columns; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < s.depth; ++k) {
          sum +=
              static_cast<double>(a[s.transpose_left ? k * s.rows + i : i * s.depth + k]) *
              static_cast<double>(b[s.transpose_right ? j * s.depth + k : k * (s.columns + s.padding) + j]);
        }
        result[(n * s.rows + i) * s.columns + j] = sum;
      }
    }
  }
  return result;
}

template <class T, MatrixProductSizes S>
void check_product() {
  INFO(S.count << " x " << S.rows << ", " << S.columns << ", " << S.depth << " " << S.transpose_left
               << S.transpose_right << " of " << sizeof(T) << " bytes");
  // Vectors of exact size, so that the address sanitizer sees a read beyond the operands.
  const auto left = ctnn::test::noise<T>(S.count * S.rows * S.depth, 1);
  const auto right = ctnn::test::noise<T>(S.count * S.depth * (S.columns + S.padding), 2);
  ctnn::test::check_delivery<T>(S.columns, expected_product<T>(S, left, right), S.depth,
                                ctnn::kernels::matrix_product_scratch<T, S>(), [&](T* scratch, auto sink) {
                                  ctnn::kernels::matrix_product<T, S>(left.data(), right.data(), scratch,
                                                                      sink);
                                });
}

template <class T, std::size_t count, std::size_t rows, std::size_t columns, std::size_t depth>
void check_all() {
  check_product<T, MatrixProductSizes{count, rows, columns, depth, false, false}>();
  check_product<T, MatrixProductSizes{count, rows, columns, depth, false, true}>();
  check_product<T, MatrixProductSizes{count, rows, columns, depth, true, false}>();
  check_product<T, MatrixProductSizes{count, rows, columns, depth, true, true}>();
}

}  // namespace

TEST_CASE("matrix products at odd sizes equal plain loops", "[kernels]") {
  check_all<float, 1, 1, 1, 1>();
  check_all<float, 2, 3, 5, 7>();
  check_all<float, 1, 4, 10, 84>();
  check_all<float, 1, 17, 33, 3>();
  check_all<float, 3, 7, 1, 19>();
  check_all<float, 1, 1, 37, 41>();
  check_all<float, 1, 23, 75, 29>();
  check_all<float, 1, 65, 130, 9>();
  check_all<float, 1, 13, 24, 131>();
}

TEST_CASE("matrix products of doubles equal plain loops", "[kernels]") {
  check_all<double, 2, 3, 5, 7>();
  check_all<double, 1, 1, 37, 41>();
  check_all<double, 1, 23, 19, 9>();
}

TEST_CASE("what pads the rows of the right operand counts for nothing", "[kernels]") {
  constexpr auto padded = [](std::size_t rows, std::size_t columns, std::size_t depth, std::size_t padding,
                             bool transpose_left = false) {
    MatrixProductSizes sizes{1, rows, columns, depth, transpose_left, false};
    sizes.padding = padding;
    return sizes;
  };
  check_product<float, padded(1, 33, 41, 15)>();
  check_product<float, padded(5, 10, 7, 6)>();
  check_product<float, padded(13, 75, 29, 5)>();
  check_product<float, padded(6, 3, 9, 1, true)>();
  check_product<float, padded(3, 9, 5, 2)>();
  check_product<float, padded(3, 20, 1, 12)>();
  check_product<double, padded(7, 18, 11, 14)>();
}

TEST_CASE("matrix products of layers' sizes equal plain loops", "[kernels]") {
  check_product<float, MatrixProductSizes{1, 4, 120, 400}>();
  check_product<float, MatrixProductSizes{1, 4, 120, 400, false, true}>();
  check_product<float, MatrixProductSizes{1, 120, 400, 4, true, false}>();
  check_product<float, MatrixProductSizes{1, 64, 84, 120, false, true}>();
  check_product<float, MatrixProductSizes{1, 1, 128, 784}>();
  check_product<double, MatrixProductSizes{1, 64, 64, 64}>();
  check_product<float, MatrixProductSizes{4, 16, 16, 16, false, true}>();
}

TEST_CASE("a matrix product is stored as it comes", "[kernels]") {
  const float left[] = {1, 2, 3, 4}, right[] = {5, 6, 7, 8};
  float result[4];
  ctnn::kernels::matrix_product<float, MatrixProductSizes{1, 2, 2, 2}>(
      left, right, nullptr, ctnn::kernels::StoreSink<float>{result, 2});
  CHECK(result[0] == 19);
  CHECK(result[1] == 22);
  CHECK(result[2] == 43);
  CHECK(result[3] == 50);
}
