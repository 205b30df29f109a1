/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the decoders of the BSDs and macOS share: the numbers of 4.4BSD, addresses that carry their
 * zone inside (the KAME way), and how a raw row becomes a record.
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

/* enum pl_state of a number of netinet/tcp_fsm.h. */
uint16_t pl_bsd_state(uint32_t number);
/* enum pl_type of a SOCK_ number. */
uint8_t pl_bsd_type(uint32_t number);

/*
 * Family and both addresses of a record whose slots are 16 bytes: IPv6, or 12 bytes of padding and
 * IPv4. IPv4 on an IPv6 socket becomes the mapped address that every other system shows. false if
 * the record says neither version.
 */
bool pl_bsd_slots(struct pl_sock *sock, const struct pl_slice *record, unsigned int vflag,
                  bool v6_socket, size_t local, size_t foreign);

/*
 * Completes a row of a protocol of IP: state (of TCP the system's number), zone taken out of the
 * addresses, have bits of what has just been set.
 */
void pl_bsd_inet_finish(struct pl_sock *sock, unsigned int proto, uint32_t tcp_state);
/* No descriptor refers to it: it waits to be accepted, or has been closed. */
void pl_bsd_unreferenced(struct pl_sock *sock);

/* A listener of a table that does not say how many connections it keeps. */
void pl_bsd_listener(struct pl_sock *sock);

/* The path in a sockaddr_un of at most size bytes: no longer than it says, up to the first NUL. */
struct pl_text pl_bsd_path(const struct pl_slice *record, size_t at, size_t size);

struct pl_bsd_unix {
    struct pl_text path;
    struct pl_text peer_path;
    uint64_t pcb;      /* its control block, what another's peer_pcb refers to; 0: not known */
    uint64_t peer_pcb; /* 0: no peer, or not known */
    uint32_t last_pid; /* who last touched it; 0: not known */
    bool listening;
    bool connected;
};

/* Completes a row of a UNIX socket and puts it into the sink. */
int pl_bsd_put_unix(struct pl_sink *sink, struct pl_sock *sock, const struct pl_bsd_unix *un);

/* A name of at most size bytes, up to the first NUL. */
struct pl_text pl_bsd_name(const struct pl_slice *record, size_t at, size_t size);
/* A 64-bit queue in the 32 bits of a record. */
uint32_t pl_bsd_queue(uint64_t bytes);

/*
 * Puts a socket of the internet families: a raw one has its IP protocol in local_port, as on Linux,
 * and as the attribute that says what that number is. also: one more attribute, or NULL.
 */
int pl_bsd_put_inet(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *also);

#endif
