/* Declarations of the STM32 HAL, as main.h of STM32CubeMX brings them, as far as examples/packages/streams uses them, to compile it without the SDK. */
#ifndef MAIN_H
#define MAIN_H

#include <stdint.h>

typedef enum { HAL_OK, HAL_ERROR, HAL_BUSY, HAL_TIMEOUT } HAL_StatusTypeDef;
typedef struct __I2S_HandleTypeDef I2S_HandleTypeDef;
typedef struct __UART_HandleTypeDef UART_HandleTypeDef;
struct __I2S_HandleTypeDef {
    void *Instance;
};
struct __UART_HandleTypeDef {
    void *Instance;
};
#define HAL_MAX_DELAY 0xFFFFFFFFU

HAL_StatusTypeDef HAL_I2S_Receive_DMA(I2S_HandleTypeDef *hi2s, uint16_t *pData, uint16_t Size);
void HAL_I2S_RxHalfCpltCallback(I2S_HandleTypeDef *hi2s);
void HAL_I2S_RxCpltCallback(I2S_HandleTypeDef *hi2s);
HAL_StatusTypeDef HAL_UART_Transmit(UART_HandleTypeDef *huart, const uint8_t *pData, uint16_t Size, uint32_t Timeout);

#endif
