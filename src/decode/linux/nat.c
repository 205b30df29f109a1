/* SPDX-License-Identifier: BSD-2-Clause */
/* The feed of rules that translate addresses: frames of nftables and of iptables. */
#include "nat.h"
#include "decode/frames.h"

#include <errno.h>

int pl_decode_linux_nat(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    uint64_t malformed = 0;
    bool changed = false;
    int result = 0;

    while (rest.len >= PL_FRAME_HEAD) {
        uint32_t what = pl_slice_u32(&rest, 0);
        size_t len = pl_slice_u32(&rest, 8);
        struct pl_slice bytes = pl_slice_part(&rest, PL_FRAME_HEAD, len);
        int err = 0;

        if (len > rest.len - PL_FRAME_HEAD)
            return pl_sink_end(sink, malformed, -EBADMSG);
        rest = pl_slice_part(&rest, PL_FRAME_HEAD + len, rest.len);
        if (what == PL_NAT_FRAME_NFT)
            err = pl_nat_nft(bytes, sink, &malformed, &changed);
        else if (what == PL_NAT_FRAME_IPT || what == PL_NAT_FRAME_IP6T)
            err = pl_nat_iptables(bytes, what == PL_NAT_FRAME_IP6T, sink, &malformed);
        else
            malformed++;
        if (err < 0 && err != -EBADMSG)
            return err;
        result = err ? err : result;
    }
    if (rest.len > 0)
        result = -EBADMSG;
    return pl_sink_end(sink, malformed, result ? result : changed ? -EAGAIN : 0);
}
