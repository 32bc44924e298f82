/* Declarations of the Pico SDK as far as examples/packages/streams uses them, to compile it without the SDK. */
#ifndef HARDWARE_I2C_H
#define HARDWARE_I2C_H

#include "pico/stdlib.h"

typedef struct i2c_inst i2c_inst_t;
extern i2c_inst_t i2c0_inst;
#define i2c0 (&i2c0_inst)

uint i2c_init(i2c_inst_t *i2c, uint baudrate);
int i2c_write_blocking(i2c_inst_t *i2c, uint8_t addr, const uint8_t *src, size_t len, bool nostop);
int i2c_read_blocking(i2c_inst_t *i2c, uint8_t addr, uint8_t *dst, size_t len, bool nostop);

#endif
