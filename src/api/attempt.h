/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts to open a TCP connection, put together from packets: RFC 9293, section 3.5. Only attempts
 * and connections that have not ended are kept. states.h adds what the kernel reports about them.
 */
#ifndef PL_API_ATTEMPT_H
#define PL_API_ATTEMPT_H

#include "wire.h"

/* ---- segments ---- */

enum {
    PL_TCP_FIN = 1 << 0,
    PL_TCP_SYN = 1 << 1,
    PL_TCP_RST = 1 << 2,
    PL_TCP_PSH = 1 << 3,
    PL_TCP_ACK = 1 << 4,
    PL_TCP_URG = 1 << 5,
    PL_TCP_ECE = 1 << 6,
    PL_TCP_CWR = 1 << 7,
    PL_TCP_AE = 1 << 8,
};

/* Options and flags of a SYN. */
enum {
    PL_SYN_MSS = 1 << 0,
    PL_SYN_SCALE = 1 << 1,
    PL_SYN_SACK = 1 << 2,
    PL_SYN_TIMESTAMPS = 1 << 3,
    PL_SYN_FAST_OPEN = 1 << 4, /* requests a cookie, or has one: RFC 7413 */
    PL_SYN_COOKIE = 1 << 5,    /* has one */
    PL_SYN_MPTCP = 1 << 6,     /* MP_CAPABLE: RFC 8684 */
    PL_SYN_JOIN = 1 << 7,      /* MP_JOIN */
    PL_SYN_MD5 = 1 << 8,       /* RFC 2385 */
    PL_SYN_AO = 1 << 9,        /* RFC 5925 */
    PL_SYN_ECN = 1 << 10,      /* RFC 3168 */
    PL_SYN_ACCECN = 1 << 11,   /* RFC 9768 */
    PL_SYN_BAD = 1 << 12,      /* its checksum is wrong */
};

struct pl_syn {
    uint16_t have; /* PL_SYN_* */
    uint16_t mss;
    uint8_t scale;
};

/* A TCP segment, or an ICMP error that returns one. */
struct pl_segment {
    uint64_t time; /* nanoseconds since the Epoch */
    uint8_t source[16], target[16];
    uint16_t source_port, target_port;
    uint32_t seq, ack;
    uint32_t data;  /* bytes after the header */
    uint16_t flags; /* PL_TCP_* */
    uint8_t family; /* 4 or 6 */
    bool bad;       /* its checksum is wrong */
    bool icmp; /* an error: seq, ports, addresses and flags are those of the returned segment */
    uint8_t type, code;
    struct pl_syn syn; /* of a SYN */
};

/* Gets the innermost TCP segment of a packet, or the one an ICMP error returns; false: none. */
bool pl_segment_get(const struct pl_wire *wire, uint64_t time, struct pl_segment *out);
/*
 * The same for most packets of a capture, without decoding them: a segment without SYN and RST, not in a
 * fragment, a tunnel or after options of IP. Its checksum is not verified. false: decode the packet.
 */
bool pl_segment_quick(const uint8_t *data, size_t captured, size_t length, enum pl_wire_proto link,
                      uint64_t time, struct pl_segment *out);

/* ---- attempts ---- */

enum pl_verdict {
    PL_VERDICT_NONE,
    PL_VERDICT_COMPLETED,
    PL_VERDICT_SIMULTANEOUS,
    PL_VERDICT_RST,
    PL_VERDICT_ICMP,
    PL_VERDICT_NO_ANSWER,
    PL_VERDICT_TRYING,
    PL_VERDICT_HALF_OPEN,
    PL_VERDICT_ABANDONED,
    PL_VERDICT_LATE,
    PL_VERDICT_STRAY,
    PL_VERDICT_MAX,
};

/* Returns "completed", and a sentence that explains it. NULL for a number outside. */
const char *pl_verdict_name(unsigned int verdict);
const char *pl_verdict_text(unsigned int verdict);

