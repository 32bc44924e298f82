import { TABLES, type TableName, tableValues } from '../../src/fixed/tables.js';
import { ARENA, type Calls, GUARD, GUARD_BYTE } from './calls.js';

/** A program that makes the calls of its input and writes every output with its guard. */
export const kernelProgram = ({ functions, definitions }: Calls): string => `#include "rnnq.h"
#include "rnnq_fixed.h"
#include "rnnq_io.h"

static int32_t arena[${ARENA / 4}];
static uint32_t used;
${(Object.keys(TABLES) as TableName[])
  .filter((name) => functions.some(({ statement }) => statement.includes(`test_table_${name}`)))
  .map((name) => `static const int16_t test_table_${name}[] = { ${tableValues(name, true).join(', ')} };`)
  .join('\n')}

${definitions.join('\n')}
/* One function for each call: compilers take far longer over one function with all of them. */
typedef void call_t(void *const arrays[], const int32_t integers[]);

${functions
  .map(
    ({ statement }, index) => `static void call${index}(void *const arrays[], const int32_t integers[])
{
    (void)integers;
    ${statement}
}
`,
  )
  .join('\n')}
static call_t *const calls[] = { ${functions.map((_, index) => `call${index}`).join(', ')} };

/* An array at an address that is place modulo 4, with its guard filled. */
static void *take(uint32_t bytes, uint32_t place)
{
    uint8_t *const all = (uint8_t *)arena;
    uint8_t *const start = &all[used + place];

    used += (place + bytes + ${GUARD}u + 3u) / 4u * 4u;
    if (used > sizeof arena) {
        rnnq_io_exit(3);
    }
    for (uint32_t i = 0; i < bytes + ${GUARD}u; i++) {
        start[i] = ${GUARD_BYTE}u;
    }
    return start;
}

static void need(void *data, uint32_t bytes)
{
    if (!rnnq_io_read(data, bytes)) {
        rnnq_io_exit(4);
    }
}

int main(void)
{
    struct { int32_t function; uint32_t arrays; } head;

    while (rnnq_io_read(&head, sizeof head)) {
        void *arrays[8];
        int32_t integers[8];
        uint32_t count;
        uint32_t bytes = 0;

        used = 0;
        for (uint32_t i = 0; i < head.arrays; i++) {
            uint32_t array[2];
            need(array, sizeof array);
            arrays[i] = take(array[0], array[1]);
            need(arrays[i], array[0]);
            bytes = i == 0 ? array[0] : bytes;
        }
        need(&count, sizeof count);
        need(integers, count * 4u);
        calls[head.function](arrays, integers);
        rnnq_io_write(arrays[0], bytes + ${GUARD}u);
    }
    return 0;
}
`;
