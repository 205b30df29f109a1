/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confined [PLAN]... -- ACTION...: enters the sandbox as portls does for this plan, then tries each
 * action and prints its result on a line.
 *
 * PLAN: owners, more, repeat, off, record=DIR (written to), replay=DIR; prober: the sandbox of the
 * process that binds for "why --probe".
 * ACTION: phase:socks phase:processes caps read:PATH write:PATH mkdir:PATH link:PATH socket:inet socket:unix
 * socket:PROTOCOL (of netlink) bind:PORT listen:PORT abort abort:PID fork thread exec mmap-exec kcmp ptrace user:UID
 */
#include "privilege/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sandbox sandbox;
static bool prober;

static const char *after(const char *word, const char *start)
{
    return strncmp(word, start, strlen(start)) == 0 ? word + strlen(start) : NULL;
}

/* Opens the directory of a recording, and its parent. */
static void record(const char *path)
{
    static int dirs[2];

    dirs[0] = open(path, O_PATH | O_CLOEXEC);
    dirs[1] = openat(dirs[0], "..", O_PATH | O_CLOEXEC);
    sandbox.plan.record = dirs;
}

static void plan(const char *word)
{
    const char *value;

    sandbox.plan.repeat |= strcmp(word, "repeat") == 0;
    sandbox.off |= strcmp(word, "off") == 0;
    prober |= strcmp(word, "prober") == 0;
    sandbox.plan.need |= strcmp(word, "owners") == 0 ? PL_NEED_OWNERS | PL_NEED_NAMES : 0U;
    sandbox.plan.need |= strcmp(word, "more") == 0 ? (uint32_t)PL_NEED_MORE : 0U;
    if ((value = after(word, "record=")))
        record(value);
    if ((value = after(word, "replay=")))
        sandbox.plan.replay = value;
}

/* ---- actions: 0 or an errno ---- */

static int report(long result)
{
    return result < 0 ? errno : 0;
}

static int try_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    char byte;

    if (fd < 0)
        return errno;
    if (flags == O_RDONLY)
        (void)!read(fd, &byte, 1);
    close(fd);
    return 0;
}

static int number_of(const char *text)
{
    return (int)strtonum(text, 0, INT32_MAX, &(const char *){0});
}

static int try_socket(const char *what)
{
    int fd;

    if (strcmp(what, "inet") == 0)
        fd = socket(AF_INET, SOCK_STREAM, 0);
    else if (strcmp(what, "unix") == 0)
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
    else
        fd = socket(AF_NETLINK, SOCK_RAW, number_of(what));

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int try_bind(const char *port, bool listens)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)number_of(port)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int err = 0;

    if (fd < 0 || bind(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 ||
        (listens && listen(fd, 1) != 0))
        err = errno;
    if (fd >= 0)
        close(fd);
    return err;
}

static int try_fork(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    if (child > 0)
        (void)waitpid(child, NULL, 0);
    return report(child);
}

static void *nothing(void *arg)
{
    return arg;
}

static int try_thread(void)
{
    pthread_t thread;
    int err = pthread_create(&thread, NULL, nothing, NULL);

    return err != 0 ? err : pthread_join(thread, NULL);
}

static int try_exec(void)
{
    char name[] = "true";
    char *argv[] = {name, NULL};

    return report(execv("/bin/true", argv));
}

static int try_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return page == MAP_FAILED ? errno : 0;
}

/* Prints lines of /proc/self/status on one line. */
static int print_status(void)
{
    static const char *const wanted[] = {
        "CapInh:", "CapPrm:", "CapEff:", "CapAmb:", "NoNewPrivs:", "Seccomp:"};
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];

    if (!file)
        return errno;
    while (fgets(line, sizeof(line), file)) {
        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (after(line, wanted[i]))
                printf("%.*s ", (int)strcspn(line, "\n"), line);
        }
    }
    (void)fclose(file);
    return 0;
}

static int print_user(const char *uid)
{
    char name[64] = "";

    if (!sandbox.names.helper)
        return ENOSYS;
    (void)names_user(&sandbox.names, (uint32_t)strtonum(uid, 0, UINT32_MAX, &(const char *){0}),
                     name, sizeof(name) - 1);
    printf("%s ", name);
    return 0;
}

static int act(const char *action)
{
    static const struct {
        const char *name;
        int (*act)(void);
    } plain[] = {{"caps", print_status},
                 {"fork", try_fork},
                 {"thread", try_thread},
                 {"exec", try_exec},
                 {"mmap-exec", try_code}};
    const char *value;

    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(plain[i].name, action) == 0)
            return plain[i].act();
    }
    if ((value = after(action, "phase:"))) {
        sandbox_phase(&sandbox, strcmp(value, "socks") == 0 ? PL_PHASE_SOCKS : PL_PHASE_PROCESSES);
        return 0;
    }
    if ((value = after(action, "read:")))
        return try_open(value, O_RDONLY);
    if ((value = after(action, "write:")))
        return try_open(value, O_WRONLY | O_CREAT | O_TRUNC);
    if ((value = after(action, "mkdir:")))
        return report(mkdir(value, 0700));
    if ((value = after(action, "link:")))
        return report(readlink(value, (char[64]){0}, 64));
    if ((value = after(action, "socket:")))
        return try_socket(value);
    if ((value = after(action, "bind:")))
        return try_bind(value, false);
    if ((value = after(action, "listen:")))
        return try_bind(value, true);
    if ((value = after(action, "abort:")))
        return report(syscall(SYS_tgkill, number_of(value), number_of(value), SIGABRT));
    if ((value = after(action, "ioctl:")))
        return report(ioctl(STDOUT_FILENO,
                            (unsigned long)strtonum(value, 0, UINT32_MAX, &(const char *){0}),
                            (char[64]){0}));
    if (strcmp(action, "abort") == 0)
        abort();
    if ((value = after(action, "user:")))
        return print_user(value);
    if (strcmp(action, "kcmp") == 0)
        return report(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILES, 0L, 0L));
    if (strcmp(action, "ptrace") == 0)
        return report(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    return EINVAL;
}

int main(int argc, char **argv)
{
    static char room[4096];
    int at = 1;

    for (; at < argc && strcmp(argv[at], "--") != 0; at++)
        plan(argv[at]);
    sandbox.plan.live = !sandbox.plan.replay;
    if (prober) {
        (void)setvbuf(stdout, room, _IOFBF, sizeof(room)); /* it may not get memory */
        if (sandbox_confine_prober(STDERR_FILENO + 1, PL_UID_UNKNOWN, sandbox.off) != 0)
            return 1;
    } else {
        sandbox_start_helper(&sandbox, false, true);
        sandbox_enter(&sandbox);
    }
    for (at++; at < argc; at++) {
        int err;

        printf("%s ", argv[at]);
        (void)fflush(stdout);
        err = act(argv[at]);
        printf("%s\n", err == 0 ? "ok" : strerror(err));
        (void)fflush(stdout);
    }
    sandbox_end(&sandbox);
    return 0;
}
