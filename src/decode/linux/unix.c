/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UNIX sockets: struct unix_diag_msg and UNIX_DIAG_*, include/uapi/linux/unix_diag.h; and
 * /proc/net/unix, net/unix/af_unix.c unix_seq_show().
 */
#include "diag.h"
#include "inet.h"

#include <errno.h>
#include <string.h>

/* struct unix_diag_msg: offsets */
enum { MSG_TYPE = 1, MSG_STATE = 2, MSG_INODE = 4, MSG_COOKIE = 8, MSG_SIZE = 16 };

enum {
    DIAG_NAME = 0,
    DIAG_VFS = 1,
    DIAG_PEER = 2,
    DIAG_ICONS = 3,
    DIAG_RQLEN = 4,
    DIAG_MEMINFO = 5,
    DIAG_SHUTDOWN = 6,
    DIAG_UID = 7,
};

/* SOCK_ numbers, which are the same for every family. */
static const uint8_t types[] = {
    [1] = PL_TYPE_STREAM,    [2] = PL_TYPE_DGRAM, [3] = PL_TYPE_RAW,     [4] = PL_TYPE_RDM,
    [5] = PL_TYPE_SEQPACKET, [6] = PL_TYPE_DCCP,  [10] = PL_TYPE_PACKET,
};

uint8_t pl_linux_type(unsigned int number)
{
    return number < sizeof(types) ? types[number] : PL_TYPE_UNKNOWN;
}

uint16_t pl_linux_unconn(unsigned int number)
{
    uint16_t state = pl_linux_state(number);

    return state == PL_STATE_CLOSED ? PL_STATE_UNCONN : state;
}

/* A path ends with a NUL; an abstract name begins with one. */
static struct pl_slice name_of(const struct pl_slice *value)
{
    if (value->len > 0 && pl_slice_u8(value, 0) != '\0')
        return pl_slice_until(value, '\0');
    return *value;
}

static void read_queues(const struct pl_slice *value, struct pl_sock *sock)
{
    if (value->len < 8)
        return;
    sock->recv_q = pl_slice_u32(value, 0);
    sock->send_q = pl_slice_u32(value, 4);
    sock->have |= PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
}

/* Storage for inodes of waiting connections, until the sink copies the text. */
#define WAITING_TEXT 4096

static void read_waiting(const struct pl_slice *value, struct pl_attrs *attrs, char *buf)
{
    struct pl_slice text = {.data = (const uint8_t *)buf};

    for (size_t at = 0; at + 4 <= value->len && text.len + 21 <= WAITING_TEXT; at += 4) {
        if (text.len > 0)
            buf[text.len++] = ' ';
        text.len += pl_number_print(pl_slice_u32(value, at), buf + text.len);
    }
    pl_attrs_text(attrs, PL_ATTR_WAITING_INODES, &text);
}

static void read_attr(const struct pl_nlattr *attr, const struct pl_sink *sink,
                      struct pl_sock *sock, struct pl_attrs *attrs, char *waiting)
{
    const struct pl_slice *value = &attr->value;
    struct pl_slice name;

    switch (attr->type) {
    case DIAG_NAME:
        name = name_of(value);
        if (name.len > 0)
            pl_attrs_text(attrs, PL_ATTR_PATH, &name);
        break;
    case DIAG_VFS:
        if (value->len >= 8 && sink->need & PL_NEED_MORE) {
            pl_attrs_num(attrs, PL_ATTR_VFS_INODE, pl_slice_u32(value, 0));
            pl_attrs_num(attrs, PL_ATTR_VFS_DEVICE, pl_slice_u32(value, 4));
        }
        break;
    case DIAG_PEER:
        if (value->len >= 4)
            pl_attrs_num(attrs, PL_ATTR_PEER_KEY, pl_slice_u32(value, 0));
        break;
    case DIAG_RQLEN:
        read_queues(value, sock);
        break;
    case DIAG_MEMINFO:
        pl_linux_meminfo(value, sink, attrs);
        break;
    case DIAG_SHUTDOWN:
        if (value->len >= 1)
            pl_linux_shutdown(pl_slice_u8(value, 0), sink, attrs);
        break;
    case DIAG_UID:
        if (value->len >= 4) {
            sock->uid = pl_slice_u32(value, 0);
            sock->have |= PL_HAVE_UID;
        }
        break;
    case DIAG_ICONS:
        if (sink->need & PL_NEED_MORE)
            read_waiting(value, attrs, waiting);
        break;
    default:
        break;
    }
}

static int put_unix(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    char waiting[WAITING_TEXT];
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = pl_slice_part(msg, MSG_SIZE, msg->len);
    struct pl_nlattr attr;
    struct pl_sock sock = {
        .have = PL_HAVE_STATE | PL_HAVE_INODE | PL_HAVE_COOKIE,
        .family = PL_FAMILY_UNIX,
        .proto = PL_PROTO_UNIX,
        .type = pl_linux_type(pl_slice_u8(msg, MSG_TYPE)),
        .state = pl_linux_unconn(pl_slice_u8(msg, MSG_STATE)),
        .key = pl_slice_u32(msg, MSG_INODE),
        .cookie = pl_linux_cookie(msg, MSG_COOKIE),
    };

    (void)in;
    while (pl_nlattr_next(&rest, &attr))
        read_attr(&attr, sink, &sock, &attrs, waiting);
    if (sock.key == 0) {
        sock.have &= (uint16_t) ~(PL_HAVE_INODE | PL_HAVE_UID);
        sock.flags |= PL_FLAG_ACCEPT_QUEUE;
    }
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_unix_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, MSG_SIZE, put_unix);
}

/* ---- /proc/net/unix ---- */

