#pragma once
// Minimisation of formulas and of functions of one's own. Needs Boost's headers and Eigen's; formulas of
// tensors, and least squares, those of xsimd.
#include <ctnn/formula.hpp>
#include <ctnn/minimize/bfgs.hpp>
#include <ctnn/minimize/conjugate_gradient.hpp>
#include <ctnn/minimize/descend.hpp>
#include <ctnn/minimize/formula_objective.hpp>
#include <ctnn/minimize/formula_point.hpp>
#include <ctnn/minimize/formula_residuals.hpp>
#include <ctnn/minimize/gradient_descent.hpp>
#include <ctnn/minimize/least_squares.hpp>
#include <ctnn/minimize/levenberg_marquardt.hpp>
#include <ctnn/minimize/limited_memory_bfgs.hpp>
#include <ctnn/minimize/line_search.hpp>
#include <ctnn/minimize/linearized_residuals.hpp>
#include <ctnn/minimize/minimization.hpp>
#include <ctnn/minimize/minimize.hpp>
#include <ctnn/minimize/moving_memory.hpp>
#include <ctnn/minimize/newton.hpp>
#include <ctnn/minimize/objective.hpp>
#include <ctnn/minimize/saddle_free_newton.hpp>
