/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages: at once, or kept while a screen has the terminal. */
#include "harness.h"

#include "cli/complain.h"
#include "view/out.h"

#include <errno.h>
#include <unistd.h>

static int saved = -1;
static int ends[2];

/* Everything that is written to standard error from now on. */
static void begin(void)
{
    saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    (void)close(ends[1]);
}

static void end(char *text, size_t size)
{
    ssize_t len;

    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    len = read(ends[0], text, size - 1); /* less than a pipe holds */
    assert_true(len >= 0);
    text[len] = '\0';
    (void)close(ends[0]);
}

static void at_once(void **state)
{
    char text[256];

    (void)state;
    setprogname("test");
    begin();
    complain("no such thing:", "a\033b", "test(1)");
    end(text, sizeof(text));
    assert_string_equal(text, "test: no such thing: 'a\\x1bb'; see test(1)\n");
}

/* In their order, also those of different kinds; afterwards, the next one is written at once again. */
static void later(void **state)
{
    struct out kept = {.fd = STDERR_FILENO};
    char text[256];

    (void)state;
    setprogname("test");
    begin();
    complain_later(&kept);
    complain("first", NULL, "");
    complain_errno("second", NULL, ENOENT, "");
    complain_text("third");
    end(text, sizeof(text));
    assert_string_equal(text, "");
    begin();
    assert_int_equal(out_flush(&kept), 0);
    end(text, sizeof(text));
    assert_string_equal(text,
                        "test: first\ntest: second: No such file or directory\ntest: third\n");
    begin();
    complain_later(NULL);
    complain("fourth", NULL, "");
    end(text, sizeof(text));
    assert_string_equal(text, "test: fourth\n");
    assert_int_equal(kept.len, 0);
    out_free(&kept);
}

TEST_MAIN(TEST(at_once), TEST(later))
