/* An I2S microphone of 24 bits (INMP441, left channel) at an STM32 with the HAL: circular DMA over two hops, pushed by halves in the main
 * loop, and a line on USART2 for every event. STM32CubeMX makes main() and the handles: I2S as master that receives, 24 bits in frames of 32,
 * at WORD_SAMPLE_RATE; its DMA circular, half words. Call words_start() behind the initialisation and words_poll() in the loop. */
#include <string.h>

#include "main.h"

#include "word.h"

#define HALF_WORDS 4 /* of a time sample: left and right, each the upper half first */

extern I2S_HandleTypeDef hi2s2;
extern UART_HandleTypeDef huart2;

static uint16_t buffers[2][WORD_HOP * HALF_WORDS];
static volatile int full = -1;

static word_stream_t stream;
static word_stream_scratch_t scratch;

void words_start(void);
void words_poll(void);

void HAL_I2S_RxHalfCpltCallback(I2S_HandleTypeDef *i2s)
{
    (void)i2s;
    full = 0;
}

void HAL_I2S_RxCpltCallback(I2S_HandleTypeDef *i2s)
{
    (void)i2s;
    full = 1;
}

void words_start(void)
{
    word_stream_reset(&stream);
    /* the size counts samples of both channels, not half words, where they have 24 bits */
    (void)HAL_I2S_Receive_DMA(&hi2s2, buffers[0], 2 * WORD_HOP * 2);
}

void words_poll(void)
{
    static int16_t samples[WORD_HOP];
    const int which = full;
    word_result_t result;

    if (which < 0) {
        return;
    }
    full = -1;
    for (int i = 0; i < WORD_HOP; i++) {
        samples[i] = (int16_t)buffers[which][HALF_WORDS * i]; /* the upper 16 bits of the left channel */
    }
    (void)word_push(&stream, &scratch, samples, WORD_HOP, &result);
    if (result.found >= 0) {
        const char *const label = word_labels[result.found];

        (void)HAL_UART_Transmit(&huart2, (const uint8_t *)label, (uint16_t)strlen(label), HAL_MAX_DELAY);
        (void)HAL_UART_Transmit(&huart2, (const uint8_t *)"\r\n", 2, HAL_MAX_DELAY);
    }
}
