/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads control groups, unit files and parents. Only Linux has these files. */
#include "actor_stat.h"
#include "keeper.h"
#include "model/array.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES 65536 /* of a unit file */
#define NAME_BYTES 256
#define PATH_BYTES 640
#define STAT_BYTES 1024

/* Directories of units; the first that has a file wins. */
static const char *const systems[] = {"/etc/systemd/system",     "/run/systemd/system",
                                      "/run/systemd/transient",  "/usr/local/lib/systemd/system",
                                      "/usr/lib/systemd/system", "/lib/systemd/system"};
static const char *const users[] = {"/etc/systemd/user", "/run/systemd/user",
                                    "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"};

struct places {
    const char *const *dirs;
    size_t count;
};

/* Returns the number of bytes read from a regular file, at most size; 0 for none. */
static size_t read_file(const char *path, char *buf, size_t size)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat info;
    size_t len = 0;
    ssize_t got = 1;

    if (fd < 0)
        return 0;
    while (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && len < size && got > 0) {
        got = read(fd, buf + len, size - len);
        len += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    return len;
}

/* ---- unit files ---- */

/* The drop-in that decides: the last by name; of equal names, that of the first directory. */
struct drop_in {
    char name[NAME_BYTES];
    const char *restart;
};

static void read_drop_ins(const char *dir, const char *unit, char *buf, struct drop_in *best)
{
    char path[PATH_BYTES];
    DIR *list;
    const struct dirent *entry;

    (void)snprintf(path, sizeof(path), "%s/%s.d", dir, unit);
    list = opendir(path);
    while (list && (entry = readdir(list)) != NULL) {
        size_t len = strlen(entry->d_name);
        const char *restart;

        if (len < 5 || len >= NAME_BYTES || strcmp(entry->d_name + len - 5, ".conf") != 0 ||
            strcmp(entry->d_name, best->name) <= 0)
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s.d/%s", dir, unit, entry->d_name);
        restart = keeper_restart(buf, read_file(path, buf, FILE_BYTES));
        if (!restart)
            continue;
        (void)strlcpy(best->name, entry->d_name, sizeof(best->name));
        best->restart = restart;
    }
    if (list)
        closedir(list);
}

/* "getty@tty1.service" has the file "getty@.service". Returns false for a unit that is no instance. */
static bool name_template(const char *unit, char *buf, size_t size)
{
    const char *at = strchr(unit, '@');
    const char *dot = strrchr(unit, '.');

    if (!at || !dot || dot < at)
        return false;
    (void)snprintf(buf, size, "%.*s%s", (int)(at + 1 - unit), unit, dot);
    return true;
}

static const char *find_restart(const struct places *places, const char *unit, char *buf)
{
    char names[2][NAME_BYTES];
    struct drop_in best = {0};
    const char *restart = NULL;
    size_t count = 1;
    size_t len = 0;

    (void)strlcpy(names[0], unit, sizeof(names[0]));
    count += name_template(unit, names[1], sizeof(names[1]));
    for (size_t i = 0; i < count * places->count; i++) {
        const char *dir = places->dirs[i % places->count];
        const char *name = names[i / places->count];
        char path[PATH_BYTES];

        (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
        if (len == 0 && (len = read_file(path, buf, FILE_BYTES)) > 0)
            restart = keeper_restart(buf, len);
        read_drop_ins(dir, name, buf, &best);
    }
    if (best.restart)
        return best.restart;
    return restart || len == 0 ? restart : "no"; /* the default of a file that was read */
}

/* Finds the socket unit that listens on the port. */
static void find_socket_unit(const struct places *places, const struct pl_sock *sock, char *buf,
                             struct keeper *out)
{
    for (size_t i = 0; i < places->count && out->name[0] == '\0'; i++) {
        DIR *list = opendir(places->dirs[i]);
        const struct dirent *entry;

        while (list && out->name[0] == '\0' && (entry = readdir(list)) != NULL) {
            size_t len = strlen(entry->d_name);
            char path[PATH_BYTES];

            if (len < 8 || len >= NAME_BYTES || strcmp(entry->d_name + len - 7, ".socket") != 0 ||
                strpbrk(entry->d_name, " '\"$`;&|<>()"))
                continue;
            (void)snprintf(path, sizeof(path), "%s/%s", places->dirs[i], entry->d_name);
            if (keeper_listens(buf, read_file(path, buf, FILE_BYTES), sock->local_port,
                               sock->proto))
                (void)strlcpy(out->name, entry->d_name, sizeof(out->name));
        }
        if (list)
            closedir(list);
    }
}

/* ---- processes ---- */

/* The name of out is in buf. */
static bool read_stat(uint32_t pid, char *buf, size_t size, struct actor_stat *out)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%u/stat", pid);
    return actor_parse_stat(buf, read_file(path, buf, size), out);
}

