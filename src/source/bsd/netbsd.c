/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of the running NetBSD. Since NetBSD 9, its sysctl tables have the addresses that join
 * sockets to processes only for a process that has opened the kernel's memory.
 */
#include "model/array.h"
#include "sysctl.h"

#include <sys/types.h>

#include <sys/socket.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <string.h>
#include <unistd.h>

#include "decode/bsd/netbsd_layout.h"
#include "decode/frames.h"

#define MIB_MAX 12 /* CTL_MAXNAME of sys/sysctl.h */
#define EXTRA   4  /* kind, argument, bytes of a record, number of records */

/* The feed "netbsd/NAME" is the table NAME, whose numbers are assigned at boot. */
static int read_pcbs(const struct pl_request *request, struct pl_buffer *out)
{
    const char *name = strchr(request->feed->name, '/') + 1;
    size_t len = MIB_MAX - EXTRA;
    int mib[MIB_MAX];
    int err = pl_sysctl_find(name, mib, &len);

    if (err < 0)
        return err;
    mib[len++] = PCB_ALL;
    mib[len++] = 0;
    mib[len++] = PL_KINFO_PCB_SIZE;
    mib[len++] = INT_MAX;
    return pl_sysctl_read(mib, (unsigned int)len, out, NULL);
}

static int read_files(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN, KERN_FILE2, KERN_FILE_BYPID, -1, PL_KINFO_FILE_SIZE, INT_MAX};

    (void)request;
    return pl_sysctl_read(mib, 6, out, NULL);
}

static int read_processes(const struct pl_request *request, struct pl_buffer *out)
{
    int mib[] = {CTL_KERN, KERN_PROC2, KERN_PROC_ALL, 0, PL_KINFO_PROC2_SIZE, INT_MAX};

    (void)request;
    return pl_sysctl_read(mib, 6, out, NULL);
}

/* Since NetBSD 8, the path of the executable, too. */
static int read_commands(const struct pl_request *request, struct pl_buffer *out)
{
    int err = 0;

    for (size_t i = 0; i < request->id_count && err == 0; i++) {
        uint32_t pid = request->ids[i];
        int args[] = {CTL_KERN, KERN_PROC_ARGS, (int)pid, KERN_PROC_ARGV};
        int path[] = {CTL_KERN, KERN_PROC_ARGS, (int)pid, KERN_PROC_PATHNAME};

        if (request->need & PL_NEED_COMMANDS)
            err = pl_sysctl_text(args, 4, pid, PL_FRAME_CMDLINE, out);
        if (err == 0 && request->need & PL_NEED_EXES)
            err = pl_sysctl_text(path, 4, pid, PL_FRAME_EXE, out);
    }
    return err;
}

/* This setting does not apply to root. Its name depends on the security model. */
static int read_curtain(const struct pl_request *request, struct pl_buffer *out)
{
    static const char *const names[] = {
        "security.models.extensions.curtain",
        "security.models.bsd44.curtain",
        "security.curtain",
    };
    int mib[MIB_MAX];

    (void)request;
    if (geteuid() == 0)
        return -ENOENT;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t len = MIB_MAX;

        if (pl_sysctl_find(names[i], mib, &len) == 0)
            return pl_sysctl_read(mib, (unsigned int)len, out, NULL);
    }
    return -ENOENT;
}

/* A process that opened the memory of the kernel sees addresses. Nothing is read from it. */
static void ask_for_addresses(void)
{
    int fd = open(_PATH_KMEM, O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
}

static uint32_t read_parent(uint32_t pid)
{
    struct kinfo_proc2 info;
    int mib[] = {CTL_KERN, KERN_PROC2, KERN_PROC_PID, (int)pid, (int)sizeof(info), 1};

    return pl_sysctl_record(mib, 6, &info, sizeof(info)) ? (uint32_t)info.p_ppid : 0;
}

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_sysctl_way ways[] = {
        {"netbsd/net.inet.tcp.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.inet6.tcp6.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.inet.udp.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.inet6.udp6.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.inet.raw.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.inet6.raw6.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.local.stream.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.local.dgram.pcblist", "sysctl", read_pcbs},
        {"netbsd/net.local.seqpacket.pcblist", "sysctl", read_pcbs},
        {"netbsd/kern.file2.bypid", "sysctl", read_files},
        {"netbsd/kern.proc2", "sysctl", read_processes},
        {"netbsd/processes", "sysctl", read_commands},
        {"netbsd/users", "getpwuid", pl_sysctl_users},
        {"netbsd/links", "if_nameindex", pl_sysctl_links},
        {"netbsd/addrs", "getifaddrs", pl_sysctl_addrs},
        {"netbsd/security.curtain", "sysctl", read_curtain},
    };

    ask_for_addresses();
    return pl_sysctl_reader(PL_SYSTEM_NETBSD, ways, COUNT_OF(ways), read_parent, out);
}
