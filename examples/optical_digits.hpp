#pragma once
#include <ctnn/data/csv.hpp>
#include <ctnn/data/transforms.hpp>

#include "data_folder.hpp"

/// UCI's optical digits, 8 x 8 counts of pixels, normalised by those to learn from. The program's first
/// argument may be the folder with optdigits.tra and optdigits.tes.
struct OpticalDigits {
  using Digits = ctnn::Dataset<float, ctnn::Shape<64>>;
  Digits train, test;

  OpticalDigits(int argc, char** argv) {
    const auto folder = data_folder(argc, argv, "optdigits");
    train = ctnn::read_csv<ctnn::Shape<64>>(folder / "optdigits.tra", {.classes = 10});
    test = ctnn::read_csv<ctnn::Shape<64>>(folder / "optdigits.tes", {.classes = 10});
    const ctnn::ChannelStatistics statistics = ctnn::channel_statistics(train);
    ctnn::normalise(train, statistics);
    ctnn::normalise(test, statistics);
  }
};