static bool read_parent(void *arg, uint32_t pid, struct actor_stat *out)
{
    char buf[STAT_BYTES];
    bool good = read_stat(pid, buf, sizeof(buf), out);

    (void)arg;
    out->name = (struct pl_text){0};
    return good;
}

/* Returns 0 for none. */
static uint32_t parent_of(uint32_t pid)
{
    struct actor_stat stat = {0};

    return read_parent(NULL, pid, &stat) ? stat.parent : 0;
}

size_t keeper_ancestors(uint32_t pid, uint32_t *out, size_t max)
{
    return actor_ancestors(pid, read_parent, NULL, out, max);
}

/* Whether process 1, or the manager of a user, is systemd. */
static bool is_systemd(uint32_t pid)
{
    char buf[STAT_BYTES];
    struct actor_stat stat;

    return read_stat(pid, buf, sizeof(buf), &stat) && stat.name.len == 7 &&
           memcmp(stat.name.data, "systemd", stat.name.len) == 0;
}

static void find_parent(uint32_t pid, struct keeper *out)
{
    char buf[STAT_BYTES];
    struct actor_stat stat;
    uint32_t parent = parent_of(pid);

    if (parent > 1 && read_stat(parent, buf, sizeof(buf), &stat))
        (void)keeper_is_parent(stat.name, out);
}

static void find_unit(uint32_t pid, char *buf, struct keeper *out)
{
    const struct places system_places = {systems, COUNT_OF(systems)};
    const struct places user_places = {users, COUNT_OF(users)};

    /* Restart= is about the main process of the unit. */
    out->member = !is_systemd(parent_of(pid));
    if (out->member)
        find_parent(pid, out);
    else
        out->restart =
            find_restart(out->kind == KEEPER_UNIT ? &system_places : &user_places, out->name, buf);
}

static void find_policy(char *buf, struct keeper *out)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof(path), "/var/lib/docker/containers/%s/hostconfig.json", out->id);
    out->restart = keeper_policy(buf, read_file(path, buf, FILE_BYTES));
}

/* Process 1 holds the sockets of socket units. */
static void find_activator(const struct pl_sock *sock, char *buf, struct keeper *out)
{
    const struct places places = {systems, COUNT_OF(systems)};

    if (!is_systemd(1))
        return;
    find_socket_unit(&places, sock, buf, out);
    out->kind = out->name[0] != '\0' ? KEEPER_SOCKET : KEEPER_NONE;
}

void keeper_guess(const struct pl_snapshot *snap, uint32_t pid, const struct pl_sock *sock,
                  struct keeper *out)
{
    const struct pl_process *process = pl_snapshot_process(snap, pid);
    static const char proxy[] = "docker-proxy";

    if (!process || process->name.len != sizeof(proxy) - 1 ||
        memcmp(process->name.data, proxy, sizeof(proxy) - 1) != 0)
        return;
    out->kind = KEEPER_PUBLISH;
    out->port = sock->local_port;
}

void keeper_find(const struct pl_snapshot *snap, uint32_t pid, const struct pl_sock *sock,
                 struct keeper *out)
{
    char path[64];
    char *buf;

    keeper_guess(snap, pid, sock, out);
    if (pl_snapshot_system(snap) != PL_SYSTEM_LINUX || out->kind != KEEPER_NONE)
        return;
    buf = malloc(FILE_BYTES);
    if (!buf)
        return;
    if (pid == 1) {
        find_activator(sock, buf, out);
    } else {
        (void)snprintf(path, sizeof(path), "/proc/%u/cgroup", pid);
        keeper_read_cgroup(buf, read_file(path, buf, FILE_BYTES), out);
    }
    if (out->kind == KEEPER_UNIT || out->kind == KEEPER_USER_UNIT)
        find_unit(pid, buf, out);
    else if (out->kind == KEEPER_DOCKER)
        find_policy(buf, out);
    else if (out->kind == KEEPER_NONE && pid != 1)
        find_parent(pid, out);
    free(buf);
}
