/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The actor ends processes and closes sockets for portkill. On Linux it is a separate process, forked
 * before portkill reads anything from the kernel, so that code which decodes hostile data has no
 * right to end anything. It knows the selector as the user typed it, understands requests of one
 * fixed size, and verifies each of them against the selector and against the kernel.
 */
#ifndef KILL_ACTOR_H
#define KILL_ACTOR_H

#include "api/library.h"

/* Time to end after SIGKILL. The process may wait for a device. */
#define ACTOR_KILL_WAIT_MS 5000

enum actor_what {
    ACTOR_SIGNAL = 1, /* send a signal to a process that holds the socket */
    ACTOR_CLOSE,      /* destroy the socket */
};

/* A connection of the user's own session. Addresses of IPv4 are mapped to IPv6. */
struct actor_own {
    uint8_t local_addr[16], peer_addr[16]; /* in network order */
    uint16_t local_port, peer_port;        /* 0: none */
};

/* What the user typed. Requests can choose nothing else. Pointers are borrowed. */
struct actor_plan {
    const struct pl_filter *selector; /* with every default, such as LISTEN for ":PORT" */
    enum actor_what what;
    int signal;
    uint32_t wait_ms; /* how long to wait for the end of processes after the signal */
    bool then_kill;   /* then send SIGKILL, and wait for ACTOR_KILL_WAIT_MS */
    bool really;      /* also ancestors, pid 1, kernel threads and the own connection */
    bool no_sandbox;
    struct actor_own own;
    /* Of portkill, with itself first. On Linux, the actor finds them itself. */
    const uint32_t *ancestors;
    size_t ancestor_count;
};

/* All zero: not started. */
struct actor {
    int fd;           /* the socket to the actor; -1: it has ended */
    uint32_t wait_ms; /* of the plan */
    int refused;      /* positive errno of a layer of its sandbox that the kernel refused, or 0 */
    const struct actor_plan *plan; /* where the actor is no process */
    int64_t since_ms;              /* the same: when the last signal was sent */
};

enum actor_step {
    ACTOR_ACT,   /* verify, and hit it */
    ACTOR_CHECK, /* verify, but do nothing */
    ACTOR_WAIT,  /* wait for the end of a process that got the signal */
    ACTOR_STEP_MAX,
};

/* What the actor compares with the target. It contains no text. */
struct actor_request {
    uint32_t what; /* enum actor_what, as in the plan */
    uint32_t step; /* enum actor_step; set by the functions below */
    uint32_t pid;  /* ACTOR_CLOSE: of an owner, to be tried first; 0: none */
    uint32_t fd;   /* descriptor as listed. Any other one of that socket will do, too */
    /* As listed: pl_process.started and a hash of pl_process.exe; 0: unknown. */
    uint64_t listed_started, listed_exe;
    /* Set by actor_check(). 0: not checked. */
    uint64_t started_ticks; /* field 22 of /proc/PID/stat */
    uint64_t exe_dev, exe_ino;
    struct pl_sock sock; /* cookie, key, protocol, family, state, endpoints */
};

enum actor_outcome {
    ACTOR_FAILED, /* nothing was done, or it is unknown whether it had an effect; see error */
    ACTOR_READY,  /* a check: it may be hit */
    ACTOR_DONE,   /* the process has ended; the socket is closed */
    ACTOR_KILLED, /* the process ended only after SIGKILL */
    ACTOR_SENT,   /* the signal was sent; the process still runs. A detail: why KILL was not sent */
    ACTOR_CHANGED, /* not touched: no longer what was listed */
    ACTOR_REFUSED, /* not touched: it must not be hit */
    ACTOR_OUTCOME_MAX,
};

