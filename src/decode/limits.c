/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings, jails: what hides sockets. The tables then have fewer rows, without an error. Therefore
 * a note reports each.
 */
#include "decode.h"
#include "frames.h"

#include <errno.h>

#define JAIL_SYS_NEW 1U /* sys/jail.h of FreeBSD: the jail has its own network stack */

/* An int that hides if it is set, or if it is 0. */
static int decode_int(const struct pl_input *in, bool hides_when_set, enum pl_note_kind kind,
                      struct pl_sink *sink)
{
    int err = 0;

    if (in->bytes.len != 4)
        return -EBADMSG;
    if ((pl_slice_u32(&in->bytes, 0) != 0) != hides_when_set)
        return 0;
    /* A hidden process may hold a visible socket, except outside of this jail. */
    if (kind != PL_NOTE_JAILED)
        err = sink->denied(sink, 0, EPERM);
    return err < 0 ? err : sink->note(sink, kind, 0);
}

/* security.bsd.see_other_uids, FreeBSD: 0 hides */
int pl_decode_see_others(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, false, PL_NOTE_SOCKS_HIDDEN, sink);
}

/* security.bsd.see_jail_proc, FreeBSD: 0 hides */
int pl_decode_see_jails(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, false, PL_NOTE_JAILS_HIDDEN, sink);
}

/* security.curtain, NetBSD: 1 hides */
int pl_decode_curtain(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, true, PL_NOTE_SOCKS_HIDDEN, sink);
}

/* security.jail.jailed, FreeBSD: whether this process is in a jail */
int pl_decode_jailed(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, true, PL_NOTE_JAILED, sink);
}

/* Jails of FreeBSD, see frames.h. The host's tables lack the sockets of a separate stack. */
int pl_decode_jails(const struct pl_input *in, struct pl_sink *sink)
{
    uint64_t separate = 0;
    size_t at = 0;

    for (; in->bytes.len - at >= PL_JAIL_BYTES; at += PL_JAIL_BYTES)
        separate += pl_slice_u32(&in->bytes, at + 4) == JAIL_SYS_NEW;
    if (separate > 0) {
        int err = sink->note(sink, PL_NOTE_STACKS_HIDDEN, separate);

        if (err < 0)
            return err;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}
