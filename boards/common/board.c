#include "board.h"

#include "cycles.h"
#include "rnnq_lines.h"

const char rnnq_board_id[] = RNNQ_BOARD;
uint32_t rnnq_board_clock_hz = RNNQ_CLOCK_HZ;

void rnnq_board_head(uint32_t model_hash)
{
    rnnq_line_begin();
    rnnq_line_put(" board=");
    rnnq_line_put(rnnq_board_id);
    rnnq_line_hash(" model=", model_hash);
    rnnq_line_number(" clock=", rnnq_board_clock_hz);
    rnnq_line_put(" counter=");
    rnnq_line_put(rnnq_cycles_counter());
    rnnq_line_print();
}
