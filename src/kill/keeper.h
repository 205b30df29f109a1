/* SPDX-License-Identifier: BSD-2-Clause */
/* Keepers: what starts a process again after it has ended. */
#ifndef KILL_KEEPER_H
#define KILL_KEEPER_H

#include "api/library.h"

enum keeper_kind {
    KEEPER_NONE,
    KEEPER_UNIT,      /* a service of systemd */
    KEEPER_USER_UNIT, /* one of a user's systemd */
    KEEPER_SOCKET,    /* a socket unit: systemd itself holds the socket */
    KEEPER_DOCKER,
    KEEPER_PODMAN,
    KEEPER_CRI,     /* a container of Kubernetes */
    KEEPER_NERDCTL, /* a container of containerd */
    KEEPER_PUBLISH, /* docker-proxy, which holds a published port */
    KEEPER_PARENT,  /* the parent process is a supervisor */
};

#define KEEPER_NAME 256

struct keeper {
    enum keeper_kind kind;
    const char *restart;    /* value of Restart=, or the restart policy; NULL: unknown */
    char name[KEEPER_NAME]; /* of the unit, container or supervisor */
    char id[65];            /* of a container, in full */
    bool member;            /* the unit started a parent of the process, and not the process */
    unsigned int port;      /* of KEEPER_PUBLISH */
};

/* ---- keeper.c: decides by text ---- */

/* Reads /proc/PID/cgroup. Names that a shell would interpret are ignored. */
void keeper_read_cgroup(const char *text, size_t len, struct keeper *out);
/* Returns the value of the last Restart= of a unit file, a constant; NULL if it has none. */
const char *keeper_restart(const char *text, size_t len);
/* Returns the restart policy in hostconfig.json of Docker, a constant; NULL if it has none. */
const char *keeper_policy(const char *text, size_t len);
bool keeper_is_container(const struct keeper *keeper);
/* Whether a socket unit listens on the port of enum pl_proto. */
bool keeper_listens(const char *text, size_t len, unsigned int port, unsigned int proto);
/* Sets the keeper if a process of that name is a supervisor of its children. */
bool keeper_is_parent(struct pl_text name, struct keeper *out);

enum keeper_answer { KEEPER_NO, KEEPER_MAYBE, KEEPER_YES };

/* Whether the process is started again after the signal. */
enum keeper_answer keeper_returns(const struct keeper *keeper, int signal);
/* Writes the command to use instead, "" for none, and a sentence with it. */
void keeper_command(const struct keeper *keeper, char *buf, size_t size);
void keeper_text(const struct keeper *keeper, int signal, char *buf, size_t size);

/* ---- keeper_find.c: reads the files ---- */

/* Finds the keeper of a process that holds the socket; Linux only. */
void keeper_find(const struct pl_snapshot *snap, uint32_t pid, const struct pl_sock *sock,
                 struct keeper *out);
/* The same from the name of the process alone, for a recording. */
void keeper_guess(const struct pl_snapshot *snap, uint32_t pid, const struct pl_sock *sock,
                  struct keeper *out);

/* Lists the ancestors of a process. Returns their number; 0 also if this is not Linux. */
size_t keeper_ancestors(uint32_t pid, uint32_t *out, size_t max);

#endif
