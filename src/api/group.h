/* SPDX-License-Identifier: BSD-2-Clause */
/* What the path of a control group contains: the unit of systemd, and the container. */
#ifndef PL_API_GROUP_H
#define PL_API_GROUP_H

#include <portls.h>

struct pl_snapshot;

enum pl_runtime {
    PL_RUNTIME_UNKNOWN,
    PL_RUNTIME_DOCKER,
    PL_RUNTIME_PODMAN,
    PL_RUNTIME_CONTAINERD,
    PL_RUNTIME_CRIO,
    PL_RUNTIME_NERDCTL,
    PL_RUNTIME_KUBERNETES, /* a container of a pod, of a runtime that the path does not name */
    PL_RUNTIME_LXC,        /* also LXD and Incus */
    PL_RUNTIME_NSPAWN,
    PL_RUNTIME_LIBVIRT,
    PL_RUNTIME_FLATPAK,
    PL_RUNTIME_SNAP,
    PL_RUNTIME_MAX,
};

/* Returns "docker", "cri-o" and so on; NULL for PL_RUNTIME_UNKNOWN and when out of range. */
const char *pl_runtime_name(unsigned int runtime);

#define PL_CONTAINER_ID    64U /* hexadecimal digits of a container's id */
#define PL_CONTAINER_SHORT 12U /* digits that people and commands use */

/* Texts that the path does not have, have NULL data. */
struct pl_group {
    struct pl_text path;
    /* The innermost unit that can have processes: a service, scope, socket, mount or swap. */
    struct pl_text unit;
    struct pl_text id;       /* of the innermost container: PL_CONTAINER_ID digits */
    struct pl_text name;     /* of a container that has no such id */
    struct pl_text pod;      /* UID of a Kubernetes pod; '_' may replace '-' */
    uint32_t uid;            /* the user whose manager runs it; PL_UID_UNKNOWN: the system's */
    bool escaped;            /* name is part of that of a unit, see systemd-escape(1) */
    bool user;               /* unit is one of a user's systemd */
    enum pl_runtime runtime; /* of the container */
};

/* A container has an id or a name. */
static inline bool pl_group_is_container(const struct pl_group *group)
{
    return group->id.data || group->name.data;
}

/* A container, by the files of its runtime. */
struct pl_container {
    struct pl_text id;
    struct pl_text name, image, pod, pod_namespace;
    uint32_t uid; /* as in struct pl_group */
};

/*
 * Returns the container of a group, NULL if nothing is known about it. Needs PL_NEED_CONTAINERS.
 */
const struct pl_container *pl_snapshot_container(const struct pl_snapshot *snap,
                                                 const struct pl_group *group);

/* Returns the name of the container of a group, or the start of its id; data is NULL without one. */
struct pl_text pl_snapshot_container_name(const struct pl_snapshot *snap,
                                          const struct pl_group *group);

/*
 * Decodes the path of a control group below the root of its hierarchy. The path is hostile: users
 * name control groups that they may make. The texts of *out are parts of it.
 */
void pl_group_decode(struct pl_text path, struct pl_group *out);
/*
 * Decodes /proc/PID/cgroup. Of several hierarchies, takes one that names a container, else one that
 * names a unit; of equal ones version 2, then that of systemd. path.data is NULL if it has none.
 */
void pl_group_decode_file(struct pl_text content, struct pl_group *out);
/*
 * Writes a text without escapes such as "\x2d". out has room for text.len bytes. Returns the length.
 */
uint32_t pl_group_unescape(struct pl_text text, char *out);

#endif
