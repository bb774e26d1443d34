#include <algorithm>
#include <catch2/catch.hpp>
#include <ctnn/core/list.hpp>
#include <initializer_list>

namespace {

using ctnn::List;

constexpr bool holds(const List<int>& list, std::initializer_list<int> expected) {
  return std::ranges::equal(list, expected);
}

constexpr bool grows_and_shrinks() {
  List<int> list(2, 7);
  for (int i = 0; i < 5; ++i) list.push_back(i);
  bool right = holds(list, {7, 7, 0, 1, 2, 3, 4});
  list.insert(2, 9);
  list.insert(0, list.back());
  right = right && holds(list, {4, 7, 7, 9, 0, 1, 2, 3, 4});
  list.erase(0);
  list.erase(list.size() - 1);
  list.pop_back();
  list.resize(4);
  right = right && holds(list, {7, 7, 9, 0});
  list.resize(6, 1);
  list.append(List<int>(1, 8));
  right = right && holds(list, {7, 7, 9, 0, 1, 1, 8});
  list.assign(2, 5);
  right = right && holds(list, {5, 5}) && list.back() == 5;
  list.clear();
  return right && list.empty();
}

constexpr bool copies_are_their_own() {
  List<List<int>> lists(2);
  lists[0].push_back(1);
  List<List<int>> copy = lists, moved = std::move(lists);
  copy[0].push_back(2);
  List<List<int>>& self = copy;
  copy = self;
  const bool right = holds(copy[0], {1, 2}) && holds(moved[0], {1}) && moved[1].empty();
  moved = copy;
  copy = List<List<int>>{};
  return right && holds(moved[0], {1, 2}) && copy.empty();
}

static_assert(grows_and_shrinks());
static_assert(copies_are_their_own());

}  // namespace

TEST_CASE("a list does the same at run time") {
  CHECK(grows_and_shrinks());
  CHECK(copies_are_their_own());
}
