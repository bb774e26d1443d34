#pragma once
#ifdef CTNN_PEER_XNNPACK
#include <xnnpack.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tensors.hpp"

namespace bench {

/// The network of the CIFAR-10 tutorial by XNNPACK, whose layout is NHWC: the images are turned in each call,
/// the weights before the first.
template <class Net, std::size_t Batch>
class XnnpackTutorial {
 public:
  static constexpr const char* name = "XNNPACK";

  XnnpackTutorial(std::span<const float> parameters, std::span<const float> images)
      : block_(parameters.begin(), parameters.end()), images_(images.begin(), images.end()) {
    check(xnn_initialize(nullptr));
    convolution<3, 6>(0, turned_, 32, a_);
    max_pool<6>(a_, 28, b_);
    convolution<6, 16>(2, b_, 14, a_);
    max_pool<16>(a_, 10, b_);
    // The first Linear reads channels last.
    std::vector<float> first = tensor(4);
    for (std::size_t out = 0; out < 120; ++out)
      for (std::size_t channel = 0; channel < 16; ++channel)
        for (std::size_t pixel = 0; pixel < 25; ++pixel)
          first[(out * 25 + pixel) * 16 + channel] = tensor(4)[(out * 16 + channel) * 25 + pixel];
    linear(first, 5, 400, 120, 0, b_, a_);
    linear(tensor(6), 7, 120, 84, 0, a_, b_);
    linear(tensor(8), 9, 84, 10, -infinity, b_, output_);
  }
  void operator()() {
    for (std::size_t i = 0; i < Batch; ++i)
      for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t pixel = 0; pixel < 1024; ++pixel)
          turned_[(i * 1024 + pixel) * 3 + channel] = images_[(i * 3 + channel) * 1024 + pixel];
    for (const Operator& step : steps_) xnn_run_operator(step.get(), nullptr);
  }
  std::span<const float> output() const { return {output_.data(), Batch * 10}; }

 private:
  struct Delete {
    void operator()(xnn_operator_t step) const { xnn_delete_operator(step); }
  };
  using Operator = std::unique_ptr<std::remove_pointer_t<xnn_operator_t>, Delete>;
  using Buffer = std::vector<float>;
  static constexpr float infinity = std::numeric_limits<float>::infinity();
  /// XNNPACK may read this much behind an array.
  static constexpr std::size_t extra = XNN_EXTRA_BYTES / sizeof(float);

  static void check(xnn_status status) {
    if (status != xnn_status_success) throw std::runtime_error("XNNPACK refuses its part");
  }
  Buffer tensor(std::size_t i) const {
    const Parameter p = parameters_of<Net>()[i];
    const auto from = block_.begin() + static_cast<std::ptrdiff_t>(p.offset);
    return {from, from + static_cast<std::ptrdiff_t>(p.elements)};
  }
  void add(xnn_status created, xnn_operator_t step, auto set_up) {
    check(created);
    steps_.emplace_back(step);
    check(set_up(step));
  }

  template <std::size_t In, std::size_t Out>
  void convolution(std::size_t parameter, const Buffer& from, std::size_t side, Buffer& to) {
    const Buffer weight = tensor(parameter), bias = tensor(parameter + 1);
    Buffer turned(weight.size());
    for (std::size_t out = 0; out < Out; ++out)
      for (std::size_t in = 0; in < In; ++in)
        for (std::size_t tap = 0; tap < 25; ++tap)
          turned[(out * 25 + tap) * In + in] = weight[(out * In + in) * 25 + tap];
    xnn_operator_t step = nullptr;
    const xnn_status created = xnn_create_convolution2d_nhwc_f32(
        0, 0, 0, 0, 5, 5, 1, 1, 1, 1, 1, In, Out, In, Out, turned.data(), bias.data(), 0, infinity, 0, &step);
    add(created, step, [&](xnn_operator_t s) {
      return xnn_setup_convolution2d_nhwc_f32(s, Batch, side, side, from.data(), to.data(), nullptr);
    });
  }
  template <std::size_t Channels>
  void max_pool(const Buffer& from, std::size_t side, Buffer& to) {
    xnn_operator_t step = nullptr;
    const xnn_status created = xnn_create_max_pooling2d_nhwc_f32(
        0, 0, 0, 0, 2, 2, 2, 2, 1, 1, Channels, Channels, Channels, -infinity, infinity, 0, &step);
    add(created, step, [&](xnn_operator_t s) {
      return xnn_setup_max_pooling2d_nhwc_f32(s, Batch, side, side, from.data(), to.data(), nullptr);
    });
  }
  void linear(const Buffer& weight, std::size_t bias, std::size_t in, std::size_t out, float least,
              const Buffer& from, Buffer& to) {
    xnn_operator_t step = nullptr;
    const xnn_status created = xnn_create_fully_connected_nc_f32(
        in, out, in, out, weight.data(), tensor(bias).data(), least, infinity, 0, &step);
    add(created, step, [&](xnn_operator_t s) {
      return xnn_setup_fully_connected_nc_f32(s, Batch, from.data(), to.data(), nullptr);
    });
  }

  Buffer block_, images_;
  Buffer turned_ = Buffer(Batch * 3072 + extra), a_ = Buffer(Batch * 6 * 28 * 28 + extra),
         b_ = Buffer(Batch * 6 * 14 * 14 + extra), output_ = Buffer(Batch * 10 + extra);
  std::vector<Operator> steps_;
};

}  // namespace bench
#endif
