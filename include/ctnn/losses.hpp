#pragma once
#include <ctnn/losses/cross_entropy.hpp>
#include <ctnn/losses/elementwise_loss.hpp>
#include <ctnn/losses/elementwise_losses.hpp>
#include <ctnn/losses/loss.hpp>
