/* Names a gesture from 40 samples of the accelerometer with the alias accel0, 50 a second. */
#include <zephyr/device.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "gesture.h"

#define STEPS 40
#define STANDARD_GRAVITY 9.80665

static gesture_state_t state;
static gesture_scratch_t scratch;

K_TIMER_DEFINE(sample_timer, NULL, NULL);

int main(void)
{
	const struct device *const sensor = DEVICE_DT_GET(DT_ALIAS(accel0));
	int steps = 0;

	if (!device_is_ready(sensor)) {
		printk("no accelerometer\n");
		return 0;
	}
	gesture_reset(&state);
	k_timer_start(&sample_timer, K_MSEC(20), K_MSEC(20));
	for (;;) {
		struct sensor_value acceleration[3];
		int8_t x[GESTURE_INPUT_SIZE];

		k_timer_status_sync(&sample_timer);
		if (sensor_sample_fetch(sensor) != 0 ||
		    sensor_channel_get(sensor, SENSOR_CHAN_ACCEL_XYZ, acceleration) != 0) {
			printk("no sample\n");
			continue;
		}
		for (int i = 0; i < GESTURE_INPUT_SIZE; i++) {
			const double g = sensor_value_to_double(&acceleration[i]) / STANDARD_GRAVITY;

			x[i] = GESTURE_QUANTIZE_INPUT(g);
		}
		gesture_advance(&state, &scratch, x);
		steps++;
		if (steps == STEPS) {
			int16_t y[GESTURE_OUTPUT_SIZE];

			gesture_output(&state, &scratch, y);
			printk("%s\n", gesture_labels[gesture_argmax(y)]);
			gesture_reset(&state);
			steps = 0;
		}
	}
}
