#pragma once
#include <cmath>
#include <ctnn/core/rounding.hpp>
#include <ctnn/graph/last_gradients.hpp>
#include <ctnn/graph/plan.hpp>
#include <ctnn/graph/storage.hpp>
#include <ctnn/kernels/bindings.hpp>
#include <ctnn/kernels/fused.hpp>

namespace ctnn {

namespace kernels {
// Programs that train bring kernels/update.hpp.
template <class T, class Optimizer>
struct Update;
template <class T, class Optimizer>
class MoveParameters;
}  // namespace kernels

/// The addresses of the blocks that a program's values are bound to, by the numbers in `ctnn::block`. Inputs
/// are not written to.
struct Blocks {
  std::byte* address[block::count]{};

  template <class T>
  constexpr void bind(std::size_t block, const T* data) {
    address[block] = reinterpret_cast<std::byte*>(const_cast<T*>(data));
  }
};

namespace detail {

template <auto S>
struct FixedSchedule {
  std::array<Step, S.steps> steps{};
  std::array<FusedInput, S.inputs> inputs{};
  std::array<FusedOperation, S.operations> operations{};
  std::array<FusedOutput, S.outputs> outputs{};

  constexpr explicit FixedSchedule(const auto& schedule) {
    copy_fitting(schedule.steps, steps);
    copy_fitting(schedule.inputs, inputs);
    copy_fitting(schedule.operations, operations);
    copy_fitting(schedule.outputs, outputs);
  }
};

template <std::size_t Nodes>
struct FixedPlan {
  std::array<Location, Nodes> locations{};
  std::size_t arena_bytes = 0;

  constexpr explicit FixedPlan(const MemoryPlan& plan) : arena_bytes(plan.arena_bytes) {
    copy_elements(plan.locations, locations.data());
  }
};

/// One step, keyed by plain numbers: equal steps of any networks are one function.
template <class T, const Primitive* Root, Signature S, auto Body>
struct StepCode {
  template <class Take>
  using Fused = kernels::FusedOperands<T, Body, Take>;
  static constexpr bool has_kernel = Root != nullptr;
  /// Steps of less work than this are worth inlining: a call would be a fair part of them.
  static constexpr std::size_t small = 2048;

  static constexpr std::size_t scratch() {
    if constexpr (has_kernel)
      return Kernel<Root>::template scratch<T, S>();
    else
      return 0;
  }
  static constexpr std::size_t work() {
    if constexpr (has_kernel)
      return Root->flops != nullptr ? Root->flops(S) : S.result.elements();
    else
      return Body.loops.elements() * (Body.operations + 1);
  }

  template <class Take>
  CTNN_INLINE static void run(const KernelOperands& operands, T* scratch, std::byte* result,
                              const Fused<Take>& fused) {
    if constexpr (!has_kernel)
      kernels::run_loops<T, Body>(fused);
    else if constexpr (requires { fused.take.sink(0); })
      Kernel<Root>::template run<T, S>(operands, scratch, fused.take.sink(S.result.back()));
    else if constexpr (Root->kind == Kind::contraction)
      Kernel<Root>::template run<T, S>(operands, scratch, kernels::FusedSink<T, Body>{fused});
    else
      Kernel<Root>::template run<T, S>(operands, scratch, result);
  }
  template <class Take>
  [[gnu::noinline]] static void call(const KernelOperands& operands, T* scratch, std::byte* result,
                                     const Fused<Take>& fused) {
    run(operands, scratch, result, fused);
  }
};

}  // namespace detail

/// A graph, Source::graph, made ready to run on elements of type T: fused into steps, with a place for every
/// value. All of it is decided while compiling; `run` is a straight line of kernel calls.
template <class Source, class T>
class Program {
  struct MakeSchedule {
    constexpr Schedule operator()() const { return fuse(stored.view()); }
  };
  static constexpr Schedule::Sizes schedule_room() {
    const std::size_t nodes = stored.nodes.size();
    return {nodes, 2 * nodes, 2 * nodes, nodes};
  }

 public:
  static constexpr auto stored = freeze_graph([] { return with_storage(Source::graph.view()); });
  static constexpr auto schedule = Frozen<MakeSchedule, detail::FixedSchedule, schedule_room()>::value;
  static constexpr detail::FixedPlan<stored.nodes.size()> plan{
      plan_memory(stored.view(), schedule, sizeof(T))};

