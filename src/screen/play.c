/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays a recording: its events happen again, at a speed that keys change. */
#include "state.h"

#include "model/array.h"

#include <errno.h>
#include <stdio.h>

/* Events that are taken before keys are handled again. */
#define TOGETHER 4096

static const struct {
    const char *name;
    uint32_t times, per; /* seconds of the recording, and how many real ones they take */
} speeds[] = {
    {"1/10x", 1, 10},   {"1/3x", 1, 3},     {"1x", 1, 1},         {"3x", 3, 1},
    {"10x", 10, 1},     {"30x", 30, 1},     {"60x", 60, 1},       {"300x", 300, 1},
    {"1000x", 1000, 1}, {"3600x", 3600, 1}, {"10000x", 10000, 1},
};
enum { NORMAL = 2 };

/* Takes the next event of the journal, or its end. */
static void read_next(struct play *play)
{
    int err;

    play->at = pl_playback_at(play->journal, &play->size);
    err = pl_playback_next(play->journal, &play->next);
    if (err <= 0)
        play->next = NULL;
    if (err < 0)
        play->error = err;
}

/* The table at the start, which a recording of the screen does not have. */
static int take_table(struct screen *screen)
{
    struct pl_snapshot *snap = NULL;
    int err;

    screen->query.need = PL_NEED_INTERNALS | PL_NEED_OWNERS | PL_NEED_NAMES | screen->filter_need;
    err = pl_snapshot_take(screen->session.reader, &screen->query, &snap);
    if (err == 0)
        err = read_take(screen, snap, true, screen->play.time);
    return err == -EIO ? 0 : err;
}

/* Takes over the next event. The sockets at the start are events of a table, without a state before. */
static void take_event(struct screen *screen)
{
    struct play *play = &screen->play;
    const struct pl_event *event = play->next;
    bool before = event->kind == PL_EVENT_STATE && event->have & PL_EVENT_COMPARED &&
                  event->time == play->start && event->have & PL_EVENT_HAVE_SOCK;
    struct row *row;

    if (event->kind == PL_EVENT_LOST)
        play->lost += event->count;
    (void)read_event(screen, event);
    row = before ? rows_find(&screen->rows, rows_identity(&event->sock)) : NULL;
    if (row) {
        row->have |= ROW_BEFORE;
        row->mark = ROW_SAME;
    }
    read_next(play);
}

int play_open(struct screen *screen)
{
    const char *dir = screen->settings->replay;
    struct play *play = &screen->play;
    int err = pl_playback_open(screen->session.reader, &play->journal);

    if (err == -ENOENT) {
        complain("the recording has no events:", dir, "EVENTS in portwatch(1)");
        return EXIT_USAGE;
    }
    if (err < 0) {
        complain_errno("cannot replay", dir, -err, "");
        return EXIT_USAGE;
    }
    play->speed = NORMAL;
    read_next(play);
    play->start = play->time = play->next ? play->next->time : 0;
    err = take_table(screen);
    if (err < 0) {
        complain_errno("cannot replay", dir, -err, "");
        return EXIT_FAILED;
    }
    while (play->next && play->next->time == play->start)
        take_event(screen);
    screen_set_now(screen); /* without a table, nothing has set it yet */
    play->real = screen->now;
    screen->read_due = UINT64_MAX;
    return EXIT_DONE;
}

/* Sets when the next event is due. */
static void schedule(struct screen *screen)
{
    const struct play *play = &screen->play;
    uint64_t wait = UINT64_MAX / 2;

    if (play->next && !play->paused) {
        uint64_t left = play->next->time > play->time ? play->next->time - play->time : 0;

        wait = left / speeds[play->speed].times;
        wait = wait > UINT64_MAX / 64 ? wait : wait * speeds[play->speed].per;
    }
    screen->read_due = wait < UINT64_MAX / 2 ? screen->now + wait : UINT64_MAX / 2;
}

void play_step(struct screen *screen)
{
    struct play *play = &screen->play;
    uint64_t passed;
    size_t count = 0;

    screen_set_now(screen);
    passed = (screen->now - play->real) / speeds[play->speed].per * speeds[play->speed].times;
    play->real = screen->now;
    if (!play->paused && play->next && passed > 0) {
        uint64_t end = play->time > UINT64_MAX - passed ? UINT64_MAX : play->time + passed;

        while (play->next && play->next->time <= end && count++ < TOGETHER) {
            /* Times of a journal may go back. */
            if (play->next->time > play->time)
                play->time = play->next->time;
            take_event(screen);
        }
        /* What was not taken yet comes first in the next step. */
        if (count <= TOGETHER && play->next)
            play->time = end;
    }
    schedule(screen);
}

/* Plays until now, at the speed until now. Returns whether there is more; if not, shows a message. */
static bool goes_on(struct screen *screen)
{
    play_step(screen);
    if (screen->play.next)
        return true;
    screen_say(screen, "the recording has ended: nothing is left to play");
    return false;
}

void play_speed(struct screen *screen, bool faster)
{
    struct play *play = &screen->play;

    if (!goes_on(screen))
        return;
    if (faster && play->speed + 1 < COUNT_OF(speeds))
        play->speed++;
    if (!faster && play->speed > 0)
        play->speed--;
}

void play_pause(struct screen *screen)
{
    if (goes_on(screen))
        screen->play.paused = !screen->play.paused;
}

void play_status(const struct screen *screen, struct out *out)
{
    static const struct view clock = {0};
    const struct play *play = &screen->play;

    if (!play->next)
        out_word(out, "END");
    else
        out_word(out, play->paused ? "PAUSED " : "PLAYING ");
    if (play->next) {
        out_word(out, speeds[play->speed].name);
        out_char(out, ' ');
        out_number(out,
                   play->size > 0 ? (uint64_t)((double)play->at * 100 / (double)play->size) : 0);
        out_char(out, '%');
    }
    out_word(out, "  ");
    if (play->start != 0) {
        size_t from = out->len;

        cell_moment(out, &clock, play->time, ',');
        out->len = out->len > from + 8 ? from + 8 : out->len; /* without parts of a second */
        out_word(out, "Z +");
        units_duration(out, play->time - play->start);
        out_word(out, "  ");
    }
}

void play_close(struct screen *screen)
{
    struct play *play = &screen->play;

    if (play->error == -EBADMSG)
        complain("the journal is damaged; the events before the damage were shown:",
                 screen->settings->replay, "EVENTS in portwatch(1)");
    else if (play->error < 0)
        complain_errno("cannot replay", screen->settings->replay, -play->error, "");
    pl_playback_close(play->journal);
    play->journal = NULL;
}
