/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the network namespace of a container, by the control groups of processes. */
#include "linux.h"
#include "source/call.h"

#include "api/group.h"
#include "api/netns.h"
#include "model/list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP_BYTES 8192 /* of /proc/PID/cgroup */
#define TRIES       3

/* A process in a container. */
struct member {
    struct pl_group group; /* its texts are parts of content */
    char *content;         /* owned: /proc/PID/cgroup */
    uint64_t started;      /* ticks after the start of the system */
    uint32_t pid;
    bool matches;
};

struct search {
    const char *which;
    struct pl_list members;
};

/* Returns the path up to the id or the name. Users can name groups below their own, but not this path. */
static struct pl_text path_of(const struct pl_group *group)
{
    const struct pl_text *last = group->id.data ? &group->id : &group->name;

    return (struct pl_text){group->path.data,
                            (uint32_t)(last->data + last->len - group->path.data)};
}

static int compare(struct pl_text a, struct pl_text b)
{
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_container(const void *a, const void *b)
{
    return compare(path_of(&((const struct member *)a)->group),
                   path_of(&((const struct member *)b)->group));
}

/* Later processes of a container may have moved to another network namespace. */
static int by_container_and_start(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    int order = by_container(x, y);

    order = order ? order : (x->started > y->started) - (x->started < y->started);
    return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

/* Reads the control group of a process. Returns whether it is that of a container. */
static bool read_group(int dir, const char *path, char content[GROUP_BYTES], size_t *len,
                       struct pl_group *out)
{
    ssize_t got = pl_read_start(dir, path, content, GROUP_BYTES);

    if (got <= 0)
        return false;
    *len = (size_t)got;
    pl_group_decode_file((struct pl_text){content, (uint32_t)got}, out);
    return pl_group_is_container(out);
}

/* Returns UINT64_MAX if it is not known. */
static uint64_t read_started(int dir, uint32_t pid)
{
    char content[1024];
    char file[32];
    struct pl_slice stat;
    uint64_t ticks;
    ssize_t got;

    (void)snprintf(file, sizeof(file), "%u/stat", pid);
    got = pl_read_start(dir, file, content, sizeof(content));
    stat = (struct pl_slice){.data = (const uint8_t *)content, .len = got > 0 ? (size_t)got : 0};
    return pl_stat_started(&stat, &ticks) ? ticks : UINT64_MAX;
}

static int add_member(void *arg, int dir, const char *path, uint32_t pid)
{
    struct search *search = arg;
    struct member member = {.pid = pid};
    char content[GROUP_BYTES];
    char file[32];
    struct member *added;
    size_t len;

    (void)path;
    (void)snprintf(file, sizeof(file), "%u/cgroup", pid);
    if (!read_group(dir, file, content, &len, &member.group))
        return 0;
    member.started = read_started(dir, pid);
    member.content = malloc(len);
    added = member.content ? pl_list_add(&search->members, sizeof(member)) : NULL;
    if (!added) {
        free(member.content);
        return -ENOMEM;
    }
    memcpy(member.content, content, len);
    pl_group_decode_file((struct pl_text){member.content, (uint32_t)len}, &member.group);
    *added = member;
    return 0;
}

/* Keeps one process of each container. */
static void keep_first(struct pl_list *list)
{
    struct member *members = list->items;
    size_t kept = 0;

    pl_list_sort(list, sizeof(*members), by_container_and_start);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && by_container(&members[kept - 1], &members[i]) == 0)
            free(members[i].content);
        else
            members[kept++] = members[i];
    }
    list->count = kept;
}

static bool is_text(struct pl_text text, const char *which)
{
    return text.data && text.len == strlen(which) && memcmp(text.data, which, text.len) == 0;
}

/* Whether the path of the group has that ID or name. */
static bool is_named(const struct pl_group *group, const char *which)
{
    size_t len = strlen(which);
    char plain[GROUP_BYTES] = "";

    if (group->id.data)
        return len >= PL_CONTAINER_SHORT && len <= group->id.len &&
               memcmp(group->id.data, which, len) == 0;
    return is_text(group->name, which) ||
           (group->escaped && group->name.len <= sizeof(plain) &&
            is_text((struct pl_text){plain, pl_group_unescape(group->name, plain)}, which));
}

