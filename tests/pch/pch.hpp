// The two slow includes of nearly every test, compiled once per program (1.9 s become 0.2 s per file).
#include <catch2/catch.hpp>
#include <xsimd/xsimd.hpp>
