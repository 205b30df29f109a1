/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a row of iproute2 6.1's ss. Details begin with a blank. */
#ifndef AS_SS_LAYOUT_H
#define AS_SS_LAYOUT_H

#include "as/layout.h"
#include "grid.h"
#include "model/array.h"

/* A row that is being written. */
struct ss_row {
    const struct as_view *view;
    const struct pl_sock *sock;
    struct out *out; /* cells of a grid */
};

static inline void ss_next(const struct ss_row *row)
{
    out_char(row->out, GRID_CELL);
}

static inline bool ss_is_inet(const struct pl_sock *sock)
{
    return sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6;
}

/* The 32 bits that vsock and TIPC have for an address. */
static inline uint32_t ss_word(const uint8_t *addr)
{
    return (uint32_t)addr[0] << 24 | (uint32_t)addr[1] << 16 | (uint32_t)addr[2] << 8 | addr[3];
}

/* The IP protocol number by which ss names and treats an IP socket. */
unsigned int ss_protocol(const struct ss_row *row);

/* ---- parts.c: details from the kernel ---- */

/* Returns the value of a detail; 0, as in ss, if the kernel did not report it. */
uint64_t ss_number(const struct ss_row *row, enum pl_attr_id id);
/* data is NULL if the kernel did not report it. */
struct pl_text ss_text(const struct ss_row *row, enum pl_attr_id id);
bool ss_has(const struct ss_row *row, enum pl_attr_id id);
/* Starts a second line, except with -O. */
void ss_break(const struct ss_row *row);
/* ss prints some unsigned numbers as signed ones. */
void ss_put_signed(struct out *out, uint32_t n);
void ss_put_field(const struct ss_row *row, const char *name, uint64_t n);
/* digits: the minimum number of digits. */
void ss_put_hex(const struct ss_row *row, const char *name, uint64_t n, unsigned int digits);
/* bits: per second, printed with a unit, or with -n all digits. */
void ss_put_rate(const struct ss_row *row, const char *name, double bits);
/* Prints a text if the kernel reported it. escaped: further bytes to escape. */
void ss_put_text(const struct ss_row *row, const char *name, enum pl_attr_id id,
                 const char *escaped);

enum ss_form {
    SS_NUMBER,
    SS_HEX,
    SS_PREFIXED, /* with "0x", except 0 */
    SS_MS,       /* microseconds as milliseconds */
    SS_GAIN,     /* BBR: units of 1/256 */
    SS_RATE,     /* bytes per second as bits */
    SS_NAME,     /* only the name */
};

enum ss_when {
    SS_SET,    /* not 0 and not than */
    SS_BELOW,  /* not 0 and below than */
    SS_OTHER,  /* not than */
    SS_GIVEN,  /* reported by the kernel */
    SS_ZERO,   /* reported as 0 */
    SS_WITH,   /* the detail than is not 0 */
    SS_BESIDE, /* the detail than is reported */
    SS_ALWAYS,
};

struct ss_part {
    enum pl_attr_id id;
    const char *name;
    enum ss_form form;
    enum ss_when when;
    uint64_t than;
};

void ss_put_parts(const struct ss_row *row, const struct ss_part *parts, size_t count);

#define SS_PARTS(row, table) ss_put_parts(row, table, COUNT_OF(table))

/* ---- rows ---- */

/* address.c: both ends, in four cells. Ends the last one. */
void ss_put_ends(const struct ss_row *row);
/* Number of a protocol of PL_FAMILY_PACKET or _NETLINK by its name there. 0 or -ENOENT. */
int ss_protocol_number(unsigned int family, const char *name, uint32_t *out);

/* details.c: -o, -e, -m, -i and similar options. */
void ss_put_details(const struct ss_row *row);
void ss_put_memory(const struct ss_row *row);
/* uid, inode, cookie, mark, control group. */
void ss_put_identity(const struct ss_row *row);
/* "<->": the open directions. */
void ss_put_shutdown(const struct ss_row *row);

/* family.c: the same for packet, UNIX, netlink, XDP and TIPC sockets. */
void ss_put_family_details(const struct ss_row *row);

/* tcp.c, ulp.c: -i */
void ss_put_tcp(const struct ss_row *row);
void ss_put_ulp(const struct ss_row *row);
void ss_put_mptcp(const struct ss_row *row);

#endif
