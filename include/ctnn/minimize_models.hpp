#pragma once
// Minimisation of models' losses over all samples at once. Needs what <ctnn/train.hpp> and
// <ctnn/minimize.hpp> need.
#include <ctnn/minimize.hpp>
#include <ctnn/minimize/model_objective.hpp>
