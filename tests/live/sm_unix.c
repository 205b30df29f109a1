/* SPDX-License-Identifier: BSD-2-Clause */
/* UNIX sockets: every type and kind of name, and names that forge a row or control a terminal. */
#include "sockmaker.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Prints a name for the ledger: bytes other than printable ASCII, and \, as \xHH; NUL as @. */
static void escape(char *out, size_t size, const char *name, size_t length)
{
    size_t used = 0;

    for (size_t i = 0; i < length && used + 5 < size; i++) {
        unsigned char byte = (unsigned char)name[i];

        if (i == 0 && byte == 0)
            out[used++] = '@';
        else if (byte > ' ' && byte < 0x7f && byte != '\\')
            out[used++] = (char)byte;
        else
            used += (size_t)snprintf(out + used, size - used, "\\x%02x", byte);
    }
    out[used] = 0;
}

static void unix_row(int fd, const char *state, const char *name, size_t length, const char *note)
{
    struct sm_row row;

    sm_row_from(&row, fd, state, note);
    row.proto = "unix";
    strlcpy(row.local, "-", sizeof(row.local));
    strlcpy(row.peer, "-", sizeof(row.peer));
    if (length)
        escape(row.local, sizeof(row.local), name, length);
    row.local_port = SM_UNCLAIMED;
    row.peer_port = SM_UNCLAIMED;
    sm_row_print(&row);
}

/* Names to bind to; those that begin with NUL are abstract. %u is replaced to make them unique. */
static const struct {
    const char *name;
    size_t length;
    const char *note;
} names[] = {
#define NAME(text, note)             \
    {                                \
        text, sizeof(text) - 1, note \
    }
    NAME("\0abstract", "abstract"),
    NAME("\0with\0nul\0inside", "abstract-nul"),
    NAME("\0line\nffff: 00000002 00000000 00010000 0001 01 1 /forged", "abstract-forged"),
    NAME("plain", "path"),
    NAME("with blank", "path-blank"),
    NAME("line\nu_str LISTEN 0 0 forged 1 * 0", "path-forged"),
    NAME("esc\033[31mred\033]0;t\007", "path-escape"),
    NAME("bytes\xff\xfe\x80", "path-not-utf8"),
#undef NAME
};

static char directory[64];

/* The socket files and their directory. */
static void remove_directory(void)
{
    DIR *files = opendir(directory);
    struct dirent *file;

    while (files && (file = readdir(files)))
        if (file->d_name[0] != '.')
            unlinkat(dirfd(files), file->d_name, 0);
    if (!files || closedir(files) || rmdir(directory))
        fprintf(stderr, "sockmaker: %s stays behind: %s\n", directory, strerror(errno));
}

/* The name to bind to: an abstract one with a number appended, or a path in the directory. */
static size_t make_name(char *out, size_t size, size_t which, unsigned number)
{
    int prefix = 0, suffix;

    if (names[which].name[0])
        prefix = snprintf(out, size, "%s/", directory);
    memcpy(out + prefix, names[which].name, names[which].length);
    suffix = snprintf(out + prefix + names[which].length,
                      size - (size_t)prefix - names[which].length, ".%u.%d", number, (int)getpid());
    return (size_t)prefix + names[which].length + (size_t)suffix;
}

static int bind_name(int type, const char *name, size_t length)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd = sm_socket(AF_UNIX, type, 0);

    memcpy(addr.sun_path, name, length);
    if (bind(fd, (struct sockaddr *)&addr,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)))
        sm_die("bind of a UNIX socket");
    return fd;
}

static void make_named(size_t which, int type, unsigned number)
{
    char name[sizeof(((struct sockaddr_un *)0)->sun_path)];
    size_t length = make_name(name, sizeof(name), which, number);
    int fd = bind_name(type, name, length);
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int client;

    if (type == SOCK_DGRAM) {
        unix_row(fd, "UNCONN", name, length, names[which].note);
        return;
    }
    if (listen(fd, 4))
        sm_die("listen");
    unix_row(fd, "LISTEN", name, length, names[which].note);
    memcpy(addr.sun_path, name, length);
    client = sm_socket(AF_UNIX, type, 0);
    if (connect(client, (struct sockaddr *)&addr,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)))
        sm_die("connect to a UNIX socket");
    unix_row(sm_accept(fd), "ESTABLISHED", name, length, "accepted");
    unix_row(client, "ESTABLISHED", "", 0, "client");
}

