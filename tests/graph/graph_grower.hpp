#pragma once
#include <ctnn/core/random.hpp>
#include <ctnn/graph/jvp.hpp>
#include <ctnn/graph/vjp.hpp>
#include <ctnn/ops.hpp>

namespace ctnn::test {

/// A graph and what its inputs hold: reals in block::input and block::states, indices in block::target
/// (element i of which is below index_limits[i]), reals along which it is differentiated in
/// block::parameters.
struct RandomGraph {
  Graph graph;
  std::vector<std::size_t> index_limits;
  std::array<std::size_t, block::count> elements{};
  /// Which output is the scalar's slope along the directions, in forward mode; in reverse mode it is the
  /// next.
  std::size_t slope = 0;
};

/// Grows a graph by one assorted primitive after another. All choices depend on the seed and on shapes, so
/// that a simplifying builder and one that records to the letter are given equal formulas.
class GraphGrower {
 public:
  constexpr GraphGrower(std::uint64_t seed, Simplify simplify, std::size_t max_elements)
      : builder_(simplify), random_(Seed{seed}), max_elements_(max_elements) {}

  /// With the gradient of a scalar by some inputs, and a Hessian-vector product, among the outputs.
  constexpr RandomGraph grow(std::size_t primitives) {
    for (std::size_t i = 0; i < 3; ++i) add(fresh(random_shape()));
    while (pool_.size() < primitives) step();
    finish();
    result_.graph = remove_dead(builder_.graph().view());
    return std::move(result_);
  }
  constexpr const Text& error() const { return builder_.error(); }

 private:
  constexpr std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  constexpr bool coin() { return below(2) == 0; }
  constexpr std::size_t extent() {
    constexpr std::size_t extents[]{1, 1, 2, 3, 3, 4, 5, 7, 8, 9};
    return extents[below(10)];
  }
  constexpr Extents random_shape() {
    Extents shape;
    for (std::size_t i = 1 + below(4); i > 0; --i)
      if (const std::size_t e = extent(); shape.elements() * e <= max_elements_ / 2) shape.push_back(e);
    return shape;
  }
  constexpr std::size_t reserve(std::size_t block, std::size_t count) {
    result_.elements[block] += count;
    return result_.elements[block] - count;
  }
  constexpr Value fresh(const Extents& shape) {
    const std::size_t from = below(8) == 0 && !inputs_.empty() ? block::states : block::input;
    const Value x = input(builder_, shape, {from, reserve(from, shape.elements())});
    (from == block::states ? states_ : inputs_).push_back(x);
    return x;
  }
  constexpr Value fresh_index(const Extents& shape, std::size_t limit) {
    for (std::size_t i = 0; i < shape.elements(); ++i) result_.index_limits.push_back(limit);
    indices_.push_back(input(builder_, shape, {block::target, reserve(block::target, shape.elements())},
                             ElementType::index));
    return indices_.back();
  }
  constexpr Value pick() {
    // Mostly of what is new, so that graphs become deep as well as wide.
    const std::size_t recent = std::min<std::size_t>(pool_.size(), coin() ? 4 : pool_.size());
    const std::size_t i = pool_.size() - 1 - below(recent);
    used_[i] = true;
    return pool_[i];
  }
  constexpr void add(Value x) {
    if (!x || x.shape().elements() > max_elements_) return;
    pool_.push_back(x);
    used_.push_back(false);
  }

