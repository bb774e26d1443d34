#pragma once
#include <ctnn/data/cifar10.hpp>
#include <filesystem>

#include "network.hpp"

/// Makes an engine of the weights in the file, and prints how far its outputs are from those of the model
/// that was trained, and how long a call takes.
void compare_engine(const Net& trained, const ctnn::Cifar10Images& images,
                    const std::filesystem::path& weights);
