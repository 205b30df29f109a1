/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 1024

static struct pl_slice as_text(const char *text, ssize_t len)
{
    while (len > 0 && text[len - 1] == '\n')
        len--;
    return (struct pl_slice){.data = (const uint8_t *)text, .len = len > 0 ? (size_t)len : 0};
}

/* Reads the start of a file. The text is empty if the file cannot be read. */
static struct pl_slice read_text(const char *path, char *text)
{
    int fd = pl_open(AT_FDCWD, path, O_RDONLY);
    ssize_t len = fd < 0 ? -1 : pl_read(fd, text, TEXT_MAX);

    if (fd >= 0)
        close(fd);
    return as_text(text, len);
}

/* Returns the next word as a number, or 0. */
static uint64_t take_number(struct pl_slice *text)
{
    struct pl_slice word;
    uint64_t number = 0;

    return pl_text_word(text, &word) && pl_text_dec(&word, UINT64_MAX, &number) ? number : 0;
}

/* Returns the number that follows word, or 0. */
static uint64_t number_after(struct pl_slice line, const char *word)
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

/* Returns the number that follows word in the line that begins with name, or 0. */
static uint64_t number_in(struct pl_slice text, const char *name, const char *word)
{
    struct pl_slice line;

    while (pl_text_line(&text, &line)) {
        if (line.len > strlen(name) && memcmp(line.data, name, strlen(name)) == 0)
            return number_after(line, word);
    }
    return 0;
}

static uint64_t all_in(struct pl_slice text)
{
    struct pl_slice line;
    uint64_t sum = 0;

    while (pl_text_line(&text, &line))
        sum += number_after(line, "inuse") + number_after(line, "tw");
    return sum;
}

/*
 * proc_net(5), sockstat: "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 1". inuse counts IPv4 sockets of
 * this namespace (in sockstat6 IPv6 ones), tw those of both families, alloc those of both families
 * in all namespaces. "sockets: used" is of no use: it still counts sockets just after they were
 * closed.
 */
void pl_linux_count_sockets(struct pl_linux_sockets *out)
{
    char buf[TEXT_MAX];
    struct pl_slice text = read_text("/proc/net/sockstat", buf);

    out->known = text.len > 0;
    out->all4 = all_in(text);
    out->tcp4 = number_in(text, "TCP:", "inuse") + number_in(text, "TCP:", "tw");
    out->tcp_alloc = number_in(text, "TCP:", "alloc");
}

bool pl_linux_has_tcp(const struct pl_linux_sockets *sockets, uint64_t many)
{
    char buf[TEXT_MAX];

    if (sockets->tcp4 >= many || sockets->tcp4 + sockets->tcp_alloc < many)
        return sockets->tcp4 >= many;
    return sockets->tcp4 + number_in(read_text("/proc/net/sockstat6", buf), "TCP6:", "inuse") >=
           many;
}

/* The protocols that the kernel counts, with their lines in sockstat and sockstat6. */
static const struct {
    enum pl_proto proto;
    const char *names[2];
} counted[PL_LINUX_COUNTED] = {
    [PL_LINUX_COUNT_TCP] = {PL_PROTO_TCP, {"TCP:", "TCP6:"}},
    [PL_LINUX_COUNT_UDP] = {PL_PROTO_UDP, {"UDP:", "UDP6:"}},
    {PL_PROTO_UDPLITE, {"UDPLITE:", "UDPLITE6:"}},
    {PL_PROTO_RAW, {"RAW:", "RAW6:"}},
};

bool pl_linux_has_none(const struct pl_linux_sockets *sockets, uint32_t protos)
{
    uint32_t others = protos;
    char buf[TEXT_MAX];
    struct pl_slice text;

    for (size_t i = 0; i < COUNT_OF(counted); i++)
        others &= ~PL_BIT(counted[i].proto);
    if (others != 0 || !sockets->known ||
        (protos == PL_BIT(PL_PROTO_TCP) ? sockets->tcp4 : sockets->all4) != 0)
        return false;
    text = read_text("/proc/net/sockstat6", buf);
    return text.len > 0 &&
           (protos == PL_BIT(PL_PROTO_TCP) ? number_in(text, "TCP6:", "inuse") : all_in(text)) == 0;
}

void pl_linux_count_space(const struct pl_space *space, struct pl_linux_counts *out)
{
    char buf[TEXT_MAX];

    *out = (struct pl_linux_counts){.known = space->counts[0] >= 0};
    for (size_t v6 = 0; v6 < COUNT_OF(space->counts); v6++) {
        int fd = space->counts[v6];
        struct pl_slice text = as_text(buf, fd < 0 ? -1 : pread(fd, buf, sizeof(buf), 0));

        for (size_t i = 0; i < COUNT_OF(counted); i++)
            out->sockets[i] += number_in(text, counted[i].names[v6], "inuse");
        out->time_wait += number_in(text, "TCP:", "tw");
        /* Without IPv6, there is no such file. */
        out->known &= text.len > 0 || fd == -ENOENT;
    }
}

bool pl_linux_counts_none(const struct pl_linux_counts *counts, enum pl_proto proto)
{
    for (size_t i = 0; i < COUNT_OF(counted) && counts->known; i++) {
        if (counted[i].proto == proto)
            return counts->sockets[i] == 0 && (proto != PL_PROTO_TCP || counts->time_wait == 0);
    }
    return false;
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
        return 0; /* more than fit into the set */
    return (unsigned int)CPU_COUNT(&set);
}
