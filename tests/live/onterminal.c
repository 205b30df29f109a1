/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * onterminal COLUMNS ROWS COMMAND...: runs the command on a terminal of that size and copies what it
 * writes to standard output. A line "COLUMNS ROWS" on standard input resizes the terminal; "end" ends
 * the command. Exits with the status of the command, or 128 + the signal.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int parse_size(const char *columns, const char *rows, struct winsize *out)
{
    const char *problem = NULL;

    *out = (struct winsize){.ws_col = (unsigned short)strtonum(columns, 1, 1000, &problem)};
    if (!problem)
        out->ws_row = (unsigned short)strtonum(rows, 1, 1000, &problem);
    return problem ? -EINVAL : 0;
}

/* Returns false if the command must end. */
static bool obey(char *line, int terminal)
{
    struct winsize size;
    char *rows = strchr(line, ' ');

    if (!rows)
        return false;
    *rows++ = '\0';
    rows[strcspn(rows, "\n")] = '\0';
    if (parse_size(line, rows, &size) < 0)
        return false;
    return ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

static bool copy(int terminal)
{
    char bytes[4096];
    ssize_t got = read(terminal, bytes, sizeof(bytes));
    ssize_t put = 0;

    while (put < got) {
        ssize_t n = write(STDOUT_FILENO, bytes + put, (size_t)(got - put));

        if (n < 0)
            return false;
        put += n;
    }
    return got > 0;
}

static void watch(int terminal, pid_t child)
{
    struct pollfd fds[] = {{.fd = terminal, .events = POLLIN},
                           {.fd = STDIN_FILENO, .events = POLLIN}};

    while (poll(fds, 2, -1) > 0 || errno == EINTR) {
        char line[64];
        ssize_t got;

        if (fds[0].revents != 0 && !copy(terminal))
            return;
        if (fds[1].revents == 0)
            continue;
        got = read(STDIN_FILENO, line, sizeof(line) - 1);
        line[got > 0 ? got : 0] = '\0';
        /* At the end of the input, waits for the command. */
        if (got <= 0)
            fds[1].fd = -1;
        else if (!obey(line, terminal))
            (void)kill(child, SIGTERM);
    }
}

int main(int argc, char **argv)
{
    struct winsize size;
    struct termios raw = {0};
    int terminal;
    int status;
    pid_t child;

    if (argc < 4 || parse_size(argv[1], argv[2], &size) < 0) {
        (void)fprintf(stderr, "usage: onterminal COLUMNS ROWS COMMAND...\n");
        return 2;
    }
    /* No echo, and no conversion of line feeds. */
    cfmakeraw(&raw);
    child = forkpty(&terminal, NULL, &raw, &size);
    if (child < 0) {
        perror("forkpty");
        return 2;
    }
    if (child == 0) {
        (void)execvp(argv[3], argv + 3);
        perror(argv[3]);
        _exit(127);
    }
    watch(terminal, child);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
