/* As much of Zephyr's sys/printk.h as examples/packages uses. */
__attribute__((format(printf, 1, 2))) void printk(const char *format, ...);
