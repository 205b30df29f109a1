/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal, by ncurses, which writes only the cells that changed. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1

#include "tty.h"

#include "model/array.h"
#include "view/terminal.h"

#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define ESCAPE_MS 25 /* how long the rest of a key's sequence may take */

/* What restores the terminal after a crash, when nothing else can be called. */
static struct {
    struct termios mode;
    const char *texts[4];
    bool set;
} before;

static attr_t styles[STYLE_MAX];
static SCREEN *screen;

const char *tty_missing(void)
{
    return NULL;
}

/* ---- colours ---- */

/* Bold, underlining and dimming distinguish these without colour. */
static void set_styles(bool colors)
{
    static const struct {
        enum style style;
        short color;
        attr_t plain;   /* without colours */
        attr_t colored; /* with colours */
    } rows[] = {
        {STYLE_NORMAL, -1, A_NORMAL, A_NORMAL},
        {STYLE_TITLE, -1, A_BOLD, A_BOLD},
        {STYLE_HEADER, -1, A_REVERSE, A_REVERSE},
        {STYLE_NEW, COLOR_GREEN, A_BOLD, A_NORMAL},
        {STYLE_CHANGED, COLOR_YELLOW, A_UNDERLINE, A_NORMAL},
        {STYLE_CLOSED, COLOR_RED, A_DIM, A_NORMAL},
        {STYLE_STRONG, -1, A_BOLD, A_BOLD},
        {STYLE_ERROR, COLOR_RED, A_REVERSE, A_BOLD},
    };
    bool use = colors && has_colors() && start_color() == OK && use_default_colors() == OK;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool colored =
            use && rows[i].color >= 0 && init_pair((short)(i + 1), rows[i].color, -1) == OK;

        styles[rows[i].style] =
            colored ? rows[i].colored | (attr_t)COLOR_PAIR((int)i + 1) : rows[i].plain;
    }
}

/* ---- begin and end ---- */

static const char *capability(const char *name)
{
    const char *text = tigetstr(name);

    return text && text != (const char *)-1 ? text
                                            : NULL; // NOLINT: the value that curses documents
}

/* Leaves the screen, and lets the signal do what it does without a handler. */
static void on_crash(int number)
{
    for (size_t i = 0; i < COUNT_OF(before.texts); i++) {
        const char *text = before.texts[i];
        size_t len = 0;

        while (text && text[len] != '\0')
            len++;
        if (len > 0 && write(STDOUT_FILENO, text, len) < 0)
            break;
    }
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &before.mode);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void catch_crashes(void)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
    struct sigaction action = {.sa_handler = on_crash,
                               .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};

    (void)sigemptyset(&action.sa_mask);
    before.texts[0] = "\033[?1000l\033[?1006l"; /* the mouse */
    before.texts[1] = capability("sgr0");
    before.texts[2] = capability("cnorm");
    before.texts[3] = capability("rmcup");
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        (void)sigaction(numbers[i], &action, NULL);
}

static void put(void *arg, int y, int x, unsigned int style, const char *text, size_t len)
{
    attr_t attributes = styles[style & (STYLE_SELECTED - 1)];

    (void)arg;
    if (style & STYLE_SELECTED)
        attributes |= A_REVERSE;
    (void)attrset((int)attributes);
    (void)mvaddnstr(y, x, text, (int)len);
}

/* Paths of descriptions of terminals: only those of the system. */
static void forget_environment(void)
{
    static const char *const names[] = {"TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH", "HOME"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        (void)unsetenv(names[i]);
}

const char *tty_open(struct tty *tty, bool colors, bool elevated)
{
    int error = 0;
    bool moves;

    if (elevated)
        forget_environment();
    /* All text is UTF-8, as in listings. */
    (void)setlocale(LC_CTYPE, "");
    if (MB_CUR_MAX == 1)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    before.set = tcgetattr(STDIN_FILENO, &before.mode) == 0;
    if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
        return error == 0 ? "the system has no description of the terminal in TERM"
                          : "the descriptions of terminals (terminfo) cannot be read";
    moves = capability("cup") != NULL;
    (void)del_curterm(cur_term);
    if (!moves)
        return "the terminal cannot move the cursor";
    screen = newterm(NULL, stdout, stdin);
    if (!screen)
        return "the terminal cannot be used";
    (void)cbreak();
    (void)noecho();
    (void)nonl();
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)set_escdelay(ESCAPE_MS);
    (void)typeahead(-1); /* a frame is small: no look for keys between its parts */
    (void)curs_set(0);
    /* After an event that is not in the mask, such as a release, curses waits for the next key. */
    (void)mousemask(ALL_MOUSE_EVENTS, NULL);
    (void)mouseinterval(0);
    set_styles(colors);
    catch_crashes();
    tty->paint.put = put;
    tty->paint.arg = tty;
    tty_resize(tty); /* not LINES and COLUMNS of the environment */
    return NULL;
}