/* ---- names from the files of runtimes ---- */

struct naming {
    struct pl_sink sink;
    struct search *search;
};

static int take_container(struct pl_sink *sink, const struct pl_container *container)
{
    const struct search *search = ((struct naming *)(void *)sink)->search;
    struct member *members = search->members.items;

    if (!is_text(container->name, search->which))
        return 0;
    for (size_t i = 0; i < search->members.count; i++) {
        const struct pl_group *group = &members[i].group;

        if (group->id.data && group->uid == container->uid &&
            compare(group->id, container->id) == 0)
            members[i].matches = true;
    }
    return 0;
}

static int decode_names(void *arg, const void *bytes, size_t len)
{
    const struct pl_input in = {.bytes = {.data = bytes, .len = len}};

    return pl_decode_linux_containers(&in, arg);
}

static int read_names(struct search *search)
{
    const struct member *members = search->members.items;
    const struct pl_group **groups = calloc(search->members.count + 1, sizeof(*groups));
    struct naming naming = {.sink = {.container = take_container, .note = pl_sink_ignore_note},
                            .search = search};
    struct pl_request request = {.groups = groups};
    struct pl_reading said = {0};
    int err;

    if (!groups)
        return -ENOMEM;
    for (size_t i = 0; i < search->members.count; i++) {
        if (members[i].group.id.data)
            groups[request.group_count++] = &members[i].group;
    }
    err = pl_linux_read_containers(&request, decode_names, &naming, &said);
    free(groups);
    return err;
}

/* ---- the one that matches ---- */

/* Returns -ESRCH if the process has ended, or left the container. */
static int open_member(const struct member *member)
{
    char content[GROUP_BYTES];
    struct pl_group group;
    char path[32];
    size_t len;
    int fd = -ESRCH;
    int dir;

    (void)snprintf(path, sizeof(path), "/proc/%u", member->pid);
    dir = pl_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
    if (dir < 0)
        return dir == -ENOENT ? -ESRCH : dir;
    if (read_group(dir, "cgroup", content, &len, &group) &&
        compare(path_of(&group), path_of(&member->group)) == 0)
        fd = pl_open(dir, "ns/net", O_RDONLY);
    close(dir);
    return fd == -ENOENT ? -ESRCH : fd;
}

static void tell(struct pl_netns_several *several, const struct member *member)
{
    size_t i = several->count++;

    if (i >= PL_NETNS_SEVERAL)
        return;
    several->items[i].pid = member->pid;
    if (member->group.id.data && member->group.id.len < sizeof(several->items[i].id))
        memcpy(several->items[i].id, member->group.id.data, member->group.id.len);
}

/* Any user can name containers: those of users count only if the system has none of that name. */
static const struct member *find(struct search *search, bool of_users,
                                 struct pl_netns_several *several)
{
    struct member *members = search->members.items;
    const struct member *found = NULL;

    for (size_t i = 0; i < search->members.count; i++) {
        const struct pl_group *group = &members[i].group;

        if ((group->uid != PL_UID_UNKNOWN) != of_users ||
            (!members[i].matches && !is_named(group, search->which)))
            continue;
        found = &members[i];
        tell(several, found);
    }
    return found;
}

static int open_found(struct search *search, struct pl_netns_several *several)
{
    const struct member *found = find(search, false, several);

    if (!found)
        found = find(search, true, several);
    if (!found)
        return -ENOENT;
    return several->count == 1 ? open_member(found) : -EEXIST;
}

int pl_linux_open_container(const char *which, struct pl_netns_several *several)
{
    int err = -ESRCH;

    for (int i = 0; i < TRIES && err == -ESRCH; i++) {
        struct search search = {.which = which};
        struct member *members;

        *several = (struct pl_netns_several){0};
        err = pl_linux_each_process(add_member, &search);
        keep_first(&search.members);
        err = err ? err : read_names(&search);
        err = err ? err : open_found(&search, several);
        members = search.members.items;
        for (size_t j = 0; j < search.members.count; j++)
            free(members[j].content);
        free(members);
    }
    return err == -ESRCH ? -ENOENT : err;
}
