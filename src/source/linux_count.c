/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/* The beginning of a file of /proc as text; false if there is none. */
static bool read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

    if (fd >= 0)
        close(fd);
    text[len > 0 ? len : 0] = '\0';
    return len > 0;
}

uint64_t pl_linux_digits(const char **text)
{
    const char *at = *text + strspn(*text, " \t");
    uint64_t n = 0;

    for (; *at >= '0' && *at <= '9' && n < UINT64_MAX / 10 - 1; at++)
        n = n * 10 + (uint64_t)(*at - '0');
    *text = at;
    return n;
}

/* The number behind a word, 0 if it is not there. */
static uint64_t number_behind(const char *text, const char *word)
{
    const char *at = strstr(text, word);

    if (!at)
        return 0;
    at += strlen(word);
    return pl_linux_digits(&at);
}

uint64_t pl_linux_open_files(void)
{
    char text[64]; /* proc_sys_fs(5), file-nr: "allocated unused maximum" */

    const char *at = text;

    return read_text("/proc/sys/fs/file-nr", text, sizeof(text)) ? pl_linux_digits(&at) : 0;
}

/* proc_net(5), sockstat: "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 1"; inuse is of both families. */
uint64_t pl_linux_tcp_sockets(void)
{
    char text[1024];
    const char *line;

    if (!read_text("/proc/net/sockstat", text, sizeof(text)))
        return 0;
    line = strstr(text, "TCP: inuse ");
    return line ? number_behind(line, "inuse ") + number_behind(line, " tw ") : 0;
}

unsigned int pl_linux_cpus(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 0; /* more than the set holds: many */
    return (unsigned int)CPU_COUNT(&set);
}
