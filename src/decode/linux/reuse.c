/* SPDX-License-Identifier: BSD-2-Clause */
#include "reuse.h"

#include "api/bind.h"
#include "decode/decode.h"

#include <errno.h>

/* Compilers place the first bit-field at the end of the byte that the machine writes first. */
enum { ADDR_LITTLE = 0x0f, PORT_LITTLE = 0x10, ADDR_BIG = 0xf0, PORT_BIG = 0x08 };

static uint8_t flags_of(uint8_t bits, bool big_endian)
{
    unsigned int addr = bits & (big_endian ? ADDR_BIG : ADDR_LITTLE);
    unsigned int port = bits & (big_endian ? PORT_BIG : PORT_LITTLE);

    return (uint8_t)((addr != 0 ? PL_REUSE_ADDR : 0) | (port != 0 ? PL_REUSE_PORT : 0));
}

/* A socket without a cookie is not listed, unless another feed reports its inode. */
int pl_decode_linux_reuse(const struct pl_input *in, struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    size_t end = bytes->len - bytes->len % PL_REUSE_SIZE;

    for (size_t at = 0; at < end; at += PL_REUSE_SIZE) {
        struct pl_reuse reuse = {.cookie = pl_slice_u64(bytes, at + PL_REUSE_AT_COOKIE)};
        int err;

        if (reuse.cookie == 0)
            reuse.key = pl_slice_u32(bytes, at + PL_REUSE_AT_INODE);
        if (reuse.cookie == 0 && reuse.key == 0)
            continue;
        reuse.flags = flags_of(pl_slice_u8(bytes, at + PL_REUSE_AT_BITS), in->abi.big_endian);
        err = sink->reuse(sink, &reuse);
        if (err < 0)
            return err;
    }
    return end == bytes->len ? 0 : -EBADMSG;
}
