/* A stream in two halves, in two processes: "first FILE" saves the state, "second FILE" restores it and ends the stream,
   "whole" does both without a file. The logits are the same. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "gesture.h"

#define HALF 20

/* What is saved. The state holds integers only: it may be copied byte for byte to the same kind of processor. */
typedef struct {
    uint32_t model;
    gesture_state_t state;
} saved_t;

static saved_t saved;
static gesture_scratch_t scratch;

static void advance_half(int from)
{
    for (int t = from; t < from + HALF; t++) {
        int8_t x[GESTURE_INPUT_SIZE];
        for (int i = 0; i < GESTURE_INPUT_SIZE; i++)
            x[i] = (int8_t)((t * (2 * i + 7)) % 100 - 50);
        gesture_advance(&saved.state, &scratch, x);
    }
}

static int save(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return 0;
    const size_t written = fwrite(&saved, sizeof saved, 1, file);
    return fclose(file) == 0 && written == 1;
}

static int restore(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    const size_t read = fread(&saved, sizeof saved, 1, file);
    fclose(file);
    return read == 1 && saved.model == GESTURE_MODEL_HASH;
}

int main(int argc, char **argv)
{
    const char *part = argc > 1 ? argv[1] : "whole";
    int16_t y[GESTURE_OUTPUT_SIZE];

    saved.model = GESTURE_MODEL_HASH;
    gesture_reset(&saved.state);
    if (strcmp(part, "second") != 0)
        advance_half(0);
    if (strcmp(part, "first") == 0)
        return argc > 2 && save(argv[2]) ? 0 : 1;
    if (strcmp(part, "second") == 0 && !(argc > 2 && restore(argv[2]))) {
        fprintf(stderr, "no state of this model\n");
        return 1;
    }
    advance_half(HALF);
    gesture_output(&saved.state, &scratch, y);
    for (int i = 0; i < GESTURE_OUTPUT_SIZE; i++)
        printf("%s %d\n", gesture_labels[i], y[i]);
    return 0;
}
