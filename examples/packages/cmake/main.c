/* Four sensors, four states, one scratch. Each line of standard input is one sample in g, "x,y,z"; they go to the
   sensors in turn. At the end the class of every sensor is printed. */
#include <stdio.h>

#include "gesture.h"

#define SENSORS 4

static gesture_state_t states[SENSORS];
static gesture_scratch_t scratch; /* its contents mean nothing between calls */

int main(void)
{
    float g[3];
    int sensor = 0;

    for (int i = 0; i < SENSORS; i++)
        gesture_reset(&states[i]);
    while (scanf("%f,%f,%f", &g[0], &g[1], &g[2]) == 3) {
        int8_t x[GESTURE_INPUT_SIZE];
        for (int i = 0; i < GESTURE_INPUT_SIZE; i++)
            x[i] = GESTURE_QUANTIZE_INPUT(g[i]);
        gesture_advance(&states[sensor], &scratch, x);
        sensor = (sensor + 1) % SENSORS;
    }
    for (int i = 0; i < SENSORS; i++) {
        int16_t y[GESTURE_OUTPUT_SIZE];
        gesture_output(&states[i], &scratch, y);
        printf("sensor %d: %s\n", i, gesture_labels[gesture_argmax(y)]);
    }
    return 0;
}
