/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of the running macOS: sysctl tables of sockets, and libproc for their owners. Only the
 * processes of other users require a privilege.
 */
#include "model/array.h"
#include "sysctl.h"

#include <sys/types.h>

#include <sys/proc_info.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <libproc.h>
#include <stdlib.h>
#include <string.h>

#include "decode/frames.h"

#define MIB_MAX 12 /* CTL_MAXNAME of sys/sysctl.h */
#define TRIES   10

/*
 * The kernel first reports the size of the whole table. If the table then has only a head and a
 * tail, the kernel omitted rows that this user may not see.
 */
#define HEAD_AND_TAIL 48
#define SOME_ROWS     4096

static int read_table(const char *name, struct pl_buffer *out, bool *hidden)
{
    size_t len = MIB_MAX;
    size_t probe = 0;
    int mib[MIB_MAX];
    int err = pl_sysctl_find(name, mib, &len);

    err = err ? err : pl_sysctl_read(mib, (unsigned int)len, out, &probe);
    *hidden = err == 0 && out->len <= HEAD_AND_TAIL && probe >= SOME_ROWS;
    return err;
}

/*
 * The size of a table of UNIX sockets is that of all UNIX sockets. Returns whether this user may see
 * those of another type, so that there are none of this type.
 */
static bool sees_others(const char *name)
{
    static const char *const tables[] = {"net.local.stream.pcblist_n", "net.local.dgram.pcblist_n"};
    bool sees = false;

    for (size_t i = 0; i < COUNT_OF(tables) && strncmp(name, "net.local.", 10) == 0; i++) {
        struct pl_buffer other = {0};
        bool hidden = true;

        if (strcmp(tables[i], name) != 0 && read_table(tables[i], &other, &hidden) == 0)
            sees |= !hidden;
        pl_buffer_free(&other);
    }
    return sees;
}

/* The feed "darwin/NAME" is the table NAME. */
static int read_name(const struct pl_request *request, struct pl_buffer *out)
{
    const char *name = strchr(request->feed->name, '/') + 1;
    bool hidden;
    int err = read_table(name, out, &hidden);

    return err == 0 && hidden && !sees_others(name) ? -EPERM : err;
}

/* ---- lists of libproc, which may grow while they are read ---- */

typedef int list_fn(int pid, void *buffer, int size);

static int list_pids(int pid, void *buffer, int size)
{
    (void)pid;
    return proc_listpids(PROC_ALL_PIDS, 0, buffer, size);
}

static int list_fds(int pid, void *buffer, int size)
{
    return proc_pidinfo(pid, PROC_PIDLISTFDS, 0, buffer, size);
}

static int list_fileports(int pid, void *buffer, int size)
{
    return proc_pidinfo(pid, PROC_PIDLISTFILEPORTS, 0, buffer, size);
}

/*
 * libproc returns 0 on failure. A full buffer may have been too short. Returns EAGAIN with a part of
 * the list if it always was.
 */
static int read_list(list_fn *list, int pid, struct pl_buffer *out)
{
    for (int i = 0; i < TRIES; i++) {
        int want;
        int got;
        int err;

        errno = 0;
        want = list(pid, NULL, 0);
        if (want <= 0)
            return errno != 0 ? -errno : 0;
        want += want / 8 + 256;
        out->len = 0;
        err = pl_buffer_reserve(out, (size_t)want);
        if (err < 0)
            return err;
        errno = 0;
        got = list(pid, out->data, want);
        if (got <= 0)
            return errno != 0 ? -errno : 0;
        out->len = (size_t)got;
        if (got < want)
            return 0;
    }
    return EAGAIN;
}

/* ---- descriptors, and fileports: descriptors that a process holds as Mach ports ---- */

static int get_fd(int pid, uint32_t fd, void *info, int size)
{
    return proc_pidfdinfo(pid, (int)fd, PROC_PIDFDSOCKETINFO, info, size);
}

static int get_fileport(int pid, uint32_t port, void *info, int size)
{
    return proc_pidfileportinfo(pid, port, PROC_PIDFILEPORTSOCKETINFO, info, size);
}

enum held { HELD_FD, HELD_FILEPORT };

static const struct {
    list_fn *list; /* of pairs: descriptor or port, type */
    int (*get)(int pid, uint32_t number, void *info, int size);
} kinds[] = {{list_fds, get_fd}, {list_fileports, get_fileport}};

_Static_assert(sizeof(struct proc_fdinfo) == 2 * sizeof(uint32_t), "a pair");
_Static_assert(sizeof(struct proc_fileportinfo) == 2 * sizeof(uint32_t), "a pair");

/* Adds a frame for each socket. Returns 0, a negative errno, or EAGAIN if the list is incomplete. */
static int add_sockets(struct pl_buffer *out, int pid, enum held held)
{
    struct pl_buffer list = {0};
    int partial = read_list(kinds[held].list, pid, &list);
    int err = partial;

    for (size_t at = 0; list.len - at >= sizeof(struct proc_fdinfo) && err >= 0;
         at += sizeof(struct proc_fdinfo)) {
        struct socket_fdinfo info;
        uint32_t pair[2];
        int got;

        memcpy(pair, list.data + at, sizeof(pair));
        if (pair[1] != PROX_FDTYPE_SOCKET)
            continue;
        got = kinds[held].get(pid, pair[0], &info, sizeof(info));
        if (got > 0) /* else it was closed in the meantime */
            err = pl_buffer_frame(out, (uint32_t)pid, held == HELD_FD ? pair[0] : PL_OWNER_FILEPORT,
                                  &info, (size_t)got);
    }
    pl_buffer_free(&list);
    return err < 0 ? err : partial;
}

