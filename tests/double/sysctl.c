/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(3) over the tables of a recording. How a kernel reports sizes, and a buffer that is too
 * short, is as in FreeBSD's sysctl_old_user() and sysctl_wire_old_buffer(), NetBSD's
 * sysctl_kern_file2(), sysctl_doeproc() and sys___sysctl(), OpenBSD's sysctl_file() and
 * sys_sysctl(), and macOS' sysctl_old_user().
 */
#include "double.h"

#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysctl.h>
#include <unistd.h>

#define NAMED     1000 /* first number of a table that was looked up by name */
#define NAMES_MAX 32

/* The last two numbers are the bytes of a record and how many records fit. */
struct counted {
    int mib[4];
    unsigned int fixed; /* numbers of mib that are compared */
    const char *name;
    bool stops; /* records beyond the requested number are not counted */
};

static const struct counted counted[] = {
    {{CTL_KERN, KERN_FILE2, KERN_FILE_BYPID, -1}, 4, "kern.file2.bypid", true},
    {{CTL_KERN, KERN_PROC2, KERN_PROC_ALL, 0}, 4, "kern.proc2", false},
    {{CTL_KERN, KERN_FILE, KERN_FILE_BYPID, -1}, 4, "kern.file.bypid", false},
    {{CTL_KERN, KERN_FILE, KERN_FILE_BYFILE, 2}, 4, "kern.file.byfile", false},
};

static char names[NAMES_MAX][64];

/* Names that recordings have under another one. */
static const char *file_of(const char *name)
{
    return strstr(name, "curtain") ? "security.curtain" : name;
}

int sysctlnametomib(const char *name, int *mib, size_t *count)
{
    int index = 0;

    if (*count < 2 || !double_has(file_of(name))) {
        errno = *count < 2 ? ENOMEM : ENOENT;
        return -1;
    }
    while (index < NAMES_MAX && names[index][0] != '\0' && strcmp(names[index], file_of(name)) != 0)
        index++;
    if (index == NAMES_MAX)
        double_die("too many tables");
    (void)snprintf(names[index], sizeof(names[index]), "%s", file_of(name));
    mib[0] = NAMED;
    mib[1] = index;
    *count = 2;
    return 0;
}

static const struct counted *find(const int *mib, unsigned int count, const char **name)
{
    static const struct counted pcbs = {.fixed = 4};

    if (count >= 2 && mib[0] == NAMED) {
        *name = names[mib[1]];
        return count == 6 ? &pcbs : NULL;
    }
    if (count == 3 && mib[0] == CTL_KERN && mib[1] == KERN_PROC && mib[2] == KERN_PROC_PROC) {
        *name = "kern.proc.proc";
        return NULL;
    }
    for (size_t i = 0; count == 6 && i < sizeof(counted) / sizeof(counted[0]); i++) {
        if (memcmp(mib, counted[i].mib, sizeof(counted[i].mib)) == 0) {
            *name = counted[i].name;
            return &counted[i];
        }
    }
    double_die("no such table");
}

/* A table of a process: the file proc.PID, args.PID, pathname.PID or filedesc.PID. NULL: another table. */
static const char *find_process(const int *mib, unsigned int count)
{
    static char name[32];
    const char *what = "args";
    int pid;

    if (mib[0] != CTL_KERN)
        return NULL;
    if (count == 2 && mib[1] == KERN_ARGMAX)
        return "argmax";
    if ((count == 4 || count == 6) && (mib[1] == KERN_PROC || mib[1] == KERN_PROC2) &&
        mib[2] == KERN_PROC_PID) {
        (void)snprintf(name, sizeof(name), "proc.%d", mib[3]);
        return name;
    }
    if (count == 4 && mib[1] == KERN_PROC)
        what = mib[2] == KERN_PROC_PATHNAME   ? "pathname"
               : mib[2] == KERN_PROC_FILEDESC ? "filedesc"
                                              : "args";
    else if (count == 4 && mib[1] == KERN_PROC_ARGS)
        what = mib[3] == KERN_PROC_PATHNAME ? "pathname" : "args";
    else if (count != 3 || mib[1] != KERN_PROCARGS2)
        return NULL;
    pid = count == 4 && mib[1] == KERN_PROC ? mib[3] : mib[2];
    (void)snprintf(name, sizeof(name), "%s.%d", what, pid);
    return name;
}

/* Returns the bytes that the kernel needs for the records that it counts. */
static size_t count_needed(const struct counted *table, const int *mib, size_t needed)
{
    size_t limit;

    if (mib[4] < 1 || mib[5] < 0)
        double_die("invalid size or number of records");
    limit = (size_t)mib[5] * (size_t)mib[4];
    return table->stops && mib[5] != INT_MAX && needed > limit ? limit : needed;
}

/*
 * net.inet.tcp.drop: the calls "drop.ask", with too few bytes for a request, and "drop". As in
 * sysctl_drop() of FreeBSD, sysctl_net_inet_tcp_ident() of NetBSD, tcp_ident() of OpenBSD: the right to
 * write comes first, then the size.
 */
static int drop(const int *mib, const uint8_t *request, size_t len)
{
    const char *call = len < 256 ? "drop.ask" : "drop";
    struct table table = double_call(call, NULL);
    char what[2048];
    size_t at =
        (size_t)snprintf(what, sizeof(what), "%d.%d.%d.%d=", mib[0], mib[1], mib[2], mib[3]);

    for (size_t i = 0; i < len && at < sizeof(what) - 2; i++)
        at += (size_t)snprintf(what + at, sizeof(what) - at, "%02x", request[i]);
    errno = table.error != 0 ? table.error : geteuid() != 0 ? EPERM : len < 256 ? ENOMEM : 0;
    double_log(call, what, -errno);
    free(table.bytes);
    if (len >= 256)
        double_pass();
    return errno != 0 ? -1 : 0;
}

int sysctl(const int *mib, unsigned int count, void *old, size_t *old_len, const void *new,
           size_t new_len)
{
    const char *name;
    const struct counted *rows;
    struct table table;
    size_t room = old ? *old_len : 0;
    size_t needed;

    if (new && !old && !old_len && count == 4 && mib[0] == 4)
        return drop(mib, new, new_len);
    if (new || new_len != 0)
        double_die("a sysctl would be written");
    name = find_process(mib, count);
    rows = name ? NULL : find(mib, count, &name);
    table = double_call(name, name);
    needed = table.needed + table.growing;
    if (mib[0] == CTL_KERN && !rows && !double_has(name))
        table.error = ESRCH; /* no such process */
    if (rows)
        needed = count_needed(rows, mib, needed);
    if (table.error == 0 && !old) {
        *old_len = table.claim >= 0 ? (size_t)table.claim
                                    : needed + (rows ? 10 * (size_t)mib[4] : needed / 8);
    } else if (table.error == 0) {
        size_t most = rows ? (size_t)mib[5] * (size_t)mib[4] : room;
        size_t len = table.len < room ? table.len : room;

        len = len < most ? len : most;
        memcpy(old, table.bytes, len);
        if (needed > room || table.growing > 0)
            table.error = ENOMEM;
        *old_len = rows && needed > room ? needed : len;
    }
    double_log(name, old ? "read" : "probe", table.error != 0 ? -table.error : (long long)*old_len);
    free(table.bytes);
    errno = table.error;
    return table.error != 0 ? -1 : 0;
}

const char *double_kmem(void)
{
    double_log("kmem", "open", 0);
    return "/dev/null";
}
