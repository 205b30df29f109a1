/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the screen. */
#ifndef SCREEN_STATE_H
#define SCREEN_STATE_H

#include "cli/session.h"
#include "cli/settings.h"
#include "launcher.h"
#include "screen.h"
#include "tree.h"
#include "tty.h"
#include "views.h"

#include <time.h>

#define SECOND      UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

#define FILTER_ROOM 256

/* What is typed. */
enum asks {
    ASK_FILTER,
    ASK_FILE,    /* the name of a file to write */
    ASK_REPLACE, /* whether to overwrite it: one key */
    ASK_RECORD,  /* the name of a recording to make */
};

/* The line in which it is typed. */
struct editor {
    enum asks asks;
    char text[FILTER_ROOM];
    size_t len;
    size_t at;                /* offset of the cursor */
    bool open;                /* keys go to it */
    char before[FILTER_ROOM]; /* the filter when it was opened */
    /* What is wrong with the text, and where; empty: nothing */
    char error[192];
    size_t error_from, error_len;
};

/* The column of a view that its lines are sorted by. */
struct sorting {
    unsigned int column;
    bool descending;
};

/* What is recorded. */
struct record {
    struct pl_journal *journal; /* NULL: nothing */
    uint64_t events;
    char name[FILTER_ROOM];
};

/* A recording that is played. */
struct play {
    struct pl_playback *journal; /* NULL: the kernel is read */
    const struct pl_event *next; /* NULL: it ended */
    uint64_t start, time;        /* nanoseconds since the Epoch: of its first event, and now */
    uint64_t real;               /* CLOCK_MONOTONIC at that time */
    uint64_t lost;               /* events that the recording lacks */
    uint64_t at, size;           /* bytes of the journal that were played, and all */
    unsigned int speed;          /* index */
    bool paused;
    int error; /* negative errno of the journal: -EBADMSG, it is damaged */
};

enum popup { POPUP_NONE, POPUP_HELP, POPUP_DETAILS };

/* The selected line, by what it is, not where. */
struct cursor {
    uint64_t high, low;
    bool set;       /* a line is selected */
    bool gone;      /* it left the screen: nothing is selected until a key moves the cursor */
    size_t index;   /* where it is, or was */
    size_t top;     /* index of the first visible line */
    uint64_t moved; /* when a key moved it; 0: never */
};

struct screen {
    struct settings *settings;
    const struct screen_options *options;
    struct session session;
    struct tty tty;
    struct launcher launcher;
    struct out said; /* messages of the start, printed at the end */

    /* what was read */
    struct pl_query query;
    struct pl_query_hooks hooks;
    struct pl_stream *stream; /* NULL: tables only */
    int no_stream;            /* the positive errno that prevents it */
    bool changed;             /* rows changed since the last refresh */
    bool marked;              /* some rows have marks, which end */
    int error;                /* negative errno of the last table */
    enum pl_system system;    /* of the sockets */
    uint64_t started, now;
    uint64_t read_at; /* when the last table was read */
    uint64_t read_due, again_due, refresh_due, read_cost;
    char hidden[160]; /* what could not be seen */
    struct rows rows;
    struct log log;
    struct record record;
    struct play play;

    /* what is shown */
    bool frozen;
    struct rows still; /* if so: the rows at that moment */
    struct log still_log;
    struct choice choice;
    struct pl_filter *filter; /* NULL: all */
    uint32_t filter_need;
    struct editor editor;
    char applied[FILTER_ROOM]; /* text of the filter */
    enum views view;
    struct sorting by[VIEW_MAX];
    struct ordering order;
    struct order_rates rates; /* sums of the rows that are shown */
    struct groups groups;
    struct tree tree; /* its lines, in a view of groups */
    struct grid grid;
    struct cursor cursor;
    struct line *lines;
    size_t line_room;
    bool no_names;

    enum popup popup;
    struct out popup_text;
    size_t popup_top;
    char message[200];
    uint64_t message_end;
    bool quit;
};

static inline struct rows *screen_rows(struct screen *screen)
{
    return screen->frozen ? &screen->still : &screen->rows;
}

static inline const struct log *screen_log(const struct screen *screen)
{
    return screen->frozen ? &screen->still_log : &screen->log;
}

/* The time of the rows: that of the recording, if one is played. */
static inline uint64_t screen_at(const struct screen *screen)
{
    return screen->play.journal ? screen->play.time : screen->now;
}

/* Returns the nanoseconds of a clock; 0: it cannot be read. */
uint64_t screen_clock(clockid_t clock);
/* Reads the clock. */
void screen_set_now(struct screen *screen);
/* Returns the nanoseconds since the Epoch. */
uint64_t screen_time(void);
/* Shows a message for some seconds. */
void screen_say(struct screen *screen, const char *text);