static void make_directory(void)
{
    if (directory[0])
        return;
    strlcpy(directory, "/tmp/sockmaker.XXXXXX", sizeof(directory));
    if (!mkdtemp(directory))
        sm_die("mkdtemp");
    atexit(remove_directory);
}

void sm_unix(unsigned index)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    static unsigned number;
    int pair[2];

    make_directory();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        make_named(i, types[(i + index) % 3], number++);
    for (size_t i = 0; i < 3; i++) {
        if (socketpair(AF_UNIX, types[i], 0, pair))
            sm_die("socketpair");
        unix_row(pair[0], "ESTABLISHED", "", 0, "pair");
        unix_row(pair[1], "ESTABLISHED", "", 0, "pair");
        unix_row(sm_socket(AF_UNIX, types[i], 0), "UNCONN", "", 0, "unnamed");
    }
}

/* A server with an accepted and a waiting client, and a datagram socket with a peer. */
static void make_server(int type, const char *name, size_t length)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    int fd = bind_name(type, name, length);
    const char *state = type == SOCK_DGRAM ? "UNCONN" : "LISTEN";

    memcpy(addr.sun_path, name, length);
    if (type != SOCK_DGRAM && listen(fd, 4))
        sm_die("listen");
    unix_row(fd, state, name, length, "server");
    for (int i = 0; i < 2; i++) {
        int client = sm_socket(AF_UNIX, type, 0);

        if (connect(client, (struct sockaddr *)&addr, size))
            sm_die("connect to a UNIX socket");
        unix_row(client, "ESTABLISHED", "", 0, "client");
        if (i == 0 && type != SOCK_DGRAM)
            unix_row(sm_accept(fd), "ESTABLISHED", name, length, "accepted");
    }
}

/* Harmless names. */
void sm_unix_plain(unsigned index)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    const struct sockaddr_un unnamed = {.sun_family = AF_UNIX};
    char name[sizeof(unnamed.sun_path)];
    int pair[2];
    int fd;

    make_directory();
    for (size_t i = 0; i < 3; i++) {
        int length = snprintf(name, sizeof(name), "%s/plain-%zu-%u", directory, i, index);

        make_server(types[i], name, (size_t)length);
        length = snprintf(name + 1, sizeof(name) - 1, "plain-%zu-%u-%d", i, index, (int)getpid());
        name[0] = 0;
        make_server(types[i], name, (size_t)length + 1);
        if (socketpair(AF_UNIX, types[i], 0, pair))
            sm_die("socketpair");
        unix_row(pair[0], "ESTABLISHED", "", 0, "pair");
        unix_row(pair[1], "ESTABLISHED", "", 0, "pair");
        unix_row(sm_socket(AF_UNIX, types[i], 0), "UNCONN", "", 0, "unnamed");
    }
    /* The kernel chooses an abstract name. */
    fd = sm_socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (const struct sockaddr *)&unnamed, sizeof(sa_family_t)))
        sm_die("bind of a UNIX socket");
    unix_row(fd, "UNCONN", "", 0, "autobound");
}

/*
 * Every 50th one also gets two sockets whose names forge a row: with the inode of another kind of
 * socket, and with that of the one before.
 */
void sm_unix_short(unsigned index)
{
    char name[sizeof(((struct sockaddr_un *)0)->sun_path)] = "";
    int length = snprintf(name + 1, sizeof(name) - 1, "%x", index);
    int fd = bind_name(SOCK_STREAM, name, (size_t)length + 1);
    struct stat other;

    if (listen(fd, 1))
        sm_die("listen");
    unix_row(fd, "LISTEN", name, (size_t)length + 1, "short");
    if (index % 50 != 0)
        return;
    for (int i = 0; i < 2; i++) {
        if (fstat(i == 0 ? fd : sm_socket(AF_INET, SOCK_STREAM, 0), &other))
            sm_die("fstat");
        length = snprintf(name + 1, sizeof(name) - 1,
                          "%x%d\n%016x: 00000002 00000000 00010000 0001 01 %llu /forged", index, i,
                          index, (unsigned long long)other.st_ino);
        fd = bind_name(SOCK_STREAM, name, (size_t)length + 1);
        if (listen(fd, 1))
            sm_die("listen");
        unix_row(fd, "LISTEN", name, (size_t)length + 1, "short-forged");
    }
}
