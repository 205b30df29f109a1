/* SPDX-License-Identifier: BSD-2-Clause */
/* The line in which a filter or a name is typed. */
#include "state.h"

#include "view/text.h"

#include <string.h>

/* Returns the offset of the character before or after the cursor. */
static size_t beside(const struct editor *editor, bool after)
{
    size_t at = editor->at;

    if (after) {
        at += at < editor->len;
        while (at < editor->len && ((unsigned char)editor->text[at] & 0xc0) == 0x80)
            at++;
        return at;
    }
    at -= at > 0;
    while (at > 0 && ((unsigned char)editor->text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* Replaces the bytes between two offsets. */
static void replace(struct editor *editor, size_t from, size_t to, const char *text, size_t len)
{
    if (editor->len - (to - from) + len >= FILTER_ROOM)
        return;
    memmove(editor->text + from + len, editor->text + to, editor->len - to + 1);
    memcpy(editor->text + from, text, len);
    editor->len = editor->len - (to - from) + len;
    editor->at = from + len;
}

static size_t encode(int key, char *out)
{
    uint32_t c = (uint32_t)key;

    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static void type(struct editor *editor, int key)
{
    struct out shown = {.fd = -1};
    char bytes[4];
    size_t len;

    if (key < ' ' || key >= TTY_UP)
        return;
    len = encode(key, bytes);
    /* A character that is not visible would be escaped: it is not part of a filter. */
    text_plain(&shown, (struct pl_text){bytes, (uint32_t)len}, "");
    if (shown.len == len || key == '\\')
        replace(editor, editor->at, editor->at, bytes, len);
    out_free(&shown);
}

/* Answers the question that the line is for. */
static void answer(struct screen *screen)
{
    struct editor *editor = &screen->editor;

    if (editor->asks == ASK_FILTER) {
        choose_try(screen, true);
        editor->open = editor->error[0] != '\0';
        return;
    }
    editor->open = false;
    if (editor->len == 0)
        screen_say(screen, "no name was typed: nothing is written");
    else if (editor->asks == ASK_RECORD)
        record_start(screen);
    else
        save_view(screen, editor->asks == ASK_REPLACE);
}

static void cancel(struct screen *screen)
{
    struct editor *editor = &screen->editor;

    editor->open = false;
    if (editor->asks == ASK_FILTER) {
        choose_set(screen, editor->before, strlen(editor->before));
        choose_try(screen, false);
    } else {
        screen_say(screen, "nothing was written");
    }
}

void editor_take(struct screen *screen, int key)
{
    struct editor *editor = &screen->editor;

    if (editor->asks == ASK_REPLACE) {
        if (key == 'y' || key == 'Y')
            answer(screen);
        else
            cancel(screen);
        return;
    }
    switch (key) {
    case TTY_ENTER:
        answer(screen);
        return;
    case TTY_ESCAPE:
        cancel(screen);
        return;
    case TTY_LEFT:
    case TTY_RIGHT:
        editor->at = beside(editor, key == TTY_RIGHT);
        return;
    case TTY_HOME:
    case TTY_END:
        editor->at = key == TTY_END ? editor->len : 0;
        return;
    case TTY_BACKSPACE:
        replace(editor, beside(editor, false), editor->at, "", 0);
        break;
    case TTY_DELETE:
        replace(editor, editor->at, beside(editor, true), "", 0);
        break;
    case 0x15: /* ^U */
        choose_set(screen, "", 0);
        break;
    default:
        type(editor, key);
    }
    if (editor->asks == ASK_FILTER)
        choose_try(screen, false);
}

void editor_open(struct screen *screen, enum asks asks)
{
    struct editor *editor = &screen->editor;

    if (asks == ASK_FILTER) {
        choose_set(screen, screen->applied, strlen(screen->applied));
        memcpy(editor->before, screen->applied, sizeof(editor->before));
    } else if (asks != ASK_REPLACE) {
        choose_set(screen, "", 0);
    }
    editor->error[0] = '\0';
    editor->asks = asks;
    editor->open = true;
}

static const struct {
    const char *label;
    const char *hint;
} lines[] = {
    [ASK_FILTER] = {"filter: ", "Enter: keep  Escape: as before  Left Right: move"},
    [ASK_FILE] = {"write to: ", "Enter: write  Escape: back  Left Right: move"},
    [ASK_REPLACE] = {"overwrite? ", "y: overwrite the file  any other key: back"},
    [ASK_RECORD] = {"record to: ", "Enter: record to a new directory  Escape: back"},
};

const char *editor_label(const struct screen *screen)
{
    return lines[screen->editor.asks].label;
}

const char *editor_hint(const struct screen *screen)
{
    return lines[screen->editor.asks].hint;
}
