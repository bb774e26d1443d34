#include <catch2/catch.hpp>
#include <ctnn/core/text.hpp>
#include <ctnn/core/type_name.hpp>
#include <limits>

using namespace ctnn;

namespace {

struct Plain {};
template <std::size_t N>
struct Sized {};
template <class... T>
struct Pack {};
struct WithALongNameOfTwentyNine {};

static_assert(Text().empty() && Text().view() == "");
static_assert(join("a", 1u, "b").view() == "a1b");
static_assert(join().empty());
static_assert(join(0u).view() == "0");
static_assert(join(std::numeric_limits<std::uint64_t>::max()).view() == "18446744073709551615");
static_assert(join(Extents{}).view() == "[]");
static_assert(join(Extents{3}).view() == "[3]");
static_assert(join("shape ", Extents{3, 32, 100}, ".").view() == "shape [3, 32, 100].");
static_assert(join(Text("x"), std::string_view("y"), "z").size() == 3);
static_assert([] {
  Text text("ab");
  text += text;  // its own characters move while it grows
  text += "c";
  return text.view() == "ababc";
}());

// What does not fit is cut off.
static_assert([] {
  Text text;
  for (std::size_t i = 0; i < Text::capacity; ++i) text += "ab";
  return text.size() == Text::capacity && text.view().ends_with("ab") &&
         join(text, "c").size() == Text::capacity;
}());
static_assert(freeze_text([] { return join("x", 12u); }).view() == "x12");

static_assert(type_name<int>.view() == "int");
static_assert(type_name<Extents>.view() == "Extents");

}  // namespace

TEST_CASE("types are named as a reader wrote them", "[core]") {
  CHECK(type_name<Shape<10>>.view() == "Shape<10>");
  CHECK(type_name<Shape<3, 32, 32>>.view() == "Shape<3, 32, 32>");
  CHECK(detail::readable("ctnn::Linear<10ul>").view() == "Linear<10>");
  CHECK(detail::readable("ctnn::Conv2d<6u, 5ul>").view() == "Conv2d<6, 5>");
  CHECK(detail::readable("A<B<C<1> > >").view() == "A<B<C<1>>>");
  CHECK(detail::readable("user::ctnn_like::Layer").view() == "user::ctnn_like::Layer");
  CHECK(detail::readable("Sub2unit<my_ctnn::Conv2u>").view() == "Sub2unit<my_ctnn::Conv2u>");
}

TEST_CASE("long arguments are left out of a name", "[core]") {
  const std::string_view name = type_name<Pack<Sized<1>, Sized<2>, Sized<3>, Sized<4>, Sized<5>>>;
  CHECK(name.size() <= 60);
  CHECK(name.find("Pack<") != std::string_view::npos);
  CHECK(type_name<WithALongNameOfTwentyNine>.view().find("WithALongNameOfTwentyNine") !=
        std::string_view::npos);
  CHECK(type_name<WithALongNameOfTwentyNine>.view().find('<') == std::string_view::npos);
}
