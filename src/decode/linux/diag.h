/* SPDX-License-Identifier: BSD-2-Clause */
/* What the decoders of sock_diag(7) answers share: the walk, and a row's optional detail. */
#ifndef PL_DECODE_LINUX_DIAG_H
#define PL_DECODE_LINUX_DIAG_H

#include "decode/decode.h"
#include "netlink.h"

/* One answer, at least as long as promised. */
typedef int pl_diag_put_fn(const struct pl_input *in, const struct pl_slice *msg,
                           struct pl_sink *sink);

/* Gives put every answer of size bytes or more; shorter ones are noted as malformed. */
int pl_linux_diag_each(const struct pl_input *in, struct pl_sink *sink, size_t size,
                       pl_diag_put_fn *put);

/* The cookie: two u32, low word first. */
static inline uint64_t pl_linux_cookie(const struct pl_slice *msg, size_t at)
{
    return pl_slice_u32(msg, at) | (uint64_t)pl_slice_u32(msg, at + 4) << 32;
}

/* Detail of the row that is being read. Texts stay where the bytes are. */
struct pl_attrs {
    struct pl_attr items[PL_ATTR_MAX];
    size_t count;
};

/* What does not fit is left out: every id has room once. */
void pl_attrs_num(struct pl_attrs *attrs, enum pl_attr_id id, uint64_t number);
void pl_attrs_text(struct pl_attrs *attrs, enum pl_attr_id id, const struct pl_slice *text);

/* A field of a struct that grew over the years: read only where the struct is long enough. */
struct pl_attr_field {
    uint16_t offset;
    uint8_t width; /* bytes: 1, 2, 4, 8 */
    uint8_t shift; /* then bits of it: (value >> shift) & mask; mask 0: all */
    uint32_t mask;
    enum pl_attr_id id;
};

void pl_attrs_fields(struct pl_attrs *attrs, const struct pl_slice *from,
                     const struct pl_attr_field *fields, size_t count);

/* SK_MEMINFO_* of include/uapi/linux/sock_diag.h: queues of a row that has no others, and -m. */
void pl_linux_meminfo(const struct pl_slice *value, const struct pl_sink *sink,
                      struct pl_attrs *attrs);

/* RCV_SHUTDOWN 1, SEND_SHUTDOWN 2 */
void pl_linux_shutdown(unsigned int bits, const struct pl_sink *sink, struct pl_attrs *attrs);

/* tcp_info.c: INET_DIAG_INFO, _VEGASINFO, _DCTCPINFO, _BBRINFO, _ULP_INFO, by attribute. */
void pl_linux_tcp_detail(unsigned int proto, unsigned int type, const struct pl_slice *value,
                         struct pl_attrs *attrs);

#endif