/* Which members of an attempt are known. */
enum {
    PL_ATTEMPT_ISN = 1 << 0,
    PL_ATTEMPT_PEER_ISN = 1 << 1,
    PL_ATTEMPT_SYN = 1 << 2,      /* the SYN of the initiator: syn, syn_data */
    PL_ATTEMPT_PEER_SYN = 1 << 3, /* the SYN-ACK or SYN of the responder: peer_syn */
    PL_ATTEMPT_SYNACK_TIME = 1 << 4,
    PL_ATTEMPT_THIRD = 1 << 5,     /* end_us, third_seq, third_ack: the segment that completed it */
    PL_ATTEMPT_END = 1 << 6,       /* end_us: the RST or the ICMP error */
    PL_ATTEMPT_OTHER = 1 << 7,     /* other_ack: of a SYN-ACK that does not answer this SYN */
    PL_ATTEMPT_BAD_RST = 1 << 8,   /* there was an RST that the initiator must ignore */
    PL_ATTEMPT_CROSSED = 1 << 9,   /* both ends sent a SYN */
    PL_ATTEMPT_REVERSED = 1 << 10, /* the SYN-ACK was captured before its SYN */
    PL_ATTEMPT_RST_SEEN = 1 << 11, /* it was refused by an RST, or is a stray one */
    PL_ATTEMPT_THIRD_TIME = 1 << 12,
    PL_ATTEMPT_SYN_COUNT = 1 << 13, /* syn_count */
    PL_ATTEMPT_SYNACK_COUNT = 1 << 14,
    PL_ATTEMPT_PACKETS = 1 << 15,     /* put together from packets */
    PL_ATTEMPT_STATES = 1 << 16,      /* the kernel reported the socket of the initiator, */
    PL_ATTEMPT_PEER_STATES = 1 << 17, /* that of the responder */
    PL_ATTEMPT_NETNS = 1 << 18,
    PL_ATTEMPT_ERROR = 1 << 19,
    PL_ATTEMPT_CONNECT_TIME = 1 << 20, /* connect_us */
    PL_ATTEMPT_CLOSED = 1 << 21,  /* the initiator's program closed the socket before an answer */
    PL_ATTEMPT_NO_PORT = 1 << 22, /* the port of the initiator is not known, */
    PL_ATTEMPT_NO_ADDRESS = 1 << 23, /* its address */
    /* Crossed: the initiator sent a SYN-ACK, which was the first of both: synack_us is of that one. */
    PL_ATTEMPT_OWN_SYNACK = 1 << 24,
    PL_ATTEMPT_OWN_SYNACK_FIRST = 1 << 25,
    /* This machine dropped its SYN, or the SYN-ACK: drop_reason, drop_count. */
    PL_ATTEMPT_DROPPED = 1 << 26,
    PL_ATTEMPT_DROPPED_ANSWER = 1 << 27, /* the SYN-ACK, the last time */
    PL_ATTEMPT_QUEUE = 1 << 28,          /* queue, queue_limit */
};

/* The members that come from reports. */
#define PL_ATTEMPT_REPORTED                                                             \
    (PL_ATTEMPT_STATES | PL_ATTEMPT_PEER_STATES | PL_ATTEMPT_NETNS | PL_ATTEMPT_ERROR | \
     PL_ATTEMPT_CONNECT_TIME | PL_ATTEMPT_CLOSED)
#define PL_ATTEMPT_ANY_STATES (PL_ATTEMPT_STATES | PL_ATTEMPT_PEER_STATES)

struct pl_holders;

struct pl_attempt {
    uint64_t time; /* of its first SYN, or of its first packet; nanoseconds since the Epoch */
    uint8_t addrs[2][16]; /* of the initiator and the responder */
    uint16_t ports[2];
    uint32_t isn, peer_isn;
    uint32_t syn_last_us; /* from the first to the last SYN of the initiator */
    uint32_t synack_us;   /* from the first SYN to the first SYN-ACK */
    uint32_t third_us;    /* from the first SYN-ACK to the third step */
    uint32_t end_us;      /* from the first SYN to the third step, the RST or the ICMP error */
    uint32_t third_seq, third_ack;
    uint32_t other_ack;
    uint16_t syn_count, synack_count;
    uint16_t syn_data; /* bytes in the SYN */
    uint16_t taken;    /* bytes of them that the SYN-ACK acknowledges */
    uint16_t synack_data;
    uint32_t have; /* PL_ATTEMPT_* */
    struct pl_syn syn, peer_syn;
    uint8_t family;  /* 4 or 6 */
    uint8_t verdict; /* enum pl_verdict */
    uint8_t icmp_type, icmp_code;
    /* Of reports. */
    uint8_t owner_unknown; /* enum pl_owner_unknown: why no owner is known */
    uint32_t netns;        /* inode of the network namespace of the initiator's socket, or else of
                              the responder's */
    uint32_t connect_us; /* from connect(2) until the initiator's socket was connected or closed */
    int error;           /* positive errno of the initiator's socket */
    const char *drop_reason; /* the kernel's name: "NETFILTER_DROP"; of the last drop. Borrowed */
    uint32_t drop_netns;     /* inode of the network namespace where that was; 0: not known */
    uint32_t drop_count;
    /* Without an answer: the accept queue of its listener on this machine, when it was passed on. */
    uint32_t queue, queue_limit;
    /* How far ListenOverflows and TCPReqQFullDrop have risen since it began; 0: not known as well. */
    uint32_t overflows, syn_drops;
    /* Processes that hold the socket of the initiator, and of the responder. NULL: not known. */
    struct pl_holders *owners[2];
};

