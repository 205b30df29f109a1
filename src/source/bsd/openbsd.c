/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the running OpenBSD. Addresses require a privilege. */
#include "model/array.h"
#include "sysctl.h"

#include <sys/types.h>

#include <sys/sysctl.h>

#include <limits.h>

#include "decode/bsd/openbsd_layout.h"

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

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_sysctl_way ways[] = {
        {"openbsd/kern.file.bypid", "sysctl", read_by_process},
        {"openbsd/kern.file.byfile", "sysctl", read_by_file},
        {"openbsd/users", "getpwuid", pl_sysctl_users},
        {"openbsd/links", "if_nameindex", pl_sysctl_links},
    };

    return pl_sysctl_reader(PL_SYSTEM_OPENBSD, ways, COUNT_OF(ways), out);
}
