/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * moments COMMAND...: stops the command where it writes a line of --debug that begins with
 * "sandbox:", and where it first writes to standard output. Then prints Uid, CapPrm, CapEff,
 * NoNewPrivs and Seccomp of its /proc/PID/status and the line, separated by tabs.
 */
#include <errno.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* <sys/ptrace.h> conflicts with <linux/ptrace.h>, and C libraries differ in the former. */
static long ptrace(long request, pid_t pid, uintptr_t addr, const void *data)
{
    return syscall(SYS_ptrace, request, (long)pid, addr, data);
}

static void print_status(pid_t pid, const char *line)
{
    static const char *const wanted[] = {"Uid:", "CapPrm:", "CapEff:", "NoNewPrivs:", "Seccomp:"};
    char path[64];
    char text[256];
    FILE *file;

    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    file = fopen(path, "r");
    while (file && fgets(text, sizeof(text), file)) {
        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            size_t len = strlen(wanted[i]);

            if (strncmp(text, wanted[i], len) == 0)
                printf("%.*s\t", (int)strcspn(text + len + 1, "\t\n"), text + len + 1);
        }
    }
    if (file)
        (void)fclose(file);
    printf("%.*s\n", (int)strcspn(line, "\n"), line);
    (void)fflush(stdout);
}

/* A call of write(2), on entry. */
static void look(pid_t pid, const struct ptrace_syscall_info *info, bool *printed)
{
    char text[512] = "";
    struct iovec to = {text, sizeof(text) - 1};
    struct iovec from = {(void *)(uintptr_t)info->entry.args[1], info->entry.args[2] < to.iov_len
                                                                     ? (size_t)info->entry.args[2]
                                                                     : to.iov_len};
    const char *line;

    if (info->entry.nr != SYS_write)
        return;
    if (info->entry.args[0] == STDOUT_FILENO && !*printed) {
        *printed = true;
        print_status(pid, "prints");
    }
    if (info->entry.args[0] != STDERR_FILENO || process_vm_readv(pid, &to, 1, &from, 1, 0) < 0)
        return;
    line = strstr(text, ": sandbox: ");
    if (line)
        print_status(pid, line + strlen(": sandbox: "));
}

static int trace(pid_t pid)
{
    bool printed = false;
    int status;

    while (waitpid(pid, &status, 0) == pid && !WIFEXITED(status) && !WIFSIGNALED(status)) {
        struct ptrace_syscall_info info = {0};
        int sig = WSTOPSIG(status);

        if (sig == (SIGTRAP | 0x80)) {
            if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0 &&
                info.op == PTRACE_SYSCALL_INFO_ENTRY)
                look(pid, &info, &printed);
            sig = 0;
        } else if (sig == SIGTRAP) {
            (void)ptrace(PTRACE_SETOPTIONS, pid, 0,
                         (const void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
            sig = 0;
        }
        (void)ptrace(PTRACE_SYSCALL, pid, 0, (const void *)(intptr_t)sig);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    pid_t pid = argc > 1 ? fork() : -1;
    FILE *sink;

    if (pid < 0)
        return 2;
    if (pid == 0) {
        sink = freopen("/dev/null", "w", stdout);
        if (sink && freopen("/dev/null", "w", stderr) && ptrace(PTRACE_TRACEME, 0, 0, NULL) == 0)
            (void)execvp(argv[1], argv + 1);
        _exit(127);
    }
    return trace(pid);
}
