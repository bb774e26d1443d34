// Whole networks against the machine: a training step and calls of engines, each with its share of the peak
// of multiply-adds, which is measured first. Engines are called so that each call waits for the one before.
#include <benchmark/benchmark.h>
#include <chrono>
#include <ctnn.hpp>
#include <ctnn/inspect/cost.hpp>
#include <ctnn/kernels/simd.hpp>
#include <ctnn/train.hpp>
#include <iostream>
#include <vector>

namespace {

using LeNet =
    ctnn::Model<ctnn::Sequential<ctnn::Conv2d<6, 5>, ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Conv2d<16, 5>,
                                 ctnn::ReLU, ctnn::MaxPool2d<2>, ctnn::Flatten, ctnn::Linear<120>, ctnn::ReLU,
                                 ctnn::Linear<84>, ctnn::ReLU, ctnn::Linear<10>>,
                ctnn::Shape<3, 32, 32>>;
using Controller =
    ctnn::Model<ctnn::Sequential<ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<8>, ctnn::Tanh, ctnn::Linear<1>>,
                ctnn::Shape<1>>;
using Perceptron = ctnn::Model<
    ctnn::Sequential<ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<64>, ctnn::ReLU, ctnn::Linear<10>>,
    ctnn::Shape<32>>;

/// Multiply-adds per second that one core reaches in registers, times two: the best of many short runs.
double peak_flops() {
  using namespace ctnn::kernels;
  using B = Batch<float>;
  constexpr std::size_t chains = 12, steps = 10'000;
  double best = 0;
  for (int run = 0; run < 200; ++run) {
    B sums[chains];
    for (B& sum : sums) sum = B(1.0f);
    B factor(1.0f), term(0.0f);
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < steps; ++i)
      CTNN_UNROLL for (std::size_t c = 0; c < chains; ++c) sums[c] =
          fused_multiply_add(sums[c], factor, term);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    for (B& sum : sums) benchmark::DoNotOptimize(sum);
    best = std::max(best, 2.0 * static_cast<double>(chains * steps * lanes<B>) / spent.count());
  }
  return best;
}

void report(benchmark::State& state, std::size_t flops) {
  static const double peak = peak_flops();
  const double all = static_cast<double>(flops) * static_cast<double>(state.iterations());
  state.counters["flop/s"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["share of peak"] = benchmark::Counter(all / peak, benchmark::Counter::kIsRate);
}

template <class Net>
void engine(benchmark::State& state) {
  ctnn::Engine call{Net{ctnn::Seed{1}}};
  typename Net::input_tensor sample{};
  for (auto _ : state) {
    const auto output = call(sample);
    sample[0] = output[0] > 0 ? 1 : 0;
  }
  report(state, ctnn::flops_of<Net>);
}

template <class Net, std::size_t Batch, std::size_t Threads = 1>
void training_step(benchmark::State& state) {
  Net net{ctnn::Seed{1}};
  ctnn::Trainer<Net, ctnn::CrossEntropy, ctnn::SGD, Batch> trainer(
      net, {.learning_rate = 1e-3, .momentum = 0.9}, Threads);
  std::vector<float> samples(Batch * Net::input_shape::elements, 0.5f);
  std::vector<std::int32_t> labels(Batch, 3);
  for (auto _ : state) benchmark::DoNotOptimize(trainer.step(samples.data(), labels.data()));
  // Forward, and as much again for each of the two adjoints.
  report(state, 3 * Batch * ctnn::flops_of<Net>);
}

BENCHMARK(engine<Controller>)->Name("engine 1-8-8-1 tanh");
BENCHMARK(engine<Perceptron>)->Name("engine 32-64-64-10 ReLU");
BENCHMARK(engine<LeNet>)->Name("engine CIFAR-10 tutorial");
BENCHMARK(training_step<LeNet, 4>)->Name("training step CIFAR-10 tutorial, 4");
BENCHMARK(training_step<LeNet, 64>)->Name("training step CIFAR-10 tutorial, 64");
BENCHMARK(training_step<LeNet, 64, 2>)
    ->Name("training step CIFAR-10 tutorial, 64, two threads")
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
#ifndef NDEBUG
  std::cerr << "bench: this is a debug build, its times say nothing\n";
  return 1;
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
