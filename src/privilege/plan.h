/* SPDX-License-Identifier: BSD-2-Clause */
/* What a listing needs, and so what it keeps: pure decisions, the same on every system. */
#ifndef PRIVILEGE_PLAN_H
#define PRIVILEGE_PLAN_H

#include "api/library.h"

/* What is about to be done. Strings are borrowed. */
struct sandbox_plan {
    uint32_t need;      /* PL_NEED_* of the query and of its filter */
    bool live;          /* the kernel is read */
    bool unix_table;    /* and /proc/net/unix: who holds a socket tells its rows from forged ones */
    bool repeat;        /* and read again: -c */
    bool foreign;       /* the folder in which the recording appears belongs to another user */
    const char *replay; /* folder; NULL: none */
    const int *record;  /* descriptors as of pl_reader_dirs(); NULL: none */
    const char *file;   /* a file to be read; NULL: none */
};

/* Capabilities that a listing may have a use for: bits. */
enum {
    SANDBOX_PTRACE = 1 << 0, /* cap_sys_ptrace: descriptors of others' processes */
    SANDBOX_SEARCH = 1 << 1, /* cap_dac_read_search: folders of others */
    SANDBOX_NET_ADMIN =
        1 << 2, /* cap_net_admin: marks and the like, in every recvmsg(2) of a dump */
    SANDBOX_OVERRIDE = 1 << 3, /* cap_dac_override, cap_fowner: a recording in another's folder */
};

enum sandbox_stage {
    SANDBOX_START,     /* nothing has been read */
    SANDBOX_SOCKS,     /* the sockets have */
    SANDBOX_PROCESSES, /* and all that only these capabilities show */
    SANDBOX_NEVER,
};

/* Which of them are still of use from stage on. */
uint32_t sandbox_rights(const struct sandbox_plan *plan, enum sandbox_stage stage);

/*
 * Whether a process started by root stays root: files of that user are read or written after
 * sandbox_enter(). Otherwise it becomes nobody.
 */
bool sandbox_keeps_user(const struct sandbox_plan *plan);

/*
 * When Landlock goes up. It forbids what ptrace(2) is forbidden: descriptors, the executable and,
 * with hidepid, everything of other processes. So where processes are asked for it has to wait.
 */
enum sandbox_stage sandbox_landlock(const struct sandbox_plan *plan);

/* What stays open to it. */
enum sandbox_access {
    SANDBOX_READ,   /* to be read, with what is below */
    SANDBOX_WRITE,  /* and files made below */
    SANDBOX_RENAME, /* folders made, renamed and removed below */
};

struct sandbox_path {
    const char *path; /* NULL: dir is open */
    int dir;
    enum sandbox_access access;
};

#define SANDBOX_PATHS 12

/* How many of them. */
size_t sandbox_paths(const struct sandbox_plan *plan, struct sandbox_path *out);

/*
 * Takes all out of a list as environ(7), but what says how a terminal looks, and nothing else: the
 * rest may come from somebody who has fewer rights than we.
 */
void sandbox_clean(char **variables);

#endif
