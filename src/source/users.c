/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/types.h>

#define ENTRY_MAX 16384

static int add_all(struct pl_buffer *lines)
{
    const struct passwd *entry;
    int err = 0;

    setpwent();
    while (err == 0) {
        errno = 0;
        entry = getpwent();
        if (!entry && errno == EINTR)
            continue;
        if (!entry)
            break;
        err = pl_buffer_add_name(lines, (uint32_t)entry->pw_uid, entry->pw_name);
    }
    endpwent();
    return err;
}

/* If there is no such user, POSIX requires 0. getpwnam(3) lists what other systems return. */
static bool is_unknown(int error)
{
    return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

int pl_users_read(void *users_arg, const uint32_t *uids, size_t count, bool all,
                  pl_users_take_fn *take, void *arg, int *partial)
{
    struct pl_buffer lines = {0};
    int lacks = 0;
    int err = all ? add_all(&lines) : 0;

    (void)users_arg;
    /* Also after add_all(): a directory service may not list all of its users. */
    for (size_t i = 0; i < count && err == 0; i++) {
        char buf[ENTRY_MAX];
        struct passwd entry;
        struct passwd *found = NULL;
        int error;

        do {
            error = getpwuid_r((uid_t)uids[i], &entry, buf, sizeof(buf), &found);
        } while (error == EINTR);
        if (error == 0 && found)
            err = pl_buffer_add_name(&lines, uids[i], entry.pw_name);
        else if (!is_unknown(error))
            lacks = error;
    }
    if (err == 0)
        err = take(arg, lines.data, lines.len);
    pl_buffer_free(&lines);
    if (err == 0 && lacks != 0)
        *partial = lacks;
    return err;
}

int pl_read_users(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                  struct pl_reading *reading)
{
    pl_users_fn *users = request->users ? request->users : pl_users_read;

    return users(request->users_arg, request->ids, request->id_count, request->whole, chunk, arg,
                 &reading->lacks);
}
