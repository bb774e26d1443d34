// expect: initializer
#include <ctnn.hpp>

constexpr ctnn::Tensor<float, 2, 2> identity{1, 0, 0, 1, 1};
