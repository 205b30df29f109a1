/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers get the bytes of feeds, by system calls, and do not decode them. */
#ifndef PL_SOURCE_SOURCE_H
#define PL_SOURCE_SOURCE_H

#include "decode/decode.h"
#include "model/list.h"

/*
 * Conditions of a filter that a kernel may evaluate. A reader may leave out sockets that do not
 * match, but need not. In prefix order: ALL and ANY are followed by count operands.
 */
enum pl_push_kind {
    PL_PUSH_ALL,
    PL_PUSH_ANY,
    PL_PUSH_LOCAL_PORT, /* low to high */
    PL_PUSH_PEER_PORT,
    PL_PUSH_LOCAL_ADDR, /* a network; INET includes v4-mapped INET6 */
    PL_PUSH_PEER_ADDR,
    PL_PUSH_AUTOBOUND, /* the kernel chose the local port */
    PL_PUSH_DEVICE,    /* bound to interface number */
    PL_PUSH_MARK,      /* SO_MARK & mask == number */
    PL_PUSH_CGROUP,    /* in the control group of id number */
};

struct pl_push {
    uint8_t kind;
    bool negate; /* not of ALL and ANY */
    uint8_t family;
    uint8_t bits; /* of addr that are compared */
    uint16_t low, high;
    uint32_t count;
    uint32_t mask;
    uint64_t number;
    uint8_t addr[16];
};

/* Another network namespace, as open descriptors. */
struct pl_space {
    uint32_t netns; /* inode */
    int diag;       /* sockets of netlink(7), made there: NETLINK_SOCK_DIAG */
    int route;      /* and NETLINK_ROUTE */
    int proc;       /* directory /proc/PID of a process that was there; negative: none */
    int counts[2];  /* files sockstat and sockstat6 of /proc/net there; negative errno: none */
};

struct pl_spaces {
    bool all;            /* those that exist are wanted */
    struct pl_list list; /* struct pl_space */
    size_t unknown;      /* processes whose network namespace is not known */
    size_t hidden;       /* 1: /proc does not list the processes of other users */
    size_t closed;       /* network namespaces that could not be entered */
};

/* Reports notes about what could not be seen of them. lacks: bits PL_LACK_* of this process. */
int pl_spaces_notes(const struct pl_spaces *spaces, uint32_t lacks,
                    int (*note)(void *arg, const struct pl_note *note), void *arg);

/* What to read. A reader may pass on more than is requested, but not less. */
struct pl_request {
    const struct pl_feed *feed;
    const struct pl_space *space; /* NULL: the network namespace of the reader */
    uint32_t states;              /* bits of enum pl_state; 0: all but BOUND and CLOSED */
    uint32_t families;            /* bits of enum pl_family; 0: all */
    const uint32_t *ids;          /* requested pids or uids */
    size_t id_count;
    /* For each pid a descriptor that it held, to be checked again; or NULL. */
    const struct pl_owner *held;
    const struct pl_group *const *groups; /* of containers with an id */
    size_t group_count;
    bool whole;    /* for a recording: everything, besides ids */
    uint32_t need; /* PL_NEED_*: which files of a process, which attributes of a socket */
    const struct pl_push *push; /* NULL: everything */
    size_t push_count;
    enum pl_owner_way owner_way;
    pl_users_fn *users; /* looks up names of users; NULL: pl_users_read() */
    void *users_arg;
    /* For prepare(), which also uses need and states: */
    uint32_t protos; /* bits of enum pl_proto */
    enum pl_way way;
    /* of sockets whose flags are wanted; 0 and 0: all */
    uint16_t first_port, last_port;
    bool repeated; /* the feed will be read again */
    bool large;    /* the feed is large, and its order does not matter: use threads */
};

/*
 * Receives a chunk of complete units, valid during the call. Any value but 0 stops the reading, and
 * pl_reader_ops.read() returns it.
 */
typedef int pl_chunk_fn(void *arg, const void *bytes, size_t len);

/* How a feed was read, for --debug and notes. */
struct pl_reading {
    const char *path; /* a literal such as "netlink" or "scan" */
    uint64_t bytes;
    uint32_t rights; /* bits PL_LACK_*, without which details are hidden; 0: none */
    int lacks;       /* positive errno if a part could not be read; 0: complete */
};

