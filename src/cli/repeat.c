/* SPDX-License-Identifier: BSD-2-Clause */
#include "repeat.h"

#include "complain.h"
#include "view/terminal.h"
#include "view/wrap.h"

#include <signal.h>
#include <sys/select.h>
#include <unistd.h>

/* A signal ends the wait only if it has a handler. */
static void on_resize(int signal)
{
    (void)signal;
}

void repeat_begin(void)
{
    struct sigaction action = {.sa_handler = on_resize, .sa_flags = SA_RESTART};
    sigset_t resize;

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGWINCH, &action, NULL);
    /* Blocked except during the wait, so that a resize between two waits is not lost. */
    (void)sigemptyset(&resize);
    (void)sigaddset(&resize, SIGWINCH);
    (void)sigprocmask(SIG_BLOCK, &resize, NULL);
}

void repeat_wait(unsigned int seconds)
{
    const struct timespec limit = {.tv_sec = (time_t)seconds};
    sigset_t open;

    (void)sigprocmask(SIG_BLOCK, NULL, &open);
    (void)sigdelset(&open, SIGWINCH);
    (void)pselect(0, NULL, NULL, NULL, &limit, &open);
}

/* Rows left to the listing: a heading, a row, and the line about hidden rows. */
#define ROUND_ROWS 3

void repeat_notes(const struct pl_snapshot *snap, struct out *notes)
{
    size_t width = terminal_width(STDERR_FILENO);
    size_t height = terminal_height(STDERR_FILENO);
    size_t count;
    const struct pl_note *list = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count && width > 0; i++)
        complain_note_line(notes, &list[i]);
    wrap_lines(notes, 0, width);
    if (count == 0 || height == 0 ||
        terminal_rows(notes->data, notes->len, width) + ROUND_ROWS < height)
        return;
    notes->len = 0;
    complain_name(notes);
    out_word(notes, "no room for ");
    out_number(notes, count);
    out_word(notes, count == 1 ? " note\n" : " notes\n");
}

void repeat_draw(const struct out *round, const struct out *notes, struct out *out)
{
    size_t width = terminal_width(STDOUT_FILENO);
    size_t height = terminal_height(STDOUT_FILENO);
    size_t below = terminal_rows(notes->data, notes->len, width);
    /* The row of the cursor stays free. */
    size_t room = height > below + 2 ? height - below - 1 : 1;

    terminal_frame(round, width, height > 0 ? room : 0, out);
}
