/* SPDX-License-Identifier: BSD-2-Clause */
#include "terminal.h"
#include "model/array.h"

#include "wrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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

/* Two descriptors of the same pipe, as under watch(1), which shows both on a terminal. */
static bool is_one_pipe(int a, int b)
{
    struct stat first;
    struct stat second;

    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && S_ISFIFO(first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

size_t terminal_columns(int fd, int errors)
{
    const char *text = getenv("COLUMNS");
    const char *problem = NULL;
    size_t columns = text ? (size_t)strtonum(text, 1, UINT16_MAX, &problem) : 0;

    if (columns > 0 && !problem && (isatty(fd) || is_one_pipe(fd, errors)))
        return columns;
    return terminal_width(fd);
}

size_t terminal_wrap(int fd)
{
    return terminal_columns(fd, -1);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] != '\0';
}

bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");

    return term && strcmp(term, "dumb") == 0;
}

bool terminal_colors(const char *when, int fd)
{
    const char *force = getenv("CLICOLOR_FORCE");
    const char *want = getenv("CLICOLOR");

    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    if (is_set("NO_COLOR"))
        return false;
    if (force && force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    return isatty(fd) && !(want && strcmp(want, "0") == 0) && !terminal_is_dumb();
}

#define SHORTENED "owners"
#define LAST      "details"

/*
 * Columns to hide, least important first. Columns not listed here are never hidden. Before those
 * after SHORTENED are hidden, the column of that name is replaced by its shorter form. LAST is
 * wrapped and hidden only if it is empty.
 */
static const char *const unimportant[] = {
    "cookie",
    "type",
    "family",
    "v6only",
    "class",
    "scope",
    "local_host",
    "peer_host",
    "fd",
    "process_uid",
    "started",
    "exe",
    "command",
    "peer_service",
    "common",
    "place",
    "usual_ports",
    "send_q",
    "recv_q",
    "netns",
    "container",
    "held_by",
    "seen_by",
    "retransmitted",
    "rtt_us",
    "bytes_in",
    "bytes_out",
    "old_state",
    "synack_to_ack_us",
    "syn_to_synack_us",
    "syn_count",
    "peer_isn",
    "isn",
    "time",
    SHORTENED,
    "uid",
    "inode",
    "user",
    "service",
    "use",
    "reach",
    "remark",
    "interface",
    "owner_unknown",
    "duration_us",
    "ended",
    "state",
    "netns_name",
    "peer",
    LAST,
};

/* Returns the index in unimportant, or the number of its items. */
static size_t rank_of(const char *name)
{
    size_t at = 0;

    while (at < COUNT_OF(unimportant) && strcmp(unimportant[at], name) != 0)
        at++;
    return at;
}

bool terminal_is_dear(const char *name)
{
    size_t rank = rank_of(name);

    return rank > rank_of(SHORTENED) && rank < COUNT_OF(unimportant);
}

static size_t row_width(const size_t *widths, const bool *gone, size_t count)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += gone[i] ? 0 : widths[i] + (sum > 0);
    return sum;
}

/* Returns when to hide a column: empty ones first, SIZE_MAX never. */
static size_t turn_of(const struct sheet_column *column)
{
    size_t rank = rank_of(column->name);

    if (column->pinned || rank == COUNT_OF(unimportant) || strcmp(column->name, SHORTENED) == 0)
        return SIZE_MAX;
    if (column->empty)
        return rank;
    return strcmp(column->name, LAST) == 0 ? SIZE_MAX : rank + COUNT_OF(unimportant);
}

/* Returns the least important column that is not hidden, or count. */
static size_t least_shown(const struct sheet_column *columns, const bool *gone, size_t count)
{
    size_t least = count;
    size_t first = SIZE_MAX;

    for (size_t i = 0; i < count; i++) {
        size_t turn = turn_of(&columns[i]);

        if (gone[i] || turn >= first)
            continue;
        first = turn;
        least = i;
    }
    return least;
}

bool terminal_fit(const struct sheet_column *columns, const size_t *widths, size_t count,
                  size_t limit, bool *gone)
{
    size_t hidden[VIEW_COLUMNS] = {0};
    size_t left = 0;
    size_t n = 0;

    memset(gone, 0, count * sizeof(*gone));
    for (size_t i = 0; i < count; i++)
        left += !columns[i].pinned;
    for (; left > 1 && row_width(widths, gone, count) > limit; left--) {
        size_t least = least_shown(columns, gone, count);

        if (least == count)
            break;
        gone[least] = true;
        hidden[n++] = least;
    }
    /* Show again what fits beside more important columns. */
    while (n > 0) {
        gone[hidden[--n]] = false;
        gone[hidden[n]] = row_width(widths, gone, count) > limit;
    }
    return row_width(widths, gone, count) <= limit;
}

