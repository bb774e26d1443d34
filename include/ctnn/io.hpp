#pragma once
// Files of named tensors. Needs RapidJSON's headers; nothing to link.
#include <ctnn/core/half.hpp>
#include <ctnn/io/atomic_file.hpp>
#include <ctnn/io/convert.hpp>
#include <ctnn/io/file_error.hpp>
#include <ctnn/io/model_file.hpp>
#include <ctnn/io/read_file.hpp>
#include <ctnn/io/safetensors.hpp>
#include <ctnn/io/safetensors_header.hpp>
#include <ctnn/io/tensor_entry.hpp>
