/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes that others start, and what confines them. The helper for names parses the replies of name servers
 * and runs NSS modules, so it may open sockets and load libraries; it may not write, execute, send
 * signals or trace. The actor of portkill may read processes and sockets, and send a signal or
 * destroy a socket; it may not write or execute. The prober of "why --probe" may only bind sockets.
 */
#include "linux.h"
#include "model/array.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.9; the same on every architecture. */
#define CLOSE_RANGE 436

/* Libraries, and what the resolver of the C library reads. */
static const char *const always[] = {
    "/usr",          "/lib",           "/lib32",          "/lib64",
    "/libx32",       "/nix/store",     "/gnu/store",      "/dev/urandom",
    "/etc/hosts",    "/etc/host.conf", "/etc/gai.conf",   "/etc/resolv.conf",
    "/etc/services", "/etc/protocols", "/etc/networks",   "/etc/nsswitch.conf",
    "/etc/passwd",   "/etc/group",     "/etc/machine-id", "/etc/ld.so.cache",
};

/* Files of NSS modules. A helper that stays root gets no access: these directories hold secrets. */
static const char *const unprivileged[] = {
    "/etc", "/run", "/opt", "/var/run", "/var/lib", "/var/db", "/var/yp",
};

static size_t add(struct sandbox_path *paths, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        paths[i] = (struct sandbox_path){names[i], SANDBOX_READ};
    return count;
}

static void enter_landlock(void)
{
    struct sandbox_path paths[COUNT_OF(always) + COUNT_OF(unprivileged)];
    size_t count = add(paths, always, COUNT_OF(always));

    if (geteuid() != 0)
        count += add(paths + count, unprivileged, COUNT_OF(unprivileged));
    (void)sandbox_landlock_enter(paths, count, SANDBOX_CONNECT);
}

static void limit(void)
{
    const struct rlimit nothing = {0, 0};
    const struct rlimit hour = {3600, 3600}; /* for a module that outlives portls */

    (void)setrlimit(RLIMIT_FSIZE, &nothing);
    (void)setrlimit(RLIMIT_CORE, &nothing);
    (void)setrlimit(RLIMIT_CPU, &hour);
    (void)setrlimit(RLIMIT_MSGQUEUE, &nothing);
    (void)setrlimit(RLIMIT_MEMLOCK, &nothing);
}

void sandbox_close_others(int from, int to)
{
    unsigned int low = (unsigned int)(from < to ? from : to);
    unsigned int high = (unsigned int)(from < to ? to : from);

    (void)syscall(CLOSE_RANGE, STDERR_FILENO + 1U, low - 1, 0);
    if (high - low > 1)
        (void)syscall(CLOSE_RANGE, low + 1, high - 1, 0);
    (void)syscall(CLOSE_RANGE, high + 1, ~0U, 0);
}

void sandbox_confine(int from, int to)
{
    sandbox_close_others(from, to);
    (void)sandbox_leave_root(0);
    (void)sandbox_keep(0, false);
    (void)prctl(PR_SET_DUMPABLE, SANDBOX_SANITIZED, 0, 0, 0);
    /* If the parent may not send signals, the end of its pipe ends the helper. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit();
    enter_landlock();
    (void)sandbox_filter_install(SANDBOX_FILTER_HELPER);
}

void sandbox_hold_files(void)
{
    int ends[2];
    char byte;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    if (fork() != 0) {
        (void)close(ends[0]); /* the end of the caller closes the other one */
        return;
    }
    (void)close(ends[1]);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void)close(fd);
    (void)sandbox_leave_root(0);
    (void)sandbox_keep(0, false);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
        continue;
    _exit(0);
}

/* Returns the first refusal. */
static int first(int before, int err)
{
    bool absent = err == -ENOSYS || err == -EINVAL || err == -ENOTSUP;

    return before < 0 || err >= 0 || absent ? before : err;
}

int sandbox_confine_actor(const struct sandbox_plan *plan, uint32_t rights)
{
    const struct rlimit nothing = {0, 0};
    struct sandbox_path paths[SANDBOX_PATHS];
    int err = first(0, sandbox_leave_root(rights));

    err = first(err, sandbox_keep(rights, true));
    (void)prctl(PR_SET_DUMPABLE, SANDBOX_SANITIZED, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    err = first(err, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno);
    (void)setrlimit(RLIMIT_FSIZE, &nothing);
    (void)setrlimit(RLIMIT_CORE, &nothing);
    if (sandbox_landlock(plan) == SANDBOX_START)
        err = first(err, sandbox_landlock_enter(paths, sandbox_paths(plan, paths), 0));
    return first(err, sandbox_filter_install(SANDBOX_FILTER_ACTOR));
}

static int become(uint32_t user)
{
    int err = sandbox_become(user, user, false);

    /* The capabilities of root are those that this process has. */
    return err ? err : sandbox_keep(user == 0 ? SANDBOX_BIND : 0, true);
}

int sandbox_confine_prober(int fd, uint32_t user, bool off)
{
    bool other = user != PL_UID_UNKNOWN && user != geteuid();
    const struct rlimit nothing = {0, 0};
    int err = other ? become(user) : 0;

    sandbox_close_others(fd, fd);
    if (off || err < 0)
        return err;
    if (!other)
        (void)sandbox_keep(SANDBOX_BIND, true);
    (void)prctl(PR_SET_DUMPABLE, SANDBOX_SANITIZED, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)setrlimit(RLIMIT_FSIZE, &nothing);
    (void)setrlimit(RLIMIT_CORE, &nothing);
    (void)sandbox_landlock_enter(NULL, 0, SANDBOX_BIND_TCP);
    (void)sandbox_filter_install(SANDBOX_FILTER_PROBER);
    return 0;
}
