/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of a recording: see frames.h. */
#include "decode.h"
#include "frames.h"

#include <errno.h>

#define LENGTH 4

/* Holders on the stack. */
union holders {
    struct pl_holders base;
    uint8_t room[sizeof(struct pl_holders) + PL_JOURNAL_HOLDERS_MAX * sizeof(struct pl_holder)];
};

static void read_event(const struct pl_slice *s, struct pl_event *event)
{
    *event = (struct pl_event){
        .sock = {.cookie = pl_slice_u64(s, PL_JOURNAL_COOKIE),
                 .local_port = pl_slice_u32(s, PL_JOURNAL_LOCAL_PORT),
                 .peer_port = pl_slice_u32(s, PL_JOURNAL_PEER_PORT),
                 .uid = pl_slice_u32(s, PL_JOURNAL_UID),
                 .ifindex = pl_slice_u32(s, PL_JOURNAL_IFINDEX),
                 /* Its bits are those of members that an event has. */
                 .have = pl_slice_u16(s, PL_JOURNAL_SOCK_HAVE) &
                         (uint16_t) ~(PL_HAVE_INODE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q),
                 .state = pl_slice_u16(s, PL_JOURNAL_STATE),
                 .family = pl_slice_u8(s, PL_JOURNAL_FAMILY),
                 .proto = pl_slice_u8(s, PL_JOURNAL_PROTO),
                 .type = pl_slice_u8(s, PL_JOURNAL_TYPE),
                 .flags = pl_slice_u8(s, PL_JOURNAL_FLAGS) & PL_FLAG_V6ONLY,
                 .owner_unknown = pl_slice_u8(s, PL_JOURNAL_UNKNOWN) & 15U},
        .time = pl_slice_u64(s, PL_JOURNAL_TIME),
        .duration_us = pl_slice_u64(s, PL_JOURNAL_DURATION),
        .bytes_in = pl_slice_u64(s, PL_JOURNAL_BYTES_IN),
        .bytes_out = pl_slice_u64(s, PL_JOURNAL_BYTES_OUT),
        .count = pl_slice_u64(s, PL_JOURNAL_COUNT),
        .retrans = pl_slice_u32(s, PL_JOURNAL_RETRANS),
        .rtt_us = pl_slice_u32(s, PL_JOURNAL_RTT),
        .netns = pl_slice_u32(s, PL_JOURNAL_NETNS),
        .old_state = pl_slice_u16(s, PL_JOURNAL_OLD_STATE),
        .have = pl_slice_u16(s, PL_JOURNAL_HAVE),
        .kind = pl_slice_u8(s, PL_JOURNAL_KIND),
        .ended = pl_slice_u8(s, PL_JOURNAL_ENDED),
        .held_by = pl_slice_u8(s, PL_JOURNAL_HELD_BY),
    };
    pl_slice_copy(s, PL_JOURNAL_LOCAL, event->sock.local_addr, sizeof(event->sock.local_addr));
    pl_slice_copy(s, PL_JOURNAL_PEER, event->sock.peer_addr, sizeof(event->sock.peer_addr));
}

static bool is_sane(const struct pl_event *event)
{
    return event->kind < PL_EVENT_MAX && event->ended < PL_ENDED_MAX &&
           event->held_by < PL_HELD_MAX && event->sock.proto < PL_PROTO_MAX &&
           event->sock.family < PL_FAMILY_MAX && event->sock.type < PL_TYPE_MAX &&
           event->sock.owner_unknown < PL_OWNER_MAX;
}

static void read_holders(const struct pl_slice *s, union holders *holders, uint32_t count)
{
    holders->base = (struct pl_holders){.references = 1, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        size_t at = PL_JOURNAL_BYTES + (size_t)i * PL_JOURNAL_HOLDER;
        struct pl_holder *holder = &holders->base.items[i];

        holder->pid = pl_slice_u32(s, at);
        holder->uid = pl_slice_u32(s, at + 4);
        pl_slice_copy(s, at + 8, holder->name, sizeof(holder->name));
        holder->name[sizeof(holder->name) - 1] = '\0';
    }
}

/* Returns 0, an error of the sink, or -EINVAL for an invalid event. */
static int take(const struct pl_slice *s, struct pl_sink *sink)
{
    uint32_t count = pl_slice_u16(s, PL_JOURNAL_HOLDERS);
    struct pl_event event;
    union holders holders;

    read_event(s, &event);
    if (pl_slice_u16(s, PL_JOURNAL_VERSION) != PL_JOURNAL_FORMAT || !is_sane(&event) ||
        count > PL_JOURNAL_HOLDERS_MAX ||
        s->len != PL_JOURNAL_BYTES + (size_t)count * PL_JOURNAL_HOLDER)
        return -EINVAL;
    read_holders(s, &holders, count);
    if (count > 0) {
        event.holders = &holders.base;
        event.sock.owner_unknown = PL_OWNER_KNOWN;
    } else if (event.sock.owner_unknown == PL_OWNER_KNOWN) {
        event.sock.owner_unknown = PL_OWNER_NOT_FOUND;
    }
    return sink->event ? sink->event(sink, &event) : 0;
}

int pl_decode_events(const struct pl_input *in, struct pl_sink *sink)
{
    uint64_t malformed = 0;
    size_t at = 0;

    while (in->bytes.len - at >= LENGTH) {
        uint32_t len = pl_slice_u32(&in->bytes, at);
        struct pl_slice event;
        int err;

        if (len > in->bytes.len - at - LENGTH)
            break;
        event = pl_slice_part(&in->bytes, at + LENGTH, len);
        err = take(&event, sink);
        if (err == -EINVAL)
            malformed++;
        else if (err != 0)
            return err;
        at += LENGTH + len;
    }
    return pl_sink_end(sink, malformed, at == in->bytes.len ? 0 : -EBADMSG);
}
