#pragma once
#include <ctnn/inspect/cost.hpp>
#include <ctnn/inspect/formula_dot.hpp>
#include <ctnn/inspect/formula_text.hpp>
#include <ctnn/inspect/graph_dot.hpp>
#include <ctnn/inspect/numbers.hpp>
#include <ctnn/inspect/summary.hpp>
