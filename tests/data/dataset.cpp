#include <algorithm>
#include <catch2/catch.hpp>
#include <ctnn/data/dataset.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/data/transforms.hpp>

using Labelled = ctnn::Dataset<float, ctnn::Shape<2, 2>>;
using Regression = ctnn::Dataset<double, ctnn::Shape<1>, ctnn::Shape<2>>;

TEST_CASE("a data set gives samples, targets and parts of itself") {
  const Labelled set{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {0, 1, 2}, {"a", "b", "c"}};
  CHECK(set.size() == 3);
  CHECK(set.sample(1)(1, 0) == 7.0f);
  CHECK(set.target(2) == 2);
  const Labelled part = set.subset(1, 2);
  CHECK(part.size() == 2);
  CHECK(part.sample(0)(0, 0) == 5.0f);
  CHECK(part.targets == std::vector<std::int32_t>{1, 2});
  CHECK(part.class_names == set.class_names);
  CHECK(set.subset(3, 0).size() == 0);
  CHECK_THROWS_AS(set.subset(2, 2), std::out_of_range);
  CHECK_THROWS_AS(set.subset(4, 0), std::out_of_range);

  const Regression numbers{{1, 2}, {0.1, 0.2, 0.3, 0.4}, {}};
  CHECK(numbers.target(1)(0) == 0.3);
  CHECK(numbers.subset(1, 1).targets == std::vector<double>{0.3, 0.4});
}

TEST_CASE("normalising gives each channel mean 0 and deviation 1") {
  Labelled set{{1, 3, 7, 7, 5, 7, 7, 7}, {0, 1}, {}};
  const auto statistics = ctnn::channel_statistics(set);
  CHECK(statistics.mean == std::vector<double>{4, 7});
  CHECK(statistics.deviation[0] == Approx(std::sqrt(5.0)));
  CHECK(statistics.deviation[1] == 0.0);
  ctnn::normalise(set, statistics);
  CHECK(set.sample(0)(0, 0) == Approx(-3 / std::sqrt(5.0)));
  CHECK(set.sample(1)(1, 1) == 0.0f);
  CHECK_THROWS_AS(ctnn::normalise(set, {{1}, {1}}), std::invalid_argument);
}

TEST_CASE("one-hot targets") {
  const Labelled set{std::vector<float>(8), {2, 0}, {}};
  CHECK(ctnn::one_hot<3>(set).targets == std::vector<float>{0, 0, 1, 1, 0, 0});
  CHECK_THROWS_AS(ctnn::one_hot<2>(set), std::out_of_range);
}

TEST_CASE("shuffling keeps samples and targets together") {
  Regression set;
  for (int i = 0; i < 100; ++i) {
    set.samples.push_back(i);
    set.targets.insert(set.targets.end(), {i + 0.25, i + 0.5});
  }
  const auto mixed = ctnn::shuffled(set, ctnn::Seed{1});
  CHECK(mixed.samples != set.samples);
  CHECK(mixed.samples == ctnn::shuffled(set, ctnn::Seed{1}).samples);
  CHECK(mixed.samples != ctnn::shuffled(set, ctnn::Seed{2}).samples);
  for (std::size_t i = 0; i < 100; ++i) CHECK(mixed.target(i)(1) == mixed.sample(i)(0) + 0.5);
  CHECK(std::ranges::is_permutation(mixed.samples, set.samples));
}

TEST_CASE("generated images depend on the seed and their index alone") {
  const auto set = ctnn::generated_images(500, ctnn::Seed{7});
  CHECK(set.size() == 500);
  CHECK(set.class_names.size() == 10);
  const auto begin = ctnn::generated_images(3, ctnn::Seed{7});
  CHECK(begin.samples == set.subset(0, 3).samples);
  CHECK(begin.targets == set.subset(0, 3).targets);
  CHECK(ctnn::generated_images(3, ctnn::Seed{8}).samples != begin.samples);
  CHECK(std::ranges::all_of(set.samples, [](float pixel) { return pixel >= -1 && pixel <= 1; }));
  for (std::int32_t label = 0; label < 10; ++label) CHECK(std::ranges::count(set.targets, label) > 25);
}