 private:
  template <std::size_t I>
  static constexpr auto body() {
    constexpr Step step = schedule.steps[I];
    FusedBody<step.inputs, step.operations, step.outputs, step.totals> result;
    result.has_root = step.root != no_node;
    result.reduced = step.reduced;
    result.loops = step.loops;
    for (std::size_t i = 0; i < step.inputs; ++i)
      copy_elements(schedule.inputs[step.first_input + i].strides, result.strides[i]);
    for (std::size_t i = 0; i < step.operations; ++i)
      result.operation[i] = schedule.operations[step.first_operation + i];
    for (std::size_t i = 0; i < step.outputs; ++i)
      result.output_slot[i] = schedule.outputs[step.first_output + i].slot;
    return result;
  }
  template <std::size_t I>
  static constexpr auto code() {
    if constexpr (schedule.steps[I].root == no_node)
      return detail::StepCode<T, nullptr, Signature{}, body<I>()>{};
    else
      return detail::StepCode<T, root<I>().primitive, stored.view().signature(root<I>()), body<I>()>{};
  }
  template <std::size_t I>
  static constexpr const Node& root() {
    return stored.nodes[static_cast<std::size_t>(schedule.steps[I].root)];
  }
  template <std::size_t I>
  using Code = decltype(code<I>());

  using Steps = std::make_index_sequence<schedule.steps.size()>;
  // Lists, as Clang folds no more than 256 at once.
  static constexpr std::size_t scratch_elements = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::max({std::size_t{0}, Code<I>::scratch()...});
  }
  (Steps{});
  static constexpr std::size_t work = []<std::size_t... I>(std::index_sequence<I...>) {
    std::size_t total = 0;
    for (const std::size_t each : {std::size_t{0}, Code<I>::work()...}) total += each;
    return total;
  }
  (Steps{});
  /// Of each step, to be handed over.
  static constexpr auto gradients = [] {
    std::array<GradientOfStep, schedule.steps.size()> result;
    copy_elements(last_gradients(stored.view(), schedule), result.data());
    return result;
  }();

 public:
  /// Bytes of the arena that `run` works in, aligned to ctnn::alignment: intermediates, then the kernels'
  /// scratch.
  static constexpr std::size_t workspace_bytes = plan.arena_bytes + scratch_elements * sizeof(T) + alignment;

  /// Runs the graph. `blocks` are the addresses that values are bound to; the first, the arena, holds
  /// workspace_bytes.
  CTNN_INLINE static void run(const Blocks& blocks) noexcept { run(blocks.address); }
  CTNN_INLINE static void run(std::byte* const* blocks) noexcept { start(blocks); }

  /// The same, but the gradients of `moved_parameters` are not written: `update` moves the parameters when
  /// they are computed, if the loss is finite, which is known by then. Without an update, that part is left
  /// out.
  template <class Optimizer>
  static void run(const Blocks& blocks, const kernels::Update<T, Optimizer>* update) noexcept {
    start(blocks.address, update);
  }
  static constexpr auto moved_parameters = in_order<count_moved(gradients)>(gradients);

 protected:
  /// The steps from First on and before Last. Those of a long program are in functions of so many: compilers
  /// take more than twice the time for a function of twice the length.
  static constexpr std::size_t stretch = 64;
  template <std::size_t First, std::size_t Last, class... Update>
  static void run_stretches(std::byte* const* blocks, const Update*... update) noexcept {
    call_stretches<First, Last>(std::make_index_sequence<ceil_divide(Last - First, stretch)>{}, blocks,
                                update...);
  }

 private:
  /// Whether all of it is so little work that a call would be a fair part of it.
  static constexpr bool is_small = work <= 2048;

  // `Update` is that of `run`, or there is none.
  template <class... Update>
  CTNN_INLINE static void start(std::byte* const* blocks, const Update*... update) noexcept {
    if constexpr (is_small && schedule.steps.size() <= stretch)
      run_steps(Steps{}, blocks, update...);
    else if constexpr (schedule.steps.size() <= stretch)
      call_steps<0>(Steps{}, blocks, update...);
    else
      run_stretches<0, schedule.steps.size()>(blocks, update...);
  }

