/* A microphone with an analog output at GP26 of a Raspberry Pi Pico: the ADC runs at the model's sampling rate, DMA fills two buffers in
 * turn, the main loop pushes them, and every event is a line on the serial port. Pico SDK, hardware_adc, hardware_dma. */
#include <stdio.h>

#include "hardware/adc.h"
#include "hardware/dma.h"
#include "hardware/irq.h"
#include "pico/stdlib.h"

#include "word.h"

#define ADC_CLOCK_HZ 48000000.0f
#define MICROPHONE_PIN 26
#define MICROPHONE_INPUT 0
#define SILENCE 2048 /* of 12 bits, where the microphone's output is at half the supply */

static uint16_t buffers[2][WORD_HOP];
static uint channels[2];
static volatile int full = -1;

static word_stream_t stream;
static word_stream_scratch_t scratch;

static void on_buffer_full(void)
{
    for (int i = 0; i < 2; i++) {
        if (dma_channel_get_irq0_status(channels[i])) {
            dma_channel_acknowledge_irq0(channels[i]);
            dma_channel_set_write_addr(channels[i], buffers[i], false); /* for its next turn */
            full = i;
        }
    }
}

static void start_microphone(void)
{
    adc_init();
    adc_gpio_init(MICROPHONE_PIN);
    adc_select_input(MICROPHONE_INPUT);
    adc_fifo_setup(true, true, 1, false, false);
    adc_set_clkdiv(ADC_CLOCK_HZ / WORD_SAMPLE_RATE - 1.0f);
    for (int i = 0; i < 2; i++) {
        channels[i] = (uint)dma_claim_unused_channel(true);
    }
    for (int i = 0; i < 2; i++) {
        dma_channel_config config = dma_channel_get_default_config(channels[i]);

        channel_config_set_transfer_data_size(&config, DMA_SIZE_16);
        channel_config_set_read_increment(&config, false);
        channel_config_set_write_increment(&config, true);
        channel_config_set_dreq(&config, DREQ_ADC);
        channel_config_set_chain_to(&config, channels[1 - i]);
        dma_channel_configure(channels[i], &config, buffers[i], &adc_hw->fifo, WORD_HOP, false);
        dma_channel_set_irq0_enabled(channels[i], true);
    }
    irq_set_exclusive_handler(DMA_IRQ_0, on_buffer_full);
    irq_set_enabled(DMA_IRQ_0, true);
    dma_channel_start(channels[0]);
    adc_run(true);
}

int main(void)
{
    static int16_t samples[WORD_HOP];
    word_result_t result;

    stdio_init_all();
    word_stream_reset(&stream);
    start_microphone();
    for (;;) {
        const int which = full;

        if (which < 0) {
            __wfi();
            continue;
        }
        full = -1;
        for (int i = 0; i < WORD_HOP; i++) {
            samples[i] = (int16_t)((buffers[which][i] - SILENCE) * 16);
        }
        word_push(&stream, &scratch, samples, WORD_HOP, &result);
        if (result.found >= 0) {
            printf("%s\n", word_labels[result.found]);
        }
    }
}
