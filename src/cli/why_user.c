/* SPDX-License-Identifier: BSD-2-Clause */
/* The user of "portls why --as-user". */
#include "why.h"

#include "api/reader.h"
#include "api/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const char *name;
    uint32_t uid; /* PL_UID_UNKNOWN: not found yet */
};

/* Returns PL_UID_UNKNOWN for what is no user id. */
static uint32_t number_of(const char *digits, size_t len)
{
    char text[12] = "";
    const char *problem = NULL;
    long long number;

    if (len >= sizeof(text))
        return PL_UID_UNKNOWN;
    memcpy(text, digits, len);
    number = strtonum(text, 0, (long long)PL_UID_UNKNOWN - 1, &problem);
    return problem ? PL_UID_UNKNOWN : (uint32_t)number;
}

/* Takes lines "uid:name\n". */
static int take_lines(void *arg, const void *bytes, size_t len)
{
    struct search *search = arg;
    size_t name_len = strlen(search->name);
    const char *line = bytes;
    const char *end = line + len;

    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        const char *stop = next ? next : end;
        const char *colon = memchr(line, ':', (size_t)(stop - line));

        if (colon && (size_t)(stop - colon - 1) == name_len &&
            memcmp(colon + 1, search->name, name_len) == 0 && search->uid == PL_UID_UNKNOWN)
            search->uid = number_of(line, (size_t)(colon - line));
        line = next ? next + 1 : end;
    }
    return 0;
}

static int complain_unknown(const char *name)
{
    complain("no user is called, or has the number,", name, "--as-user in portls(1)");
    return EXIT_USAGE;
}

/* The helper for names lists the users, because name services may run code. */
static int ask_names(struct sandbox *sandbox, struct search *search)
{
    pl_users_fn *users;
    int partial = 0;
    int err;

    sandbox_start_helper(sandbox, true, false);
    users = names_users(&sandbox->names);
    err = (users ? users : pl_users_read)(&sandbox->names, NULL, 0, true, take_lines, search,
                                          &partial);
    if (err == 0 && search->uid == PL_UID_UNKNOWN)
        err = -partial;
    if (err == 0)
        return 0;
    complain_errno("cannot look up the user", search->name, -err, "");
    return EXIT_FAILED;
}

/* Another user who is root has its privileges; what a program of others has is not known. */
static void become(struct why *why, uint32_t uid)
{
    for (size_t i = 0; i < why->question_count; i++) {
        struct pl_bind *bind = &why->questions[i].bind;

        if (uid != bind->uid)
            bind->privileged = uid == 0;
        bind->uid = uid;
    }
    why->user = uid;
}

int why_find_user(struct why *why)
{
    const char *typed = why->settings->as_user;
    struct search search = {.name = typed, .uid = PL_UID_UNKNOWN};
    int status = 0;

    if (!typed)
        return 0;
    if (strspn(typed, "0123456789") == strlen(typed)) {
        search.uid = number_of(typed, strlen(typed));
    } else if (why->settings->replay) {
        return 0;
    } else {
        status = ask_names(why->settings->sandbox, &search);
    }
    if (status == 0 && search.uid == PL_UID_UNKNOWN)
        return complain_unknown(typed);
    if (status == 0)
        become(why, search.uid);
    return status;
}

int why_find_recorded_user(struct why *why, const struct pl_snapshot *snap)
{
    uint32_t uid;

    if (!why->settings->as_user || why->user != PL_UID_UNKNOWN)
        return 0;
    if (!pl_snapshot_find_user(snap, why->settings->as_user, &uid))
        return complain_unknown(why->settings->as_user);
    become(why, uid);
    return 0;
}
