/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include "model/array.h"

/* draft-ietf-opsawg-pcap and -pcapng: in either byte order, with microseconds or nanoseconds. */
int capture_is(const uint8_t magic[4])
{
    static const uint32_t magics[] = {0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1,
                                      0xa1b2cd34, 0x34cdb2a1, 0x0a0d0d0a};
    uint32_t value =
        (uint32_t)magic[0] << 24 | (uint32_t)magic[1] << 16 | (uint32_t)magic[2] << 8 | magic[3];

    for (size_t i = 0; i < COUNT_OF(magics); i++) {
        if (magics[i] == value)
            return 1;
    }
    return 0;
}
