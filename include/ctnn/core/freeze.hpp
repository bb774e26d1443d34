#pragma once
#include <cstddef>

namespace ctnn {

/// Copies elements of `from` to an array: all, or as many as it has room for.
constexpr void copy_fitting(const auto& from, auto& to) {
  const std::size_t count = from.size() < to.size() ? from.size() : to.size();
  const auto* source = from.data();
  auto* target = to.data();
  for (std::size_t i = 0; i < count; ++i) target[i] = source[i];
}

/// What Make{}(), which allocates, returns while compiling, as a constant of the right size: Fixed<sizes>,
/// for the `sizes()` that the result has. What is allocated while compiling can't stay, and the sizes must be
/// known before a constant's type is; so the result is first copied to one with Room to spare, and from
/// there. Only what does not fit is made again.
template <class Make, template <auto> class Fixed, auto Room>
struct Frozen {
 private:
  using Sizes = decltype(Room);
  struct Spacious {
    Sizes sizes;
    Fixed<Room> content;
  };
  static consteval Spacious make_spacious() {
    const auto made = Make{}();
    return {made.sizes(), Fixed<Room>(made)};
  }
  static consteval auto make() {
    if constexpr (spacious.sizes.fit_in(Room))
      return Fixed<spacious.sizes>(spacious.content);
    else
      return Fixed<spacious.sizes>(Make{}());
  }
  static constexpr Spacious spacious = make_spacious();

 public:
  static constexpr auto value = make();
};

}  // namespace ctnn
