/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of net-tools 2.10's netstat: UNIX sockets, and the column of processes. */
#include "layout.h"
#include "snapshot/beside.h"
#include "view/text.h"

#include <string.h>

#define PROGRAM_MAX  19  /* bytes of "PID/name" */
#define COMMAND_READ 511 /* bytes of the command line that netstat reads */

void netstat_padded(struct out *out, const char *text, size_t len, size_t width)
{
    out_bytes(out, text, len);
    out_pad(out, len < width ? width - len : 0);
}

/*
 * Returns the last part of the path in the command line, or the name if there is no command line.
 */
static struct pl_text program_of(const struct as_view *view, const struct pl_process *process)
{
    struct pl_text name = {process->command.data, process->program_len};

    if (!name.data)
        return as_comm(view->snap, process);
    if (name.len > COMMAND_READ)
        name.len = COMMAND_READ;
    if (name.len > 0 && name.data[0] == '/') {
        while (memchr(name.data, '/', name.len)) {
            name.data++;
            name.len--;
        }
    }
    return name;
}

/* netstat skips a process whose command line it cannot read. */
static const struct pl_process *first_process(const struct as_view *view,
                                              const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);
    bool strict = pl_snapshot_system(view->snap) == PL_SYSTEM_LINUX;

    for (size_t i = 0; i < count; i++) {
        const struct pl_process *process = pl_snapshot_process(view->snap, owners[i].pid);

        if (process && (process->command.data || !strict))
            return process;
    }
    return NULL;
}

void netstat_program(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    const struct pl_process *process = sock->key != 0 ? first_process(view, sock) : NULL;
    char text[PROGRAM_MAX + 20];
    struct pl_text name;
    size_t from = out->len;
    size_t len;

    if (!process) {
        netstat_padded(out, "-", 1, PROGRAM_MAX + 1);
        return;
    }
    name = program_of(view, process);
    len = pl_number_print(process->pid, text);
    text[len++] = '/';
    if (name.len > PROGRAM_MAX - len)
        name.len = (uint32_t)(PROGRAM_MAX - len);
    if (name.len > 0)
        memcpy(text + len, name.data, name.len);
    text_plain(out, (struct pl_text){text, (uint32_t)(len + name.len)}, "");
    as_pad(out, from, PROGRAM_MAX + 1);
}

static const char *type_text(unsigned int type)
{
    static const char *const names[PL_TYPE_MAX] = {
        [PL_TYPE_STREAM] = "STREAM", [PL_TYPE_DGRAM] = "DGRAM",         [PL_TYPE_RAW] = "RAW",
        [PL_TYPE_RDM] = "RDM",       [PL_TYPE_SEQPACKET] = "SEQPACKET",
    };

    return type < PL_TYPE_MAX && names[type] ? names[type] : "UNKNOWN";
}

/*
 * States as /proc has them. No process holds a socket without an inode: not yet, or not any more.
 */
static const char *state_text(const struct pl_sock *sock)
{
    bool inode = sock->key != 0;

    if (sock->state == PL_STATE_ESTABLISHED)
        return inode ? "CONNECTED" : "CONNECTING";
    if (sock->state == PL_STATE_LISTEN && inode)
        return "LISTENING";
    return sock->state == PL_STATE_NONE || inode ? "" : "DISCONNECTING";
}

/* Every NUL of an abstract name is printed as '@'. */
static void put_name(struct pl_text name, struct out *out)
{
    uint32_t from = 0;

    for (uint32_t i = 0; i < name.len; i++) {
        if (name.data[i] != '\0')
            continue;
        text_plain(out, (struct pl_text){name.data + from, i - from}, "");
        out_char(out, '@');
        from = i + 1;
    }
    if (from < name.len)
        text_plain(out, (struct pl_text){name.data + from, name.len - from}, "");
}

/* references: 0 if unknown. */
static void put_row(const struct as_view *view, const struct pl_sock *sock, uint32_t references,
                    struct pl_text name, struct out *out)
{
    const char *flags = sock->state == PL_STATE_LISTEN ? "[ ACC ]" : "[ ]";
    const char *type = type_text(sock->type);
    const char *state = state_text(sock);
    bool inode = sock->have & PL_HAVE_INODE || pl_snapshot_system(view->snap) == PL_SYSTEM_LINUX;
    char number[20] = "-";

    out_word(out, "unix  ");
    netstat_padded(out, number, references > 0 ? pl_number_print(references, number) : 1, 6);
    out_char(out, ' ');
    netstat_padded(out, flags, strlen(flags), 11);
    out_char(out, ' ');
    netstat_padded(out, type, strlen(type), 10);
    out_char(out, ' ');
    netstat_padded(out, state, strlen(state), 13);
    out_char(out, ' ');
    number[0] = '-';
    netstat_padded(out, number, inode ? pl_number_print(sock->key, number) : 1, 8);
    if (view->processes) {
        out_char(out, ' ');
        netstat_program(view, sock, out);
    }
    out_char(out, ' ');
    put_name(name, out);
    out_char(out, '\n');
}

static void put_sock(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    const struct pl_attr path = pl_snapshot_attr(view->snap, sock, PL_ATTR_PATH);
    uint32_t references = 0;

    (void)pl_snapshot_references(view->snap, sock, &references);
    put_row(view, sock, references, (struct pl_text){path.u.text, path.len}, out);
}

/* Prints the unaccepted connections that precede the socket at end. */
static void put_unaccepted(const struct as_view *view, size_t *next, size_t end, struct out *out)
{
    size_t count;
    const struct pl_unaccepted *waiting = pl_snapshot_unaccepted(view->snap, &count);

    for (; *next < count && waiting[*next].before <= end; (*next)++) {
        const struct pl_sock sock = {.family = PL_FAMILY_UNIX,
                                     .proto = PL_PROTO_UNIX,
                                     .type = waiting[*next].type,
                                     .state = waiting[*next].state};

        if (netstat_wants(view, &sock))
            put_row(view, &sock, waiting[*next].references, waiting[*next].name, out);
    }
}

void netstat_unix_print(const struct as_view *view, struct out *out)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);
    size_t next = 0;

    out_word(out, "Active UNIX domain sockets ");
    netstat_which(view, out);
    out_word(out, "\nProto RefCnt Flags       Type       State         I-Node  ");
    if (view->processes)
        out_word(out, " PID/Program name    ");
    out_word(out, " Path\n");
    for (size_t i = 0; i < count; i++) {
        put_unaccepted(view, &next, i, out);
        if (socks[i].proto == PL_PROTO_UNIX && netstat_wants(view, &socks[i]))
            put_sock(view, &socks[i], out);
        out_drain(out);
    }
    put_unaccepted(view, &next, count, out);
}
