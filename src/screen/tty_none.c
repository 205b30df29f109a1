/* SPDX-License-Identifier: BSD-2-Clause */
/* A build without ncurses. */
#include "tty.h"

const char *tty_missing(void)
{
    return "this build has no screen: ncurses (Debian: libncurses-dev) was missing when portwatch was "
           "built";
}

const char *tty_open(struct tty *tty, bool colors, bool elevated)
{
    (void)tty;
    (void)colors;
    (void)elevated;
    return tty_missing();
}

void tty_resize(struct tty *tty)
{
    (void)tty;
}

void tty_begin(struct tty *tty)
{
    (void)tty;
}

void tty_end(struct tty *tty)
{
    (void)tty;
}

void tty_cursor(struct tty *tty, int y, int x)
{
    (void)tty;
    (void)y;
    (void)x;
}

void tty_hide_cursor(struct tty *tty)
{
    (void)tty;
}

int tty_key(struct tty *tty)
{
    (void)tty;
    return TTY_NONE;
}

void tty_leave(struct tty *tty)
{
    (void)tty;
}

void tty_return(struct tty *tty)
{
    (void)tty;
}

void tty_close(struct tty *tty)
{
    (void)tty;
}
