/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the decoders of sock_diag(7): the walk, and details of a row. */
#ifndef PL_DECODE_LINUX_DIAG_H
#define PL_DECODE_LINUX_DIAG_H

#include "decode/decode.h"
#include "netlink.h"

/* Takes one message of at least the promised length. */
typedef int pl_diag_put_fn(const struct pl_input *in, const struct pl_slice *msg,
                           struct pl_sink *sink);

/* Calls put for every message of at least size bytes. A note counts shorter ones as malformed. */
int pl_linux_diag_each(const struct pl_input *in, struct pl_sink *sink, size_t size,
                       pl_diag_put_fn *put);

/* The cookie: two u32, low word first. */
static inline uint64_t pl_linux_cookie(const struct pl_slice *msg, size_t at)
{
    return pl_slice_u32(msg, at) | (uint64_t)pl_slice_u32(msg, at + 4) << 32;
}

/* Details of the current row. Texts point into the bytes. */
struct pl_attrs {
    struct pl_attr items[PL_ATTR_MAX];
    size_t count;
};

/* Append a detail. There is room for every id once; more are ignored. */
void pl_attrs_num(struct pl_attrs *attrs, enum pl_attr_id id, uint64_t number);
void pl_attrs_text(struct pl_attrs *attrs, enum pl_attr_id id, const struct pl_slice *text);

/* A field of a struct that has grown. It is read if the struct is long enough. */
struct pl_attr_field {
    uint16_t offset;
    uint8_t width; /* bytes: 1, 2, 4, 8 */
    uint8_t shift; /* then bits of it: (value >> shift) & mask; mask 0: all */
    uint32_t mask;
    enum pl_attr_id id;
};

void pl_attrs_fields(struct pl_attrs *attrs, const struct pl_slice *from,
                     const struct pl_attr_field *fields, size_t count);

/* Reads SK_MEMINFO_* of include/uapi/linux/sock_diag.h, for -m. */
void pl_linux_meminfo(const struct pl_slice *value, const struct pl_sink *sink,
                      struct pl_attrs *attrs);

/* RCV_SHUTDOWN 1, SEND_SHUTDOWN 2 */
void pl_linux_shutdown(unsigned int bits, const struct pl_sink *sink, struct pl_attrs *attrs);

/* tcp_info.c: INET_DIAG_INFO, _VEGASINFO, _DCTCPINFO, _BBRINFO, _ULP_INFO, by attribute. */
void pl_linux_tcp_detail(unsigned int proto, unsigned int type, const struct pl_slice *value,
                         struct pl_attrs *attrs);

#endif