  /// A value that combines with x, by broadcasting of either.
  constexpr Value partner(Value x) {
    for (int tries = 0; tries < 4; ++tries) {
      const Value y = pick();
      const Extents &a = x.shape(), &b = y.shape();
      bool fits = true;
      std::size_t elements = 1;
      for (std::size_t i = 1; i <= std::max(a.rank, b.rank); ++i) {
        const std::size_t left = i <= a.rank ? a[a.rank - i] : 1, right = i <= b.rank ? b[b.rank - i] : 1;
        fits = fits && (left == right || left == 1 || right == 1);
        elements *= std::max(left, right);
      }
      if (fits && elements <= max_elements_) return y;
    }
    Extents shape = tail(x.shape(), x.shape().rank == 0 ? 0 : below(x.shape().rank));
    for (std::size_t i = 0; i < shape.rank; ++i)
      if (below(3) == 0) shape[i] = 1;
    if (below(6) == 0) return constant(builder_, number(), shape);
    return fresh(shape);
  }
  constexpr double number() {
    constexpr double numbers[]{0, 1, -1, 2, 0.5, -0.25, 0.3};
    return numbers[below(7)];
  }

  constexpr void step() {
    const Value x = pick();
    switch (below(20)) {
      case 0:
      case 1:
      case 2:
        return add(unary(x));
      case 3:
      case 4:
      case 5:
      case 6:
        return add(binary(x, partner(x)));
      case 7:
        return add(coin() ? x + number() : x * number());
      case 8:
      case 9:
        return reduce(x);
      case 10:
        return add(reshaped(x));
      case 11:
        return add(transpose(x, random_order(x.shape().rank)));
      case 12:
        return cut(x);
      case 13:
        return join(x);
      case 14:
        return index(x);
      case 15:
      case 16:
        return multiply(x);
      case 17:
        return convolve(x);
      case 18:
        return pool(x);
      default:
        return add(below(4) == 0 ? stop_gradient(x) : repeated(x));
    }
  }

