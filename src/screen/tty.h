/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal. CMake builds tty_curses.c where there is ncurses, else tty_none.c. */
#ifndef SCREEN_TTY_H
#define SCREEN_TTY_H

#include "paint.h"

/* Keys that are no characters. Other keys are Unicode code points. */
enum {
    TTY_NONE = 0,
    TTY_ENTER = '\n',
    TTY_TAB = '\t',
    TTY_ESCAPE = 0x1b,
    TTY_UP = 0x200000,
    TTY_DOWN,
    TTY_LEFT,
    TTY_RIGHT,
    TTY_HOME,
    TTY_END,
    TTY_PAGE_UP,
    TTY_PAGE_DOWN,
    TTY_BACKSPACE,
    TTY_DELETE,
    TTY_BACK_TAB,
    TTY_OTHER, /* a key that the screen does not use */
    TTY_CLICK, /* the mouse; its place is in struct tty */
    TTY_WHEEL_UP,
    TTY_WHEEL_DOWN,
};

struct tty {
    struct paint paint;
    int y, x; /* of a click */
};

/* Returns why this build has no screen; NULL: it has one. */
const char *tty_missing(void);
/*
 * Prepares the terminal, before the sandbox is entered. Returns NULL, or what is wrong with the terminal.
 */
const char *tty_open(struct tty *tty, bool colors, bool elevated);
/* Takes over a new size. */
void tty_resize(struct tty *tty);
/* Begin and end a frame: only the cells that differ from the last one are written. */
void tty_begin(struct tty *tty);
void tty_end(struct tty *tty);
/* Shows the cursor at a place, or hides it. Call it before tty_end(). */
void tty_cursor(struct tty *tty, int y, int x);
void tty_hide_cursor(struct tty *tty);
/* Returns the next key that was typed, or TTY_NONE. */
int tty_key(struct tty *tty);
/* Gives the terminal back, and takes it again. */
void tty_leave(struct tty *tty);
void tty_return(struct tty *tty);
/* Restores the terminal. */
void tty_close(struct tty *tty);

#endif
