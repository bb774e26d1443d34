#pragma once
// What runs formulas of tensors: the kernels of networks.
#include <ctnn/formula.hpp>
#include <ctnn/formula/compressed.hpp>
#include <ctnn/formula/iterate.hpp>
#include <ctnn/formula/jacobian.hpp>
#include <ctnn/formula/loop_program.hpp>
#include <ctnn/formula/map.hpp>
#include <ctnn/formula/sequence_functions.hpp>
#include <ctnn/formula/step.hpp>
#include <ctnn/formula/tensor_hessian.hpp>
#include <ctnn/formula/tensors.hpp>
