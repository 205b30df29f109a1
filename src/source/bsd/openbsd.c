/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the running OpenBSD. Addresses require a privilege. */
#include "model/array.h"
#include "sysctl.h"

#include <sys/types.h>

#include <sys/sysctl.h>

#include <errno.h>
#include <string.h>

#include <limits.h>

#include "decode/bsd/openbsd_layout.h"
#include "decode/frames.h"

#define DTYPE_SOCKET_NUMBER 2 /* sys/file.h */

static int read_by_process(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN, KERN_FILE, KERN_FILE_BYPID, -1, PL_KINFO_FILE_SIZE, INT_MAX};

    (void)request;
    return pl_sysctl_read(mib, 6, out, NULL);
}

static int read_by_file(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN,           KERN_FILE, KERN_FILE_BYFILE, DTYPE_SOCKET_NUMBER,
                 PL_KINFO_FILE_SIZE, INT_MAX};

    (void)request;
    return pl_sysctl_read(mib, 6, out, NULL);
}

/*
 * The kernel prepends the array of pointers, which point into the buffer of this call. The strings
 * follow its NULL.
 */
static int add_command(struct pl_buffer *out, uint32_t pid)
{
    int mib[] = {CTL_KERN, KERN_PROC_ARGS, (int)pid, KERN_PROC_ARGV};
    struct pl_buffer args = {0};
    int err = pl_sysctl_read(mib, 4, &args, NULL);
    size_t at = 0;
    const char *pointer = "";

    while (err == 0 && pointer && args.len - at >= sizeof(pointer)) {
        memcpy(&pointer, args.data + at, sizeof(pointer));
        at += sizeof(pointer);
    }
    if (err == 0 && !pointer && args.len > at)
        err = pl_buffer_frame(out, pid, PL_FRAME_CMDLINE, args.data + at, args.len - at);
    else if (err != -ENOMEM)
        err = 0;
    pl_buffer_free(&args);
    return err;
}

/* Names are in kern.file.bypid, and no table has paths. */
static int read_commands(const struct pl_request *request, struct pl_buffer *out)
{
    int err = 0;

    for (size_t i = 0; i < request->id_count && err == 0; i++) {
        if (request->need & PL_NEED_COMMANDS)
            err = add_command(out, request->ids[i]);
    }
    return err;
}

static uint32_t read_parent(uint32_t pid)
{
    struct kinfo_proc info;
    int mib[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid, (int)sizeof(info), 1};

    return pl_sysctl_record(mib, 6, &info, sizeof(info)) ? (uint32_t)info.p_ppid : 0;
}

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_sysctl_way ways[] = {
        {"openbsd/kern.file.bypid", "sysctl", read_by_process},
        {"openbsd/kern.file.byfile", "sysctl", read_by_file},
        {"openbsd/processes", "sysctl", read_commands},
        {"openbsd/users", "getpwuid", pl_sysctl_users},
        {"openbsd/links", "if_nameindex", pl_sysctl_links},
        {"openbsd/addrs", "getifaddrs", pl_sysctl_addrs},
    };

    return pl_sysctl_reader(PL_SYSTEM_OPENBSD, ways, COUNT_OF(ways), read_parent, out);
}
