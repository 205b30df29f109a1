/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel counts for a network namespace, proc(5):
 *
 *   /proc/net/sockstat{,6}  "TCP: inuse 5 orphan 0 tw 2 alloc 9 mem 1"
 *   /proc/net/snmp, netstat "Tcp: RtoAlgorithm RtoMin ..." and below it "Tcp: 1 200 ..."
 *   /proc/sys/net/...       numbers
 */
#include "decode/decode.h"
#include "model/array.h"

#include <errno.h>
#include <string.h>

struct word {
    const char *section; /* before the colon */
    const char *name;
    enum pl_counter id;
};

static const struct word words[] = {
    {"sockets", "used", PL_COUNTER_SOCKETS_USED},
    {"TCP", "inuse", PL_COUNTER_TCP_INUSE},
    {"TCP", "orphan", PL_COUNTER_TCP_ORPHAN},
    {"TCP", "tw", PL_COUNTER_TCP_TIME_WAIT},
    {"TCP", "alloc", PL_COUNTER_TCP_ALLOC},
    {"TCP", "mem", PL_COUNTER_TCP_MEMORY},
    {"UDP", "inuse", PL_COUNTER_UDP_INUSE},
    {"UDP", "mem", PL_COUNTER_UDP_MEMORY},
    {"UDPLITE", "inuse", PL_COUNTER_UDPLITE_INUSE},
    {"RAW", "inuse", PL_COUNTER_RAW_INUSE},
    {"FRAG", "inuse", PL_COUNTER_FRAG_INUSE},
    {"FRAG", "memory", PL_COUNTER_FRAG_MEMORY},
    {"TCP6", "inuse", PL_COUNTER_TCP6_INUSE},
    {"UDP6", "inuse", PL_COUNTER_UDP6_INUSE},
    {"UDPLITE6", "inuse", PL_COUNTER_UDPLITE6_INUSE},
    {"RAW6", "inuse", PL_COUNTER_RAW6_INUSE},
    {"FRAG6", "inuse", PL_COUNTER_FRAG6_INUSE},
    {"FRAG6", "memory", PL_COUNTER_FRAG6_MEMORY},
    {"Tcp", "CurrEstab", PL_COUNTER_TCP_ESTABLISHED},
    {"TcpExt", "ListenOverflows", PL_COUNTER_LISTEN_OVERFLOWS},
    {"TcpExt", "ListenDrops", PL_COUNTER_LISTEN_DROPS},
    {"Tcp", "OutSegs", PL_COUNTER_TCP_SEGS_OUT},
    {"Tcp", "RetransSegs", PL_COUNTER_TCP_SEGS_RETRANS},
    {"TcpExt", "SyncookiesSent", PL_COUNTER_SYN_COOKIES},
    {"TcpExt", "TCPReqQFullDrop", PL_COUNTER_SYN_DROPS},
    {"TcpExt", "TCPMemoryPressures", PL_COUNTER_MEMORY_PRESSURES},
};

/* Puts the value of a known name. */
static int put(struct pl_sink *sink, const struct pl_slice *section, const struct pl_slice *name,
               const struct pl_slice *text, uint64_t *malformed)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        uint64_t value;

        if (!pl_slice_is(section, words[i].section) || !pl_slice_is(name, words[i].name))
            continue;
        if (pl_text_dec(text, UINT64_MAX, &value))
            return sink->counter(sink, words[i].id, value);
        ++*malformed;
    }
    return 0;
}

int pl_decode_linux_sockstat(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice line;
    uint64_t malformed = 0;

    while (pl_text_line(&rest, &line)) {
        struct pl_slice section;
        struct pl_slice name;
        struct pl_slice value;
        int err = 0;

        if (!pl_text_part(&line, ':', &section))
            continue;
        while (err == 0 && pl_text_word(&line, &name) && pl_text_word(&line, &value))
            err = put(sink, &section, &name, &value, &malformed);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, 0);
}

