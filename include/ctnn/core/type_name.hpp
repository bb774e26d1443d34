#pragma once
#include <ctnn/core/text.hpp>

namespace ctnn {

namespace detail {
template <class T>
constexpr std::string_view raw_type_name() {
  const std::string_view function = __PRETTY_FUNCTION__;
  const std::size_t begin = function.find("T = ") + 4;
  const std::size_t end = function.find("; std::", begin);  // g++ explains its typedefs behind the type
  return function.substr(begin, (end == function.npos ? function.size() - 1 : end) - begin);
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The length of the suffix at `begin`, `u` or `ul`, if it ends a number and not a name.
constexpr std::size_t number_suffix(const char* text, std::size_t begin, std::size_t size) {
  std::size_t first = begin, end = begin + 1;
  while (first > 0 && text[first - 1] >= '0' && text[first - 1] <= '9') --first;
  while (end < size && text[end] == 'l') ++end;
  const bool number = first < begin && (first == 0 || !is_word(text[first - 1]));
  return number && (end == size || !is_word(text[end])) ? end - begin : 0;
}

/// Drops what a reader of an error knows: the library's namespaces, suffixes of numbers, and `> >`.
constexpr Text readable(std::string_view name) {
  Text text;
  const char* c = name.data();
  const std::size_t size = name.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (c[i] == 'c' && i + 6 < size && c[i + 1] == 't' && c[i + 4] == ':' && name.substr(i, 6) == "ctnn::" &&
        (i == 0 || !is_word(c[i - 1]))) {
      i += 5;
    } else if (c[i] == ' ' && i > 0 && i + 1 < size && c[i - 1] == '>' && c[i + 1] == '>') {
      continue;
    } else if (const std::size_t suffix = c[i] == 'u' ? number_suffix(c, i, size) : 0; suffix > 0) {
      i += suffix - 1;
    } else {
      text += std::string_view(c + i, 1);
    }
  }
  return text;
}
}  // namespace detail

/// How errors and summaries name a type: `Linear<10>`; arguments that take more than a few words are left
/// out.
template <class T>
inline constexpr auto type_name = freeze_text([] {
  const std::string_view raw = detail::raw_type_name<T>();
  if (raw.size() <= 120) {
    const Text name = detail::readable(raw);
    if (name.size() <= 32) return name;
  }
  std::size_t end = 0;
  while (end < raw.size() && raw[end] != '<') ++end;
  Text name = detail::readable(raw.substr(0, end));
  if (end < raw.size()) name += "<...>";
  return name;
});

}  // namespace ctnn
