/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for numbers. The words are part of the machine contract: portls(1). */
#include "api/library.h"
#include "api/sequence.h"

#include "array.h"

#include <errno.h>
#include <strings.h>

static const char *const systems[] = {
    [PL_SYSTEM_UNKNOWN] = "unknown", [PL_SYSTEM_LINUX] = "linux",
    [PL_SYSTEM_FREEBSD] = "freebsd", [PL_SYSTEM_NETBSD] = "netbsd",
    [PL_SYSTEM_OPENBSD] = "openbsd", [PL_SYSTEM_DARWIN] = "darwin",
};
_Static_assert(COUNT_OF(systems) == PL_SYSTEM_MAX, "a word for each");

static const char *const types[] = {
    [PL_TYPE_UNKNOWN] = "unknown", [PL_TYPE_STREAM] = "stream", [PL_TYPE_DGRAM] = "dgram",
    [PL_TYPE_RAW] = "raw",         [PL_TYPE_RDM] = "rdm",       [PL_TYPE_SEQPACKET] = "seqpacket",
    [PL_TYPE_DCCP] = "dccp",       [PL_TYPE_PACKET] = "packet",
};
_Static_assert(COUNT_OF(types) == PL_TYPE_MAX, "a word for each");

static const char *const states[] = {
    [PL_STATE_NONE] = "",
    [PL_STATE_ESTABLISHED] = "ESTABLISHED",
    [PL_STATE_SYN_SENT] = "SYN_SENT",
    [PL_STATE_SYN_RECV] = "SYN_RECV",
    [PL_STATE_FIN_WAIT1] = "FIN_WAIT1",
    [PL_STATE_FIN_WAIT2] = "FIN_WAIT2",
    [PL_STATE_TIME_WAIT] = "TIME_WAIT",
    [PL_STATE_CLOSED] = "CLOSED",
    [PL_STATE_CLOSE_WAIT] = "CLOSE_WAIT",
    [PL_STATE_LAST_ACK] = "LAST_ACK",
    [PL_STATE_LISTEN] = "LISTEN",
    [PL_STATE_CLOSING] = "CLOSING",
    [PL_STATE_BOUND] = "BOUND",
    [PL_STATE_UNCONN] = "UNCONN",
    [PL_STATE_PUBLISHED] = "PUBLISHED",
};
_Static_assert(COUNT_OF(states) == PL_STATE_MAX, "a word for each");

static const char *const reasons[] = {
    [PL_OWNER_NOT_ASKED] = "",
    [PL_OWNER_KNOWN] = "",
    [PL_OWNER_TIME_WAIT] = "time_wait",
    [PL_OWNER_SYN_RECV] = "syn_recv",
    [PL_OWNER_ACCEPT_QUEUE] = "accept_queue",
    [PL_OWNER_ORPHAN] = "orphan",
    [PL_OWNER_NOT_PERMITTED] = "not_permitted",
    [PL_OWNER_NOT_FOUND] = "not_found",
    [PL_OWNER_KERNEL] = "kernel",
};
_Static_assert(COUNT_OF(reasons) == PL_OWNER_MAX, "a word for each");

/* enum pl_timer; enum tcp_ca_state of include/uapi/linux/tcp.h; RCV_SHUTDOWN and SEND_SHUTDOWN */
static const char *const timers[] = {"none", "retransmit", "keepalive", "time_wait", "probe"};
static const char *const ca_states[] = {"open", "disorder", "cwr", "recovery", "loss"};
static const char *const shutdowns[] = {"none", "receive", "send", "both"};

static const char *const reaches[] = {
    [PL_REACH_UNKNOWN] = "",
    [PL_REACH_LOOPBACK] = "loopback",
    [PL_REACH_LINK_LOCAL] = "link_local",
    [PL_REACH_PRIVATE] = "private",
    [PL_REACH_PUBLIC] = "public",
    [PL_REACH_MULTICAST] = "multicast",
    [PL_REACH_ANY_V4] = "any_v4",
    [PL_REACH_ANY_V6] = "any_v6",
    [PL_REACH_ANY] = "any",
    [PL_REACH_NONE] = "none",
};
_Static_assert(COUNT_OF(reaches) == PL_REACH_MAX, "a word for each");

static const char *const openers[] = {
    [PL_OPENED_UNKNOWN] = "",
    [PL_OPENED_LOCAL] = "local",
    [PL_OPENED_PEER] = "peer",
};
_Static_assert(COUNT_OF(openers) == PL_OPENED_MAX, "a word for each");

static const char *name_of(const char *const *names, unsigned int max, unsigned int number)
{
    return number < max ? names[number] : NULL;
}

static int number_of(const char *(*name)(unsigned int number), const char *word, unsigned int *out)
{
    const char *each;

    for (unsigned int i = 0; (each = name(i)) != NULL; i++) {
        if (each[0] != '\0' && strcasecmp(each, word) == 0) {
            *out = i;
            return 0;
        }
    }
    return -EINVAL;
}

const char *pl_system_name(unsigned int system)
{
    return name_of(systems, PL_SYSTEM_MAX, system);
}

const char *pl_type_name(unsigned int type)
{
    return name_of(types, PL_TYPE_MAX, type);
}

const char *pl_state_name(unsigned int state)
{
    return name_of(states, PL_STATE_MAX, state);
}

const char *pl_owner_unknown_name(unsigned int reason)
{
    return name_of(reasons, PL_OWNER_MAX, reason);
}

const char *pl_reach_name(unsigned int reach)
{
    return name_of(reaches, PL_REACH_MAX, reach);
}

const char *pl_opened_name(unsigned int opened)
{
    return name_of(openers, PL_OPENED_MAX, opened);
}

const char *pl_timer_name(unsigned int timer)
{
    return name_of(timers, COUNT_OF(timers), timer);
}

const char *pl_ca_state_name(unsigned int state)
{
    return name_of(ca_states, COUNT_OF(ca_states), state);
}

const char *pl_shutdown_name(unsigned int directions)
{
    return name_of(shutdowns, COUNT_OF(shutdowns), directions);
}

int pl_system_parse(const char *word, enum pl_system *out)
{
    unsigned int number;
    int err = number_of(pl_system_name, word, &number);

    if (err < 0 || number == PL_SYSTEM_UNKNOWN)
        return -EINVAL;
    *out = (enum pl_system)number;
    return 0;
}

int pl_proto_parse(const char *word, enum pl_proto *out)
{
    unsigned int number;
    int err = number_of(pl_proto_name, word, &number);

    if (err < 0 || number == PL_PROTO_UNKNOWN)
        return -EINVAL;
    *out = (enum pl_proto)number;
    return 0;
}
