/* SPDX-License-Identifier: BSD-2-Clause */
#include "complain.h"

#include "status.h"

#include "view/text.h"
#include "view/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who runs a program chooses its name and its words. */
static void put(struct out *line, const char *text)
{
    text_plain(line, (struct pl_text){text, (uint32_t)strlen(text)}, "");
}

void complain_name(struct out *line)
{
    put(line, getprogname());
    out_word(line, ": ");
}

/* Where there is no memory for what should be said. */
static void say_no_memory(void)
{
    char line[128];
    int len = snprintf(line, sizeof(line), "%s: %s\n", getprogname(), strerror(ENOMEM));

    if (len > 0 && (size_t)len < sizeof(line) && write(STDERR_FILENO, line, (size_t)len) < 0)
        return; /* nor anybody to hear it */
}

static void finish(struct out *line)
{
    if (out_flush(line) == ENOMEM)
        say_no_memory();
    out_free(line);
}

void complain(const char *what, const char *culprit, size_t len, const char *help)
{
    struct out line = {.fd = STDERR_FILENO};

    complain_name(&line);
    put(&line, what);
    if (len == 0 && what[0] != '\0' && what[strlen(what) - 1] == ' ')
        out_word(&line, "''"); /* an empty culprit is to be seen too */
    text_plain(&line, (struct pl_text){culprit, (uint32_t)len}, "");
    if (help[0] != '\0') {
        out_word(&line, "; see ");
        out_word(&line, help);
    }
    out_char(&line, '\n');
    finish(&line);
}

void complain_text(const char *text)
{
    complain("", text, strlen(text), "");
}

void complain_errno(const char *what, const char *culprit, int error, const char *help)
{
    char text[512];

    (void)snprintf(text, sizeof(text), " %s: %s", culprit, strerror(error));
    complain(what, text, strlen(text), help);
}

void complain_output(int error)
{
    if (error != EPIPE)
        complain_errno("cannot write", "standard output", error, "");
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
