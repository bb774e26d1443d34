#include <catch2/catch.hpp>
#include <ctnn/formula/loop_program.hpp>

#include "law.hpp"

namespace ctnn::test::laws {
namespace {

using Values = std::span<const Value>;

/// The graph that Make builds; its inputs by block and offset.
class Body {
 public:
  constexpr Value state(std::size_t offset, const Extents& shape = {}) {
    return input(builder_, shape, {LoopBody::state_block, offset});
  }
  constexpr Value captured(std::size_t offset, const Extents& shape = {}) {
    return input(builder_, shape, {LoopBody::captured_block, offset});
  }
  constexpr Value scanned(std::size_t offset, const Extents& shape = {}) {
    return input(builder_, shape, {LoopBody::scanned_block, offset});
  }
  constexpr void next(Value x, std::size_t offset) { builder_.output(x, {LoopBody::next_block, offset}); }
  constexpr Graph graph() const { return builder_.graph(); }

 private:
  GraphBuilder builder_;
};

constexpr auto logistic = freeze_graph([] {
  Body b;
  b.next(b.captured(0) * b.state(0) * (1.0 - b.state(0)), 0);
  return b.graph();
});
constexpr LoopBody logistic_body{logistic.view(), 1, 1, 0};
constexpr Case last_of_numbers(primitive::loop, {{{1}, 0.1, 0.9}, {{1}, 2, 3}},
                               [](Values x) { return loop(logistic_body, 7, x[0], x[1]); });
constexpr Case all_of_numbers(primitive::loop, {{{1}, 0.1, 0.9}, {{1}, 2, 3}}, [](Values x) {
  return loop(logistic_body, 5, x[0], x[1] * x[1] * 0.3, {}, true);
});

/// Two numbers of which one does not move, one that is captured and not read, and rows of two.
constexpr auto filter = freeze_graph([] {
  Body b;
  const Value decay = b.captured(1), total = b.state(0);
  b.next(decay * total + sin(b.scanned(1)) * b.state(1) + b.scanned(0), 0);
  b.next(b.state(1), 1);
  return b.graph();
});
constexpr LoopBody filter_body{filter.view(), 2, 2, 2};
constexpr Case last_over_rows(primitive::loop, {{{2}}, {{2}}, {{4, 2}}},
                              [](Values x) { return loop(filter_body, 4, x[0], x[1], x[2]); });
constexpr Case all_over_rows(primitive::loop, {{{2}}, {{2}}, {{5, 2}}},
                             [](Values x) { return loop(filter_body, 5, x[0], x[1], x[2], true) * 1.5; });
constexpr Case one_step(primitive::loop, {{{2}}, {{2}}, {{1, 2}}},
                        [](Values x) { return loop(filter_body, 1, x[0], x[1], x[2]); });

/// A state that does not depend on the last one.
constexpr auto swap = freeze_graph([] {
  Body b;
  b.next(b.scanned(0) * b.scanned(0), 0);
  b.next(constant(*b.state(0).builder, 2, {}) * b.state(0), 1);
  return b.graph();
});
constexpr LoopBody swap_body{swap.view(), 2, 0, 1};
constexpr Case all_of_forgetful(primitive::loop, {{{2}}, {{3, 1}}},
                                [](Values x) { return loop(swap_body, 3, x[0], {}, x[1], true); });

/// A network's recurrent layer: tanh(W h + U x).
constexpr auto recurrent = freeze_graph([] {
  Body b;
  const Value h = reshape(b.state(0, {3}), {3, 1}), x = reshape(b.scanned(0, {2}), {2, 1});
  const Value sum = matrix_product(b.captured(0, {3, 3}), h) + matrix_product(b.captured(9, {3, 2}), x);
  b.next(ops::tanh(reshape(sum, {3})), 0);
  return b.graph();
});
constexpr LoopBody recurrent_body{recurrent.view(), 3, 15, 2};
constexpr Case last_of_tensors(primitive::loop, {{{3}}, {{15}}, {{4, 2}}},
                               [](Values x) { return loop(recurrent_body, 4, x[0], x[1], x[2]); });
constexpr Case all_of_tensors(primitive::loop, {{{3}}, {{15}}, {{2, 2}}},
                              [](Values x) { return loop(recurrent_body, 2, x[0], x[1], x[2], true); });

}  // namespace

TEST_CASE("laws of loops of numbers", "[laws]") {
  check<last_of_numbers, all_of_numbers, last_over_rows, all_over_rows, one_step, all_of_forgetful>();
}

TEST_CASE("laws of loops of tensors", "[laws]") {
  check<last_of_tensors, all_of_tensors>();
}

}  // namespace ctnn::test::laws
