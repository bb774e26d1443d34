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

/// Drops what a reader of an error knows: the library's namespaces, suffixes of numbers, and `> >`.
constexpr Text readable(std::string_view name) {
  Text text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i, 6) == "ctnn::") {
      i += 5;
    } else if (name[i] == ' ' && i > 0 && i + 1 < name.size() && name[i - 1] == '>' && name[i + 1] == '>') {
      continue;
    } else if (name[i] == 'u' && i > 0 && name[i - 1] >= '0' && name[i - 1] <= '9') {
      while (i + 1 < name.size() && name[i + 1] == 'l') ++i;
    } else {
      text += name.substr(i, 1);
    }
  }
  return text;
}
}  // namespace detail

/// How errors and summaries name a type: `Linear<10>`; arguments that take more than a few words are left
/// out.
template <class T>
constexpr Text type_name() {
  const Text name = detail::readable(detail::raw_type_name<T>());
  if (name.size() <= 32) return name;
  return join(name.view().substr(0, name.view().find('<')), "<...>");
}

}  // namespace ctnn
