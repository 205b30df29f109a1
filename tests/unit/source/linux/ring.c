/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets in the fdinfo of a ring of io_uring. */
#include "harness.h"

#include "source/linux/linux.h"

struct found {
    char text[128]; /* "7/3 12 " for each */
    int stop;       /* the result of each call */
};

static int add(void *arg, const struct pl_owner *owner)
{
    struct found *found = arg;
    size_t len = strlen(found->text);

    (void)snprintf(found->text + len, sizeof(found->text) - len, "%u/%u %llu ", owner->pid,
                   owner->fd, (unsigned long long)owner->key);
    return found->stop;
}

static void of(const char *text, bool begun, const char *want)
{
    struct found found = {0};
    struct pl_linux_ring list = {
        .owner = {.pid = 7, .fd = 3}, .found = add, .arg = &found, .left = 4096};

    assert_int_equal(pl_linux_ring_lines(&list, text, strlen(text)), 0);
    assert_string_equal(found.text, want);
    assert_int_equal(list.begun, begun);
}

static void texts(void **state)
{
    (void)state;
    of("ino:\t12\nSQEs:\t0\nUserFiles:\t3\n    0: socket:[12]\n    2: socket:[4294967296]\n"
       "UserBufs:\t1\n    0: 0x7f00/4096\nPollList:\n",
       true, "7/3 12 7/3 4294967296 ");
    of("UserFiles:\t1048576\n1000000: socket:[12]\n", true, "7/3 12 ");
    of("UserFiles:\t1048576\n99999: socket:[1]\n 9999: socket:[2]\n", true, "7/3 1 7/3 2 ");
    of("ino:\t12\nSqMask:\t0x7\n", false, "");
    of("", false, "");
}

/* Names of other files, and other lists. */
static void no_sockets(void **state)
{
    (void)state;
    of("UserFiles:\t4\n    0: /tmp/socket:[12]\n    1: pipe:[13]\n    2: anon_inode:[io_uring]\n"
       "    3: /memfd:a\\040socket:[14] (deleted)\n",
       true, "");
    of("UserFiles:\t1\n    0: \n    1:\n     \n", true, "");
    of("UserFiles:\t2\n    0: socket:[]\n    1: socket:[18446744073709551616]\n", true, "");
    of("UserFiles:\t0\nUserBufs:\t1\n    0: socket:[12]\n", true, "");
    of(" UserFiles:\t1\n    0: socket:[12]\n", false, "");
}

/* The list may be in two chunks. An error of found() ends it. */
static void chunks(void **state)
{
    static const char first[] = "UserFiles:\t2\n    0: socket:[12]\n";
    static const char second[] = "    1: socket:[13]\nUserBufs:\t0\n    0: socket:[14]\n";
    struct found found = {0};
    struct pl_linux_ring list = {
        .owner = {.pid = 7, .fd = 3}, .found = add, .arg = &found, .left = 4096};

    (void)state;
    assert_int_equal(pl_linux_ring_lines(&list, first, strlen(first)), 0);
    assert_int_equal(pl_linux_ring_lines(&list, second, strlen(second)), 0);
    assert_string_equal(found.text, "7/3 12 7/3 13 ");
    found = (struct found){.stop = -ENOMEM};
    assert_int_equal(pl_linux_ring_lines(&list, first, strlen(first)), -ENOMEM);
    assert_string_equal(found.text, "7/3 12 ");
}

/* Nothing is read beyond the limit, which is for all chunks together. */
static void limit(void **state)
{
    static const char text[] = "UserFiles:\t1\n    0: socket:[12]\n";
    const size_t len = sizeof(text) - 1;
    struct found found = {0};
    struct pl_linux_ring list = {
        .owner = {.pid = 7, .fd = 3}, .found = add, .arg = &found, .left = 2 * len};

    (void)state;
    assert_int_equal(pl_linux_ring_lines(&list, text, len), 0);
    assert_int_equal(list.left, len);
    assert_int_equal(pl_linux_ring_lines(&list, text, len), 0);
    assert_int_equal(pl_linux_ring_lines(&list, text, len), -EFBIG);
    assert_int_equal(list.left, 0);
    assert_string_equal(found.text, "7/3 12 7/3 12 ");
}

/* A ring may have a socket in every slot. The owners of the rings before stay as they are. */
static void duplicates(void **state)
{
    static const uint64_t keys[] = {14, 12, 14, 12, 13, 12, 14};
    static const uint64_t want[] = {14, 12, 12, 13, 14};
    struct pl_buffer owners = {0};
    const struct pl_owner *found;

    (void)state;
    pl_linux_ring_unique(&owners, 0);
    assert_int_equal(owners.len, 0);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        const struct pl_owner owner = {.key = keys[i], .pid = 7, .fd = i < 2 ? 3 : 4};

        assert_int_equal(pl_buffer_add(&owners, &owner, sizeof(owner)), 0);
    }
    pl_linux_ring_unique(&owners, 2 * sizeof(*found));
    assert_int_equal(owners.len, COUNT_OF(want) * sizeof(*found));
    found = (const void *)owners.data;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(found[i].key == want[i]);
        assert_int_equal(found[i].fd, i < 2 ? 3 : 4);
    }
    pl_buffer_free(&owners);
}

static void links(void **state)
{
    (void)state;
    assert_true(pl_linux_is_ring("anon_inode:[io_uring]", 21));
    assert_false(pl_linux_is_ring("anon_inode:[io_uring]", 20));
    assert_false(pl_linux_is_ring("anon_inode:[eventpoll]", 22));
}

TEST_MAIN(TEST(texts), TEST(no_sockets), TEST(chunks), TEST(limit), TEST(duplicates), TEST(links))