  template <std::size_t I>
  static constexpr std::size_t operand_count() {
    if constexpr (schedule.steps[I].root == no_node)
      return 0;
    else
      return root<I>().operand_count;
  }
  template <std::size_t I>
  using Operands = std::make_index_sequence<operand_count<I>()>;
  template <std::size_t I>
  using Inputs = std::make_index_sequence<schedule.steps[I].inputs>;
  template <std::size_t I>
  using Outputs = std::make_index_sequence<schedule.steps[I].outputs>;

  // Each function between a step and the one that it ends up in is one more copy of it for the compiler to
  // make and to optimise.
  template <std::size_t... I, class... Update>
  CTNN_INLINE static void run_steps(std::index_sequence<I...>, [[maybe_unused]] std::byte* const* blocks,
                                    const Update*... update) noexcept {
    (run_step<I>(Operands<I>{}, Inputs<I>{}, Outputs<I>{}, blocks, update...), ...);
  }
  template <std::size_t First, std::size_t... I, class... Update>
  [[gnu::noinline]] static void call_steps(std::index_sequence<I...>,
                                           [[maybe_unused]] std::byte* const* blocks,
                                           const Update*... update) noexcept {
    (run_step<First + I>(Operands<First + I>{}, Inputs<First + I>{}, Outputs<First + I>{}, blocks, update...),
     ...);
  }
  template <std::size_t First, std::size_t Last, std::size_t... I, class... Update>
  [[gnu::noinline]] static void call_stretches(std::index_sequence<I...>,
                                               [[maybe_unused]] std::byte* const* blocks,
                                               const Update*... update) noexcept {
    (call_steps<First + I * stretch>(
         std::make_index_sequence<std::min(stretch, Last - First - I * stretch)>{}, blocks, update...),
     ...);
  }

  /// What takes the results of a step.
  template <std::size_t I>
  CTNN_INLINE static kernels::StoreResults taker() noexcept {
    return {};
  }
  template <std::size_t I, class Optimizer>
  CTNN_INLINE static auto taker([[maybe_unused]] const kernels::Update<T, Optimizer>* update) noexcept {
    if constexpr (gradients[I].elements == 0)
      return kernels::StoreResults{};
    else
      return kernels::MoveParameters<T, Optimizer>(update->from(gradients[I].offset));
  }

  /// Where a node is.
  template <NodeId Id>
  static constexpr Location at = plan.locations[static_cast<std::size_t>(Id)];

  template <std::size_t I, std::size_t... Operand, std::size_t... Input, std::size_t... Output,
            class... Update>
  CTNN_INLINE static void run_step(std::index_sequence<Operand...>, std::index_sequence<Input...>,
                                   std::index_sequence<Output...>, std::byte* const* blocks,
                                   const Update*... update) noexcept {
    constexpr Step step = schedule.steps[I];
    using C = Code<I>;
    if constexpr (sizeof...(Update) > 0) {
      if constexpr (gradients[I].elements > 0)
        if (((update == nullptr) || ...) ||
            !std::isfinite(*reinterpret_cast<const T*>(blocks[block::output])))
          return;
    }
    const KernelOperands operands{{blocks[at<stored.operand_ids[root<I>().first_operand + Operand]>.block] +
                                   at<stored.operand_ids[root<I>().first_operand + Operand]>.offset...}};
    const auto take = taker<I>(update...);
    const typename C::template Fused<std::remove_const_t<decltype(take)>> fused{
        {reinterpret_cast<const T*>(blocks[at<schedule.inputs[step.first_input + Input].node>.block] +
                                    at<schedule.inputs[step.first_input + Input].node>.offset)...,
         nullptr},
        {reinterpret_cast<T*>(blocks[at<schedule.outputs[step.first_output + Output].node>.block] +
                              at<schedule.outputs[step.first_output + Output].node>.offset)...,
         nullptr},
        take};
    T* scratch = reinterpret_cast<T*>(blocks[block::arena] + plan.arena_bytes);
    std::byte* result = reinterpret_cast<std::byte*>(fused.outputs[0]);
    if constexpr (C::work() <= C::small)
      C::run(operands, scratch, result, fused);
    else
      C::call(operands, scratch, result, fused);
  }
};

}  // namespace ctnn
