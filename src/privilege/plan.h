/* SPDX-License-Identifier: BSD-2-Clause */
/* Decides which privileges a listing keeps, and until when. The same on every system. */
#ifndef PRIVILEGE_PLAN_H
#define PRIVILEGE_PLAN_H

#include "api/library.h"

/* The listing to come. Strings are borrowed. */
struct sandbox_plan {
    uint32_t need;      /* PL_NEED_* of the query and of its filter */
    bool live;          /* the kernel is read */
    bool unix_table;    /* and from /proc/net/unix: the owners of sockets reveal forged rows */
    bool repeat;        /* read repeatedly: -c */
    bool acts;          /* another process closes sockets: this one keeps no right to do so */
    bool screen;        /* the terminal's modes are set, and the process stops itself */
    bool foreign;       /* the directory around the recording belongs to another user */
    const char *replay; /* directory; NULL: none */
    const int *record;  /* descriptors as of pl_reader_dirs(); NULL: none */
    const char *file;   /* services file to read; NULL: none */
};

/* Bits: capabilities that a listing may need. */
enum {
    SANDBOX_PTRACE = 1 << 0,    /* cap_sys_ptrace: descriptors of other users' processes */
    SANDBOX_SEARCH = 1 << 1,    /* cap_dac_read_search: directories of other users */
    SANDBOX_NET_ADMIN = 1 << 2, /* cap_net_admin: marks, at every recvmsg(2) of a dump */
    SANDBOX_OVERRIDE = 1 << 3,  /* cap_dac_override, cap_fowner: a recording in such a directory */
    SANDBOX_KILL = 1 << 4,      /* cap_kill: only the actor of portkill */
    SANDBOX_BIND = 1 << 5,      /* cap_net_bind_service: only the prober of "why --probe" */
};

enum sandbox_stage {
    SANDBOX_START,     /* before the first byte is read */
    SANDBOX_SOCKS,     /* sockets have been read */
    SANDBOX_PROCESSES, /* processes and control groups have been read */
    SANDBOX_NEVER,
};

/* Returns the SANDBOX_* rights that are needed from this stage on. */
uint32_t sandbox_rights(const struct sandbox_plan *plan, enum sandbox_stage stage);

/*
 * Returns whether a process started by root stays root, because it still reads or writes files of
 * that user. Otherwise it becomes nobody.
 */
bool sandbox_keeps_user(const struct sandbox_plan *plan);

/*
 * Returns when Landlock is entered. Landlock denies what ptrace(2) would be denied: descriptors and
 * executables of other processes and, with hidepid, all files of them. So it must wait until
 * processes have been read.
 */
enum sandbox_stage sandbox_landlock(const struct sandbox_plan *plan);

/* Access that Landlock permits. */
enum sandbox_access {
    SANDBOX_READ,   /* read the file, or everything below the directory */
    SANDBOX_WRITE,  /* also create and write files below */
    SANDBOX_RENAME, /* create, rename and remove directories below */
};

struct sandbox_path {
    const char *path; /* NULL: dir is an open descriptor */
    int dir;
    enum sandbox_access access;
};

#define SANDBOX_PATHS 12

/* Stores the paths that stay accessible; returns their number. */
size_t sandbox_paths(const struct sandbox_plan *plan, struct sandbox_path *out);

/*
 * Removes all variables from a list as in environ(7) except those that describe the terminal: a user
 * with fewer privileges chose them.
 */
void sandbox_clean(char **variables);

#endif
