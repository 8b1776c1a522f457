/* All kernels, compiled once for each instruction set: names begin with VARIANT, which the compiler is told. */
#define JOINED(variant, name) variant##_##name
#define NAMED(variant, name) JOINED(variant, name)
#define NAME(name) NAMED(VARIANT, name)

#include "activation.h"
#include "adam.h"
#include "dense.h"
#include "gru.h"
#include "norm.h"
