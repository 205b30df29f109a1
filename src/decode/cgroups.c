/* SPDX-License-Identifier: BSD-2-Clause */
/* Control groups: see frames.h. */
#include "decode.h"
#include "frames.h"

#include <errno.h>

int pl_decode_cgroups(const struct pl_input *in, struct pl_sink *sink)
{
    size_t at = 0;

    while (in->bytes.len - at >= PL_CGROUP_HEAD) {
        uint64_t id = pl_slice_u64(&in->bytes, at);
        uint32_t len = pl_slice_u32(&in->bytes, at + 8);
        struct pl_slice path;
        int err;

        if (len > in->bytes.len - at - PL_CGROUP_HEAD)
            return -EBADMSG;
        path = pl_slice_part(&in->bytes, at + PL_CGROUP_HEAD, len);
        err = sink->cgroup(sink, id, (struct pl_text){(const char *)path.data, len});
        if (err < 0)
            return err;
        at += PL_CGROUP_HEAD + len;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}
