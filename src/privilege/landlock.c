/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Landlock, Documentation/userspace-api/landlock.rst: which files can be opened. The numbers are
 * those of include/uapi/linux/landlock.h, repeated here because few systems have the whole header.
 */
#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same on every architecture of Linux 5.13. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };

#define RULESET_VERSION   1U
#define RULE_PATH_BENEATH 1

/* LANDLOCK_ACCESS_FS_*, bits */
enum {
    EXECUTE = 1U << 0,
    WRITE_FILE = 1U << 1,
    READ_FILE = 1U << 2,
    READ_DIR = 1U << 3,
    REMOVE_DIR = 1U << 4,
    REMOVE_FILE = 1U << 5,
    MAKE_DIR = 1U << 7,
    MAKE_REG = 1U << 8,
    FIRST = (1U << 13) - 1,  /* all of ABI 1 */
    REFER = 1U << 13,        /* ABI 2 */
    TRUNCATE = 1U << 14,     /* ABI 3 */
    IOCTL_DEVICE = 1U << 15, /* ABI 5; unused: the size of a terminal is an ioctl */
    TCP_BIND_CONNECT = 3U,   /* ABI 4, LANDLOCK_ACCESS_NET_* */
    UNIX_AND_SIGNALS = 3U,   /* ABI 6, LANDLOCK_SCOPE_* */
};

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static const uint32_t allowed[] = {
    [SANDBOX_READ] = READ_FILE | READ_DIR,
    [SANDBOX_WRITE] = READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_DIR | MAKE_REG |
                      REMOVE_DIR | REMOVE_FILE,
    [SANDBOX_RENAME] = READ_DIR | MAKE_DIR | REMOVE_DIR,
};

/* A missing path needs no rule. Returns 0 or a negative errno. */
static int add_rule(int rules, const struct sandbox_path *path, uint32_t known)
{
    struct path_beneath rule = {.allowed = allowed[path->access] & known};
    int err = 0;
    int fd = path->dir;

    while (path->path && (fd = open(path->path, O_PATH | O_CLOEXEC)) < 0 && errno == EINTR)
        ;
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP ? 0
                                                                                        : -errno;
    rule.parent = fd;
    if (syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0) != 0) {
        rule.allowed &=
            READ_FILE | WRITE_FILE | TRUNCATE; /* the kernel refuses other rights for a file */
        err = syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : -errno;
    }
    if (path->path)
        close(fd);
    return err;
}

static int make_ruleset(int abi, uint64_t files, uint64_t network)
{
    struct ruleset handled = {.files = files};
    size_t size = sizeof(handled.files);

    if (abi >= 4) {
        handled.network = TCP_BIND_CONNECT & ~network;
        size += sizeof(handled.network);
    }
    if (abi >= 6) {
        handled.scoped = UNIX_AND_SIGNALS;
        size += sizeof(handled.scoped);
    }
    return (int)syscall(CREATE_RULESET, &handled, size, 0);
}

int sandbox_landlock_enter(const struct sandbox_path *paths, size_t count, uint64_t network)
{
    int abi = (int)syscall(CREATE_RULESET, NULL, 0, RULESET_VERSION);
    uint32_t files = FIRST | (abi >= 2 ? REFER : 0U) | (abi >= 3 ? TRUNCATE : 0U);
    int rules = abi < 1 ? -1 : make_ruleset(abi, files, network);
    int err = 0;

    if (rules < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -errno;
    for (size_t i = 0; i < count && err == 0; i++)
        err = add_rule(rules, &paths[i], files);
    /* Skip Landlock rather than block a file that the listing needs. */
    if (err == 0 && syscall(RESTRICT_SELF, rules, 0) != 0)
        err = -errno;
    close(rules);
    return err < 0 ? err : abi;
}
