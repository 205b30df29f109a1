/* SPDX-License-Identifier: BSD-2-Clause */
/* /etc/services: valid contents, and hostile ones. */
#include "api/library.h"
#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct pl_overlay overlay_of(const char *text)
{
    return (struct pl_overlay){text, strlen(text)};
}

static void text_is(struct pl_text text, const char *wanted)
{
    assert_int_equal(text.len, strlen(wanted));
    assert_memory_equal(text.data, wanted, text.len);
}

static void entries_are_read(void **state)
{
    struct pl_overlay overlay = overlay_of("# comment\n"
                                           "\n"
                                           "mine\t\t8821/tcp\tmy-service  mine2 # text\n"
                                           "rtmp 1/ddp\n"
                                           "other 8821/udp o\r\n"
                                           "last 4982/sctp");
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;

    (void)state;
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 1);
    assert_int_equal(place.line, 3);
    assert_int_equal(entry.port, 8821);
    assert_int_equal(entry.proto, PL_PROTO_TCP);
    text_is(entry.name, "mine");
    text_is(entry.aliases, "my-service  mine2");
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 1);
    assert_int_equal(place.line, 5);
    text_is(entry.name, "other");
    text_is(entry.aliases, "o");
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 1);
    assert_int_equal(entry.proto, PL_PROTO_SCTP);
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
}

static void malformed_lines_are_told_and_passed(void **state)
{
    static const char *const lines[] = {
        "alone",
        "a 80",
        "a 80/",
        "a /tcp",
        "a 65536/tcp",
        "a -1/tcp",
        "a 80x/tcp",
        "a 80/tcp b\033[31m",
        "\033[2J 80/tcp",
        "a\x80 80/tcp",
        "a 99999999999999999999/tcp",
        "a 80/tcp b\vc",
        "a 80/tcp b\rc",
        "a\f80/tcp",
    };
    char text[512];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct pl_overlay_place place = {0};
        struct pl_overlay_entry entry;
        struct pl_overlay overlay;

        snprintf(text, sizeof(text), "# one\n%s\ngood 80/tcp\n", lines[i]);
        overlay = overlay_of(text);
        if (pl_overlay_next(&overlay, &place, &entry) != -EINVAL)
            fail_msg("accepted: line %zu", i);
        assert_int_equal(place.line, 2);
        assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 1);
        text_is(entry.name, "good");
        assert_int_equal(place.line, 3);
        assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
    }
}

/* A name has at most 64 bytes, a line 1,024. */
static void limits(void **state)
{
    char text[1200];
    struct pl_overlay overlay = {text, 0};
    struct pl_overlay_entry entry;

    (void)state;
    for (int len = 64; len <= 65; len++) {
        struct pl_overlay_place place = {0};

        overlay.len = (size_t)snprintf(text, sizeof(text), "%0*d 80/tcp\n", len, 1);
        assert_int_equal(pl_overlay_next(&overlay, &place, &entry), len == 64 ? 1 : -EINVAL);
    }
    for (int len = 1024; len <= 1025; len++) {
        struct pl_overlay_place place = {0};

        overlay.len = (size_t)snprintf(text, sizeof(text), "%-*s\n", len, "a 80/tcp");
        assert_int_equal(pl_overlay_next(&overlay, &place, &entry), len == 1024 ? 1 : -EINVAL);
    }
}

static void long_lines_and_zero_bytes(void **state)
{
    size_t size = 1U << 20;
    char *text = malloc(size);
    struct pl_overlay overlay = {text, size};
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', size);
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), -EINVAL);
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
    memset(text, 0, size);
    place = (struct pl_overlay_place){0};
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), -EINVAL);
    memset(text, ' ', size);
    memcpy(text, "b 1/tcp", 7);
    place = (struct pl_overlay_place){0};
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), -EINVAL);
    overlay.len = 0;
    place = (struct pl_overlay_place){0};
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
    free(text);
}

static void entries_are_found(void **state)
{
    struct pl_overlay overlay = overlay_of("broken\n"
                                           "mine 8821/tcp My-Service\n"
                                           "mine 8822/udp\n");
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;

    (void)state;
    assert_true(pl_overlay_get(&overlay, 8821, PL_PROTO_TCP, &place, &entry));
    text_is(entry.name, "mine");
    assert_false(pl_overlay_get(&overlay, 8821, PL_PROTO_TCP, &place, &entry));
    place = (struct pl_overlay_place){0};
    assert_true(pl_overlay_get(&overlay, 8821, PL_PROTO_MPTCP, &place, &entry));
    place = (struct pl_overlay_place){0};
    assert_false(pl_overlay_get(&overlay, 8821, PL_PROTO_UDP, &place, &entry));
    place = (struct pl_overlay_place){0};
    assert_true(pl_overlay_find(&overlay, "MYSERVICE", &place, &entry));
    assert_int_equal(entry.port, 8821);
    place = (struct pl_overlay_place){0};
    assert_true(pl_overlay_find(&overlay, "Mine", &place, &entry));
    assert_true(pl_overlay_find(&overlay, "Mine", &place, &entry));
    assert_int_equal(entry.port, 8822);
    assert_false(pl_overlay_find(&overlay, "Mine", &place, &entry));
    place = (struct pl_overlay_place){0};
    assert_false(pl_overlay_find(&overlay, "", &place, &entry));
}

static void names_that_the_registry_lacks(void **state)
{
    struct pl_overlay overlay = overlay_of("HTTP 80/tcp\nwww 80/tcp\nweb 80/tcp\n"
                                           "wap-wsp 9200/tcp\nourapi 9200/tcp\nours 8821/udp\n");
    static const bool wanted[] = {false, false, true, false, true, true};
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 1);
        assert_int_equal(pl_overlay_is_local(&entry), wanted[i]);
    }
    assert_int_equal(pl_overlay_next(&overlay, &place, &entry), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_read),
        cmocka_unit_test(names_that_the_registry_lacks),
        cmocka_unit_test(malformed_lines_are_told_and_passed),
        cmocka_unit_test(limits),
        cmocka_unit_test(long_lines_and_zero_bytes),
        cmocka_unit_test(entries_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
