#pragma once
#include <ctnn/initializers/glorot.hpp>
#include <ctnn/initializers/he.hpp>
#include <ctnn/initializers/initializer.hpp>
#include <ctnn/initializers/pytorch.hpp>
