// expect: the variable v, of shape [3], is bound to std::vector
#include <ctnn/formula.hpp>
#include <vector>

constexpr ctnn::Variable<"v", ctnn::Shape<3>> v;
double total(const std::vector<double>& three) {
  return sum(v)(v = three);
}
