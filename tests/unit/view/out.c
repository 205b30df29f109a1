/* SPDX-License-Identifier: BSD-2-Clause */
/* The output buffer, and what happens when it cannot be written. */
#include "harness.h"

#include "alloc.h"

#include <fcntl.h>
#include <unistd.h>

static void pieces(void **state)
{
    struct out out = {.fd = -1};
    char buf[256];

    (void)state;
    out_word(&out, "word");
    out_char(&out, '\0');
    out_bytes(&out, "ab\0c", 4);
    out_bytes(&out, NULL, 0);
    out_number(&out, UINT64_MAX);
    out_pad(&out, 3);
    out_pad(&out, 0);
    assert_int_equal(out.len, 4 + 1 + 4 + 20 + 3);
    (void)out_text(&out, buf, sizeof(buf));
    assert_memory_equal(buf, "word\0ab\0c18446744073709551615   ", 32);
    out_free(&out);
    assert_null(out.data);
    assert_int_equal(out.len, 0);
}

static void large(void **state)
{
    struct out out = {.fd = -1};
    static char block[300000];

    (void)state;
    memset(block, 'x', sizeof(block));
    out_bytes(&out, block, sizeof(block));
    out_drain(&out); /* memory only: never written */
    assert_int_equal(out.len, sizeof(block));
    assert_int_equal(out_flush(&out), 0);
    assert_memory_equal(out.data, block, sizeof(block));
    out_free(&out);
}

/* Written when it is large, and completely when flushed. */
static void writes(void **state)
{
    int ends[2];
    struct out out = {0};
    static char block[40000];
    static char got[50000];
    size_t len = 0;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) >= 100000);
    out.fd = ends[1];
    memset(block, 'x', sizeof(block));
    out_bytes(&out, block, sizeof(block));
    out_drain(&out);
    assert_int_equal(out.len, sizeof(block)); /* not yet */
    out_bytes(&out, block, sizeof(block));
    out_drain(&out);
    assert_int_equal(out.len, 0);
    out_word(&out, "end");
    assert_int_equal(out_flush(&out), 0);
    assert_int_equal(close(ends[1]), 0);
    for (ssize_t n = 1; n > 0; len += (size_t)n) {
        n = read(ends[0], got, sizeof(got));
        assert_true(n >= 0);
        if (n == 0)
            break;
    }
    assert_int_equal(len, 2 * sizeof(block) + 3);
    (void)close(ends[0]);
    out_free(&out);
}

/* The first failure is kept; later output is dropped. */
static void full(void **state)
{
    struct out out = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};

    (void)state;
    assert_true(out.fd >= 0);
    out_word(&out, "lost");
    assert_int_equal(out_flush(&out), ENOSPC);
    assert_int_equal(out.error, ENOSPC);
    out_word(&out, "more");
    out_char(&out, 'x');
    out_number(&out, 1);
    out_pad(&out, 1);
    assert_int_equal(out.len, 0);
    assert_false(out_room(&out, 1));
    assert_int_equal(out_flush(&out), ENOSPC);
    (void)close(out.fd);
    out_free(&out);
}

static void no_memory(void **state)
{
    struct out out = {.fd = -1};

    (void)state;
    out_word(&out, "kept");
    alloc_fail(1);
    assert_false(out_room(&out, 1 << 20));
    assert_true(alloc_failed());
    assert_int_equal(out.error, ENOMEM);
    assert_int_equal(out_flush(&out), ENOMEM);
    assert_memory_equal(out.data, "kept", 4);
    out_free(&out);
}

TEST_MAIN(TEST(pieces), TEST(large), TEST(writes), TEST(full), TEST(no_memory))