/* ---- read.c ---- */

/* Opens what the reading needs, before privileges are dropped: a session.opened. */
int read_open(void *arg, struct pl_reader *reader);
/* Takes the first table. Returns 0 or a negative errno. */
int read_start(struct screen *screen);
/* Reads a table, if one is due or now is set. */
void read_table(struct screen *screen, bool at_once);
/* Returns the nanoseconds from a table to the next one. */
uint64_t read_wait(const struct screen *screen);
/* After a key: the next table is due sooner if the view or its order depends on tables now. */
void read_sooner(struct screen *screen);
/* Reads the visible connections again, if that is due. */
void read_again(struct screen *screen);
/* Takes over the events that are waiting. */
void read_events(struct screen *screen);
void read_close(struct screen *screen);

/* Takes over an event: a pl_event_fn. */
pl_event_fn read_event;
/* Takes over a table that was requested at a time, and frees it. Returns 0 or a negative errno. */
int read_take(struct screen *screen, struct pl_snapshot *snap, bool owners, uint64_t at);

/* ---- play.c ---- */

/* Opens the journal, and takes the table at its start. Returns an exit status, after a message. */
int play_open(struct screen *screen);
/* Takes over what happened in the recording until now. */
void play_step(struct screen *screen);
/* Sets the speed: faster, or slower. */
void play_speed(struct screen *screen, bool faster);
void play_pause(struct screen *screen);
/* Appends how it is played, and where. */
void play_status(const struct screen *screen, struct out *out);
/* Reports a damaged journal, and closes it. */
void play_close(struct screen *screen);

/* ---- choose.c: the filter, and which rows it shows ---- */

/* Tries what is typed: takes it over if it is a filter. hosts: looks host names up, too. */
void choose_try(struct screen *screen, bool hosts);
/* Returns whether the filter can judge rows without a table. */
bool choose_known(const struct screen *screen);
/* Judges the rows that are new. */
void choose_new(struct screen *screen);
/* Judges all rows that are shown. */
void choose_all(struct screen *screen);
/* Sets the text of the filter. */
void choose_set(struct screen *screen, const char *text, size_t len);

/* ---- cursor.c ---- */

/* Returns the number of lines of the view. */
size_t cursor_count(const struct screen *screen);
/* Returns a line. */
struct line cursor_line(const struct screen *screen, size_t index);
/* Returns the selected row, group or event, or NULL. */
const void *cursor_item(const struct screen *screen);
/* Returns the selected row of connections or below a group, or NULL. */
const struct row *cursor_row(const struct screen *screen);
/* Opens the group of the selected line, or closes and selects it. */
void cursor_open(struct screen *screen, bool open);
/* Finds the selected line again after the order changed. */
void cursor_follow(struct screen *screen);
/* Moves it by lines, or to one. */
void cursor_move(struct screen *screen, long by);
void cursor_to(struct screen *screen, size_t index);
/* Keeps the selected line visible; rows: number of visible lines. */
void cursor_show(struct screen *screen, size_t rows);

/* ---- draw.c ---- */

/* Makes the order, the groups and their text again. */
void screen_refresh(struct screen *screen);
void screen_draw(struct screen *screen);
/* Returns the number of lines of a view that are visible. */
size_t screen_page(const struct screen *screen);
#define SCREEN_TOP 2 /* the first line of a view */

/* ---- details.c ---- */

/* Sets the text of the details of the selected line. */
void details_make(struct screen *screen);

/* ---- editor.c ---- */

/* Opens the line. */
void editor_open(struct screen *screen, enum asks asks);
/* A key while it is open. */
void editor_take(struct screen *screen, int key);
/* Returns the words before what is typed, and what the keys do. */
const char *editor_label(const struct screen *screen);
const char *editor_hint(const struct screen *screen);

/* ---- save.c ---- */

/* Writes the lines of the view to the file whose name was typed, and reports that. */
void save_view(struct screen *screen, bool replace);

/* ---- record.c ---- */

/* Begins to record to the directory whose name was typed. */
void record_start(struct screen *screen);
void record_event(struct screen *screen, const struct pl_event *event);
/* Writes what was recorded. */
void record_flush(struct screen *screen);
void record_stop(struct screen *screen);

/* ---- keys.c ---- */

void keys_take(struct screen *screen, int key);
/* Sets the text of the help. */
void keys_help(struct screen *screen);
/* Returns what the keys do in this mode, for the last line. */
const char *keys_hint(const struct screen *screen);

#endif
