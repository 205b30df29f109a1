/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop of the screen: keys, events, tables, signals. */
#include "screen.h"

#include "state.h"

#include "cli/sibling.h"
#include "view/terminal.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

/* Drawing takes at most this part of the time, unless a key was typed. */
#define REFRESH_SHARE 60
#define REFRESH_LEAST (200 * MILLISECOND)
/* After events, more follow: they are collected for some milliseconds. */
#define EVENTS_MS    100
#define MESSAGE_TIME (5 * SECOND)

/* What a batch needs, so that rows have names and filters can be judged. */
#define NEED                                                                        \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS | PL_NEED_SERVICES | \
                PL_NEED_LINKS | PL_NEED_ADDRS))
/* What details and filters may need later, so that the sandbox permits it. */
#define NEED_LATER                                                                                 \
    ((uint32_t)(PL_NEED_INTERNALS | PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_UIDS |               \
                PL_NEED_MEMORY | PL_NEED_TIMERS | PL_NEED_MORE | PL_NEED_CGROUPS | PL_NEED_PEERS | \
                PL_NEED_STARTED | PL_NEED_NETNS))

/* ---- signals ---- */

static volatile sig_atomic_t ended, resized, stopped;

static void on_end(int number)
{
    ended = number;
}

static void on_resize(int number)
{
    (void)number;
    resized = 1;
}

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

static const struct {
    int number;
    void (*handler)(int number);
} signals[] = {
    {SIGINT, on_end},      {SIGTERM, on_end},  {SIGHUP, on_end},
    {SIGWINCH, on_resize}, {SIGTSTP, on_stop}, {SIGPIPE, SIG_IGN}, /* the launcher has ended */
};

/* Signals are blocked except during a wait, so that none is lost. */
static void catch_signals(sigset_t *open)
{
    sigset_t blocked;

    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction action = {.sa_handler = signals[i].handler};

        (void)sigemptyset(&action.sa_mask);
        (void)sigaction(signals[i].number, &action, NULL);
        (void)sigaddset(&blocked, signals[i].number);
    }
    (void)sigprocmask(SIG_BLOCK, &blocked, open);
}

/* Stops, as a program without a screen would, until it is continued. */
static void stop(struct screen *screen, const sigset_t *open)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    struct sigaction old;
    sigset_t blocked;

    tty_leave(&screen->tty);
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTSTP, &action, &old);
    (void)raise(SIGTSTP);
    (void)sigprocmask(SIG_SETMASK, open, &blocked); /* stops here */
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
    (void)sigaction(SIGTSTP, &old, NULL);
    tty_return(&screen->tty);
    /* Meanwhile, a recording does not go on. */
    screen_set_now(screen);
    screen->play.real = screen->now;
}

/* ---- time ---- */

