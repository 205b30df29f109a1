/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of containers, from the files of their runtimes. No daemon is asked. A file must belong to the
 * user who runs the container, so that a user cannot have a file of others read. That user chooses the
 * names in it.
 */
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include "decode/frames.h"
#include "decode/linux/containers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX   (4U << 20) /* bytes of one file */
#define TOTAL_MAX  (256U << 20)
#define PATH_BYTES 512
#define HOME_BYTES 256

#define BIT(runtime) PL_BIT(PL_RUNTIME_##runtime)
/* Without the name of a runtime: a parent that someone chose, or a pod. */
#define BY_DOCKER     (BIT(DOCKER) | BIT(UNKNOWN) | BIT(KUBERNETES))
#define BY_CONTAINERD (BIT(CONTAINERD) | BIT(NERDCTL) | BIT(UNKNOWN) | BIT(KUBERNETES))
#define BY_CRIO       (BIT(CRIO) | BIT(KUBERNETES))
#define STORAGE       "/containers/storage/overlay-containers/"
#define TASKS         "containerd/io.containerd.runtime.v2.task/"

/* %I: id of the container; a path that starts with "~" is below the user's home directory. */
static const struct {
    uint32_t runtimes;
    enum pl_container_file file;
    const char *path;
} places[] = {
    {BY_DOCKER, PL_CONTAINER_DOCKER, "/var/lib/docker/containers/%I/config.v2.json"},
    {BY_DOCKER, PL_CONTAINER_DOCKER,
     "/var/snap/docker/common/var-lib-docker/containers/%I/config.v2.json"},
    {BY_DOCKER, PL_CONTAINER_DOCKER, "~/.local/share/docker/containers/%I/config.v2.json"},
    {BY_CONTAINERD, PL_CONTAINER_OCI, "/run/" TASKS "k8s.io/%I/config.json"},
    {BY_CONTAINERD, PL_CONTAINER_OCI, "/run/" TASKS "default/%I/config.json"},
    {BY_CONTAINERD, PL_CONTAINER_OCI, "/run/k3s/" TASKS "k8s.io/%I/config.json"},
    {BY_CRIO, PL_CONTAINER_OCI, "/run" STORAGE "%I/userdata/config.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE, "/var/lib" STORAGE "containers.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE, "/var/lib" STORAGE "volatile-containers.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE,
     "/var/lib/containers/storage/vfs-containers/containers.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE, "~/.local/share" STORAGE "containers.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE, "~/.local/share" STORAGE "volatile-containers.json"},
    {BIT(PODMAN), PL_CONTAINER_STORAGE,
     "~/.local/share/containers/storage/vfs-containers/containers.json"},
};

struct reading {
    struct pl_buffer frames;
    struct pl_buffer passwd;
    bool passwd_read;
    size_t total;
    int failed; /* positive errno: a file of the container could not be read */
    int lacks;  /* the same, of one whose name was not found elsewhere */
    /* The last file: several containers have the same one. */
    char path[PATH_BYTES];
    struct pl_buffer content;
};

/* The file does not exist, or is no file. */
static bool is_nothing(int err)
{
    return err == -ENOENT || err == -ENOTDIR || err == -ELOOP || err == -ENXIO ||
           err == -PL_ENOTREG;
}

/* ---- home directories ---- */

/* Finds "NAME:x:UID:GID:TEXT:HOME:SHELL". Other sources of users are not asked. */
static bool find_home(struct reading *reading, uint32_t uid, char home[HOME_BYTES])
{
    struct pl_slice rest;
    struct pl_slice line;

    if (!reading->passwd_read) {
        int err = pl_read_regular(AT_FDCWD, "/etc/passwd", 0, FILE_MAX, &reading->passwd);

        if (err < 0 && !is_nothing(err))
            reading->lacks = -err;
    }
    reading->passwd_read = true;
    rest = (struct pl_slice){.data = reading->passwd.data, .len = reading->passwd.len};
    while (pl_text_line(&rest, &line)) {
        struct pl_slice fields[6] = {{0}};
        uint64_t number;

        for (size_t i = 0; i < COUNT_OF(fields); i++)
            (void)pl_text_part(&line, ':', &fields[i]);
        if (!pl_text_dec(&fields[2], UINT32_MAX, &number) || number != uid || fields[5].len == 0 ||
            fields[5].data[0] != '/' || fields[5].len >= HOME_BYTES)
            continue;
        memcpy(home, fields[5].data, fields[5].len);
        home[fields[5].len] = '\0';
        return true;
    }
    return false;
}

