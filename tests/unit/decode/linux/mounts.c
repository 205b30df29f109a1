/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts of network namespaces in /proc/PID/mountinfo. */
#include "harness.h"

#include "decode/linux/mounts.h"

#define NETNS "300 24 0:4 net:[4026532287] "
#define END   " rw shared:1 - nsfs nsfs rw"

static struct pl_slice slice_of(const char *text, size_t len)
{
    return (struct pl_slice){.data = (const uint8_t *)text, .len = len};
}

static void lines(void **state)
{
    static const struct {
        const char *line, *path; /* path NULL: no namespace */
    } cases[] = {
        {NETNS "/run/netns/web" END, "/run/netns/web"},
        {NETNS "/run/a\\040b\\134c\\012d" END, "/run/a b\\c\nd"},
        {NETNS "/run/\\0" END, "/run/\\0"}, /* no escape: too short */
        {NETNS "/run/\\089" END, "/run/\\089"},
        {NETNS "/run/\\377" END, "/run/\377"},
        {NETNS "/run/\\000x" END, NULL},
        {"300 24 0:4 mnt:[4026532287] /run/netns/web" END, NULL},
        {"300 24 0:4 net: /run/netns/web" END, NULL},
        {"24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char path[64] = "";
        bool found =
            pl_decode_netns_mount(slice_of(cases[i].line, strlen(cases[i].line)), path, 64);

        assert_int_equal(found, cases[i].path != NULL);
        if (found)
            assert_string_equal(path, cases[i].path);
    }
}

/* A line that ends at any byte, and a path that has no room. */
static void cut(void **state)
{
    static const char line[] = NETNS "/run/\\040x" END;
    const size_t begin = strlen(NETNS);
    char path[16];

    (void)state;
    for (size_t len = 0; len <= strlen(line); len++) {
        char *copy = malloc(len + 1);

        assert_non_null(copy);
        memcpy(copy, line, len);
        assert_int_equal(pl_decode_netns_mount(slice_of(copy, len), path, sizeof(path)),
                         len > begin);
        free(copy);
    }
    assert_false(pl_decode_netns_mount(slice_of(line, strlen(line)), path, 7));
    assert_true(pl_decode_netns_mount(slice_of(line, strlen(line)), path, 8));
    assert_string_equal(path, "/run/ x");
}

TEST_MAIN(TEST(lines), TEST(cut))
