/* The block that the RP2350's boot ROM looks for in the first 4 KiB of the flash: an Arm program that runs Secure.
   RP2350 datasheet, section Minimum viable image metadata. */
#include <stdint.h>

extern const uint32_t rnnq_image_block[5];

__attribute__((section(".image_block"), used)) const uint32_t rnnq_image_block[5] = {
    0xFFFFDED3u, /* start of a block */
    0x10210142u, /* item IMAGE_TYPE of 1 word: executable, Secure, Arm, RP2350 */
    0x000001FFu, /* last item; the items before have 1 word */
    0x00000000u, /* no other block: the loop of blocks ends here */
    0xAB123579u, /* end of a block */
};
