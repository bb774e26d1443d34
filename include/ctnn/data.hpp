#pragma once
// Data sets, their readers and transforms. Link zlib (-lz): read_idx needs it.
#include <ctnn/core/random.hpp>
#include <ctnn/data/cifar10.hpp>
#include <ctnn/data/csv.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/data/idx.hpp>
#include <ctnn/data/npy.hpp>
#include <ctnn/data/pixels.hpp>
#include <ctnn/data/transforms.hpp>
