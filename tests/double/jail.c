/* SPDX-License-Identifier: BSD-2-Clause */
/* jail_get(2) of FreeBSD over the feed jails of a recording: decode/frames.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/jail.h>

#include "double.h"

int jail_get(struct iovec *params, unsigned int count, int flags)
{
    struct table table = double_call("jails", double_has("jails") ? "jails" : NULL);
    int last;
    int found = -1;

    if (count != 4 || flags != 0 || strcmp(params[0].iov_base, "lastjid") != 0 ||
        strcmp(params[2].iov_base, "vnet") != 0 || params[1].iov_len != sizeof(int) ||
        params[3].iov_len != sizeof(int))
        double_die("jail_get");
    memcpy(&last, params[1].iov_base, sizeof(last));
    for (size_t at = 0; found < 0 && table.error == 0 && at + 8 <= table.len; at += 8) {
        int pair[2];

        memcpy(pair, table.bytes + at, sizeof(pair));
        if (pair[0] <= last)
            continue;
        found = pair[0];
        memcpy(params[3].iov_base, &pair[1], sizeof(pair[1]));
    }
    double_log("jails", "read", table.error != 0 ? -table.error : found);
    errno = table.error != 0 ? table.error : ENOENT;
    free(table.bytes);
    return found;
}
