#include <catch2/catch.hpp>
#include <ctnn.hpp>
#include <ctnn/data/generated_images.hpp>
#include <ctnn/train.hpp>

// Sanitizers take minutes over this, and see nothing in it that other tests don't show them.
// g++ and clang 19 say in different ways that they are at work.
#ifdef __has_feature
#define CTNN_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define CTNN_SANITIZED 1
#else
#define CTNN_SANITIZED 0
#endif
#if !CTNN_SANITIZED
namespace {

using namespace ctnn;

/// The share of unseen images that a network names after it was trained.
template <class Layers>
double learned(double learning_rate) {
  const auto images = generated_images(4000, Seed{1}), unseen = generated_images(1000, Seed{2});
  Model<Layers, Shape<3, 32, 32>> net{Seed{3}};
  fit<4>(net, images, CrossEntropy{}, Adam{.learning_rate = learning_rate}, {.epochs = 6});
  return *evaluate<4>(net, unseen, CrossEntropy{}).accuracy();
}

TEST_CASE("generated images need more than a linear classifier, and are learned by a small network") {
  using LeNet = Sequential<Conv2d<6, 5>, ReLU, MaxPool2d<2>, Conv2d<16, 5>, ReLU, MaxPool2d<2>, Flatten,
                           Linear<120>, ReLU, Linear<84>, ReLU, Linear<10>>;
  CHECK(learned<LeNet>(1e-3) >= 0.8);
  // The best of several learning rates.
  double linear = 0;
  for (const double learning_rate : {1e-3, 1e-4})
    linear = std::max(linear, learned<Sequential<Flatten, Linear<10>>>(learning_rate));
  INFO("linear: " << linear);
  CHECK(linear <= 0.65);
}

}  // namespace
#endif