void tty_resize(struct tty *tty)
{
    size_t width = terminal_width(STDOUT_FILENO);
    size_t height = terminal_height(STDOUT_FILENO);

    if (width > 0 && height > 0)
        (void)resizeterm((int)height, (int)width);
    getmaxyx(stdscr, tty->paint.height, tty->paint.width);
}

void tty_leave(struct tty *tty)
{
    (void)tty;
    (void)def_prog_mode();
    (void)endwin();
}

void tty_return(struct tty *tty)
{
    (void)reset_prog_mode();
    tty_resize(tty);
    (void)clearok(curscr, TRUE);
}

void tty_close(struct tty *tty)
{
    (void)tty;
    (void)endwin();
    for (size_t i = 0; i < COUNT_OF(before.texts); i++)
        before.texts[i] = NULL; /* they belong to the screen */
    delscreen(screen);
    screen = NULL;
}

/* ---- frames ---- */

void tty_begin(struct tty *tty)
{
    (void)tty;
    (void)attrset((int)A_NORMAL);
    (void)erase();
    (void)leaveok(stdscr, TRUE);
}

void tty_cursor(struct tty *tty, int y, int x)
{
    (void)tty;
    (void)leaveok(stdscr, FALSE);
    (void)move(y, x);
    (void)curs_set(1);
}

void tty_hide_cursor(struct tty *tty)
{
    (void)tty;
    (void)curs_set(0);
}

void tty_end(struct tty *tty)
{
    (void)tty;
    (void)refresh();
}

/* ---- keys ---- */

static int mouse_key(struct tty *tty)
{
    MEVENT event;

    if (getmouse(&event) != OK)
        return TTY_OTHER;
    if (event.bstate & BUTTON4_PRESSED)
        return TTY_WHEEL_UP;
    if (event.bstate & BUTTON5_PRESSED)
        return TTY_WHEEL_DOWN;
    if (!(event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)))
        return TTY_OTHER;
    tty->y = event.y;
    tty->x = event.x;
    return TTY_CLICK;
}

int tty_key(struct tty *tty)
{
    static const struct {
        wint_t code;
        int key;
    } keys[] = {
        {KEY_UP, TTY_UP},         {KEY_DOWN, TTY_DOWN},       {KEY_LEFT, TTY_LEFT},
        {KEY_RIGHT, TTY_RIGHT},   {KEY_HOME, TTY_HOME},       {KEY_END, TTY_END},
        {KEY_PPAGE, TTY_PAGE_UP}, {KEY_NPAGE, TTY_PAGE_DOWN}, {KEY_BACKSPACE, TTY_BACKSPACE},
        {KEY_DC, TTY_DELETE},     {KEY_BTAB, TTY_BACK_TAB},   {KEY_ENTER, TTY_ENTER},
    };
    wint_t code = 0;
    int kind = get_wch(&code);

    if (kind == ERR)
        return TTY_NONE;
    if (kind == KEY_CODE_YES) {
        if (code == KEY_MOUSE)
            return mouse_key(tty);
        for (size_t i = 0; i < COUNT_OF(keys); i++) {
            if (keys[i].code == code)
                return keys[i].key;
        }
        return TTY_OTHER;
    }
    if (code == '\r')
        return TTY_ENTER;
    if (code == 0x7f || code == '\b')
        return TTY_BACKSPACE;
    return code == 0 ? TTY_OTHER : (int)code;
}
