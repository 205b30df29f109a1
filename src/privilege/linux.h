/* SPDX-License-Identifier: BSD-2-Clause */
/* The layers of the sandbox on Linux. */
#ifndef PRIVILEGE_LINUX_H
#define PRIVILEGE_LINUX_H

#include "sandbox.h"

#include <sys/types.h>

/* ---- filter.c, or no_filter.c in a build without libseccomp ---- */

const char *sandbox_filter_built(void);
enum sandbox_filter {
    SANDBOX_FILTER_LISTING,
    SANDBOX_FILTER_RECORDING,
    SANDBOX_FILTER_SCREEN, /* of portwatch */
    SANDBOX_FILTER_HELPER, /* for names */
    SANDBOX_FILTER_ACTOR,  /* of portkill */
    SANDBOX_FILTER_PROBER, /* of "why --probe" */
};

/* Returns 0 or a negative errno; -ENOTSUP: the build has no filter. */
int sandbox_filter_install(enum sandbox_filter filter);

#define SANDBOX_BIND_TCP 1U /* LANDLOCK_ACCESS_NET_BIND_TCP */
#define SANDBOX_CONNECT  2U /* LANDLOCK_ACCESS_NET_CONNECT_TCP */
/*
 * Limits the process to these paths, permanently. network: bits of LANDLOCK_ACCESS_NET_* that stay
 * allowed. Returns the ABI, 0 if the kernel has no Landlock, or a negative errno.
 */
int sandbox_landlock_enter(const struct sandbox_path *paths, size_t count, uint64_t network);

/* confine.c: a names_confine_fn. */
void sandbox_confine(int from, int to);
/* Closes all files but the standard streams and these. */
void sandbox_close_others(int from, int to);
/*
 * Confines the actor of portkill, which keeps these SANDBOX_* rights. The plan selects its files.
 * Skips a layer that the kernel lacks. Returns 0, or the negative errno of a layer that it refused.
 */
int sandbox_confine_actor(const struct sandbox_plan *plan, uint32_t rights);

/* ---- identity.c ---- */

/* A right that only pl_reader_prepare() uses: cap_bpf, cap_perfmon, cap_sys_admin. */
#define SANDBOX_BPF (1U << 31)
/* Only portwire uses it, to open a capture: cap_net_raw. */
#define SANDBOX_RAW (1U << 30)

/*
 * Drops all capabilities except those of the SANDBOX_* rights that are wanted. These stay permitted,
 * and take effect if effective is set. None stays inheritable or ambient. Returns 0 or a negative
 * errno.
 */
int sandbox_keep(uint32_t wanted, bool effective);
/* Writes the names of the permitted capabilities of SANDBOX_* rights: "cap_sys_ptrace,cap_fowner". */
void sandbox_name_rights(char *buf, size_t size);

/*
 * Changes all user and group ids; drops the other groups unless groups is set. Capabilities stay
 * permitted, but take no effect until sandbox_keep(). Other processes of that user cannot trace
 * this one. The kernel clears PR_SET_PDEATHSIG: set it afterwards. Returns 0 or a negative errno.
 */
int sandbox_become(uid_t uid, gid_t gid, bool groups);
/*
 * Changes root to user and group 65534 ("nobody"). Returns 0 or a negative errno; -ENOTSUP: the process
 * is not root, may not change its user, lacks a wanted right that uid 0 partly replaces, or is in a
 * user namespace without that id.
 */
int sandbox_leave_root(uint32_t wanted);

#endif
