/* Runs the keyword spotter that `millrace compile examples/gru_demo.onnx` made an object of. */
#include <stdint.h>
#include <stdio.h>

#include "gru_demo.h"

enum { FRAMES = 49, FEATURES = 10, CLASSES = 6 };

/* The caller owns all memory. C99 has no alignas: align by hand. */
static unsigned char memory[GRU_DEMO_ARENA_BYTES + GRU_DEMO_ARENA_ALIGN];
static float frames[FRAMES * FEATURES];
static float scores[CLASSES];

int main(void) {
    uintptr_t start = (uintptr_t)memory;
    void *arena = memory + (GRU_DEMO_ARENA_ALIGN - start % GRU_DEMO_ARENA_ALIGN);
    gru_demo_inputs_t in = {0};
    gru_demo_outputs_t out = {0};
    int i, status;

    for (i = 0; i < FRAMES * FEATURES; ++i) {
        frames[i] = (float)((i * 37 + 11) % 101) / 50.0f - 1.0f;
    }
    in.frames = frames;
    out.scores = scores;
    status = gru_demo_run(&in, &out, arena);
    if (status != 0) {
        fprintf(stderr, "gru_demo_run: error %d\n", status);
        return 1;
    }
    for (i = 0; i < CLASSES; ++i) {
        printf("%.9g\n", (double)scores[i]);
    }
    return 0;
}