uint64_t screen_clock(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

void screen_set_now(struct screen *screen)
{
    screen->now = screen_clock(CLOCK_MONOTONIC);
}

uint64_t screen_time(void)
{
    return screen_clock(CLOCK_REALTIME);
}

void screen_say(struct screen *screen, const char *text)
{
    (void)strlcpy(screen->message, text, sizeof(screen->message));
    screen->message_end = screen->now + MESSAGE_TIME;
}

/* ---- the loop ---- */

/*
 * Waits for a key, events, a signal or what is due. busy: events were just taken. Returns whether there are
 * events, which may be those of other network namespaces.
 */
static bool wait_more(const struct screen *screen, bool busy, const sigset_t *open)
{
    uint64_t due = screen->read_due;
    uint64_t now = screen_clock(CLOCK_MONOTONIC);
    struct timespec wait;
    fd_set input;
    int fds[4];
    size_t count = busy || !screen->stream ? 0 : pl_stream_fds(screen->stream, fds);
    int most = STDIN_FILENO;

    FD_ZERO(&input);
    FD_SET(STDIN_FILENO, &input);
    for (size_t i = 0; i < count; i++) {
        if (fds[i] < FD_SETSIZE) {
            FD_SET(fds[i], &input);
            most = fds[i] > most ? fds[i] : most;
        } else {
            busy = true; /* pselect(2) cannot wait for it */
        }
    }
    if (busy && due > now + EVENTS_MS * MILLISECOND)
        due = now + EVENTS_MS * MILLISECOND;
    /* Marks end, and ages count. */
    if (due > screen->refresh_due && screen->refresh_due > 0)
        due = screen->refresh_due;
    due = due > now ? due - now : 0;
    wait = (struct timespec){(time_t)(due / SECOND), (long)(due % SECOND)};
    if (pselect(most + 1, &input, NULL, NULL, &wait, open) <= 0)
        return false;
    /* Linux delivers no signal in a call that found input. */
    wait = (struct timespec){0};
    (void)pselect(0, NULL, NULL, NULL, &wait, open);
    for (size_t i = 0; i < count; i++) {
        if (fds[i] < FD_SETSIZE && FD_ISSET(fds[i], &input))
            return true;
    }
    return false;
}

/* Handles all keys that were typed. Returns whether there was one. */
static bool take_keys(struct screen *screen)
{
    bool any = false;
    int key;

    while (!screen->quit && (key = tty_key(&screen->tty)) != TTY_NONE) {
        screen_set_now(screen);
        if (any && screen->changed)
            screen_refresh(screen); /* a key acts on the lines that exist */
        keys_take(screen, key);
        screen->changed = true;
        any = true;
    }
    if (any)
        read_sooner(screen);
    return any;
}

static void draw(struct screen *screen, bool at_once)
{
    uint64_t before = screen_clock(CLOCK_PROCESS_CPUTIME_ID);
    bool expired;
    uint64_t wait;

    screen_set_now(screen);
    if (!at_once && screen->now < screen->refresh_due)
        return;
    if (screen->message[0] != '\0' && screen->now >= screen->message_end)
        screen->message[0] = '\0';
    /* Otherwise only ages change. Rows also end while the screen is frozen: they would fill the memory. */
    expired = rows_expire(&screen->rows, screen_at(screen), screen->options->keep);
    if (at_once || screen->changed || (expired && !screen->frozen))
        screen_refresh(screen);
    read_again(screen);
    screen_draw(screen);
    wait = (screen_clock(CLOCK_PROCESS_CPUTIME_ID) - before) * REFRESH_SHARE;
    if (wait < (screen->changed ? REFRESH_LEAST : SECOND))
        wait = screen->changed ? REFRESH_LEAST : SECOND;
    /* Closed rows end only here: a fast recording must not collect them for longer. */
    if (screen->play.journal && wait > SECOND)
        wait = SECOND;
    screen->refresh_due = screen->now + wait;
}

static void loop(struct screen *screen, const sigset_t *open)
{
    bool reported = false;

    draw(screen, true);
    while (!screen->quit && ended == 0) {
        bool at_once = false;

        reported = wait_more(screen, screen->changed || reported, open);
        if (stopped) {
            stopped = 0;
            stop(screen, open);
            at_once = true;
        }
        if (resized) {
            resized = 0;
            tty_resize(&screen->tty);
            at_once = true;
        }
        at_once |= take_keys(screen);
        if (screen->play.journal)
            play_step(screen);
        else
            read_events(screen);
        if (!screen->play.journal && screen_clock(CLOCK_MONOTONIC) >= screen->read_due) {
            read_table(screen, false);
            at_once = true;
        }
        record_flush(screen);
        if (!screen->quit)
            draw(screen, at_once);
    }
}

/* ---- begin and end ---- */

/* The messages of the start; the sandbox reports them while the terminal is taken. */
static struct out *said;

static void say(const char *text)
{
    out_word(said, "portwatch: ");
    out_word(said, text);
    out_char(said, '\n');
}

bool screen_usable(void)
{
    static const char instead[] = "; use portwatch --events, portwatch --wait PORT or portls -c";
    const char *why = tty_missing();
    char text[300];

    if (!why && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
        why = "the screen needs a terminal";
    if (!why && terminal_is_dumb())
        why = "the terminal in TERM has no screen";
    if (!why)
        return true;
    (void)snprintf(text, sizeof(text), "%s%s", why, instead);
    complain_text(text);
    return false;
}

/* Returns an exit status, after a message. */
static int open_terminal(struct screen *screen)
{
    const struct settings *settings = screen->settings;
    bool colors = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO);
    const char *why = tty_open(&screen->tty, colors, settings->elevated);

    if (!why) {
        complain_later(&screen->said);
        return EXIT_DONE;
    }
    complain(why, getenv("TERM"), "");
    return EXIT_USAGE;
}

/* A session.opened: everything that privileges or files are needed for. */
static int open_all(void *arg, struct pl_reader *reader)
{
    struct screen *screen = arg;

    (void)read_open(screen, reader);
    return open_terminal(screen);
}

static void set_up(struct screen *screen)
{
    struct settings *settings = screen->settings;

    screen->query = (struct pl_query){
        .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP),
        .need = NEED | NEED_LATER,
        .any_order = true,
        .hooks = &screen->hooks,
    };
    screen->hooks.repeated = true;
    screen->session = (struct session){.replay = settings->replay,
                                       .netns = settings->netns,
                                       .interval = 1,
                                       .names = true,
                                       .screen = true,
                                       .failed = EXIT_FAILED,
                                       .sandbox = settings->sandbox,
                                       .opened = open_all,
                                       .opened_arg = screen};
    screen->choice.protos = screen->query.protos;
    screen->grid.view = (struct view){
        .port_names = false, .protocol_names = true, .user_names = !settings->numeric};
    for (unsigned int i = 0; i < VIEW_MAX; i++) {
        const struct view_columns *view = views_get((enum views)i);

        screen->by[i] = (struct sorting){(unsigned int)(view->sorted >= 0 ? view->sorted : 0),
                                         view->descending};
    }
    grid_begin(&screen->grid, views_get(VIEW_CONNECTIONS)->columns,
               views_get(VIEW_CONNECTIONS)->count);
}

