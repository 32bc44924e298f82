/* Declarations of the Pico SDK as far as examples/packages/streams uses them, to compile it without the SDK. */
#ifndef HARDWARE_GPIO_H
#define HARDWARE_GPIO_H

#include "pico/stdlib.h"

enum gpio_function { GPIO_FUNC_SPI = 1, GPIO_FUNC_UART = 2, GPIO_FUNC_I2C = 3 };

void gpio_set_function(uint gpio, enum gpio_function fn);

#endif
