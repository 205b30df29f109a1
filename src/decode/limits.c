/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Settings that hide the sockets of other users: an int. The tables then have fewer rows, without
 * an error. Therefore a note reports the setting.
 */
#include "decode.h"

#include <errno.h>

static int decode_int(const struct pl_input *in, bool hides_when_set, struct pl_sink *sink)
{
    if (in->bytes.len != 4)
        return -EBADMSG;
    if ((pl_slice_u32(&in->bytes, 0) != 0) != hides_when_set)
        return 0;
    return sink->note(sink, PL_NOTE_SOCKS_HIDDEN, 0);
}

/* security.bsd.see_other_uids, FreeBSD: 0 hides */
int pl_decode_see_others(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, false, sink);
}

/* security.curtain, NetBSD: 1 hides */
int pl_decode_curtain(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_int(in, true, sink);
}
