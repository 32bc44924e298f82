/* A thermistor at GP26 and a vibration sensor at GP27 of a Raspberry Pi Pico: 12-bit counts of both at the model's sampling rate, and a
 * line on the serial port for everything that begins, also where several things begin at once. The model detects, as that of
 * docs/detection.md; it was trained with such counts. Pico SDK, hardware_adc. */
#include <stdio.h>

#include "hardware/adc.h"
#include "pico/stdlib.h"

#include "pump.h"

#define FIRST_PIN 26

static pump_stream_t stream;
static pump_stream_scratch_t scratch;
static volatile int due;

static bool on_sample_time(repeating_timer_t *timer)
{
    (void)timer;
    due = 1;
    return true;
}

static void read_counts(int16_t counts[PUMP_CHANNELS])
{
    for (uint c = 0; c < PUMP_CHANNELS; c++) {
        adc_select_input(c);
        counts[c] = (int16_t)adc_read();
    }
}

int main(void)
{
    repeating_timer_t timer;
    int16_t counts[PUMP_CHANNELS];
    pump_result_t result;

    stdio_init_all();
    adc_init();
    for (uint c = 0; c < PUMP_CHANNELS; c++) {
        adc_gpio_init(FIRST_PIN + c);
    }
    pump_stream_reset(&stream);
    /* a negative time counts from the begin of one call to that of the next */
    add_repeating_timer_us(-1000000 / PUMP_SAMPLE_RATE, on_sample_time, NULL, &timer);
    for (;;) {
        if (!due) {
            __wfi();
            continue;
        }
        due = 0;
        read_counts(counts);
        pump_push(&stream, &scratch, counts, 1, &result);
        /* a bit for each output that is reported now */
        for (uint j = 0; j < PUMP_OUTPUT_SIZE; j++) {
            if ((result.found >> j & 1u) != 0) {
                printf("%s\n", pump_labels[j]);
            }
        }
    }
}