  constexpr Value unary(Value x) {
    switch (below(13)) {
      case 0:
        return -x;
      case 1:
        return ops::tanh(x);
      case 2:
        return ops::sigmoid(x);
      case 3:
        return abs(x);
      case 4:
        return sign(x);
      case 5:
      case 6:
        return ops::relu(x);
      case 7:
        return exp(ops::tanh(x));
      case 8:
        return log(x * x + 0.5);
      case 9:
        return log1p(x * x);
      case 10:
        return sqrt(x * x + 0.5);
      case 11:
        return x * x;
      default:
        return softplus(x);
    }
  }
  constexpr Value binary(Value x, Value y) {
    switch (below(10)) {
      case 0:
      case 1:
        return x + y;
      case 2:
      case 3:
        return x - y;
      case 4:
        return ops::tanh(x) * y;
      case 5:
        return x / (y * y + 1.5);
      case 6:
        return maximum(x, y);
      case 7:
        return minimum(y, x);
      case 8:
        return select(coin() ? less(x, y) : less_equal(y, x), y * 0.5, x);
      default:
        return select(equal(ops::relu(x), ops::relu(y)), x, y);
    }
  }
  constexpr void reduce(Value x) {
    const std::size_t rank = x.shape().rank;
    if (rank == 0) return;
    const std::size_t first = below(rank), last = first + 1 + below(rank - first);
    switch (below(5)) {
      case 0:
        return add(sum(x, first, last) * 0.25);
      case 1:
        return add(mean(x, first, last));
      case 2:
        return add(maximum(x, first, last));
      case 3:
        return add(log_sum_exp(ops::tanh(x), first));
      default:
        return add(ops::softmax(x, first));
    }
  }
  constexpr Value reshaped(Value x) {
    Extents shape;
    std::size_t left = x.shape().elements();
    while (left > 1 && shape.rank + 2 < max_rank) {
      std::size_t factor = 1 + below(4);
      while (left % factor != 0) --factor;
      if (factor > 1 || below(3) == 0) shape.push_back(factor);
      left /= factor;
      if (coin()) break;
    }
    shape.push_back(left);
    if (coin()) shape.push_back(1);
    return reshape(x, shape);
  }
  constexpr Extents random_order(std::size_t rank) {
    Extents order;
    for (std::size_t i = 0; i < rank; ++i) order.push_back(i);
    for (std::size_t i = rank; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
  }
  constexpr void cut(Value x) {
    Extents begin = x.shape(), shape = x.shape();
    const bool larger = coin();
    for (std::size_t i = 0; i < shape.rank; ++i) {
      const std::size_t extra = below(larger ? 3 : shape[i]);
      begin[i] = extra == 0 ? 0 : below(extra + 1);
      shape[i] = larger ? shape[i] + extra : shape[i] - extra;
    }
    if (shape.elements() <= max_elements_) add(larger ? pad(x, begin, shape) : slice(x, begin, shape));
  }
  constexpr void join(Value x) {
    const std::size_t rank = x.shape().rank;
    if (rank == 0) return;
    const std::size_t axis = below(rank), count = below(5) == 0 ? 9 : 2 + below(2);
    std::vector<Value> parts{x};
    Extents shape = x.shape();
    while (parts.size() < count) {
      shape[axis] = 1 + below(3);
      parts.push_back(below(3) == 0 ? parts.back() : coin() ? fresh(shape) : constant(builder_, 2, shape));
    }
    std::size_t total = 0;
    for (const Value& part : parts) total += part.shape()[axis];
    if (total * x.shape().elements() / x.shape()[axis] <= max_elements_) add(concat(parts, axis));
  }
  constexpr void index(Value x) {
    const std::size_t rank = x.shape().rank;
    if (rank == 0) return;
    const std::size_t axis = below(rank);
    Extents shape = x.shape();
    if (coin()) {
      const std::size_t limit = 1 + below(6);
      shape[axis] = limit;
      if (shape.elements() <= max_elements_) add(scatter_add(x, fresh_index(x.shape(), limit), axis, limit));
    } else {
      shape[axis] = extent();
      if (shape.elements() <= max_elements_) add(gather(x, fresh_index(shape, x.shape()[axis]), axis));
    }
  }
  constexpr void multiply(Value x) {
    if (x.shape().rank > 5) return;
    if (x.shape().rank < 2)
      x = reshape(x, coin() ? Extents{1, x.shape().elements()} : Extents{x.shape().elements(), 1});
    const std::size_t rank = x.shape().rank;
    const bool transpose_left = coin(), transpose_right = coin();
    const std::size_t depth = x.shape()[transpose_left ? rank - 2 : rank - 1], columns = extent();
    Extents shape = x.shape(), result = x.shape();
    result[rank - 2] = x.shape()[transpose_left ? rank - 1 : rank - 2];
    result[rank - 1] = columns;
    shape[rank - 2] = transpose_right ? columns : depth;
    shape[rank - 1] = transpose_right ? depth : columns;
    if (result.elements() > max_elements_ || shape.elements() > max_elements_) return;
    const Value y = below(8) == 0 ? constant(builder_, 0.5, shape) : fresh(shape) * 0.5;
    add(finished(coin() ? matrix_product(x, y, transpose_left, transpose_right)
                        : matrix_product(y, x, !transpose_right, !transpose_left)));
  }
  /// What usually follows a contraction: a bias and an activation, or nothing.
  constexpr Value finished(Value x) {
    if (coin()) return x;
    Extents shape = x.shape();
    for (std::size_t i = 0; i < shape.rank; ++i)
      if (coin()) shape[i] = 1;
    const Value y = x + fresh(shape);
    return coin() ? ops::relu(y) : coin() ? ops::tanh(y) : y;
  }
  constexpr Value image(Value x) {
    Extents shape = x.shape();
    if (shape.rank > 4) return {};
    Extents lead;
    for (std::size_t i = shape.rank; i < 4; ++i) lead.push_back(1);
    for (std::size_t i = 0; i < shape.rank; ++i) lead.push_back(shape[i]);
    return reshape(x, lead);
  }
  constexpr Window window(const Extents& image) {
    const auto along = [&](std::size_t i) { return 1 + below(std::min<std::size_t>(3, image[i])); };
    Window w{{along(2), along(3)}, {1 + below(2), 1 + below(2)}};
    w.padding = {below(w.kernel.height / 2 + 1), below(w.kernel.width / 2 + 1)};
    return w;
  }
  constexpr void convolve(Value x) {
    x = image(x);
    if (!x) return;
    Window w = window(x.shape());
    w.dilation = {1 + below(2), 1 + below(2)};
    const Pair out = w.output({x.shape()[2], x.shape()[3]});
    const std::size_t channels = x.shape()[1], groups = coin() && channels % 2 == 0 ? 2 : 1;
    const std::size_t out_channels = groups * (1 + below(3));
    const Extents weight{out_channels, channels / groups, w.kernel.height, w.kernel.width};
    const std::size_t elements = x.shape()[0] * out_channels * out.height * out.width;
    if (elements == 0 || elements > max_elements_ || weight.elements() > max_elements_) return;
    add(finished(convolution(x, fresh(weight) * 0.5, w, groups)));
  }
  constexpr void pool(Value x) {
    x = image(x);
    if (!x) return;
    const Window w = window(x.shape());
    add(coin() ? max_pool(x, w) : average_pool(x, w));
  }
  constexpr Value repeated(Value x) {
    Extents shape = x.shape();
    for (std::size_t i = 0; i < shape.rank; ++i)
      if (shape[i] == 1) shape[i] = extent();
    if (coin() && shape.rank < 5) shape = batched(1 + below(3), shape);
    return shape.elements() <= max_elements_ ? broadcast(x, shape) : x;
  }

  constexpr void output(Value x) {
    const bool index = x.node().type == ElementType::index;
    const std::size_t to = index ? block::packed : block::output;
    builder_.output(x, {to, reserve(to, x.shape().elements())});
  }
  constexpr void finish() {
    Value loss = constant(builder_, 0.5, {});
    for (std::size_t i = 0; i < pool_.size(); ++i)
      if (!used_[i]) loss = loss + mean(ops::tanh(reshape(pool_[i], {pool_[i].shape().elements()})), 0, 1);
    output(loss);

    std::vector<Value> by, along;
    for (std::size_t i = 0; i < inputs_.size() && by.size() < 4; ++i)
      if (i == 0 || coin()) by.push_back(inputs_[i]);
    for (const Value& x : by)
      along.push_back(below(4) == 0
                          ? constant_like(x, 0.5)
                          : input(builder_, x.shape(),
                                  {block::parameters, reserve(block::parameters, x.shape().elements())}));
    const std::vector<Value> slopes = gradient(loss, by), curvatures = jvp(slopes, by, along);
    for (const Value& slope : slopes) output(slope);
    for (std::size_t i = 0; i < by.size(); ++i)
      output(curvatures[i] ? curvatures[i] : constant_like(by[i], 0));
    // The slope along the directions, in both ways.
    const Value forward = jvp(std::span(&loss, 1), by, along)[0];
    Value backward = constant_like(loss, 0);
    for (std::size_t i = 0; i < by.size(); ++i)
      backward = backward + sum(reshape(slopes[i] * along[i], {by[i].shape().elements()}), 0, 1);
    result_.slope = builder_.graph().outputs.size();
    output(forward ? forward : constant_like(loss, 0));
    output(backward);

    // States become new values, or each other's old ones.
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Value& x = states_[i];
      Value next = x * 0.5 + 1.0;
      for (const Value& other : states_)
        if (other.shape() == x.shape() && coin()) next = other;
      builder_.output(next, {block::states, x.node().attributes.integers[1]});
    }
    for (std::size_t i = 3 + below(3); i > 0; --i) output(pool_[below(pool_.size())]);
    for (const Value& i : indices_) output(i);
    if (coin()) output(inputs_.front());
    if (coin()) output(reshape(slopes.front(), {slopes.front().shape().elements()}));
    for (const Value& state : states_)
      if (coin()) output(state);
  }

  GraphBuilder builder_;
  Random random_;
  std::size_t max_elements_;
  std::vector<Value> pool_, inputs_, states_, indices_;
  Flags used_;
  RandomGraph result_;
};

}  // namespace ctnn::test
