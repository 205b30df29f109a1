/* SPDX-License-Identifier: BSD-2-Clause */
#include "call.h"
#include "linux.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 1024

/* The beginning of a file of /proc, as text to take words off; empty if there is none. */
static struct pl_slice read_text(const char *path, char *text)
{
    int fd = pl_open(AT_FDCWD, path, O_RDONLY);
    ssize_t len = fd < 0 ? -1 : pl_read(fd, text, TEXT_MAX);

    if (fd >= 0)
        close(fd);
    while (len > 0 && text[len - 1] == '\n')
        len--;
    return (struct pl_slice){.data = (const uint8_t *)text, .len = len > 0 ? (size_t)len : 0};
}

/* The next word as a number, 0 if it is none. */
static uint64_t take_number(struct pl_slice *text)
{
    struct pl_slice word;
    uint64_t number = 0;

    return pl_text_word(text, &word) && pl_text_dec(&word, UINT64_MAX, &number) ? number : 0;
}

/* The number behind a word, 0 if it is not there. */
static uint64_t number_behind(struct pl_slice line, const char *word)
{
    struct pl_slice at;

    while (pl_text_word(&line, &at)) {
        if (at.len == strlen(word) && memcmp(at.data, word, at.len) == 0)
            return take_number(&line);
    }
    return 0;
}

uint64_t pl_linux_open_files(void)
{
    char buf[TEXT_MAX];
    struct pl_slice text = read_text("/proc/sys/fs/file-nr", buf);

    return take_number(&text); /* proc_sys_fs(5): "allocated unused maximum" */
}

/* The number behind a word of the line that begins with a name, 0 if it is not there. */
static uint64_t number_in(struct pl_slice text, const char *name, const char *word)
{
    struct pl_slice line;

    while (pl_text_line(&text, &line)) {
        if (line.len > strlen(name) && memcmp(line.data, name, strlen(name)) == 0)
            return number_behind(line, word);
    }
    return 0;
}

/*
 * proc_net(5), sockstat: "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 1". inuse is of IPv4 and of this
 * namespace, as it is of IPv6 in sockstat6; tw is of both; alloc of both and of the whole machine.
 */
uint64_t pl_linux_tcp_sockets(uint64_t enough)
{
    char buf[TEXT_MAX];
    struct pl_slice text = read_text("/proc/net/sockstat", buf);
    uint64_t sockets = number_in(text, "TCP:", "inuse") + number_in(text, "TCP:", "tw");

    if (sockets >= enough || sockets + number_in(text, "TCP:", "alloc") < enough)
        return sockets;
    text = read_text("/proc/net/sockstat6", buf);
    return sockets + number_in(text, "TCP6:", "inuse");
}

static bool counts_none(const char *path)
{
    char buf[TEXT_MAX];
    struct pl_slice text = read_text(path, buf);
    struct pl_slice line;
    bool none = text.len > 0; /* unreadable: who knows */

    while (none && pl_text_line(&text, &line))
        none = number_behind(line, "inuse") + number_behind(line, "tw") == 0;
    return none;
}

bool pl_linux_has_no_sockets(uint32_t protos)
{
    const uint32_t counted = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) |
                             PL_BIT(PL_PROTO_UDPLITE) | PL_BIT(PL_PROTO_RAW);

    return (protos & ~counted) == 0 && counts_none("/proc/net/sockstat") &&
           counts_none("/proc/net/sockstat6");
}

uint16_t pl_linux_middle_port(void)
{
    char buf[TEXT_MAX];
    struct pl_slice text = read_text("/proc/sys/net/ipv4/ip_local_port_range", buf);
    uint64_t first = take_number(&text);
    uint64_t last = take_number(&text);

    if (first > last || last > UINT16_MAX)
        return 0;
    return (uint16_t)((first + last) / 2);
}

unsigned int pl_linux_cpus(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 0; /* more than the set holds: many */
    return (unsigned int)CPU_COUNT(&set);
}
