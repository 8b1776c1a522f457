/* Dense layers, forwards and backwards. */
#pragma once
#include "product.h"
#include "tanh.h"
#include "transpose.h"

/** Outputs and inputs whose weights are laid out anew together, on the stack: 64 KiB. */
enum { PANEL = 64, PANEL_DEPTH = 256 };
/** Rows that go backwards while they are in the first cache. Gradients are sums of the sums of so many rows. */
enum { BLOCK = 64 };

static void tanhAll(float *y, long count) {
  for (; count >= LANES; count -= LANES, y += LANES) store(y, tanhOf(load(y)));
  if (count > 0) storeFirst(y, tanhOf(loadFirst(y, (int)count)), (int)count);
}

/** y[rows][fanOut] = activation(x[rows][fanIn] wᵀ + b), w being [fanOut][fanIn]. */
void NAME(denseForward)(const float *x, const float *w, const float *b, float *y, int rows, int fanIn, int fanOut,
                        int isTanh) {
  float panel[PANEL * PANEL_DEPTH] __attribute__((aligned(64)));
  for (int o = 0; o < fanOut; o += PANEL)
    for (int k = 0; k < fanIn; k += PANEL_DEPTH) {
      const int width = atMost(PANEL, fanOut - o), depth = atMost(PANEL_DEPTH, fanIn - k);
      transpose(w + (long)o * fanIn + k, fanIn, width, depth, panel, PANEL);
      multiply(&(product){.a = x + k, .aRow = fanIn, .aStep = 1, .b = panel, .bStep = PANEL,
                          .c = y + o, .cRow = fanOut, .beside = b + o,
                          .height = rows, .width = width, .depth = depth,
                          .start = k == 0 ? FROM_BIASES : FROM_SUMS, .end = AS_IS});
    }
  if (isTanh) tanhAll(y, (long)rows * fanOut);
}

/** Adds to the gradients of weights and biases what `rows` rows ask for. */
static void addGradients(const float *x, const float *dy, float *dw, float *db, int rows, int fanIn, int fanOut) {
  static const float one = 1;
  multiply(&(product){.a = &one, .b = dy, .bStep = fanOut, .c = db,
                      .height = 1, .width = fanOut, .depth = rows, .start = FROM_ZERO, .end = ADDED});
  multiply(&(product){.a = dy, .aRow = 1, .aStep = fanOut, .b = x, .bStep = fanIn, .c = dw, .cRow = fanIn,
                      .height = fanOut, .width = fanIn, .depth = rows, .start = FROM_ZERO, .end = ADDED});
}

/** Adds to dw and db, and overwrites dx unless there is none; isTanhBelow: x are values of tanh, dx is by its arguments. */
void NAME(denseBackward)(const float *x, const float *w, float *dw, float *db, const float *dy, float *dx, int rows,
                         int fanIn, int fanOut, int isTanhBelow) {
  for (int block; rows > 0; rows -= block) {
    block = atMost(rows, BLOCK);
    addGradients(x, dy, dw, db, block, fanIn, fanOut);
    if (dx) {
      multiply(&(product){.a = dy, .aRow = fanOut, .aStep = 1, .b = w, .bStep = fanIn, .c = dx, .cRow = fanIn,
                          .beside = x, .height = block, .width = fanIn, .depth = fanOut,
                          .start = FROM_ZERO, .end = isTanhBelow ? BY_SLOPE : AS_IS});
      dx += (long)block * fanIn;
    }
    x += (long)block * fanIn;
    dy += (long)block * fanOut;
  }
}
