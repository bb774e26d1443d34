// expect: ctnn: concat joins at least one formula
#include <ctnn/formula_tensors.hpp>

auto nothing = ctnn::concat<0>();