struct pl_reader_ops {
    /*
     * Returns 0 or a negative errno. -ENOENT: the system or recording has no such feed. -EBADMSG:
     * a recorded feed does not have the length that the recording states.
     */
    int (*read)(struct pl_reader *reader, const struct pl_request *request, pl_chunk_fn *chunk,
                void *arg, struct pl_reading *reading);
    void (*close)(struct pl_reader *reader); /* frees the reader itself */
    /* Reports notes about the reader, once a snapshot. May be NULL. */
    int (*notes)(struct pl_reader *reader, int (*note)(void *arg, const struct pl_note *note),
                 void *arg);
    /* Returns whether to read about that many TCP sockets by threads. May be NULL. */
    bool (*expects)(struct pl_reader *reader, uint64_t sockets);
    int (*commit)(struct pl_reader *reader);            /* NULL: not a recorder */
    const int *(*dirs)(const struct pl_reader *reader); /* likewise; see pl_reader_dirs() */
    /* Opens everything that requires more privileges than reading does. May be NULL. */
    void (*prepare)(struct pl_reader *reader, const struct pl_request *request);
    /*
     * Opens a way but PL_REPORT_POLL. Returns 0 or a negative errno. May be NULL.
     */
    int (*reports)(struct pl_reader *reader, enum pl_report_way way,
                   const struct pl_reports_want *want, struct pl_reports **out);
    /* The value of abi.no_bound, read when needed. NULL: it is in abi. */
    bool (*no_bound)(struct pl_reader *reader);
    uint32_t (*netns)(struct pl_reader *reader); /* see pl_reader_netns(). NULL: that of abi */
    /* See pl_reader_drop(). NULL: -ENOTSUP */
    int (*drop)(struct pl_reader *reader, const struct pl_sock *sock);
    /*
     * Reads these sockets of the feed again, without a dump. Those that the kernel does not find are left
     * out, which proves nothing about those that share their ends. May be NULL.
     */
    int (*look_up)(struct pl_reader *reader, const struct pl_request *request,
                   const struct pl_sock *socks, size_t count, pl_chunk_fn *chunk, void *arg);
    /* Opens the file of a feed. Returns a descriptor or a negative errno. NULL: not a recording. */
    int (*open)(struct pl_reader *reader, const struct pl_feed *feed);
    uint32_t (*parent)(struct pl_reader *reader,
                       uint32_t pid); /* see pl_reader_parent(). NULL: 0 */
};

/* The first member of every reader. */
struct pl_reader {
    const struct pl_reader_ops *ops;
    struct pl_abi abi;
    bool whole;              /* read complete feeds without a filter, and always owners and names */
    uint32_t lacks;          /* bits PL_LACK_* of this process; 0: not known */
    bool replay;             /* an absent feed was not recorded */
    struct pl_spaces spaces; /* whose sockets are listed, too */
};

struct pl_reports_ops {
    size_t (*fds)(const struct pl_reports *reports, int fds[4]);
    int (*read)(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost);
    void (*close)(struct pl_reports *reports); /* frees the reports themselves */
};

/* The first member of every source of reports. */
struct pl_reports {
    const struct pl_reports_ops *ops; /* NULL: PL_REPORT_POLL */
    enum pl_report_way way;
    bool udp;
    int drops;                  /* see pl_reports_drops() */
    bool big_endian;            /* this machine */
    int why[PL_REPORT_WAY_MAX]; /* see pl_reports_why_not() */
};

/* Whether a release such as "6.18.2-arch1" is major.minor or later. */
bool pl_linux_is_release(const char *release, unsigned int major, unsigned int minor);

/* Whether the table of TCP sockets lacks those that are only bound. */
bool pl_reader_no_bound(struct pl_reader *reader);
/* Whether a query requests TCP sockets that are only bound. */
bool pl_reader_wants_bound(const struct pl_reader *reader, const struct pl_query *query);

/* The protocols whose sockets have flags that permit others on their port. */
#define PL_REUSE_PROTOS (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP))

/* Returns the inode of the network namespace of this process; 0: unknown. */
uint32_t pl_reader_netns(struct pl_reader *reader);

/* Returns the abi of this machine for a system. */
struct pl_abi pl_abi_here(enum pl_system system);

/* A growing array of bytes, all zero at first. -ENOMEM leaves it unchanged. */
struct pl_buffer {
    uint8_t *data;
    size_t len;
    size_t size;
};

int pl_buffer_add(struct pl_buffer *buffer, const void *bytes, size_t len);
/* Makes room for len more bytes. */
int pl_buffer_reserve(struct pl_buffer *buffer, size_t len);
/* Appends a frame of decode/frames.h: a, b, the length, and the bytes. */
int pl_buffer_frame(struct pl_buffer *buffer, uint32_t a, uint32_t b, const void *bytes,
                    size_t len);
/* Appends the line "number:name". A line feed in name, which could forge a line, ends it. */
int pl_buffer_add_name(struct pl_buffer *buffer, uint32_t number, const char *name);
void pl_buffer_free(struct pl_buffer *buffer);
/* Appends a regular file of at most max bytes; flags are of open(2). -PL_ENOTREG, -EFBIG. */
int pl_read_regular(int dir, const char *path, int flags, size_t max, struct pl_buffer *out);
/* The same for an open file. */
int pl_read_open(int fd, size_t max, struct pl_buffer *out);

/*
 * users.c: passes on lines "uid:name" of the requested uids.
 */
int pl_read_users(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                  struct pl_reading *reading);

#endif