static int add_process(struct pl_buffer *out, int pid)
{
    int fds = add_sockets(out, pid, HELD_FD);
    int ports;

    if (fds == -EPERM || fds == -EACCES) {
        const uint32_t error = EPERM;

        return pl_buffer_frame(out, (uint32_t)pid, PL_OWNER_DENIED, &error, sizeof(error));
    }
    ports = fds < 0 ? fds : add_sockets(out, pid, HELD_FILEPORT);
    if (fds == -ENOMEM || ports == -ENOMEM)
        return -ENOMEM;
    return fds > 0 || ports > 0 ? EAGAIN : 0; /* others: it ended in the meantime */
}

static int read_fdinfo(const struct pl_request *request, struct pl_buffer *out)
{
    struct pl_buffer pids = {0};
    int partial = read_list(list_pids, 0, &pids);
    int err = partial;

    (void)request;
    for (size_t i = 0; i < pids.len / sizeof(int) && err >= 0; i++) {
        int pid;

        memcpy(&pid, pids.data + i * sizeof(int), sizeof(int));
        err = pid > 0 ? add_process(out, pid) : 0;
        partial = err > 0 ? err : partial;
    }
    pl_buffer_free(&pids);
    return err < 0 ? err : partial;
}

/* ---- processes ---- */

/*
 * KERN_PROCARGS2: the number of arguments, the path of the executable, NULs, the arguments, each
 * with a NUL, and the environment, which may contain secrets and is left out. xnu,
 * bsd/kern/kern_sysctl.c, sysctl_procargsx(). It reports no size without a buffer.
 */
static int add_command(struct pl_buffer *out, int pid, struct pl_buffer *buf)
{
    int mib[] = {CTL_KERN, KERN_PROCARGS2, pid};
    size_t len = buf->size;
    size_t from = sizeof(int);
    size_t to;
    int count;

    if (sysctl(mib, 3, buf->data, &len, NULL, 0) != 0 || len < sizeof(int))
        return 0;
    memcpy(&count, buf->data, sizeof(count));
    from += strnlen((const char *)buf->data + from, len - from);
    while (from < len && buf->data[from] == '\0')
        from++;
    for (to = from; to < len && count > 0; to++)
        count -= buf->data[to] == '\0';
    return to > from
               ? pl_buffer_frame(out, (uint32_t)pid, PL_FRAME_CMDLINE, buf->data + from, to - from)
               : 0;
}

static int add_names(struct pl_buffer *out, int pid, uint32_t need)
{
    struct proc_bsdshortinfo info;
    char path[PROC_PIDPATHINFO_MAXSIZE];
    int got = proc_pidinfo(pid, PROC_PIDT_SHORTBSDINFO, 0, &info, sizeof(info));
    int err = 0;

    if (got > 0)
        err = pl_buffer_frame(out, (uint32_t)pid, PL_FRAME_SHORTINFO, &info, (size_t)got);
    if (err < 0 || !(need & PL_NEED_EXES))
        return err;
    got = proc_pidpath(pid, path, sizeof(path));
    return got > 0 ? pl_buffer_frame(out, (uint32_t)pid, PL_FRAME_EXE, path, (size_t)got) : 0;
}

static int read_processes(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN, KERN_ARGMAX};
    struct pl_buffer args = {0};
    int max = 0;
    size_t len = sizeof(max);
    int err = 0;

    if (request->need & PL_NEED_COMMANDS && sysctl(mib, 2, &max, &len, NULL, 0) == 0 && max > 0)
        err = pl_buffer_reserve(&args, (size_t)max);
    for (size_t i = 0; i < request->id_count && err == 0; i++) {
        err = add_names(out, (int)request->ids[i], request->need);
        if (err == 0 && args.size > 0)
            err = add_command(out, (int)request->ids[i], &args);
    }
    pl_buffer_free(&args);
    return err;
}

static uint32_t read_parent(uint32_t pid)
{
    struct proc_bsdshortinfo info;
    int got = proc_pidinfo((int)pid, PROC_PIDT_SHORTBSDINFO, 0, &info, sizeof(info));

    return got == (int)sizeof(info) ? info.pbsi_ppid : 0;
}

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_sysctl_way ways[] = {
        {"darwin/net.inet.tcp.pcblist_n", "sysctl", read_name},
        {"darwin/net.inet.udp.pcblist_n", "sysctl", read_name},
        {"darwin/net.inet.raw.pcblist_n", "sysctl", read_name},
        {"darwin/net.local.stream.pcblist_n", "sysctl", read_name},
        {"darwin/net.local.dgram.pcblist_n", "sysctl", read_name},
        {"darwin/proc_pidfdinfo", "libproc", read_fdinfo},
        {"darwin/processes", "libproc", read_processes},
        {"darwin/users", "getpwuid", pl_sysctl_users},
        {"darwin/links", "if_nameindex", pl_sysctl_links},
        {"darwin/addrs", "getifaddrs", pl_sysctl_addrs},
    };

    return pl_sysctl_reader(PL_SYSTEM_DARWIN, ways, COUNT_OF(ways), read_parent, out);
}
