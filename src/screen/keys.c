/* SPDX-License-Identifier: BSD-2-Clause */
/* What keys do. The help and the last line come from the same table. */
#include "state.h"

#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef void key_fn(struct screen *screen, int key);

/* ---- popups ---- */

static void set_view(struct screen *screen, enum views view)
{
    const struct view_columns *columns = views_get(view);

    screen->view = view;
    grid_begin(&screen->grid, columns->columns, columns->count);
    screen->cursor = (struct cursor){0};
}

static void open_popup(struct screen *screen, enum popup popup)
{
    screen->popup = popup;
    screen->popup_top = 0;
}

static void show_help(struct screen *screen, int key)
{
    (void)key;
    open_popup(screen, POPUP_HELP);
    keys_help(screen);
}

/* Details of a row or an event; the rows of a group. */
static void enter(struct screen *screen, int key)
{
    const void *item = cursor_item(screen);
    struct out out = {.fd = -1};

    (void)key;
    if (!item) {
        screen_say(screen, "no line is selected");
    } else if (views_groups(screen->view) < 0 || cursor_row(screen)) {
        open_popup(screen, POPUP_DETAILS);
        details_make(screen);
    } else {
        views_filter(screen->view, item, &out);
        if (out.len == 0) {
            screen_say(screen, "no filter selects this group");
        } else {
            choose_set(screen, out.data, out.len);
            choose_try(screen, false);
            set_view(screen, VIEW_CONNECTIONS);
        }
        out_free(&out);
    }
}

static void popup_key(struct screen *screen, int key)
{
    size_t page = screen_page(screen);

    switch (key) {
    case TTY_DOWN:
    case 'j':
    case TTY_WHEEL_DOWN:
        screen->popup_top++;
        break;
    case TTY_UP:
    case 'k':
    case TTY_WHEEL_UP:
        screen->popup_top -= screen->popup_top > 0;
        break;
    case TTY_PAGE_DOWN:
    case ' ':
        screen->popup_top += page;
        break;
    case TTY_PAGE_UP:
        screen->popup_top -= screen->popup_top < page ? screen->popup_top : page;
        break;
    case 'g':
    case TTY_HOME:
        screen->popup_top = 0;
        break;
    case 'G':
    case TTY_END:
        screen->popup_top = screen->popup_text.len; /* more than it has lines */
        break;
    case 'q':
    case TTY_ESCAPE:
    case TTY_ENTER:
    case '?':
        screen->popup = POPUP_NONE;
        break;
    default:
        break;
    }
}

/* ---- the cursor ---- */

static void down(struct screen *screen, int key)
{
    cursor_move(screen, key == TTY_WHEEL_DOWN ? 3 : 1);
}

static void up(struct screen *screen, int key)
{
    cursor_move(screen, key == TTY_WHEEL_UP ? -3 : -1);
}

static void page_down(struct screen *screen, int key)
{
    (void)key;
    cursor_move(screen, (long)screen_page(screen));
}

static void page_up(struct screen *screen, int key)
{
    (void)key;
    cursor_move(screen, -(long)screen_page(screen));
}

static void first(struct screen *screen, int key)
{
    (void)key;
    cursor_to(screen, 0);
}

static void last(struct screen *screen, int key)
{
    (void)key;
    cursor_to(screen, SIZE_MAX);
}

/* ---- what is shown ---- */

static void edit_filter(struct screen *screen, int key)
{
    (void)key;
    editor_open(screen, ASK_FILTER);
}

static void clear_filter(struct screen *screen, int key)
{
    (void)key;
    choose_set(screen, "", 0);
    choose_try(screen, false);
}

/* Sorting moves the lines at once. */
static void sort_by(struct screen *screen, unsigned int column)
{
    struct sorting *by = &screen->by[screen->view];

    by->descending =
        by->column == column ? !by->descending : views_get(screen->view)->columns[column].right;
    by->column = column;
    screen->cursor = (struct cursor){0};
}

static void next_column(struct screen *screen, int key)
{
    const struct view_columns *view = views_get(screen->view);
    struct sorting *by = &screen->by[screen->view];
    size_t step = key == '<' ? view->count - 1 : 1;

    if (view->sorted < 0) {
        screen_say(screen, "events are in the order of time");
        return;
    }
    by->column = (unsigned int)((by->column + step) % view->count);
    by->descending = view->columns[by->column].right; /* the largest number first */
    screen->cursor = (struct cursor){0};
}

static void reverse(struct screen *screen, int key)
{
    (void)key;
    if (views_get(screen->view)->sorted < 0)
        screen_say(screen, "events are in the order of time");
    else
        sort_by(screen, screen->by[screen->view].column);
}

