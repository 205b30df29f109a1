/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox_gen [ARCHITECTURE]: writes the seccomp filters as C arrays, at build time. libseccomp has
 * the call numbers of each architecture and arranges them as a tree. "Least privilege" in
 * src/README.md has figures.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/kcmp.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define INSTRUCTIONS_MAX 4096

/*
 * The modes of a terminal, for tcgetattr(3) and isatty(3) of glibc 2.42 and later: ioctl(2) with struct
 * termios2. asm/termbits.h, which has it, cannot be included beside termios.h.
 */
#define TERMIOS2    char[44]
#define GET_MODES   _IOR('T', 0x2A, TERMIOS2) /* TCGETS2 */
#define SET_MODES   _IOW('T', 0x2B, TERMIOS2) /* TCSETS2, TCSETSW2, TCSETSF2 */
#define SET_MODES_W _IOW('T', 0x2C, TERMIOS2)
#define SET_MODES_F _IOW('T', 0x2D, TERMIOS2)

enum purpose { LISTING, RECORDING, SCREEN, HELPER, ACTOR, PROBER };

/* linux/audit.h, __AUDIT_ARCH_LE: set for every little-endian architecture. */
#define LITTLE 0x40000000U

/* Calls allowed with any arguments. Those that an architecture lacks are skipped. */
/* clang-format off */
static const char *const plain[] = {
    /* files */
    "read", "readv", "pread64", "lseek", "_llseek", "close", "getdents64", "readlink", "readlinkat",
    "stat", "stat64", "lstat", "lstat64", "fstat", "fstat64", "newfstatat", "fstatat64", "statx",
    "fstatfs", "fstatfs64", "access", "faccessat", "faccessat2",
    /* output to open descriptors */
    "write", "writev",
    /* netlink */
    "sendto", "recvmsg", "recvfrom", "setsockopt", "getsockopt", "poll", "ppoll", "ppoll_time64",
    "pselect6", "pselect6_time64",
    /* memory, threads, time, exit */
    "brk", "munmap", "mremap", "madvise", "futex", "futex_time64", "set_robust_list", "rseq",
    "sched_getaffinity", "sched_yield", "gettid", "getpid", "exit", "exit_group", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigreturn", "restart_syscall", "clock_gettime",
    "clock_gettime64", "gettimeofday", "clock_nanosleep", "clock_nanosleep_time64", "nanosleep",
    "getrandom", "uname", "sysinfo",
    /* dropping more privileges later */
    "capget", "capset", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
    /* C libraries call these before name services */
    "getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32",
};
/* clang-format on */

/* Also allowed for the helper for names, which runs NSS modules. */
/* clang-format off */
static const char *const helper[] = {
    "mmap", "mmap2", "mprotect", "connect", "bind", "getsockname", "getpeername", "sendmsg",
    "sendmmsg", "recvmmsg", "recvmmsg_time64", "shutdown", "socketpair", "select", "_newselect",
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "pipe",
    "pipe2", "dup", "dup2", "dup3", "flock", "getcwd", "statfs", "statfs64", "fadvise64", "umask",
    "getppid", "getgroups", "getgroups32", "getresuid", "getresuid32", "getresgid", "getresgid32",
    "getrlimit", "ugetrlimit", "getrusage", "times", "clock_getres", "clock_getres_time64",
    "setitimer", "sigaltstack", "timerfd_create", "timerfd_settime", "timerfd_settime64",
    "membarrier", "getxattr", "lgetxattr", "fgetxattr",
};
/* clang-format on */

/* Also allowed for the actor of portkill. */
static const char *const actor[] = {"pidfd_open", "pidfd_send_signal"};

/* All that the prober of "why --probe" may do, besides opening sockets of IP. */
static const char *const prober[] = {
    "read", "write",      "close",        "bind",      "setsockopt",
    "exit", "exit_group", "rt_sigreturn", "sigreturn", "restart_syscall",
};

/* portls never makes these calls: they end the process. */
static const char *const fatal[] = {
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev",
};

/* Also allowed for --record. Landlock limits the directories. */
static const char *const recording[] = {
    "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2",
};

#define WRITING (O_CREAT | O_TRUNC)

/* Calls allowed with some arguments. At most one rule of a call matches. */
struct rule {
    const char *call;
    unsigned int argument;
    enum scmp_compare compare;
    uint64_t mask, value;
    bool deny;         /* return EPERM instead of allowing it */
    bool only;         /* the filter of --record allows any arguments */
    unsigned int also; /* index of another argument that must be equal; 0: none */
    uint64_t equal;
};

/* Placeholder that filter.c replaces by the process id; larger than any process id. */
#define PID 0x70696421U

