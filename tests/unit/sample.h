/* SPDX-License-Identifier: BSD-2-Clause */
/* A snapshot with everything that a view can show. */
#ifndef TEST_SAMPLE_H
#define TEST_SAMPLE_H

#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/column.h"

/* Sockets of the sample, in the kernel's order. */
enum {
    SAMPLE_LISTEN4,   /* 0.0.0.0:80, two processes, one of them twice */
    SAMPLE_DUAL,      /* [::]:443 dual stack, a process with a hostile name */
    SAMPLE_V6ONLY,    /* [::]:444 v6 only, its owner is hidden */
    SAMPLE_CONN,      /* 10.0.0.1:5000 to 10.0.0.2:443, its process has ended */
    SAMPLE_LINK,      /* fe80::1%eth0 to fe80::2%eth0 */
    SAMPLE_DEVICE,    /* UDP 0.0.0.0:53 bound to an interface without a name */
    SAMPLE_TIME_WAIT, /* no uid, no inode */
    SAMPLE_ODD,       /* an unknown family, state and protocol, and nothing else */
    SAMPLE_COUNT,
};

#define SAMPLE_HOSTILE "e\x1b[1m v,i;l\"\n\xff"

struct pl_snapshot *sample_new(void);
const struct pl_sock *sample_sock(const struct pl_snapshot *snap, size_t i);

/* Returns a view of all sockets in the kernel's order. The next call overwrites it. */
struct view sample_view(const struct pl_snapshot *snap, const char *columns, bool data);

#endif