/* The filter of the command line. */
static void take_filter(struct screen *screen)
{
    struct ask *ask = &screen->settings->ask;

    if (!ask->filter)
        return;
    choose_set(screen, ask->expression, ask->len);
    (void)strlcpy(screen->applied, screen->editor.text, sizeof(screen->applied));
    screen->filter = ask->filter; /* as it was parsed: blanks may be within words */
    screen->filter_need = pl_filter_need(ask->filter);
    ask->filter = NULL;
}

/* A program with more privileges than its user executes no other, and writes no file. */
static void start_launcher(struct screen *screen)
{
    char path[PATH_MAX] = "";

    if (screen->settings->elevated) {
        screen->launcher.error = EPERM;
        return;
    }
    if (!sibling_path(screen->options->self, "portkill", path, sizeof(path)))
        path[0] = '\0';
    launcher_start(&screen->launcher, path, screen->settings->netns);
}

/* Prepares what needs the reader. Returns 0 or a negative errno. */
static int begin(struct screen *screen)
{
    static struct pl_query batch = {.need = NEED};

    screen->hooks.users = names_users(&screen->settings->sandbox->names);
    screen->hooks.users_arg = &screen->settings->sandbox->names;
    batch.hooks = &screen->hooks;
    return pl_batch_new(screen->session.reader, &batch, &screen->grid.batch);
}

static void end(struct screen *screen)
{
    read_close(screen);
    record_stop(screen);
    order_free(&screen->order);
    groups_free(&screen->groups);
    tree_free(&screen->tree);
    rows_free(&screen->rows);
    rows_free(&screen->still);
    log_free(&screen->log);
    log_free(&screen->still_log);
    grid_free(&screen->grid);
    out_free(&screen->popup_text);
    pl_filter_free(screen->filter);
    free(screen->lines);
    launcher_end(&screen->launcher);
    session_close(&screen->session);
}

/* Shows the screen of a session. Returns the exit status, after a message. */
static int show(struct screen *screen, const sigset_t *open)
{
    int status = EXIT_DONE;
    int err;

    take_filter(screen);
    err = begin(screen);
    if (err == 0 && screen->settings->replay)
        status = play_open(screen);
    else
        err = err ? err : read_start(screen);
    if (err < 0) {
        complain_errno("cannot read sockets", NULL, -err, "");
        return EXIT_FAILED;
    }
    if (status == EXIT_DONE)
        loop(screen, open);
    play_close(screen);
    return status;
}

int screen_run(struct settings *settings, const struct screen_options *options)
{
    static struct screen screen; /* too large for a small stack */
    sigset_t open;
    bool opened;
    int status;

    screen.settings = settings;
    screen.options = options;
    screen.said.fd = STDERR_FILENO;
    said = &screen.said;
    settings->sandbox->say = say;
    pl_memory_return();
    set_up(&screen);
    start_launcher(&screen);
    catch_signals(&open);
    /* The sandbox is entered before a recording is opened, and without its messages. */
    status = settings->replay ? open_terminal(&screen) : EXIT_DONE;
    opened = status == EXIT_DONE;
    status = opened ? session_open(&screen.session, &screen.query) : status;
    opened &= settings->replay || status == EXIT_DONE;
    if (status == EXIT_DONE)
        status = show(&screen, &open);
    complain_later(NULL);
    if (opened)
        tty_close(&screen.tty);
    end(&screen);
    (void)out_flush(&screen.said);
    out_free(&screen.said);
    return status;
}
