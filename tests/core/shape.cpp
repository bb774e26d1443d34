#include <catch2/catch.hpp>
#include <cstdint>
#include <ctnn/core/shape.hpp>
#include <ctnn/core/tensor.hpp>
#include <numeric>

using namespace ctnn;

static_assert(Extents{}.elements() == 1 && Extents{}.rank == 0);
static_assert(Extents{2, 3, 5}.elements() == 30 && Extents{2, 3, 5}.back() == 5);
static_assert(Extents{2, 3, 5}.stride(0) == 15 && Extents{2, 3, 5}.stride(1) == 5 &&
              Extents{2, 3, 5}.stride(2) == 1);
static_assert(Extents{2, 3} == Extents{2, 3} && Extents{2, 3} != Extents{3, 2});
static_assert(Extents{2, 3} != Extents{2, 3, 1} && Extents{} != Extents{1});
static_assert(tail(Extents{2, 3, 5}, 1) == Extents{3, 5} && tail(Extents{2}, 1) == Extents{});
static_assert(batched(4, Extents{3, 5}) == Extents{4, 3, 5} && batched(4, Extents{}) == Extents{4});
static_assert(tail(batched(7, Extents{3, 5}), 1) == Extents{3, 5});
static_assert(Shape<3, 32, 32>::rank == 3 && Shape<3, 32, 32>::elements == 3072);
static_assert(Shape<>::elements == 1 && Shape<3, 4>::extents == Extents{3, 4});

static_assert(alignof(Tensor<float, 3>) == alignment && Tensor<float, 3, 5>::size() == 15);
static_assert(std::is_trivially_copyable_v<Tensor<double, 2, 2>> &&
              std::is_aggregate_v<Tensor<double, 2, 2>>);
static_assert(Tensor<int, 2, 2>{1, 2, 3, 4}(1, 0) == 3 && Tensor<int, 2, 2>{1}(1, 1) == 0);
static_assert(Tensor<int, 2>{1, 2} == Tensor<int, 2>{1, 2} && Tensor<int, 2>{1, 2} != Tensor<int, 2>{1, 3});

TEST_CASE("a tensor and its views are row-major", "[core]") {
  Tensor<float, 2, 3, 4> tensor;
  std::iota(tensor.begin(), tensor.end(), 0.0f);
  CHECK(tensor(0, 0, 0) == 0);
  CHECK(tensor(1, 2, 3) == 23);
  CHECK(tensor(0, 2, 1) == 9);
  CHECK(tensor[13] == tensor(1, 0, 1));
  CHECK(reinterpret_cast<std::uintptr_t>(tensor.data()) % alignment == 0);

  const TensorView<float, 2, 3, 4> view = tensor;
  view(1, 0, 1) = -1;
  CHECK(tensor[13] == -1);
  CHECK(view.end() - view.begin() == 24);
  const auto& constant = tensor;
  const TensorView<const float, 2, 3, 4> reader = constant;
  CHECK(reader(1, 0, 1) == -1);
  CHECK(constant(1, 0, 1) == reader[13]);
}

TEST_CASE("a tensor of no axes is a number", "[core]") {
  Tensor<double> scalar{2.5};
  CHECK(scalar() == 2.5);
  CHECK(scalar.size() == 1);
}
