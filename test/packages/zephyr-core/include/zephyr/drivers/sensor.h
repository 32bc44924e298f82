/* As much of Zephyr's drivers/sensor.h as examples/packages uses. */
#include <stdint.h>

struct device;
struct sensor_value {
	int32_t val1;
	int32_t val2;
};
enum sensor_channel {
	SENSOR_CHAN_ACCEL_XYZ = 3,
};
int sensor_sample_fetch(const struct device *device);
int sensor_channel_get(const struct device *device, enum sensor_channel channel, struct sensor_value *value);
double sensor_value_to_double(const struct sensor_value *value);
