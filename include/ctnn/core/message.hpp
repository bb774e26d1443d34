#pragma once
#include <ctnn/core/text.hpp>
#include <utility>

namespace ctnn {

/// A sentence in a type's name, which is where a compiler shows it. (g++ and Clang print the characters of a
/// class-type argument as a string.)
template <std::size_t N>
struct text {
  char characters[N]{};
};

/// The type whose name a reader of a compile error is to read.
template <text... Sentence>
struct error {
  static_assert(sizeof...(Sentence) == 0, "ctnn: the sentence in error<...> above says what is wrong");
};

namespace detail {

/// Clang cuts strings in type names after 33 characters: there the sentence comes in pieces, cut between
/// words.
#if defined(__clang__)
inline constexpr std::size_t piece_length = 30;
#else
inline constexpr std::size_t piece_length = 1000;
#endif

/// The length of the piece of `sentence` that begins at `begin`, and where the next one begins.
struct Piece {
  std::size_t begin, length, next;
};
constexpr Piece piece_at(std::string_view sentence, std::size_t begin) {
  if (sentence.size() - begin <= piece_length) return {begin, sentence.size() - begin, sentence.size()};
  std::size_t length = sentence.substr(begin, piece_length).rfind(' ');
  if (length == sentence.npos || length == 0) return {begin, piece_length, begin + piece_length};
  return {begin, length, begin + length + 1};
}
constexpr Piece nth_piece(std::string_view sentence, std::size_t n) {
  Piece piece = piece_at(sentence, 0);
  while (n-- > 0) piece = piece_at(sentence, piece.next);
  return piece;
}
constexpr std::size_t pieces(std::string_view sentence) {
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < sentence.size(); begin = piece_at(sentence, begin).next) ++count;
  return count;
}

template <class Source, std::size_t N>
constexpr auto piece() {
  constexpr Piece p = nth_piece(Source::complaint.view(), N);
  text<p.length + 1> result;
  for (std::size_t i = 0; i < p.length; ++i) result.characters[i] = Source::complaint.characters[p.begin + i];
  result.characters[p.length] = '\0';  // Clang shows numbers where the end is not written
  return result;
}

/// Says the sentence of Source: as few templates as can be, since compilers list them all.
template <class Source, class Indices = std::make_index_sequence<pieces(Source::complaint.view())>>
struct Sentence;
template <class Source, std::size_t... I>
struct Sentence<Source, std::index_sequence<I...>> {
  static_assert(sizeof(error<piece<Source, I>()...>) > 0);
};

}  // namespace detail

/// A base class that stops the compile with the sentence `Source::complaint`, a FixedText, unless it is
/// empty.
template <class Source>
struct Checked {
#if __cpp_static_assert >= 202306L
  static_assert(Source::complaint.size() == 0, Source::complaint);
#else
  static_assert(sizeof(detail::Sentence<Source>) > 0);
#endif
};

}  // namespace ctnn
