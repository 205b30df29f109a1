/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the decoders of the BSDs and macOS: numbers of 4.4BSD, addresses with an embedded zone
 * (KAME), and records of raw rows.
 */
#ifndef PL_DECODE_BSD_BSD_H
#define PL_DECODE_BSD_BSD_H

#include "decode/decode.h"

/* so_state and so_options, sys/socketvar.h and sys/socket.h, the same on all of them. */
#define PL_BSD_SS_NOFDREF      0x0001U
#define PL_BSD_SS_ISCONNECTED  0x0002U
#define PL_BSD_SS_CANTSENDMORE 0x0010U
#define PL_BSD_SS_CANTRCVMORE  0x0020U
#define PL_BSD_SO_ACCEPTCONN   0x0002U

/* inp_vflag, netinet/in_pcb.h of FreeBSD and macOS. */
#define PL_BSD_VFLAG_IPV4        1U
#define PL_BSD_VFLAG_IPV6        2U
#define PL_BSD_VFLAG_IPV6_SOCKET 4U

/* Returns the enum pl_state of a number of netinet/tcp_fsm.h. */
uint16_t pl_bsd_state(uint32_t number);
/* Returns the enum pl_type of a SOCK_ number. */
uint8_t pl_bsd_type(uint32_t number);

/*
 * Sets the family and both addresses, from slots of 16 bytes: IPv6, or 12 bytes of padding and
 * IPv4. IPv4 on an IPv6 socket becomes a v4-mapped address. Set the ports before. Returns false if
 * the record has neither version.
 */
bool pl_bsd_slots(struct pl_sock *sock, const struct pl_slice *record, unsigned int vflag,
                  bool v6_socket, size_t local, size_t foreign);

/*
 * Completes a row of a protocol of IP: its state (of TCP the system's number), the zone in its
 * addresses, and the bits of have for these.
 */
void pl_bsd_inet_finish(struct pl_sock *sock, unsigned int proto, uint32_t tcp_state);
/* Marks a socket without a descriptor: not accepted yet, or closed. */
void pl_bsd_unreferenced(struct pl_sock *sock);

/* Marks a listener of a table without the accept queue. */
void pl_bsd_listener(struct pl_sock *sock);

/* Returns the path in a sockaddr_un: at most size bytes and its sun_len, up to the first NUL. */
struct pl_text pl_bsd_path(const struct pl_slice *record, size_t at, size_t size);

struct pl_bsd_unix {
    struct pl_text path;
    struct pl_text peer_path;
    uint64_t pcb;      /* address of its control block; 0: unknown */
    uint64_t peer_pcb; /* 0: none, or unknown */
    uint32_t last_pid; /* process that last used it; 0: unknown */
    bool listening;
    bool connected;
};

/* Completes a row of a UNIX socket and puts it into the sink. */
int pl_bsd_put_unix(struct pl_sink *sink, struct pl_sock *sock, const struct pl_bsd_unix *un);

/* Returns a name of at most size bytes, up to the first NUL. */
struct pl_text pl_bsd_name(const struct pl_slice *record, size_t at, size_t size);
/* Clamps a 64-bit queue to 32 bits. */
uint32_t pl_bsd_queue(uint64_t bytes);

/* Attributes of an internet socket. */
struct pl_bsd_attrs {
    struct pl_attr items[12];
    size_t count;
};

/* Adds a number, unless it is 0, which means unknown. */
void pl_bsd_add(struct pl_bsd_attrs *attrs, enum pl_attr_id id, uint64_t number);
void pl_bsd_add_text(struct pl_bsd_attrs *attrs, enum pl_attr_id id, struct pl_text text);

/* In bytes; 0: unknown. */
struct pl_bsd_windows {
    uint32_t mss, cwnd, ssthresh, rcv_wnd, snd_wnd;
};

/* Adds the windows of a TCP connection: the congestion window and its threshold in segments. */
void pl_bsd_add_windows(struct pl_bsd_attrs *attrs, const struct pl_bsd_windows *windows);

/*
 * Puts an internet socket. local_port of a raw one is its IP protocol, as on Linux, and becomes an
 * attribute too. attrs: others, or NULL.
 */
int pl_bsd_put_inet(struct pl_sink *sink, const struct pl_sock *sock, struct pl_bsd_attrs *attrs);

#endif
