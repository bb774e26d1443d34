#pragma once
// Formulas: variables, operators and functions whose derivatives the compiler writes. Needs Boost's headers;
// formulas of tensors need <ctnn/formula_tensors.hpp> to run.
#include <ctnn/formula/by_variable.hpp>
#include <ctnn/formula/call.hpp>
#include <ctnn/formula/derivative.hpp>
#include <ctnn/formula/directional.hpp>
#include <ctnn/formula/element_program.hpp>
#include <ctnn/formula/expression.hpp>
#include <ctnn/formula/gradcheck.hpp>
#include <ctnn/formula/hessian.hpp>
#include <ctnn/formula/lowering.hpp>
#include <ctnn/formula/operators.hpp>
#include <ctnn/formula/routine.hpp>
#include <ctnn/formula/taylor.hpp>
#include <ctnn/formula/tensor_functions.hpp>
#include <ctnn/formula/variable.hpp>
#include <ctnn/formula/variable_shapes.hpp>
#include <ctnn/formula/vjp.hpp>
