/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refuse WHAT[,WHAT]... COMMAND [ARGUMENT]...: runs a command under a seccomp filter that
 * refuses system calls, as containers and older kernels do: diag (sock_diag netlink), bpf, maps (of
 * bpf), kcmp, capset, setresuid, no_new_privs, seccomp. bpf-dies kills the process that calls bpf(2).
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The low half of an argument, in the byte order of the machine. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT(n) ((unsigned)offsetof(struct seccomp_data, args[n]))
#else
#define ARGUMENT(n) ((unsigned)offsetof(struct seccomp_data, args[n]) + 4)
#endif
#define LOAD(offset)        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define ANSWER(value)       BPF_STMT(BPF_RET | BPF_K, value)
#define SYSCALL             ((unsigned)offsetof(struct seccomp_data, nr))

static struct sock_filter no_diag[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_socket, 5),
    LOAD(ARGUMENT(0)),
    UNLESS(AF_NETLINK, 3),
    LOAD(ARGUMENT(2)),
    UNLESS(NETLINK_SOCK_DIAG, 1),
    ANSWER(SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
    ANSWER(SECCOMP_RET_ALLOW),
};
static struct sock_filter no_bpf[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_bpf, 1),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
};
static struct sock_filter bpf_dies[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_bpf, 1),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    ANSWER(SECCOMP_RET_ALLOW),
};
static struct sock_filter no_maps[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_bpf, 3),
    LOAD(ARGUMENT(0)),
    UNLESS(BPF_MAP_CREATE, 1),
    ANSWER(SECCOMP_RET_ERRNO | EINVAL),
    ANSWER(SECCOMP_RET_ALLOW),
};
static struct sock_filter no_kcmp[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_kcmp, 1),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
};
#define NO_CALL(number)                                                      \
    {                                                                        \
        LOAD(SYSCALL), UNLESS(number, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM), \
            ANSWER(SECCOMP_RET_ALLOW),                                       \
    }
static struct sock_filter no_capset[] = NO_CALL(SYS_capset);
static struct sock_filter no_setresuid[] = NO_CALL(SYS_setresuid);
static struct sock_filter no_seccomp[] = NO_CALL(SYS_seccomp);
static struct sock_filter may_gain[] = {
    LOAD(SYSCALL),
    UNLESS(SYS_prctl, 3),
    LOAD(ARGUMENT(0)),
    UNLESS(PR_SET_NO_NEW_PRIVS, 1),
    ANSWER(SECCOMP_RET_ERRNO | EPERM),
    ANSWER(SECCOMP_RET_ALLOW),
};

static const struct {
    const char *name;
    struct sock_fprog program;
} refusals[] = {
    {"diag", {sizeof(no_diag) / sizeof(no_diag[0]), no_diag}},
    {"bpf", {sizeof(no_bpf) / sizeof(no_bpf[0]), no_bpf}},
    {"bpf-dies", {sizeof(bpf_dies) / sizeof(bpf_dies[0]), bpf_dies}},
    {"maps", {sizeof(no_maps) / sizeof(no_maps[0]), no_maps}},
    {"kcmp", {sizeof(no_kcmp) / sizeof(no_kcmp[0]), no_kcmp}},
    {"capset", {sizeof(no_capset) / sizeof(no_capset[0]), no_capset}},
    {"setresuid", {sizeof(no_setresuid) / sizeof(no_setresuid[0]), no_setresuid}},
    {"seccomp", {sizeof(no_seccomp) / sizeof(no_seccomp[0]), no_seccomp}},
    {"no_new_privs", {sizeof(may_gain) / sizeof(may_gain[0]), may_gain}},
};
#define REFUSAL_COUNT (sizeof(refusals) / sizeof(refusals[0]))

/* Returns 0 or a negative errno; -EINVAL for an unknown word. */
static int refuse(const char *word, size_t length)
{
    for (size_t i = 0; i < REFUSAL_COUNT; i++) {
        if (strlen(refusals[i].name) != length || strncmp(word, refusals[i].name, length) != 0)
            continue;
        /* Root does not need no_new_privs for this. */
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &refusals[i].program) == 0)
            return 0;
        if (errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
            prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &refusals[i].program) == 0)
            return 0;
        return -errno;
    }
    return -EINVAL;
}

int main(int argc, char **argv)
{
    const char *word = argc > 2 ? argv[1] : "";

    for (;;) {
        size_t length = strcspn(word, ",");
        int error = refuse(word, length);

        if (error) {
            fprintf(stderr, "refuse: %s: %s\n", word, strerror(-error));
            return error == -EINVAL ? 2 : 77;
        }
        if (word[length] == 0)
            break;
        word += length + 1;
    }
    execvp(argv[2], argv + 2);
    perror("refuse: exec");
    return 127;
}