static void freeze(struct screen *screen, int key)
{
    (void)key;
    if (screen->play.journal) {
        play_pause(screen);
    } else if (screen->frozen) {
        screen->frozen = false;
        order_free(&screen->order);
        tree_clear(&screen->tree);
        groups_free(&screen->groups);
        rows_free(&screen->still);
        log_free(&screen->still_log);
        choose_all(screen);
    } else if (rows_copy(&screen->rows, &screen->still) < 0 ||
               log_copy(&screen->log, &screen->still_log) < 0) {
        rows_free(&screen->still);
        log_free(&screen->still_log);
        screen_say(screen, "there is not enough memory to freeze the screen");
    } else {
        screen->frozen = true;
    }
}

static void set_speed(struct screen *screen, int key)
{
    if (screen->play.journal)
        play_speed(screen, key == '+');
    else
        screen_say(screen, "only a recording has a speed: portwatch --replay DIR");
}

static void choose_states(struct screen *screen, int key)
{
    screen->cursor.moved = 0;
    screen->choice.states = key == 'l' ? STATES_LISTENING : STATES_ESTABLISHED;
}

static void choose_all_states(struct screen *screen, int key)
{
    screen->cursor.moved = 0;
    (void)key;
    screen->choice = (struct choice){.protos = screen->query.protos};
}

static void choose_proto(struct screen *screen, int key)
{
    screen->cursor.moved = 0;
    screen->choice.protos = PL_BIT(key == 'u' ? PL_PROTO_UDP : PL_PROTO_TCP);
}

static void toggle_loopback(struct screen *screen, int key)
{
    screen->cursor.moved = 0;
    (void)key;
    screen->choice.hide_loopback = !screen->choice.hide_loopback;
}

static void toggle_names(struct screen *screen, int key)
{
    (void)key;
    screen->grid.view.port_names = !screen->grid.view.port_names;
    grid_begin(&screen->grid, screen->grid.columns, screen->grid.column_count);
}

static void next_view(struct screen *screen, int key)
{
    unsigned int step = key == TTY_BACK_TAB ? VIEW_MAX - 1 : 1;

    set_view(screen, (enum views)(((unsigned int)screen->view + step) % VIEW_MAX));
}

static void open_group(struct screen *screen, int key)
{
    cursor_open(screen, key == TTY_RIGHT);
}

static void click(struct screen *screen, int key)
{
    int y = screen->tty.y;
    int column;

    (void)key;
    if (y == SCREEN_TOP - 1 && views_get(screen->view)->sorted >= 0) {
        column = grid_column_at(&screen->grid, screen->tty.x);
        if (column >= 0)
            sort_by(screen, (unsigned int)column);
    } else if (y >= SCREEN_TOP && (size_t)(y - SCREEN_TOP) < screen_page(screen) &&
               screen->cursor.top + (size_t)(y - SCREEN_TOP) < cursor_count(screen)) {
        cursor_to(screen, screen->cursor.top + (size_t)(y - SCREEN_TOP));
    }
}

/* ---- portkill ---- */

/* Returns why no portkill can be executed for the row, or NULL. */
static const char *refusal(const struct screen *screen, const struct row *row)
{
    if (screen->play.journal)
        return "the sockets of a recording cannot be closed";
    if (!row)
        return "select a socket first, not a group or an event";
    if (row->mark == ROW_CLOSED)
        return "the socket is closed already";
    if (!(row->sock.have & PL_HAVE_COOKIE))
        return "this system does not identify sockets, so that another one could be hit";
    if (screen->launcher.error == EPERM)
        return "portwatch has more privileges than its user, and executes no portkill";
    if (!screen->launcher.kills)
        return "portkill must be installed in the directory of portwatch";
    return NULL;
}

/* portkill has its preview and its question on the terminal, without the screen. */
static void kill_row(struct screen *screen, int key)
{
    static const char prompt[] = "\nPress Enter to return to portwatch. ";
    const struct row *row = cursor_row(screen);
    const char *why = refusal(screen, row);
    struct launch_order order = {.kind = key == 'C' ? LAUNCH_CLOSE : LAUNCH_KILL};
    char byte = '\0';
    int status;

    if (why) {
        screen_say(screen, why);
        return;
    }
    order.cookie = row->sock.cookie;
    tty_leave(&screen->tty);
    status = launcher_run(&screen->launcher, &order);
    if (write(STDOUT_FILENO, prompt, sizeof(prompt) - 1) < 0)
        byte = '\n';
    while (byte != '\n' && read(STDIN_FILENO, &byte, 1) == 1)
        continue;
    tty_return(&screen->tty);
    if (status < 0 || status == LAUNCH_FAILED)
        screen_say(screen, "portkill could not be executed");
    screen->read_due = 0;
}

/* ---- files ---- */

static void ask_for_file(struct screen *screen, int key)
{
    if (key == 'r' && screen->play.journal)
        screen_say(screen, "a recording is played: nothing new happens");
    else if (key == 'r' && screen->record.journal)
        record_stop(screen);
    else
        editor_open(screen, key == 'r' ? ASK_RECORD : ASK_FILE);
}

