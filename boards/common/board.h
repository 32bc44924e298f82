/* What rnnq build knows of the board from board.json. */
#ifndef RNNQ_BOARD_H
#define RNNQ_BOARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Id of the board. */
extern const char rnnq_board_id[];

/* Clock of the processor that runs, in Hz; 0 = not known. The start-up of a chip sets it where it changes the clock. */
extern uint32_t rnnq_board_clock_hz;

/* Prints the first line of a run, `rnnq board= model= clock= counter=`, and makes the counter of cycles.h ready. */
void rnnq_board_head(uint32_t model_hash);

#ifdef __cplusplus
}
#endif

#endif