/* Returns the meaning of its ICMP error: "port unreachable"; NULL: unknown. */
const char *pl_attempt_icmp(const struct pl_attempt *attempt);

/* Returns what a reason of drops means: "a rule of the firewall (netfilter)"; NULL: unknown. */
const char *pl_drop_text(const char *reason);

/* Takes an attempt when its verdict is known. Returns 0 or a negative errno, which stops the caller. */
typedef int pl_attempt_fn(void *arg, const struct pl_attempt *attempt);

struct pl_attempts; /* opaque */

/* The number of random keys. They prevent a capture with chosen addresses from slowing the table down. */
#define PL_ATTEMPT_KEYS 12

/* These return 0, a negative errno, or what take() returned. */
int pl_attempts_new(const uint64_t keys[PL_ATTEMPT_KEYS], pl_attempt_fn *take, void *arg,
                    struct pl_attempts **out);
int pl_attempts_add(struct pl_attempts *attempts, const struct pl_segment *segment);
/*
 * Passes on the attempt that packets show and that the kernel has now decided: the one with the endpoints of
 * reported. Does nothing if the packets show no such attempt, or if it was passed on before.
 */
int pl_attempts_decide(struct pl_attempts *attempts, const struct pl_attempt *reported);
/*
 * Passes on all attempts that are left. going_on: the packets end, not the time in which an answer
 * can come.
 */
int pl_attempts_end(struct pl_attempts *attempts, bool going_on);
void pl_attempts_free(struct pl_attempts *attempts);

/*
 * For packets that are captured live: an attempt is passed on as soon as it is completed, and shortly
 * after it is refused. Connections that began before are not passed on, nor are RSTs that may end them. The
 * number of attempts that are kept is limited. Call it before the first segment.
 */
void pl_attempts_hurry(struct pl_attempts *attempts);
/*
 * Sets the clock, in nanoseconds since the Epoch, as a segment of that time would: passes on attempts that
 * have waited long enough.
 */
int pl_attempts_tick(struct pl_attempts *attempts, uint64_t now);
/* The clock was set, by so many nanoseconds: times of segments that follow are of the new time. */
void pl_attempts_shift(struct pl_attempts *attempts, int64_t by);
/* Returns how many attempts were passed on before they were decided, since there were too many. */
uint64_t pl_attempts_early(const struct pl_attempts *attempts);
/* Returns whether attempts depend on the last segment: a capture without the others has the same ones. */
bool pl_attempts_matters(const struct pl_attempts *attempts);

/* Returns the number of attempts and connections in the table, and the bytes that it occupies. */
size_t pl_attempts_count(const struct pl_attempts *attempts, size_t *bytes);

/* ---- copies ---- */

/*
 * A packet that passes several interfaces of a machine (a bridge, a pair of veth, a VLAN, or because it is
 * forwarded) is captured several times.
 */
struct pl_copies; /* opaque */

int pl_copies_new(struct pl_copies **out);
/*
 * Returns whether the same segment was seen at another interface shortly before; the interfaces have
 * numbers. Remembers it.
 */
bool pl_copies_has(struct pl_copies *copies, const struct pl_segment *segment, uint32_t interface);
/* Returns whether a copy of the segment would change an attempt, so that it must be found. */
static inline bool pl_segment_decides(const struct pl_segment *segment)
{
    return segment->icmp || (segment->flags & (PL_TCP_SYN | PL_TCP_RST)) != 0;
}
void pl_copies_free(struct pl_copies *copies);

#endif