int pl_decode_linux_netstat(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice names;
    uint64_t malformed = 0;

    while (pl_text_line(&rest, &names)) {
        struct pl_slice values;
        struct pl_slice section;
        struct pl_slice other;
        struct pl_slice name;
        struct pl_slice value;
        int err = 0;

        if (!pl_text_line(&rest, &values) || !pl_text_part(&names, ':', &section) ||
            !pl_text_part(&values, ':', &other) || section.len != other.len ||
            memcmp(section.data, other.data, section.len) != 0) {
            malformed++;
            continue;
        }
        while (err == 0 && pl_text_word(&names, &name) && pl_text_word(&values, &value))
            err = put(sink, &section, &name, &value, &malformed);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, 0);
}

/* One file, some numbers; those without a counter, PL_COUNTER_MAX, are only checked. */
static int put_numbers(const struct pl_input *in, struct pl_sink *sink, const enum pl_counter *ids,
                       size_t count)
{
    struct pl_slice rest = pl_slice_until(&in->bytes, '\n');

    if (rest.len > 0 && rest.len == in->bytes.len)
        return -EBADMSG; /* the last number may be incomplete */
    for (size_t i = 0; i < count; i++) {
        struct pl_slice word;
        uint64_t value;
        int err;

        if (!pl_text_word(&rest, &word) || !pl_text_dec(&word, UINT64_MAX, &value))
            return pl_sink_end(sink, 1, 0);
        err = ids[i] < PL_COUNTER_MAX ? sink->counter(sink, ids[i], value) : 0;
        if (err < 0)
            return err;
    }
    return 0;
}

int pl_decode_linux_somaxconn(const struct pl_input *in, struct pl_sink *sink)
{
    static const enum pl_counter ids[] = {PL_COUNTER_SOMAXCONN};

    return put_numbers(in, sink, ids, 1);
}

int pl_decode_linux_port_range(const struct pl_input *in, struct pl_sink *sink)
{
    static const enum pl_counter ids[] = {PL_COUNTER_EPHEMERAL_FIRST, PL_COUNTER_EPHEMERAL_LAST};

    return put_numbers(in, sink, ids, 2);
}

int pl_decode_linux_unprivileged(const struct pl_input *in, struct pl_sink *sink)
{
    static const enum pl_counter ids[] = {PL_COUNTER_UNPRIVILEGED_FIRST};

    return put_numbers(in, sink, ids, 1);
}

/* The first of the three numbers is a threshold below which nothing happens. */
int pl_decode_linux_tcp_mem(const struct pl_input *in, struct pl_sink *sink)
{
    static const enum pl_counter ids[] = {PL_COUNTER_MAX, PL_COUNTER_TCP_MEMORY_PRESSURE,
                                          PL_COUNTER_TCP_MEMORY_LIMIT};

    return put_numbers(in, sink, ids, COUNT_OF(ids));
}

/* "8080,9148-9200", or an empty line. */
int pl_decode_linux_reserved(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = pl_slice_until(&in->bytes, '\n');
    uint64_t malformed = 0;

    if (rest.len > 0 && rest.len == in->bytes.len)
        return -EBADMSG; /* the last number may be incomplete */
    while (rest.len > 0) {
        struct pl_slice item = pl_slice_until(&rest, ',');
        struct pl_slice from = pl_slice_until(&item, '-');
        struct pl_slice to =
            from.len < item.len ? pl_slice_part(&item, from.len + 1, item.len) : from;
        uint64_t first;
        uint64_t last;

        if (pl_text_dec(&from, UINT16_MAX, &first) && pl_text_dec(&to, UINT16_MAX, &last) &&
            first <= last) {
            int err = sink->reserved(sink, (uint16_t)first, (uint16_t)last);

            if (err < 0)
                return err;
        } else {
            malformed++;
        }
        rest = item.len < rest.len ? pl_slice_part(&rest, item.len + 1, rest.len)
                                   : pl_slice_part(&rest, rest.len, rest.len);
    }
    return pl_sink_end(sink, malformed, 0);
}
