/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"
#include "source/linux/linux.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#define SEQ PL_NETLINK_SEQ

/* What the kernel answers: datagrams, one after the other; then it is silent until the timeout. */
static struct {
    struct {
        uint8_t bytes[256];
        size_t len;
    } datagrams[4];
    size_t count;
    size_t received;
} answer;

static struct {
    uint8_t bytes[1024];
    size_t len;
} taken;

/*
 * Replaces the function of the C library. The request is sent to the kernel, whose reply is
 * ignored.
 */
ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
    struct sockaddr_nl from = {.nl_family = AF_NETLINK};
    size_t i = answer.received++;

    (void)fd, (void)flags;
    if (i >= answer.count) {
        errno = EAGAIN;
        return -1;
    }
    memcpy(msg->msg_name, &from, sizeof(from));
    memcpy(msg->msg_iov->iov_base, answer.datagrams[i].bytes, answer.datagrams[i].len);
    msg->msg_flags = 0;
    return (ssize_t)answer.datagrams[i].len;
}

/* Adds a message with an int as its payload to the datagram; len is what its header says. */
static void add(size_t datagram, uint16_t type, uint32_t len, int payload)
{
    const struct nlmsghdr head = {.nlmsg_len = len, .nlmsg_type = type, .nlmsg_seq = SEQ};
    uint8_t *at = answer.datagrams[datagram].bytes + answer.datagrams[datagram].len;

    memcpy(at, &head, sizeof(head));
    memcpy(at + sizeof(head), &payload, sizeof(payload));
    answer.datagrams[datagram].len += sizeof(head) + sizeof(payload);
    if (answer.count <= datagram)
        answer.count = datagram + 1;
}

static int take(void *arg, const void *bytes, size_t len)
{
    (void)arg;
    assert_true(taken.len + len <= sizeof(taken.bytes));
    memcpy(taken.bytes + taken.len, bytes, len);
    taken.len += len;
    return 0;
}

static int dump(void)
{
    struct nlmsghdr request;

    return pl_netlink_dump(NULL, NETLINK_ROUTE, NLMSG_NOOP, &request, sizeof(request), take, NULL);
}

static int fresh(void **state)
{
    (void)state;
    memset(&answer, 0, sizeof(answer));
    memset(&taken, 0, sizeof(taken));
    return 0;
}

static void test_whole_dump_with_its_end(void **state)
{
    struct nlmsghdr last;

    (void)state;
    add(0, 20, 20, 1);
    add(1, 20, 20, 2);
    add(1, NLMSG_DONE, 20, 0);
    assert_int_equal(dump(), 0);
    assert_int_equal(answer.received, 2);
    assert_int_equal(taken.len, 60);
    memcpy(&last, taken.bytes + 40, sizeof(last));
    assert_int_equal(last.nlmsg_type, NLMSG_DONE);
}

static void test_no_rows_but_an_end(void **state)
{
    (void)state;
    add(0, NLMSG_DONE, 20, 0);
    assert_int_equal(dump(), 0);
    assert_int_equal(taken.len, 20);
}

static void test_end_with_an_error(void **state)
{
    (void)state;
    add(0, 20, 20, 1);
    add(0, NLMSG_DONE, 20, -ENOENT);
    assert_int_equal(dump(), -ENOENT);
    assert_int_equal(taken.len, 20);
}

static void test_error(void **state)
{
    (void)state;
    add(0, NLMSG_ERROR, 20, -EOPNOTSUPP);
    assert_int_equal(dump(), -EOPNOTSUPP);
    assert_int_equal(taken.len, 0);
}

/* -EAGAIN means that the table changed: a timeout must return another error. */
static void test_silence_is_a_timeout(void **state)
{
    (void)state;
    add(0, 20, 20, 1);
    assert_int_equal(dump(), -ETIMEDOUT);
}

/*
 * The end of the dump may be damaged: do not wait for it. The decoder receives the damaged bytes.
 */
static void test_nothing_is_read_behind_damage(void **state)
{
    static const uint32_t lengths[] = {0, 15, 21, UINT32_MAX};

    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        (void)fresh(state);
        add(0, 20, 20, 1);
        add(0, NLMSG_DONE, lengths[i], 0);
        assert_int_equal(dump(), 0);
        assert_int_equal(answer.received, 1);
        assert_int_equal(taken.len, 40);
    }
}

/* A truncated header at the end of a datagram. */
static void test_rest_of_a_datagram_is_damage(void **state)
{
    (void)state;
    add(0, 20, 20, 1);
    answer.datagrams[0].len += 3;
    assert_int_equal(dump(), 0);
    assert_int_equal(answer.received, 1);
    assert_int_equal(taken.len, 23);
}

TEST_MAIN(cmocka_unit_test_setup(test_whole_dump_with_its_end, fresh),
          cmocka_unit_test_setup(test_no_rows_but_an_end, fresh),
          cmocka_unit_test_setup(test_end_with_an_error, fresh),
          cmocka_unit_test_setup(test_error, fresh),
          cmocka_unit_test_setup(test_silence_is_a_timeout, fresh),
          cmocka_unit_test_setup(test_nothing_is_read_behind_damage, fresh),
          cmocka_unit_test_setup(test_rest_of_a_datagram_is_damage, fresh))
