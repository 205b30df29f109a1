/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets: which headers they have, and the fields of each header. Pure functions that allocate
 * nothing. Every length in a packet is untrusted: nothing beyond the captured bytes is read.
 */
#ifndef PL_API_WIRE_H
#define PL_API_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- headers ---- */

enum pl_wire_proto {
    PL_WIRE_NONE,
    PL_WIRE_ETHERNET, /* IEEE 802.3, with LLC and SNAP if present */
    PL_WIRE_VLAN,     /* IEEE 802.1Q tag, after the type that announces it */
    PL_WIRE_MPLS,     /* one label: RFC 3032 */
    PL_WIRE_PPPOE,    /* RFC 2516 */
    PL_WIRE_PPP,      /* RFC 1661, RFC 1662 */
    PL_WIRE_SLL,      /* LINKTYPE_LINUX_SLL */
    PL_WIRE_SLL2,     /* LINKTYPE_LINUX_SLL2 */
    PL_WIRE_NULL,     /* LINKTYPE_NULL: family in the byte order of the writer */
    PL_WIRE_LOOP,     /* LINKTYPE_LOOP: family in network order */
    PL_WIRE_IPV4,     /* RFC 791 */
    PL_WIRE_IPV6,     /* RFC 8200 */
    PL_WIRE_HOP,      /* extension headers of RFC 8200: hop-by-hop options */
    PL_WIRE_DEST,     /* destination options */
    PL_WIRE_ROUTING,  /* routing */
    PL_WIRE_FRAGMENT, /* fragment */
    PL_WIRE_AUTH,     /* authentication header: RFC 4302 */
    PL_WIRE_ESP,      /* encapsulating security payload: RFC 4303 */
    PL_WIRE_MOBILITY, /* RFC 6275 */
    PL_WIRE_GRE,      /* RFC 2784, RFC 2890 */
    PL_WIRE_VXLAN,    /* RFC 7348 */
    PL_WIRE_GENEVE,   /* RFC 8926 */
    PL_WIRE_TCP,      /* RFC 9293 */
    PL_WIRE_UDP,      /* RFC 768 */
    PL_WIRE_ICMP,     /* RFC 792 */
    PL_WIRE_ICMPV6,   /* RFC 4443 */
    PL_WIRE_PROTO_MAX,
};

/* Returns a short name, "tcp", and a title, "TCP". */
const char *pl_wire_name(unsigned int proto);
const char *pl_wire_title(unsigned int proto);

/* Why there is no further header. */
enum pl_wire_stop {
    PL_WIRE_STOP_END,       /* the innermost header was decoded */
    PL_WIRE_STOP_CUT,       /* the rest was not captured */
    PL_WIRE_STOP_SHORT,     /* the datagram ends inside the header */
    PL_WIRE_STOP_BAD,       /* the header is invalid: its length or version */
    PL_WIRE_STOP_UNKNOWN,   /* stopped_by is a protocol without a decoder */
    PL_WIRE_STOP_FRAGMENT,  /* a later fragment: the header is in another packet */
    PL_WIRE_STOP_ENCRYPTED, /* ESP */
    PL_WIRE_STOP_DEEP,      /* too many headers */
};

enum pl_wire_checksum {
    PL_WIRE_CHECKSUM_NONE, /* the header has none, or the sender did not set it */
    PL_WIRE_CHECKSUM_GOOD,
    PL_WIRE_CHECKSUM_BAD,
    /* Only the sum of the pseudo header: the interface completes it when it sends the packet. */
    PL_WIRE_CHECKSUM_PARTIAL,
    PL_WIRE_CHECKSUM_FRAGMENT, /* covers other fragments, too */
    PL_WIRE_CHECKSUM_CUT,      /* covers bytes that were not captured */
    PL_WIRE_CHECKSUM_ABSENT, /* none, though UDP over IPv6 needs one, except in tunnels: RFC 6935 */
    PL_WIRE_CHECKSUM_MAX,
};

struct pl_wire_header {
    uint32_t at;       /* offset in the packet */
    uint32_t len;      /* bytes of the header, as it claims; the packet may be shorter */
    uint32_t whole;    /* bytes from its start to the end of the datagram that contains it */
    uint8_t proto;     /* enum pl_wire_proto */
    uint8_t checksum;  /* enum pl_wire_checksum */
    bool quoted;       /* part of a packet that an ICMP error returns */
    bool part;         /* inside a fragment: the rest is in other fragments */
    uint16_t expected; /* the right checksum, if it is bad */
};

#define PL_WIRE_HEADERS 32

struct pl_wire {
    const uint8_t *data; /* borrowed */
    uint32_t captured;   /* bytes of data */
    uint32_t length;     /* bytes of the packet on the wire; at least captured */
    struct pl_wire_header headers[PL_WIRE_HEADERS];
    size_t count;
    enum pl_wire_stop stop;
    uint32_t stopped_by; /* number of the unknown protocol: an EtherType, an IP protocol */

    /* State while decoding: the innermost network header. */
    uint32_t end;       /* where its datagram ends; at most length */
    uint8_t family;     /* 4, 6, or 0: none */
    bool fragmented;    /* the datagram is a fragment */
    bool quoting;       /* inside the packet that an ICMP error returns */
    uint8_t source[16]; /* addresses of the pseudo header */
    uint8_t target[16];
};

/*
 * Finds the headers of a packet, the outermost first, which is of protocol first. length: bytes of
 * the packet on the wire.
 */
void pl_wire_decode(struct pl_wire *wire, const uint8_t *data, size_t captured, size_t length,
                    enum pl_wire_proto first);

/* Returns the protocol of the first header of a capture with this LINKTYPE; PL_WIRE_NONE: unknown. */
enum pl_wire_proto pl_wire_link(uint32_t linktype);

/* Guesses what bytes without a link type begin with. PL_WIRE_NONE: nothing plausible. */
enum pl_wire_proto pl_wire_guess(const uint8_t *data, size_t len);

/* ---- fields ---- */

enum pl_wire_field_id {
#define WIRE_FIELD(id, name, title, text) PL_WIRE_F_##id,
#include "api/wire_fields.def"
#undef WIRE_FIELD
    PL_WIRE_F_MAX,
};

enum pl_wire_fault {
#define WIRE_FAULT(id, text) PL_WIRE_BAD_##id,
#include "api/wire_faults.def"
#undef WIRE_FAULT
    PL_WIRE_BAD_MAX,
};

struct pl_wire_field {
    uint32_t at; /* bits from the start of the header */
    uint32_t bits;
    uint64_t value; /* of a field of at most 64 bits */
    uint8_t id;     /* enum pl_wire_field_id */
    uint8_t option; /* id of the option that the field is in; 0: none */
    uint8_t fault;  /* enum pl_wire_fault; 0: none */
    bool cut;       /* at least partly not captured, or after the end of the datagram */
};

/* Returns the name of a field, "data_offset"; its title; and a sentence that explains it. */
const char *pl_wire_field_name(unsigned int id);
const char *pl_wire_field_title(unsigned int id);
const char *pl_wire_field_text(unsigned int id);
const char *pl_wire_fault_text(unsigned int fault);

/* Enough for every header: 40 bytes of TCP options of one byte, and 14 fields before them. */
#define PL_WIRE_FIELDS 96

/* Stores the fields of a header in the order of their bits; returns their number. */
size_t pl_wire_fields(const struct pl_wire *wire, const struct pl_wire_header *header,
                      struct pl_wire_field fields[PL_WIRE_FIELDS]);

#endif