/* ---- files ---- */

/* Returns false if the place is not one of this container. */
static bool make_path(struct reading *reading, const struct pl_group *group, size_t place,
                      char path[PATH_BYTES])
{
    const char *form = places[place].path;
    const char *id = strstr(form, "%I");
    char home[HOME_BYTES] = "";
    bool own = form[0] == '~';
    int before = (int)(id ? id - form : (ptrdiff_t)strlen(form)) - own;

    if (!(places[place].runtimes & PL_BIT(group->runtime)) ||
        own != (group->uid != PL_UID_UNKNOWN) || (own && !find_home(reading, group->uid, home)))
        return false;
    return snprintf(path, PATH_BYTES, "%s%.*s%.*s%s", home, before, form + own,
                    id ? (int)group->id.len : 0, group->id.data, id ? id + 2 : "") < PATH_BYTES;
}

static int read_new(struct reading *reading, const char *path, uint32_t uid)
{
    int fd = pl_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    struct stat st;
    int err;

    if (fd < 0)
        return fd;
    err = pl_stat_open(fd, &st);
    if (err == 0 && st.st_uid == (uid != PL_UID_UNKNOWN ? uid : 0) && reading->total < TOTAL_MAX)
        err = pl_read_open(fd, FILE_MAX, &reading->content);
    close(fd);
    return err;
}

/* Sets reading->content; it is empty if the file cannot be read. */
static int read_file(struct reading *reading, const char *path, uint32_t uid)
{
    int err;

    if (strcmp(path, reading->path) == 0)
        return 0; /* if it failed, that was said for the container before */
    (void)strlcpy(reading->path, path, sizeof(reading->path));
    reading->content.len = 0;
    err = read_new(reading, path, uid);
    if (err < 0)
        reading->content.len = 0;
    if (err < 0 && !is_nothing(err))
        reading->failed = -err;
    reading->total += reading->content.len;
    return err == -ENOMEM ? err : 0;
}

static int add_names(struct reading *reading, const struct pl_group *group,
                     const struct pl_container_names *names)
{
    uint32_t head[PL_CONTAINER_HEAD / sizeof(uint32_t)] = {group->uid, group->id.len};
    int err;

    memcpy(head + 2, names->len, sizeof(names->len));
    err = pl_buffer_add(&reading->frames, head, sizeof(head));
    err = err ? err : pl_buffer_add(&reading->frames, group->id.data, group->id.len);
    for (size_t i = 0; i < PL_CONTAINER_PARTS && err == 0; i++)
        err = pl_buffer_add(&reading->frames, names->text[i], names->len[i]);
    return err;
}

static int add_container(struct reading *reading, const struct pl_group *group)
{
    reading->failed = 0;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct pl_container_names names;
        char path[PATH_BYTES];
        struct pl_slice content;
        int err;

        if (!make_path(reading, group, i, path))
            continue;
        err = read_file(reading, path, group->uid);
        if (err < 0)
            return err;
        content = (struct pl_slice){.data = reading->content.data, .len = reading->content.len};
        if (pl_decode_container(places[i].file, content, group->id, &names))
            return add_names(reading, group, &names);
    }
    if (reading->failed != 0)
        reading->lacks = reading->failed;
    return 0;
}

int pl_linux_read_containers(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *said)
{
    struct reading reading = {.total = 0};
    int err = 0;

    said->path = "read";
    for (size_t i = 0; i < request->group_count && err == 0; i++)
        err = add_container(&reading, request->groups[i]);
    if (err == 0)
        err = chunk(arg, reading.frames.data, reading.frames.len);
    said->lacks = reading.lacks;
    pl_buffer_free(&reading.frames);
    pl_buffer_free(&reading.content);
    pl_buffer_free(&reading.passwd);
    return err;
}
