#pragma once
#include <ctnn/losses/binary_cross_entropy.hpp>
#include <ctnn/losses/cross_entropy.hpp>
#include <ctnn/losses/loss.hpp>
#include <ctnn/losses/mean_squared_error.hpp>
