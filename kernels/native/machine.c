/* What can be asked before any kernel runs; compiled for every x86-64. */
#include <stdint.h>

/** 2: AVX-512, 1: AVX2 with fused multiply-add, 0: neither, as processor and system together allow. */
int best_variant(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return 2;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
}

int64_t address_of(const void *memory) { return (int64_t)(intptr_t)memory; }
