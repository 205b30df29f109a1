/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool get_size(int fd, struct winsize *size)
{
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, size) == 0;
}

size_t terminal_width(int fd)
{
    struct winsize size;

    return get_size(fd, &size) ? size.ws_col : 0;
}

size_t terminal_height(int fd)
{
    struct winsize size;

    return get_size(fd, &size) ? size.ws_row : 0;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] != '\0';
}

bool terminal_colors(const char *when, int fd)
{
    const char *force = getenv("CLICOLOR_FORCE");
    const char *want = getenv("CLICOLOR");
    const char *term = getenv("TERM");

    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    if (is_set("NO_COLOR"))
        return false;
    if (force && force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    return isatty(fd) && !(want && strcmp(want, "0") == 0) && !(term && strcmp(term, "dumb") == 0);
}

/* What people miss least comes first; a column that is not here never gives way. */
static const char *const unimportant[] = {
    "cookie",      "type",      "family",        "v6only", "class",  "scope",
    "local_host",  "peer_host", "inode",         "uid",    "fd",     "process_uid",
    "exe",         "command",   "peer_service",  "common", "place",  "user",
    "usual_ports", "service",   "use",           "send_q", "recv_q", "reach",
    "remark",      "interface", "owner_unknown", "state",  "peer",
};

static size_t row_width(const size_t *widths, const bool *gone, size_t count)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += gone[i] ? 0 : widths[i] + (sum > 0);
    return sum;
}

bool terminal_fit(const struct column *const *columns, const size_t *widths, size_t count,
                  size_t limit, bool *gone)
{
    size_t left = count;

    memset(gone, 0, count * sizeof(*gone));
    for (size_t at = 0; at < sizeof(unimportant) / sizeof(unimportant[0]); at++) {
        for (size_t i = 0; i < count; i++) {
            if (left < 2 || row_width(widths, gone, count) <= limit)
                return row_width(widths, gone, count) <= limit;
            if (gone[i] || strcmp(columns[i]->name, unimportant[at]) != 0)
                continue;
            gone[i] = true;
            left--;
        }
    }
    return row_width(widths, gone, count) <= limit;
}

void terminal_name_gone(const struct column *const *columns, const bool *gone, size_t count,
                        const struct column *shortened, struct out *out)
{
    const char *before = "not shown, too narrow: ";
    bool any = shortened != NULL;

    for (size_t i = 0; i < count; i++) {
        if (!gone[i])
            continue;
        out_word(out, before);
        out_word(out, columns[i]->name);
        before = ", ";
        any = true;
    }
    if (shortened) {
        out_word(out, before[0] == ',' ? "; shortened: " : "shortened, too narrow: ");
        out_word(out, shortened->name);
    }
    out_word(out, any ? "\n" : "");
}

/* Told apart by brightness and underlining as well, so that no hue has to be seen. */
#define BOLD      "\033[1m"
#define DIM       "\033[2m"
#define ATTENTION "\033[1;33m"
#define ALARM     "\033[1;4;33m"

static const char *style_state(const struct pl_sock *sock)
{
    switch (sock->state) {
    case PL_STATE_LISTEN:
        return BOLD;
    case PL_STATE_CLOSE_WAIT:
    case PL_STATE_SYN_SENT:
    case PL_STATE_SYN_RECV:
        return ATTENTION;
    case PL_STATE_TIME_WAIT:
    case PL_STATE_FIN_WAIT1:
    case PL_STATE_FIN_WAIT2:
    case PL_STATE_LAST_ACK:
    case PL_STATE_CLOSING:
    case PL_STATE_CLOSED:
        return DIM;
    default:
        return "";
    }
}

static const char *style_queue(const struct pl_sock *sock, const struct cell *cell)
{
    bool listens = sock->state == PL_STATE_LISTEN;

    if (cell->kind != CELL_NUMBER || cell->number == 0)
        return "";
    if (listens && (sock->have & PL_HAVE_SEND_Q) && cell->number > sock->send_q)
        return ALARM; /* the queue is full: further connections are dropped */
    return ATTENTION;
}

/* Who is not on this machine can reach it. */
static const char *style_reach(const struct cell *cell)
{
    static const char *const open[] = {"public", "any", "any_v4", "any_v6"};

    for (size_t i = 0; cell->kind == CELL_WORD && i < sizeof(open) / sizeof(open[0]); i++) {
        if (cell->text.len == strlen(open[i]) &&
            memcmp(cell->text.data, open[i], cell->text.len) == 0)
            return ATTENTION;
    }
    return "";
}

const char *terminal_style(const struct column *column, const struct pl_sock *sock,
                           const struct cell *cell)
{
    if (strcmp(column->name, "state") == 0)
        return style_state(sock);
    if (strcmp(column->name, "recv_q") == 0)
        return style_queue(sock, cell);
    if (strcmp(column->name, "send_q") == 0)
        return sock->state == PL_STATE_LISTEN ? "" : style_queue(sock, cell);
    if (strcmp(column->name, "reach") == 0)
        return style_reach(cell);
    if (strcmp(column->name, "remark") == 0 || strcmp(column->name, "place") == 0)
        return cell->kind == CELL_ABSENT ? "" : ALARM;
    return "";
}

/* ---- in place ---- */

#define ERASE_ALL "\033[H\033[J"

/* Of a line of ours: colours take no room. */
static size_t line_width(const char *line, size_t len)
{
    size_t width = 0;

    while (len > 0) {
        const char *escape = memchr(line, '\033', len);
        size_t plain = escape ? (size_t)(escape - line) : len;
        const char *end = escape ? memchr(escape, 'm', len - plain) : NULL;
        size_t taken = end ? (size_t)(end - line) + 1 : len;

        width += text_width(line, plain);
        line += taken;
        len -= taken;
    }
    return width;
}

/* How many lines of a terminal a line takes. */
static size_t line_rows(const char *line, size_t len, size_t width)
{
    size_t own = width > 0 ? line_width(line, len) : 0;

    return own > 0 ? (own + width - 1) / width : 1;
}

void terminal_frame(const char *text, size_t len, size_t width, size_t room, struct out *out)
{
    size_t lines = 0;
    size_t rows = 0;
    size_t shown = 0;     /* bytes of those lines that fit */
    size_t shown_but = 0; /* and with room for one more */
    size_t kept = 0;      /* lines in them */
    const char *end;

    for (size_t at = 0; at < len; at = (size_t)(end - text) + 1) {
        end = memchr(text + at, '\n', len - at);
        if (!end)
            break;
        lines++;
        rows += line_rows(text + at, (size_t)(end - text) - at, width);
        if (room == 0 || rows <= room)
            shown = (size_t)(end - text) + 1;
        if (rows < room) {
            shown_but = shown;
            kept = lines;
        }
    }
    if (room > 0 && rows > room)
        shown = shown_but;
    /* One write with what follows: nothing flickers. */
    out_word(out, ERASE_ALL);
    out_bytes(out, text, shown);
    if (room > 0 && rows > room) {
        out_word(out, "not shown, too low: ");
        out_number(out, lines - kept);
        out_word(out, lines - kept == 1 ? " more line" : " more lines");
        out_char(out, '\n');
    }
}
