/* Declarations of the Pico SDK as far as examples/packages/streams uses them, to compile it without the SDK. */
#ifndef HARDWARE_ADC_H
#define HARDWARE_ADC_H

#include "pico/stdlib.h"

typedef struct {
    volatile uint32_t cs;
    volatile uint32_t result;
    volatile uint32_t fcs;
    volatile uint32_t fifo;
} adc_hw_t;
extern adc_hw_t *const adc_hw;

void adc_init(void);
void adc_gpio_init(uint gpio);
void adc_select_input(uint input);
uint16_t adc_read(void);
void adc_fifo_setup(bool en, bool dreq_en, uint16_t dreq_thresh, bool err_in_fifo, bool byte_shift);
void adc_set_clkdiv(float clkdiv);
void adc_run(bool run);

#endif