static const struct rule rules[] = {
    {"openat", 2, SCMP_CMP_MASKED_EQ, O_ACCMODE | WRITING, O_RDONLY, false, true},
    {"open", 1, SCMP_CMP_MASKED_EQ, O_ACCMODE | WRITING, O_RDONLY, false, true},
    {"mmap", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, false, false},
    {"mmap2", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, false, false},
    {"mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_NETLINK, 0, false, false, 2, NETLINK_ROUTE},
    {"socket", 0, SCMP_CMP_EQ, AF_NETLINK, 0, false, false, 2, NETLINK_SOCK_DIAG},
    {"socket", 0, SCMP_CMP_NE, AF_NETLINK, 0, true, false},
    {"ioctl", 1, SCMP_CMP_EQ, TIOCGWINSZ, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, TCGETS, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, GET_MODES, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, TCFLSH, 0, false, false}, /* what was typed before a question */
    {"ioctl", 1, SCMP_CMP_EQ, SIOCGIFFLAGS, 0, false,
     false}, /* whether an interface still exists */
    {"fcntl", 1, SCMP_CMP_EQ, F_GETFL, 0, false, false},
    {"fcntl64", 1, SCMP_CMP_EQ, F_GETFL, 0, false, false},
    {"fcntl", 1, SCMP_CMP_EQ, F_SETFD, 0, false, false},
    {"fcntl64", 1, SCMP_CMP_EQ, F_SETFD, 0, false, false},
    {"kcmp", 2, SCMP_CMP_EQ, KCMP_FILES, 0, false, false},
    {"bpf", 0, SCMP_CMP_EQ, BPF_ITER_CREATE, 0, false, false},
    {"prlimit64", 2, SCMP_CMP_EQ, 0, 0, false, false},            /* reads a limit */
    {"tgkill", 0, SCMP_CMP_EQ, PID, 0, false, false, 2, SIGABRT}, /* abort(3) */
};

/* Also allowed for the screen of portwatch: the modes of the terminal, and to stop itself. */
static const struct rule screen_rules[] = {
    {"ioctl", 1, SCMP_CMP_EQ, TCSETS, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, TCSETSW, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, TCSETSF, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, SET_MODES, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, SET_MODES_W, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, SET_MODES_F, 0, false, false},
    {"tgkill", 0, SCMP_CMP_EQ, PID, 0, false, false, 2, SIGTSTP},
};

static const struct rule helper_rules[] = {
    {"openat", 2, SCMP_CMP_MASKED_EQ, O_ACCMODE | WRITING, O_RDONLY, false, false},
    {"open", 1, SCMP_CMP_MASKED_EQ, O_ACCMODE | WRITING, O_RDONLY, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_UNIX, 0, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_INET, 0, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_INET6, 0, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_NETLINK, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, FIONREAD, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, FIONBIO, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, TCGETS, 0, false, false},
    {"ioctl", 1, SCMP_CMP_EQ, GET_MODES, 0, false, false},
    {"fcntl", 1, SCMP_CMP_LE, F_SETLKW, 0, false, false},
    {"fcntl64", 1, SCMP_CMP_LE, F_SETLKW, 0, false, false},
    {"fcntl", 1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0, false, false},
    {"fcntl64", 1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0, false, false},
    {"prlimit64", 2, SCMP_CMP_EQ, 0, 0, false, false},
};

static const struct rule prober_rules[] = {
    {"socket", 0, SCMP_CMP_EQ, AF_INET, 0, false, false},
    {"socket", 0, SCMP_CMP_EQ, AF_INET6, 0, false, false},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void die(const char *what, const char *culprit, int error)
{
    (void)fprintf(stderr, "sandbox_gen: %s %s: %s\n", what, culprit, strerror(error));
    exit(1);
}

/* libseccomp translates this number to the architecture of the filter. */
static bool resolve(const char *call, int *number)
{
    *number = seccomp_syscall_resolve_name(call);
    return *number != __NR_SCMP_ERROR; /* this libseccomp is older than the call */
}

static void add(scmp_filter_ctx filter, const char *call, int number, uint32_t action,
                unsigned int count, const struct scmp_arg_cmp *compare)
{
    int err = seccomp_rule_add_array(filter, action, number, count, compare);

    /* -EDOM: the architecture lacks the call. -EEXIST: it shares a number with another call. */
    if (err < 0 && err != -EEXIST && err != -EDOM)
        die("no rule for", call, -err);
}

static void add_all(scmp_filter_ctx filter, uint32_t action, const char *const *calls, size_t count)
{
    int number;

    for (size_t i = 0; i < count; i++) {
        if (resolve(calls[i], &number))
            add(filter, calls[i], number, action, 0, NULL);
    }
}

static void add_rules(scmp_filter_ctx filter, const struct rule *rule, size_t count, bool record)
{
    for (const struct rule *end = rule + count; rule < end; rule++) {
        const struct scmp_arg_cmp compare[] = {
            {rule->argument, rule->compare, rule->mask, rule->value},
            {rule->also, SCMP_CMP_EQ, rule->equal, 0},
        };
        int number;

        if (!resolve(rule->call, &number))
            continue;
        if (rule->only && record)
            add(filter, rule->call, number, SCMP_ACT_ALLOW, 0, NULL);
        else
            add(filter, rule->call, number, rule->deny ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW,
                rule->also ? 2 : 1, compare);
    }
}

/*
 * Allows clone(2) for threads only. A filter cannot read the flags of clone3(2), which are in memory:
 * it returns ENOSYS, and C libraries fall back to clone.
 */
static void add_threads(scmp_filter_ctx filter, uint32_t arch)
{
    const uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    const struct scmp_arg_cmp compare = {arch == SCMP_ARCH_S390X || arch == SCMP_ARCH_S390,
                                         SCMP_CMP_MASKED_EQ, thread, thread};
    int number;

    if (resolve("clone", &number))
        add(filter, "clone", number, SCMP_ACT_ALLOW, 1, &compare);
}

static uint32_t number_at(const unsigned char *bytes, size_t count, bool little)
{
    uint32_t number = 0;

    for (size_t i = 0; i < count; i++)
        number = number << 8 | bytes[little ? count - 1 - i : i];
    return number;
}

/* from contains a struct sock_filter in the byte order of the architecture: code, jt, jf, k. */
static void print(const char *name, FILE *from, bool little)
{
    unsigned char bytes[8];

    printf("\nstatic const struct sock_filter %s[] = {\n", name);
    while (fread(bytes, sizeof(bytes), 1, from) == 1)
        printf("    {0x%02x, %u, %u, 0x%08x},\n", (unsigned int)number_at(bytes, 2, little),
               bytes[2], bytes[3], (unsigned int)number_at(bytes + 4, 4, little));
    printf("};\n");
}

/* Other calls return ENOSYS: C libraries try newer calls first and fall back on ENOSYS only. */
static void generate(const char *name, uint32_t arch, enum purpose purpose)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    FILE *file = tmpfile();
    int err = -ENOMEM;

    if (!filter || !file)
        die("cannot make", name, ENOMEM);
    if (arch != seccomp_arch_native()) {
        err = seccomp_arch_remove(filter, seccomp_arch_native());
        err = err ? err : seccomp_arch_add(filter, arch);
        if (err < 0)
            die("cannot take the architecture for", name, -err);
    }
    (void)seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree: since 2.5 */
    if (purpose != PROBER)
        add_all(filter, SCMP_ACT_ALLOW, plain, COUNT(plain));
    if (purpose == PROBER) {
        add_all(filter, SCMP_ACT_ALLOW, prober, COUNT(prober));
        add_rules(filter, prober_rules, COUNT(prober_rules), false);
    } else if (purpose == HELPER) {
        add_all(filter, SCMP_ACT_ALLOW, helper, COUNT(helper));
        add_rules(filter, helper_rules, COUNT(helper_rules), false);
    } else {
        add_all(filter, SCMP_ACT_KILL_PROCESS, fatal, COUNT(fatal));
        add_rules(filter, rules, COUNT(rules), purpose == RECORDING);
    }
    if (purpose == SCREEN)
        add_rules(filter, screen_rules, COUNT(screen_rules), false);
    if (purpose == ACTOR)
        add_all(filter, SCMP_ACT_ALLOW, actor, COUNT(actor));
    if (purpose == RECORDING)
        add_all(filter, SCMP_ACT_ALLOW, recording, COUNT(recording));
    if (purpose != PROBER)
        add_threads(filter, arch);
    err = seccomp_export_bpf(filter, fileno(file));
    if (err < 0 || fseek(file, 0, SEEK_SET) != 0)
        die("cannot export", name, err < 0 ? -err : errno);
    print(name, file, (arch & LITTLE) != 0);
    (void)fclose(file);
    seccomp_release(filter);
}

int main(int argc, char **argv)
{
    uint32_t arch = argc > 1 ? seccomp_arch_resolve_name(argv[1]) : seccomp_arch_native();
    const struct scmp_version *version = seccomp_version();

    /* SCMP_ACT_KILL_PROCESS needs level 3, which libseccomp may not find in a container. */
    (void)seccomp_api_set(3);
    if (arch == 0)
        die("no such architecture:", argc > 1 ? argv[1] : "this one", EINVAL);
    printf("/* Written by sandbox_gen; do not edit. */\n");
    printf("#define SANDBOX_PID 0x%xU\n", PID);
    printf("#define SANDBOX_LIBSECCOMP \"%u.%u.%u\"\n", version->major, version->minor,
           version->micro);
    generate("sandbox_listing", arch, LISTING);
    generate("sandbox_recording", arch, RECORDING);
    generate("sandbox_screen", arch, SCREEN);
    generate("sandbox_helper", arch, HELPER);
    generate("sandbox_actor", arch, ACTOR);
    generate("sandbox_prober", arch, PROBER);
    return fflush(stdout) == 0 ? 0 : 1;
}
