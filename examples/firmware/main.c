/* A keyword spotter on a Cortex-M4F: build/gru_demo.o and build/gru_demo.h are all there is of it. */
#include <stdint.h>
#include <stdio.h>

#include "gru_demo.h"

/* The caller owns all memory, and may put it wherever it likes. */
static float frames[GRU_DEMO_INPUT_FRAMES_SIZE];
static float scores[GRU_DEMO_OUTPUT_SCORES_SIZE];
static uint8_t arena[GRU_DEMO_ARENA_BYTES] __attribute__((aligned(GRU_DEMO_ARENA_ALIGN)));

/* Stands for a microphone and its features. */
static void listen(void) {
    int i;

    for (i = 0; i < GRU_DEMO_INPUT_FRAMES_SIZE; ++i) {
        frames[i] = (float)((i * 37 + 11) % 101) / 50.0f - 1.0f;
    }
}

int main(void) {
    const gru_demo_inputs_t in = {.frames = frames};
    const gru_demo_outputs_t out = {.scores = scores};
    int i, status, best = 0;

    listen();
    status = gru_demo_run(&in, &out, arena);
    if (status != GRU_DEMO_OK) {
        printf("gru_demo_run: error %d\n", status);
        return 1;
    }
    for (i = 0; i < GRU_DEMO_OUTPUT_SCORES_SIZE; ++i) {
        printf("class %d: %.8f\n", i, (double)scores[i]);
        best = scores[i] > scores[best] ? i : best;
    }
    printf("heard class %d\n", best);
    return 0;
}
