/* Two networks on one sensor: a small one that is asked at every sample, and a larger one that is asked only when the
   small one has changed its mind. Each line of standard input is one sample in g, "x,y,z". */
#include <stdio.h>

#include "gesture.h"
#include "motion.h"

static gesture_state_t gesture;
static motion_state_t motion;

/* Their steps do not overlap, so one piece of memory is the scratch of both. */
static union {
    gesture_scratch_t gesture;
    motion_scratch_t motion;
} scratch;

/* In a product leave this out, and the self-tests with it: they hold recorded input. */
static int networks_are_right(void)
{
    const int wrong_gesture = gesture_selftest(&gesture, &scratch.gesture);
    const int wrong_motion = motion_selftest(&motion, &scratch.motion);

    printf("selftest: gesture %d, motion %d\n", wrong_gesture, wrong_motion);
    return wrong_gesture == 0 && wrong_motion == 0;
}

int main(void)
{
    float g[3];
    int before = -1;
    int step = 0;

    if (!networks_are_right())
        return 1;
    gesture_reset(&gesture);
    motion_reset(&motion);
    while (scanf("%f,%f,%f", &g[0], &g[1], &g[2]) == 3) {
        int8_t x[GESTURE_INPUT_SIZE]; /* codes of one network are not codes of another: each has its own scale */
        int8_t m[MOTION_INPUT_SIZE];
        int16_t y[MOTION_OUTPUT_SIZE];

        for (int i = 0; i < 3; i++) {
            x[i] = GESTURE_QUANTIZE_INPUT(g[i]);
            m[i] = MOTION_QUANTIZE_INPUT(g[i]);
        }
        gesture_advance(&gesture, &scratch.gesture, x);
        motion_step(&motion, &scratch.motion, y, m);
        step++;
        if (motion_argmax(y) != before) {
            int16_t z[GESTURE_OUTPUT_SIZE];

            before = motion_argmax(y);
            gesture_output(&gesture, &scratch.gesture, z);
            printf("step %d: motion %s, gesture %s\n", step, motion_labels[before], gesture_labels[gesture_argmax(z)]);
        }
    }
    return 0;
}
