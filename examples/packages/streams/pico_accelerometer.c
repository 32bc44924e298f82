/* An MPU-6050 at I2C0 (GP4, GP5) of a Raspberry Pi Pico: raw int16 counts of three axes at the model's sampling rate, and a line on the
 * serial port for every event. Pico SDK, hardware_i2c. */
#include <stdio.h>

#include "hardware/gpio.h"
#include "hardware/i2c.h"
#include "pico/stdlib.h"

#include "motion.h"

#define SENSOR 0x68u
#define WAKE_UP {0x6Bu, 0x00u} /* power management: on */
#define FIRST_COUNT 0x3Bu      /* x, y, z, upper byte first */

static motion_stream_t stream;
static motion_stream_scratch_t scratch;
static volatile int due;

static bool on_sample_time(repeating_timer_t *timer)
{
    (void)timer;
    due = 1;
    return true;
}

static void read_counts(int16_t counts[MOTION_CHANNELS])
{
    const uint8_t place = FIRST_COUNT;
    uint8_t bytes[2 * MOTION_CHANNELS];

    i2c_write_blocking(i2c0, SENSOR, &place, 1, true);
    i2c_read_blocking(i2c0, SENSOR, bytes, sizeof bytes, false);
    for (int c = 0; c < MOTION_CHANNELS; c++) {
        counts[c] = (int16_t)((bytes[2 * c] << 8) | bytes[2 * c + 1]);
    }
}

int main(void)
{
    const uint8_t wake_up[] = WAKE_UP;
    repeating_timer_t timer;
    int16_t counts[MOTION_CHANNELS];
    motion_result_t result;

    stdio_init_all();
    i2c_init(i2c0, 400000);
    gpio_set_function(4, GPIO_FUNC_I2C);
    gpio_set_function(5, GPIO_FUNC_I2C);
    i2c_write_blocking(i2c0, SENSOR, wake_up, sizeof wake_up, false);
    motion_stream_reset(&stream);
    /* a negative time counts from the begin of one call to that of the next */
    add_repeating_timer_us(-1000000 / MOTION_SAMPLE_RATE, on_sample_time, NULL, &timer);
    for (;;) {
        if (!due) {
            __wfi();
            continue;
        }
        due = 0;
        read_counts(counts);
        motion_push(&stream, &scratch, counts, 1, &result);
        if (result.found >= 0) {
            printf("%s\n", motion_labels[result.found]);
        }
    }
}
