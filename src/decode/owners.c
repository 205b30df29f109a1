/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners, names of users and interfaces, addresses of interfaces: see frames.h. */
#include "decode.h"
#include "frames.h"

#include <errno.h>

/* Limits above those of any system: an entry beyond them is invalid. */
#define PID_LIMIT   (1U << 30)
#define FD_LIMIT    INT32_MAX
#define ERRNO_LIMIT 4096

static bool is_sane(const struct pl_owner *owner)
{
    if (owner->fd == PL_OWNER_LACKS)
        return owner->pid == 0 && owner->key <= UINT32_MAX;
    if (owner->fd == PL_OWNER_DENIED)
        return owner->pid < PID_LIMIT && owner->key < ERRNO_LIMIT;
    return owner->pid < PID_LIMIT && owner->fd <= FD_LIMIT && owner->key != 0;
}

int pl_decode_owners(const struct pl_input *in, struct pl_sink *sink)
{
    uint64_t malformed = 0;
    size_t at = 0;

    for (; in->bytes.len - at >= PL_OWNER_BYTES; at += PL_OWNER_BYTES) {
        struct pl_owner owner = {
            .pid = pl_slice_u32(&in->bytes, at),
            .fd = pl_slice_u32(&in->bytes, at + 4),
            .key = pl_slice_u64(&in->bytes, at + 8),
        };
        int err = 0;

        if (!is_sane(&owner))
            malformed++;
        else if (owner.fd == PL_OWNER_LACKS)
            err = sink->lacks(sink, (uint32_t)owner.key);
        else if (owner.fd == PL_OWNER_DENIED)
            err = sink->denied(sink, owner.pid, (int)owner.key);
        else
            err = sink->owner(sink, &owner);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, at == in->bytes.len ? 0 : -EBADMSG);
}

/* Lines of "number:name". */
static int decode_names(const struct pl_input *in, enum pl_name_kind kind, struct pl_sink *sink)
{
    struct pl_slice rest = pl_text_whole(&in->bytes);
    bool torn = rest.len < in->bytes.len;
    struct pl_slice line;
    uint64_t malformed = 0;

    while (pl_text_line(&rest, &line)) {
        struct pl_slice digits;
        uint64_t number;
        int err;

        if (!pl_text_part(&line, ':', &digits) || !pl_text_dec(&digits, UINT32_MAX, &number) ||
            line.len == 0) {
            malformed++;
            continue;
        }
        err = sink->name(sink, kind, (uint32_t)number, pl_slice_text(&line));
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, torn ? -EBADMSG : 0);
}

int pl_decode_users(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_names(in, PL_NAME_USER, sink);
}

int pl_decode_links(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_names(in, PL_NAME_LINK, sink);
}

int pl_decode_netns(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_names(in, PL_NAME_NETNS, sink);
}

int pl_decode_addrs(const struct pl_input *in, struct pl_sink *sink)
{
    uint64_t malformed = 0;
    size_t at = 0;

    for (; in->bytes.len - at >= PL_ADDR_BYTES; at += PL_ADDR_BYTES) {
        uint32_t version = pl_slice_u32(&in->bytes, at + 4);
        struct pl_addr addr = {
            .ifindex = pl_slice_u32(&in->bytes, at),
            .family = version == 4 ? PL_FAMILY_INET : PL_FAMILY_INET6,
        };
        int err = 0;

        pl_slice_copy(&in->bytes, at + 8, addr.bytes, version == 4 ? 4 : 16);
        if (pl_addr_is_link_local(addr.family, addr.bytes))
            addr.bytes[2] = addr.bytes[3] = 0;
        if (version != 4 && version != 6)
            malformed++;
        else
            err = sink->addr(sink, &addr);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, at == in->bytes.len ? 0 : -EBADMSG);
}
