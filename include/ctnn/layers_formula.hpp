#pragma once
// Layers from formulas, and the activations that are made so.
#include <ctnn/layers.hpp>
#include <ctnn/layers/elementwise.hpp>
#include <ctnn/layers/formula_activations.hpp>
