#pragma once
#include <ctnn/initializers.hpp>
#include <ctnn/layers.hpp>
#include <ctnn/model.hpp>
