/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the running FreeBSD. Its sysctl tables contain only rows that the user may see. */
#include "model/array.h"
#include "sysctl.h"

#include <sys/param.h>
#include <sys/types.h>

#include <sys/jail.h>
#include <sys/sysctl.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "decode/bsd/freebsd_layout.h"
#include "decode/frames.h"

#define DTYPE_SOCKET_NUMBER 2 /* sys/file.h */

#define MIB_MAX 24 /* CTL_MAXNAME of sys/sysctl.h */

/* The feed "freebsd/NAME" is the table NAME. */
static int read_name(const struct pl_request *request, struct pl_buffer *out)
{
    const char *name = strchr(request->feed->name, '/') + 1;
    size_t len = MIB_MAX;
    int mib[MIB_MAX];
    int err = pl_sysctl_find(name, mib, &len);

    return err < 0 ? err : pl_sysctl_read(mib, (unsigned int)len, out, NULL);
}

static int read_processes(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN, KERN_PROC, KERN_PROC_PROC};

    (void)request;
    return pl_sysctl_read(mib, 3, out, NULL);
}

/* The reader of names is kern.proc.proc. */
static int read_commands(const struct pl_request *request, struct pl_buffer *out)
{
    int err = 0;

    for (size_t i = 0; i < request->id_count && err == 0; i++) {
        uint32_t pid = request->ids[i];
        int args[] = {CTL_KERN, KERN_PROC, KERN_PROC_ARGS, (int)pid};
        int path[] = {CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, (int)pid};

        if (request->need & PL_NEED_COMMANDS)
            err = pl_sysctl_text(args, 4, pid, PL_FRAME_CMDLINE, out);
        if (err == 0 && request->need & PL_NEED_EXES)
            err = pl_sysctl_text(path, 4, pid, PL_FRAME_EXE, out);
    }
    return err;
}

/* Adds the descriptors of a process as a frame. */
static int add_descriptors(struct pl_buffer *out, uint32_t pid)
{
    int mib[] = {CTL_KERN, KERN_PROC, KERN_PROC_FILEDESC, (int)pid};
    struct pl_buffer files = {0};
    int err = pl_sysctl_read(mib, 4, &files, NULL);
    const uint32_t error = EPERM;

    if (err == 0)
        err = pl_buffer_frame(out, pid, 0, files.data, files.len);
    else if (err == -EPERM || err == -EACCES)
        err = pl_buffer_frame(out, pid, PL_OWNER_DENIED, &error, sizeof(error));
    else if (err != -ENOMEM)
        err = 0; /* it ended in the meantime */
    pl_buffer_free(&files);
    return err;
}

/* Of the processes that hold sockets. kern.file groups its records by process. */
static int read_descriptors(const struct pl_request *request, struct pl_buffer *out)
{
    size_t len = MIB_MAX;
    int mib[MIB_MAX];
    struct pl_buffer files = {0};
    int err = pl_sysctl_find("kern.file", mib, &len);
    uint32_t last = 0;

    (void)request;
    err = err ? err : pl_sysctl_read(mib, (unsigned int)len, &files, NULL);
    for (size_t at = 0; files.len - at >= PL_XFILE_SIZE && err == 0; at += PL_XFILE_SIZE) {
        uint32_t pid;
        uint16_t type;

        memcpy(&pid, files.data + at + PL_XFILE_PID, sizeof(pid));
        memcpy(&type, files.data + at + PL_XFILE_TYPE, sizeof(type));
        if (type == DTYPE_SOCKET_NUMBER && pid != last)
            err = add_descriptors(out, last = pid);
    }
    pl_buffer_free(&files);
    return err;
}

/* Settings that do not apply to root. */
static int read_limit(const struct pl_request *request, struct pl_buffer *out)
{
    return geteuid() == 0 ? -ENOENT : read_name(request, out);
}

/* Pairs of a jail's number and its parameter vnet, see decode/frames.h and jail(2). */
static int read_jails(const struct pl_request *request, struct pl_buffer *out)
{
    char last[] = "lastjid";
    char name[] = "vnet";
    int pair[2] = {0}; /* the last jail: 0 to begin */
    struct iovec params[] = {{last, sizeof(last)},
                             {&pair[0], sizeof(pair[0])},
                             {name, sizeof(name)},
                             {&pair[1], sizeof(pair[1])}};
    int err = 0;

    (void)request;
    while (err == 0 && (pair[0] = jail_get(params, COUNT_OF(params), 0)) > 0)
        err = pl_buffer_add(out, pair, sizeof(pair));
    /* ENOENT: there are no more. EINVAL: a kernel without separate network stacks. */
    return err < 0 || errno == ENOENT ? err : errno == EINVAL ? -ENOENT : -errno;
}

static uint32_t read_parent(uint32_t pid)
{
    int mib[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid};
    struct kinfo_proc info;

    return pl_sysctl_record(mib, 4, &info, sizeof(info)) ? (uint32_t)info.ki_ppid : 0;
}

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_sysctl_way ways[] = {
        {"freebsd/net.inet.tcp.pcblist", "sysctl", read_name},
        {"freebsd/net.inet.udp.pcblist", "sysctl", read_name},
        {"freebsd/net.inet.udplite.pcblist", "sysctl", read_name},
        {"freebsd/net.inet.sctp.assoclist", "sysctl", read_name},
        {"freebsd/kern.proc.filedesc", "sysctl", read_descriptors},
        {"freebsd/net.inet.raw.pcblist", "sysctl", read_name},
        {"freebsd/net.local.stream.pcblist", "sysctl", read_name},
        {"freebsd/net.local.dgram.pcblist", "sysctl", read_name},
        {"freebsd/net.local.seqpacket.pcblist", "sysctl", read_name},
        {"freebsd/kern.file", "sysctl", read_name},
        {"freebsd/kern.proc.proc", "sysctl", read_processes},
        {"freebsd/processes", "sysctl", read_commands},
        {"freebsd/users", "getpwuid", pl_sysctl_users},
        {"freebsd/links", "if_nameindex", pl_sysctl_links},
        {"freebsd/addrs", "getifaddrs", pl_sysctl_addrs},
        {"freebsd/security.bsd.see_other_uids", "sysctl", read_limit},
        {"freebsd/security.bsd.see_other_gids", "sysctl", read_limit},
        {"freebsd/security.bsd.see_jail_proc", "sysctl", read_limit},
        {"freebsd/security.jail.jailed", "sysctl", read_name},
        {"freebsd/jails", "jail_get", read_jails},
    };

    return pl_sysctl_reader(PL_SYSTEM_FREEBSD, ways, COUNT_OF(ways), read_parent, out);
}
