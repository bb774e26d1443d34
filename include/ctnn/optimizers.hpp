#pragma once
#include <ctnn/optimizers/adam.hpp>
#include <ctnn/optimizers/sgd.hpp>
