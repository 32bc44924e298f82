#include "board.h"

const char rnnq_board_id[] = RNNQ_BOARD;
uint32_t rnnq_board_clock_hz = RNNQ_CLOCK_HZ;