/*
 *   Num       RefCount Protocol Flags    Type St Inode Path
 *   00000000b1ff0c4e: 00000002 00000000 00010000 0001 01 11765 /run/demo/un.sock
 *
 * A name may contain line feeds, and lines that look like rows. The kernel prints the NULs of an
 * abstract name as '@'. Names have at most 108 bytes: a row so close after the start of a name that
 * it may be part of it is marked as doubtful.
 */
#define NAME_MAX_BYTES   108
#define SO_ACCEPTCON     0x10000
#define SS_UNCONNECTED   1
#define SS_CONNECTING    2
#define SS_CONNECTED     3
#define SS_DISCONNECTING 4

struct proc_row {
    uint64_t references;
    uint64_t flags;
    uint64_t type;
    uint64_t state;
    uint64_t inode;
    bool named;
    struct pl_slice name; /* as printed */
};

static bool hex_word(struct pl_slice *line, size_t digits, uint64_t *out)
{
    struct pl_slice word;

    return pl_text_word(line, &word) && word.len == digits && pl_text_hex(&word, UINT32_MAX, out);
}

static bool read_row(struct pl_slice line, struct proc_row *row)
{
    struct pl_slice word;
    uint64_t ignored;

    if (!pl_text_word(&line, &word) || word.len < 2 || word.data[word.len - 1] != ':')
        return false;
    word.len--;
    if (!pl_text_hex(&word, UINT64_MAX, &ignored) || !hex_word(&line, 8, &row->references) ||
        !hex_word(&line, 8, &ignored) || !hex_word(&line, 8, &row->flags) ||
        !hex_word(&line, 4, &row->type) || !hex_word(&line, 2, &row->state) ||
        !pl_text_word(&line, &word) || !pl_text_dec(&word, UINT32_MAX, &row->inode))
        return false;
    row->named = line.len > 0;
    row->name = pl_slice_part(&line, 1, NAME_MAX_BYTES);
    return true;
}

static uint16_t proc_state(const struct proc_row *row)
{
    if (row->flags & SO_ACCEPTCON)
        return PL_STATE_LISTEN;
    if (row->state == SS_CONNECTED || row->state == SS_CONNECTING)
        return PL_STATE_ESTABLISHED;
    if (row->state <= SS_UNCONNECTED || row->state == SS_DISCONNECTING)
        return PL_STATE_UNCONN;
    return (uint16_t)(PL_STATE_OTHER | (row->state & 0xff));
}

static int put_row(const struct proc_row *row, bool doubtful, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice name = row->name;
    char buf[NAME_MAX_BYTES];
    struct pl_sock sock = {
        .have = PL_HAVE_STATE | PL_HAVE_INODE,
        .family = PL_FAMILY_UNIX,
        .proto = PL_PROTO_UNIX,
        .type = pl_linux_type((unsigned int)row->type),
        .state = proc_state(row),
        .key = row->inode,
        .flags = doubtful ? PL_FLAG_DOUBTFUL : 0,
    };

    if (sock.key == 0) {
        sock.have &= (uint16_t)~PL_HAVE_INODE;
        sock.flags |= PL_FLAG_ACCEPT_QUEUE;
    }
    pl_slice_copy(&name, 0, buf, name.len);
    if (name.len > 0 && buf[0] == '@')
        buf[0] = '\0'; /* abstract */
    name.data = (const uint8_t *)buf;
    if (row->named)
        pl_attrs_text(&attrs, PL_ATTR_PATH, &name);
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

static bool is_header(const struct pl_slice *line)
{
    return line->len >= 4 && memcmp(line->data, "Num ", 4) == 0;
}

/* Appends the following lines to a name, if they are no rows and fit. */
static void complete_name(struct pl_slice *name, struct pl_slice *rest)
{
    struct pl_slice ahead = *rest;
    struct proc_row row;
    struct pl_slice line;

    while (pl_text_line(&ahead, &line) && name->len + 1 + line.len <= NAME_MAX_BYTES &&
           !read_row(line, &row)) {
        name->len += 1 + line.len;
        *rest = ahead;
    }
}

int pl_decode_linux_proc_unix(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice line;
    size_t since = NAME_MAX_BYTES; /* bytes from the start of the last name on */
    uint64_t malformed = 0;

    if (pl_linux_table_absent(in))
        return -EBADMSG;
    while (pl_text_line(&rest, &line)) {
        struct proc_row row;
        size_t end = since + 1 + line.len;
        int err;

        if (!read_row(line, &row)) {
            malformed += !is_header(&line);
            continue;
        }
        if (row.named)
            complete_name(&row.name, &rest);
        err = put_row(&row, end <= NAME_MAX_BYTES, sink);
        if (err < 0)
            return err;
        /* After a doubtful row without a name, the name before it may continue. */
        since = end < NAME_MAX_BYTES ? end : NAME_MAX_BYTES;
        if (row.named && row.name.len < since)
            since = row.name.len;
    }
    return pl_sink_end(sink, malformed, 0);
}

/* Puts every line that looks like a row. snapshot/references.c finds the forged ones. */
int pl_decode_linux_proc_unix_references(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice line;

    while (pl_text_line(&rest, &line)) {
        struct proc_row row;
        int err = 0;

        if (read_row(line, &row))
            err = sink->reference(sink, &(struct pl_reference){
                                            .line = pl_slice_text(&line),
                                            .name = pl_slice_text(&row.name),
                                            .key = row.inode,
                                            .count = (uint32_t)row.references,
                                            .state = proc_state(&row),
                                            .type = pl_linux_type((unsigned int)row.type),
                                        });
        if (err < 0)
            return err;
    }
    return 0;
}
