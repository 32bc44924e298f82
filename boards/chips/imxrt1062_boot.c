/* What the boot ROM of the i.MX RT1062 reads from the flash: how to drive the flash chip, and where the program is.
   IMXRT1060RM, chapter System Boot: FlexSPI Configuration Block, Serial NOR configuration, Image Vector Table, Boot Data. */
#include <stdint.h>

#define FLASH_ORIGIN 0x60000000u
#define FLEXSPI_LUT(code0, pads0, value0, code1, pads1, value1)                                         \
    (((uint32_t)(code1) << 26) | ((uint32_t)(pads1) << 24) | ((uint32_t)(value1) << 16) | ((uint32_t)(code0) << 10) | \
     ((uint32_t)(pads0) << 8) | (uint32_t)(value0))
#define COMMAND 1u
#define ROW_ADDRESS 2u
#define MODE_8 7u
#define READ 9u
#define DUMMY 12u
#define ONE_LINE 0u
#define FOUR_LINES 2u

struct boot_header {
    uint32_t tag;             /* 0x000: "FCFB" */
    uint32_t version;         /* 0x004: V1.0.0, as other images of this chip say: 'V' 1 0 0 */
    uint32_t reserved_008;
    uint32_t sampling;        /* 0x00C: read sample clock from the pad, hold and set-up time */
    uint32_t reserved_010[13];
    uint32_t device;          /* 0x044: serial NOR, 4 lines, 60 MHz */
    uint32_t reserved_048[2];
    uint32_t flash_bytes;     /* 0x050 */
    uint32_t reserved_054[11];
    uint32_t lookup_table[64]; /* 0x080: sequence 0 is the read */
    uint32_t reserved_180[16];
    uint32_t page_bytes;      /* 0x1C0 */
    uint32_t sector_bytes;    /* 0x1C4 */
    uint32_t command_clock;   /* 0x1C8: 30 MHz */
    uint32_t reserved_1cc;
    uint32_t block_bytes;     /* 0x1D0 */
    uint32_t reserved_1d4[907];
    uint32_t header;          /* 0x1000: Image Vector Table, 32 bytes, version 4.3 */
    const void *entry;        /* 0x1004: the vector table */
    uint32_t reserved_1008;
    uint32_t device_configuration;
    const void *boot_data;    /* 0x1010 */
    const void *self;         /* 0x1014 */
    uint32_t signature;
    uint32_t reserved_101c;
    uint32_t image_start;     /* 0x1020: Boot Data */
    const void *image_bytes;  /* 0x1024: an absolute symbol of the linker */
    uint32_t plugin;
};

extern const uint32_t rnnq_vectors[];
extern const uint8_t rnnq_flash_used[];
extern const struct boot_header rnnq_boot_header;

__attribute__((section(".boot"), used)) const struct boot_header rnnq_boot_header = {
    .tag = 0x42464346u,
    .version = 0x56010000u,
    .sampling = 0x00020101u,
    .device = 0x00030401u,
    .flash_bytes = RNNQ_FLASH_CHIP_BYTES,
    .lookup_table = {FLEXSPI_LUT(COMMAND, ONE_LINE, 0xEBu, ROW_ADDRESS, FOUR_LINES, 24u),
                     FLEXSPI_LUT(MODE_8, FOUR_LINES, 0xFFu, DUMMY, FOUR_LINES, 4u),
                     FLEXSPI_LUT(READ, FOUR_LINES, 4u, 0u, 0u, 0u)},
    .page_bytes = 256u,
    .sector_bytes = 4096u,
    .command_clock = 1u,
    .block_bytes = 65536u,
    .header = 0x432000D1u,
    .entry = rnnq_vectors,
    .boot_data = &rnnq_boot_header.image_start,
    .self = &rnnq_boot_header.header,
    .image_start = FLASH_ORIGIN,
    .image_bytes = rnnq_flash_used,
};