enum actor_detail {
    ACTOR_NO_DETAIL,
    /* refused */
    ACTOR_MALFORMED,  /* the request is invalid, or not what was typed */
    ACTOR_UNSELECTED, /* the selector does not match the socket with this owner */
    ACTOR_UNSURE,     /* hidden owners decide whether it matches */
    ACTOR_SELF,       /* portkill. The next ones are refused unless plan.really is set */
    ACTOR_ANCESTOR,   /* a parent of portkill */
    ACTOR_SESSION,    /* the connection over which the user is logged in */
    ACTOR_INIT,       /* process 1 */
    ACTOR_KERNEL,     /* a kernel thread */
    ACTOR_NO_PIDFD,   /* the kernel has no pidfd_open(2) */
    ACTOR_NO_COOKIE,  /* nothing identifies the socket */
    ACTOR_BOUND,      /* bound only: cannot be closed from outside */
    ACTOR_KIND,       /* sockets of this protocol cannot be closed from outside */
    ACTOR_MPTCP,      /* a listener of MPTCP */
    ACTOR_LISTENER,   /* the BSDs: only a connection can be closed */
    ACTOR_TWIN,       /* the BSDs: another socket has the same addresses and ports */
    /* changed */
    ACTOR_SOCKET_GONE,
    ACTOR_PROCESS_GONE,
    ACTOR_OTHER_PROCESS, /* the process id was reused */
    ACTOR_OTHER_PROGRAM, /* the process executed another program */
    ACTOR_NOT_HELD,      /* the process does not hold the socket any more */
    /* done */
    ACTOR_KEEPS_PORT, /* the socket is dead, but keeps its port until its owner closes it */
    /* failed */
    ACTOR_LOST,         /* the actor gave no reply */
    ACTOR_UNREADABLE,   /* the socket or the process could not be verified */
    ACTOR_NOT_ALLOWED,  /* the actor lacks a capability: see lacks of the reply */
    ACTOR_UNSUPPORTED,  /* the kernel lacks CONFIG_INET_DIAG_DESTROY */
    ACTOR_GROUP,        /* a member of an SO_REUSEPORT group: the kernel chose another one */
    ACTOR_STILL_LISTED, /* the kernel reported success, but still lists the socket */
    ACTOR_NOT_FOUND,    /* the BSDs: the kernel lists the socket, but does not find it to close */
    ACTOR_UNVERIFIED,   /* the kernel reported success, but its table could not be read again */
    ACTOR_DETAIL_MAX,
};

/* Rights that were missing. */
enum {
    ACTOR_LACKS_KILL = 1 << 0,
    ACTOR_LACKS_NET_ADMIN = 1 << 1,
    ACTOR_LACKS_PTRACE = 1 << 2,
    ACTOR_LACKS_ROOT = 1 << 3, /* systems without capabilities */
};

struct actor_reply {
    int32_t error;    /* 0 or a negative errno */
    uint32_t outcome; /* enum actor_outcome */
    uint32_t detail;  /* enum actor_detail */
    uint32_t lacks;   /* bits ACTOR_LACKS_* */
    uint64_t ms;      /* duration; of ACTOR_WAIT: from the signal to the end of the process */
    /* Of a check of a process: for the request that follows. */
    uint64_t started_ticks, exe_dev, exe_ino;
};

/*
 * Starts the actor. Call it before anything but the command line was read, and before privileges
 * are dropped. Returns 0 or a negative errno. -ENOTSUP: this system cannot close sockets of others.
 * -ESRCH: /proc is that of another pid namespace.
 */
int actor_start(const struct actor_plan *plan, struct actor *out);
/* Verifies the target without touching it; keeps its identity in the request if it is ACTOR_READY. */
void actor_check(struct actor *actor, struct actor_request *request, struct actor_reply *reply);
/* Verifies the target again and hits it. A process that got the signal is reported as ACTOR_SENT. */
void actor_act(struct actor *actor, const struct actor_request *request, struct actor_reply *reply);
/*
 * After all processes got the signal, waits for the end of this one. The time limit is that of all of
 * them, so that they are waited for together.
 */
void actor_wait(struct actor *actor, const struct actor_request *request,
                struct actor_reply *reply);
void actor_end(struct actor *actor);

/* ---- actor_own.c ---- */

/*
 * Reads the variable SSH_CONNECTION of ssh(1): address and port of the client, then of the server.
 * Returns false if it is something else.
 */
bool actor_read_own(const char *text, struct actor_own *out);
/* Whether the socket is an end of that connection. */
bool actor_is_own(const struct actor_own *own, const struct pl_sock *sock);

/* ---- actor_request.c ---- */

/*
 * Fills in a request for a listed socket and, for ACTOR_SIGNAL, one of its owners; NULL for
 * ACTOR_CLOSE. The snapshot needs PL_NEED_OWNERS, PL_NEED_EXES and PL_NEED_STARTED.
 */
void actor_fill(struct actor_request *out, const struct pl_snapshot *snap,
                const struct pl_sock *sock, const struct pl_owner *owner);
/*
 * Whether a message of len bytes is a request, of the plan's kind, and each number in it is one that
 * actor_fill() and actor_check() can write. The sender may have been taken over.
 */
bool actor_is_valid(const struct actor_plan *plan, const struct actor_request *request, size_t len);
/* Returns a hash of the path of an executable; 0 for an unknown one. */
uint64_t actor_exe_hash(struct pl_text exe);

/*
 * Whether a process was not touched because of the socket of the request: another one may do. Not if the
 * reason holds for every socket of the process.
 */
bool actor_is_about_socket(const struct actor_reply *reply);

/* Return words for programs: "changed", "process_gone"; NULL when out of range. */
const char *actor_outcome_name(unsigned int outcome);
const char *actor_detail_name(unsigned int detail); /* ACTOR_NO_DETAIL: "" */
/*
 * Writes a sentence without a full stop: "not touched: the process id was reused". Returns what
 * snprintf(3) returns.
 */
int actor_explain(const struct actor_plan *plan, const struct actor_reply *reply, char *buf,
                  size_t size);

#endif
