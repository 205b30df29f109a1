/* SPDX-License-Identifier: BSD-2-Clause */
#include "bound.h"

#include "decode/decode.h"

struct bound {
    struct pl_sink sink;
    struct pl_sink *to;
};

/* The kernel numbers a socket when its cookie is requested. */
static int take_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                     size_t count)
{
    struct pl_sink *to = ((struct bound *)(void *)sink)->to;
    struct pl_sock bound = *sock;

    if (bound.state != PL_STATE_BOUND ||
        (bound.family != PL_FAMILY_INET && bound.family != PL_FAMILY_INET6))
        return to->note(to, PL_NOTE_MALFORMED, 1);
    if (bound.cookie == 0)
        bound.have &= (uint16_t)~PL_HAVE_COOKIE;
    return to->sock(to, &bound, attrs, count);
}

static int take_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    struct pl_sink *to = ((struct bound *)(void *)sink)->to;

    return to->note(to, kind, count);
}

int pl_decode_linux_bound(const struct pl_input *in, struct pl_sink *sink)
{
    const struct pl_feed tcp = {.slot = (uint8_t)((int)PL_SLOT_SOCKS + (int)PL_PROTO_TCP)};
    struct bound bound = {.sink = {.sock = take_sock, .note = take_note, .need = sink->need},
                          .to = sink};
    struct pl_input diag = *in;

    diag.feed = &tcp;
    return pl_decode_linux_inet_diag(&diag, &bound.sink);
}
