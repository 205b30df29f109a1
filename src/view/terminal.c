/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t terminal_width(int fd)
{
    struct winsize size;

    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
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
    "cookie",      "type",      "family",        "v6only",  "class",  "scope",
    "local_host",  "peer_host", "inode",         "uid",     "fd",     "process_uid",
    "exe",         "command",   "peer_service",  "common",  "place",  "user",
    "usual_ports", "service",   "use",           "send_q",  "recv_q", "reach",
    "remark",      "interface", "owner_unknown", "holders", "peer",   "state",
};

static size_t row_width(const size_t *widths, const bool *gone, size_t count)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += gone[i] ? 0 : widths[i] + (sum > 0);
    return sum;
}

void terminal_fit(const struct column *const *columns, const size_t *widths, size_t count,
                  size_t limit, bool *gone)
{
    size_t left = count;

    memset(gone, 0, count * sizeof(*gone));
    for (size_t at = 0; at < sizeof(unimportant) / sizeof(unimportant[0]); at++) {
        for (size_t i = 0; i < count; i++) {
            if (left < 2 || row_width(widths, gone, count) <= limit)
                return;
            if (gone[i] || strcmp(columns[i]->name, unimportant[at]) != 0)
                continue;
            gone[i] = true;
            left--;
        }
    }
}

void terminal_name_gone(const struct column *const *columns, const bool *gone, size_t count,
                        struct out *out)
{
    const char *before = "not shown, too narrow: ";
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        if (!gone[i])
            continue;
        out_word(out, before);
        out_word(out, columns[i]->name);
        before = ", ";
        any = true;
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