void terminal_name_gone(const struct sheet_column *columns, const bool *gone, size_t count,
                        const struct sheet_column *shortened, struct out *out)
{
    const char *before = "hidden (window too narrow): ";
    size_t from = out->len;

    for (size_t i = 0; i < count; i++) {
        if (!gone[i])
            continue;
        out_word(out, before);
        out_word(out, columns[i].title);
        before = ", ";
    }
    if (shortened) {
        out_word(out, before[0] == ',' ? "; shortened: " : "shortened (window too narrow): ");
        out_word(out, shortened->title);
    }
    if (out->len == from)
        return;
    out_char(out, '\n');
    out->foot = from;
}

/* Brightness and underlining distinguish these styles without colour vision. */
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
        return ALARM; /* the queue is full, so further connections are dropped */
    return ATTENTION;
}

/* Highlights listeners that other machines can reach. */
static const char *style_reach(const struct cell *cell)
{
    static const char *const closed[] = {"loopback", "none"};

    for (size_t i = 0; i < COUNT_OF(closed); i++) {
        if (cell->text.len == strlen(closed[i]) &&
            memcmp(cell->text.data, closed[i], cell->text.len) == 0)
            return "";
    }
    return cell->kind == CELL_WORD ? ATTENTION : "";
}

const char *terminal_style(const struct pl_field *field, const struct pl_sock *sock,
                           const struct cell *cell)
{
    if (!field)
        return "";
    if (field->id == PL_FIELD_STATE)
        return style_state(sock);
    if (field->id == PL_FIELD_RECV_Q)
        return style_queue(sock, cell);
    if (field->id == PL_FIELD_SEND_Q)
        return sock->state == PL_STATE_LISTEN ? "" : style_queue(sock, cell);
    if (field->id == PL_FIELD_REACH)
        return style_reach(cell);
    if (field->id == PL_FIELD_REMARK || field->id == PL_FIELD_PLACE)
        return cell->kind == CELL_ABSENT ? "" : ALARM;
    return "";
}

/* ---- in place ---- */

#define ERASE_ALL "\033[H\033[J"

/* Returns the number of terminal rows that a line occupies. */
static size_t line_rows(const char *line, size_t len, size_t width)
{
    size_t own = width > 0 ? wrap_width(line, len) : 0;

    return own > 0 ? (own + width - 1) / width : 1;
}

/* Returns the offset after the newline of the line at offset at. */
static size_t line_end(const char *text, size_t len, size_t at)
{
    const char *end = memchr(text + at, '\n', len - at);

    return end ? (size_t)(end - text) + 1 : len;
}

/*
 * Returns the number of bytes of whole lines that fit into room rows; in *lines the number of
 * lines.
 */
static size_t take_rows(const char *text, size_t len, size_t width, size_t room, size_t *lines)
{
    size_t at = 0;
    size_t rows = 0;

    *lines = 0;
    while (at < len) {
        size_t end = line_end(text, len, at);

        rows += line_rows(text + at, end - at - (text[end - 1] == '\n'), width);
        if (rows > room)
            break;
        at = end;
        ++*lines;
    }
    return at;
}

size_t terminal_rows(const char *text, size_t len, size_t width)
{
    size_t rows = 0;

    for (size_t at = 0; at < len;) {
        size_t end = line_end(text, len, at);

        rows += line_rows(text + at, end - at - (text[end - 1] == '\n'), width);
        at = end;
    }
    return rows;
}

/* Appends the line about hidden lines and, if columns is true, hidden columns. */
static void put_left_out(struct out *out, size_t lines, bool columns)
{
    out_word(out, "no room for ");
    if (lines > 0) {
        out_number(out, lines);
        out_word(out, lines == 1 ? " more line" : " more lines");
    }
    if (columns)
        out_word(out, lines > 0 ? " and some columns" : "some columns");
    out_char(out, '\n');
}

/* Returns the rows of the line about up to so many hidden lines. */
static size_t left_out_rows(size_t lines, bool columns, size_t width)
{
    struct out line = {.fd = -1};
    size_t rows;

    put_left_out(&line, lines, columns);
    rows = terminal_rows(line.data, line.len, width);
    out_free(&line);
    return rows;
}

void terminal_frame(const struct out *text, size_t width, size_t room, struct out *out)
{
    size_t foot_len = text->foot > 0 && text->foot < text->len ? text->len - text->foot : 0;
    const char *foot = foot_len > 0 ? text->data + text->foot : "";
    size_t body = text->len - foot_len;
    size_t below = terminal_rows(foot, foot_len, width);
    size_t lines, all, shown;
    bool unnamed; /* the names of hidden columns do not fit */

    /* A single write, to avoid flicker. */
    out_word(out, ERASE_ALL);
    if (room == 0 || terminal_rows(text->data, text->len, width) <= room) {
        out_bytes(out, text->data, text->len);
        return;
    }
    (void)take_rows(text->data, body, width, SIZE_MAX, &all);
    unnamed = foot_len > 0 && below + left_out_rows(all, false, width) > room;
    below = (unnamed ? 0 : below) + left_out_rows(all, unnamed, width);
    shown = take_rows(text->data, body, width, room > below ? room - below : 0, &lines);
    out_bytes(out, text->data, shown);
    put_left_out(out, all - lines, unnamed);
    if (!unnamed)
        out_bytes(out, foot, foot_len);
}
