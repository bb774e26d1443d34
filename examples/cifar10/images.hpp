#pragma once
#include <ctnn/data/cifar10.hpp>
#include <filesystem>

/// CIFAR-10 from its binary files; without a folder, images of figures that are drawn by code.
ctnn::Cifar10 load_images(const std::filesystem::path& folder);