static void quit(struct screen *screen, int key)
{
    (void)key;
    screen->quit = true;
}

/* ---- the table ---- */

static const struct {
    int keys[3];
    const char *names; /* NULL: as the row before */
    const char *help;
    key_fn *run;
} keys[] = {
    {{TTY_DOWN, 'j', TTY_WHEEL_DOWN}, "Down, j", "next line", down},
    {{TTY_UP, 'k', TTY_WHEEL_UP}, "Up, k", "previous line", up},
    {{TTY_PAGE_DOWN}, "Page Down", "next page", page_down},
    {{TTY_PAGE_UP}, "Page Up", "previous page", page_up},
    {{'g', TTY_HOME}, "g, Home", "first line", first},
    {{'G', TTY_END}, "G, End", "last line", last},
    {{TTY_ENTER}, "Enter", "details of the line; of a group, its sockets", enter},
    {{TTY_RIGHT, TTY_LEFT}, "Right, Left", "show or hide the sockets of a group", open_group},
    {{TTY_TAB, TTY_BACK_TAB},
     "Tab",
     "next view: connections; by process, remote address, port; events",
     next_view},
    {{'/'}, "/", "filter: the words of portls, such as: process sshd port 22", edit_filter},
    {{TTY_ESCAPE}, "Escape", "clear the filter", clear_filter},
    {{'s', '<', '>'}, "s, >, <", "sort by the next or the previous column", next_column},
    {{'S'}, "S", "reverse the order", reverse},
    {{' '}, "Space", "freeze the screen, while reading goes on; pause a recording", freeze},
    {{'+', '-'}, "+, -", "play a recording faster or slower", set_speed},
    {{'l'}, "l", "only listeners", choose_states},
    {{'e'}, "e", "only established connections", choose_states},
    {{'a'}, "a", "all states and protocols", choose_all_states},
    {{'t'}, "t", "only TCP", choose_proto},
    {{'u'}, "u", "only UDP", choose_proto},
    {{'o'}, "o", "hide or show what stays on the loopback interface", toggle_loopback},
    {{'n'}, "n", "numbers or names of ports", toggle_names},
    {{'K'}, "K", "end the processes of the socket: portkill shows them, and asks", kill_row},
    {{'C'}, "C", "close the socket: portkill shows it, and asks", kill_row},
    {{'w'}, "w", "write the lines to a file: .csv .json .jsonl .tsv, else a table", ask_for_file},
    {{'r'}, "r", "record what happens to a new directory, or end that", ask_for_file},
    {{TTY_CLICK}, "Mouse", "click a line to select it, or a title to sort; wheel: move", click},
    {{'?', 'h'}, "?, h", "this help", show_help},
    {{'q'}, "q", "quit", quit},
};

void keys_help(struct screen *screen)
{
    struct out *out = &screen->popup_text;

    out->fd = -1;
    out->len = 0;
    out_word(out, "portwatch: keys\n\n");
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        out_word(out, "  ");
        out_word(out, keys[i].names);
        out_pad(out, 12 - strlen(keys[i].names));
        out_word(out, keys[i].help);
        out_char(out, '\n');
    }
    out_word(out, "\nMarks: + new, ~ changed state or processes, x closed.\n"
                  "In/s and Out/s: bytes per second between the last two readings of a TCP "
                  "socket. - is unknown: UDP has no counters, and a rate needs two readings.\n"
                  "An age after > is that of a socket that was open when portwatch, or the "
                  "recording, was started.\n");
}

const char *keys_hint(const struct screen *screen)
{
    if (screen->popup != POPUP_NONE)
        return "Up Down Page g G: scroll  Escape: back";
    if (screen->editor.open)
        return editor_hint(screen);
    if (screen->play.journal && !screen->play.next)
        return "?: help  q: quit  /: filter  Tab: view  Enter: details  s: sort";
    if (screen->play.journal)
        return "Space: pause  + -: speed  ?: help  q: quit  /: filter  Tab: view  Enter: details  "
               "s: sort";
    return screen->frozen
               ? "Space: go on  Enter: details  /: filter  Tab: view  ?: help  q: quit"
               : "?: help  q: quit  /: filter  Tab: view  Enter: details  s: sort  Space: freeze  "
                 "l e a t u o: choose";
}

void keys_take(struct screen *screen, int key)
{
    screen->message[0] = '\0';
    if (screen->editor.open) {
        editor_take(screen, key);
        return;
    }
    if (screen->popup != POPUP_NONE) {
        popup_key(screen, key);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        for (size_t n = 0; n < COUNT_OF(keys[i].keys) && keys[i].keys[n] != 0; n++) {
            if (keys[i].keys[n] == key) {
                keys[i].run(screen, key);
                return;
            }
        }
    }
}
