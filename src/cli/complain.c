/* SPDX-License-Identifier: BSD-2-Clause */
#include "complain.h"

#include "status.h"

#include "view/terminal.h"
#include "view/text.h"
#include "view/view.h"
#include "view/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Escapes the text, because the caller controls the name of the program and its arguments. */
static void put(struct out *line, const char *text)
{
    text_plain(line, (struct pl_text){text, (uint32_t)strlen(text)}, "");
}

void complain_name(struct out *line)
{
    put(line, getprogname());
    out_word(line, ": ");
}

/* Reports that there is no memory for the message, without allocating. */
static void say_no_memory(void)
{
    char line[128];
    int len = snprintf(line, sizeof(line), "%s: %s\n", getprogname(), strerror(ENOMEM));

    if (len > 0 && (size_t)len < sizeof(line) && write(STDERR_FILENO, line, (size_t)len) < 0)
        return; /* it cannot be reported */
}

static struct out *kept; /* NULL: messages are written at once */

void complain_later(struct out *messages)
{
    kept = messages;
}

static void finish(struct out *line)
{
    if (kept) {
        out_bytes(kept, line->data, line->len);
        out_free(line);
        return;
    }
    wrap_lines(line, 0, terminal_wrap(STDERR_FILENO));
    if (out_flush(line) == ENOMEM)
        say_no_memory();
    out_free(line);
}

static void put_quoted(struct out *line, const char *text, size_t len)
{
    char quote = memchr(text, '\'', len) ? '"' : '\'';

    out_char(line, ' ');
    out_char(line, quote);
    text_plain(line, (struct pl_text){text, (uint32_t)len}, "");
    out_char(line, quote);
}

void complain_at(const char *what, const char *culprit, size_t len, const char *after,
                 const char *help)
{
    struct out line = {.fd = STDERR_FILENO};

    complain_name(&line);
    put(&line, what);
    if (culprit)
        put_quoted(&line, culprit, len);
    put(&line, after);
    if (help[0] != '\0') {
        out_word(&line, "; see ");
        out_word(&line, help);
    }
    out_char(&line, '\n');
    finish(&line);
}

void complain(const char *what, const char *culprit, const char *help)
{
    complain_at(what, culprit, culprit ? strlen(culprit) : 0, "", help);
}

void complain_text(const char *text)
{
    complain(text, NULL, "");
}

void complain_errno(const char *what, const char *culprit, int error, const char *help)
{
    char reason[128];

    (void)snprintf(reason, sizeof(reason), ": %s", pl_error_text(error));
    complain_at(what, culprit, culprit ? strlen(culprit) : 0, reason, help);
}

void complain_output(int error)
{
    if (error != EPIPE)
        complain_errno("cannot write standard output", NULL, error, "");
}

int finish_output(struct out *out)
{
    int err = out_flush(out);

    out_free(out);
    if (err != 0)
        complain_output(err);
    return err == 0 ? EXIT_DONE : EXIT_FAILED;
}

void complain_note_line(struct out *line, const struct pl_note *note)
{
    complain_name(line);
    view_note(line, note);
    out_char(line, '\n');
}

void complain_note(const struct pl_note *note)
{
    struct out line = {.fd = STDERR_FILENO};

    complain_note_line(&line, note);
    finish(&line);
}

int print_program(const char *program, const char *part, const char *value)
{
    struct out out = {.fd = STDOUT_FILENO};

    out_word(&out, program);
    out_word(&out, " " PL_VERSION "\n");
    out_word(&out, part);
    out_word(&out, ": ");
    out_word(&out, value);
    out_char(&out, '\n');
    return finish_output(&out);
}
