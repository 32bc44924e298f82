/* As much of Zephyr as examples/packages uses, to compile it without one: device.h and devicetree.h. */
#include <stdbool.h>
#include <stdint.h>

struct device;
extern const struct device zephyr_device_accel0;
#define DT_ALIAS(alias) alias
#define ZEPHYR_JOIN(node) (&zephyr_device_##node)
#define DEVICE_DT_GET(node) ZEPHYR_JOIN(node)
bool device_is_ready(const struct device *device);
