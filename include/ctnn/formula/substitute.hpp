#pragma once
#include <algorithm>
#include <ctnn/formula/variable.hpp>
#include <ctnn/graph/simplify.hpp>

namespace ctnn::formula {

/// A formula's value for values of a graph, in their builder: `arguments` are those of its variables, in
/// their order. A variable of one number may stand for a tensor: the formula then holds for each element, and
/// must compute element by element.
template <AnyExpression E, class... V>
constexpr Value substitute(const E& e, boost::mp11::mp_list<V...>, std::span<const Value> arguments) {
  // In a graph of its own first: a derivative in the formula is by its variable, whatever stands for it.
  GraphBuilder inner;
  const RuleKey keys[]{&rule<V>...};
  const Extents declared[]{V::shape::extents...};
  std::vector<Value> variables;
  bool for_each_element = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Extents shape = arguments[i].shape();
    for_each_element = for_each_element || shape != declared[i];
    if (shape != declared[i] && declared[i].rank != 0)
      return arguments[i].builder->fail(
          arguments[i], join("gives a tensor of shape ", shape, " for a variable of shape ", declared[i]));
    variables.push_back(input(inner, shape, {1 + i, 0}));
  }
  Lowering lowering(inner, keys, constants_of(e), variables);
  const Value result = lowering.lower<E>(0);
  GraphBuilder& builder = *arguments[0].builder;
  if (!inner.error().empty()) return builder.fail(arguments[0], inner.error());
  inner.output(result, {});
  if (for_each_element)
    for (const Node& node : inner.graph().nodes)
      if (node.primitive->kind > Kind::broadcast)
        return builder.fail(arguments[0], join("computes a formula for each element, but ",
                                               node.primitive->name, " takes whole tensors"));
  const std::vector<Value> replayed = replay(inner.graph().view(), builder, [&](NodeId node) {
    const auto place = std::ranges::find(variables, node, &Value::id);
    return place == variables.end() ? Value{}
                                    : arguments[static_cast<std::size_t>(place - variables.begin())];
  });
  return replayed[static_cast<std::size_t>(result.id)];
}

}  // namespace ctnn::formula
