/* As much of Zephyr's kernel.h as examples/packages uses. */
#include <stddef.h>
#include <stdint.h>

typedef struct {
	int64_t ticks;
} k_timeout_t;
#define K_MSEC(milliseconds) ((k_timeout_t){milliseconds})

struct k_timer {
	void (*expiry)(struct k_timer *timer);
	void (*stop)(struct k_timer *timer);
};
#define K_TIMER_DEFINE(name, expiry_function, stop_function) \
	struct k_timer name = {expiry_function, stop_function}
void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period);
uint32_t k_timer_status_sync(struct k_timer *timer);
