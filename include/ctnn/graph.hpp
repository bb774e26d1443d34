#pragma once
// For who builds, transforms or runs graphs directly.
#include <ctnn/graph/access.hpp>
#include <ctnn/graph/builder.hpp>
#include <ctnn/graph/checked_graph.hpp>
#include <ctnn/graph/fuse.hpp>
#include <ctnn/graph/fused_body.hpp>
#include <ctnn/graph/graph.hpp>
#include <ctnn/graph/graph_builder.hpp>
#include <ctnn/graph/interpret.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/plan.hpp>
#include <ctnn/graph/primitive.hpp>
#include <ctnn/graph/simplify.hpp>
#include <ctnn/graph/specialize.hpp>
#include <ctnn/graph/storage.hpp>
#include <ctnn/graph/vjp.hpp>
