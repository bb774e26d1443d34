// expect: ctnn: to run formulas of tensors, #include <ctnn/formula_tensors.hpp>
// code: generated
#include <ctnn/formula.hpp>

constexpr ctnn::Variable<"x", ctnn::Shape<3>> x;

double sum_of_squares(const ctnn::Tensor<double, 3>& numbers) {
  return sum(square(x))(x = numbers);
}
