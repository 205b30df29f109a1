/* SPDX-License-Identifier: BSD-2-Clause */
/* The feed table follows the rules that its readers rely on. */
#include "harness.h"

#include <ctype.h>

/* src/collect/collect.c tries that many ranks. */
#define RANKS 4

static void rows(void **state)
{
    (void)state;
    assert_true(pl_feed_count > 0);
    for (size_t i = 0; i < pl_feed_count; i++) {
        const struct pl_feed *feed = &pl_feeds[i];
        const char *system = pl_system_name(feed->system);

        assert_non_null(feed->decode);
        /* A title is not a path. */
        assert_within(strlen(feed->title), 5, 60);
        assert_null(strchr(feed->title, '/'));
        assert_within(feed->system, PL_SYSTEM_UNKNOWN + 1, PL_SYSTEM_MAX - 1);
        assert_within(feed->slot, 0, PL_SLOT_MAX - 1);
        assert_within(feed->rank, 0, RANKS - 1);
        assert_within(feed->family, 0, PL_FAMILY_MAX - 1);
        assert_within(feed->way, 0, PL_WAY_MAX - 1);
        /* A name starts with its system. */
        assert_non_null(system);
        assert_memory_equal(feed->name, system, strlen(system));
        assert_int_equal(feed->name[strlen(system)], '/');
    }
}

/* It is a path in a recording: not outside of the directory, and valid in every file system. */
static void names(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        const char *name = pl_feeds[i].name;

        assert_within(strlen(name), 1, 200);
        assert_null(strstr(name, ".."));
        assert_null(strstr(name, "//"));
        assert_int_not_equal(name[strlen(name) - 1], '/');
        for (const char *c = name; *c; c++)
            assert_true(islower(*c) || isdigit(*c) || strchr("/._-", *c));
        /* One feed may serve several slots of its system. */
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, pl_feeds[j].name) != 0)
                continue;
            assert_int_equal(pl_feeds[i].system, pl_feeds[j].system);
            assert_int_not_equal(pl_feeds[i].slot, pl_feeds[j].slot);
        }
    }
}

/* The ranks of a slot begin at 0 and have no gap. */
static void ranks(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        bool before = pl_feeds[i].rank == 0;

        for (size_t j = 0; j < pl_feed_count; j++)
            before |= pl_feeds[j].system == pl_feeds[i].system &&
                      pl_feeds[j].slot == pl_feeds[i].slot &&
                      pl_feeds[j].rank + 1 == pl_feeds[i].rank;
        assert_true(before);
    }
}

/* A table that is not one of these is an error or a note if it is absent. */
static void optional(void **state)
{
    static const char *const names[] = {
        "linux/proc/net/tcp6",
        "linux/proc/net/udp6",
        "linux/proc/net/udplite6",
        "linux/proc/net/icmp6",
        "linux/proc/net/raw6",
        "linux/cgroups",
        "linux/unix",
        "linux/rings",
        "linux/events",
        "linux/netns",
        "linux/bound",
        "linux/reuse",
        "linux/sequence",
        "linux/rtnl/tunnels",
        "linux/nat",
        "linux/conntrack",
        "linux/etc/services",
        "freebsd/net.inet.udplite.pcblist",
        "freebsd/net.inet.sctp.assoclist",
        "freebsd/jails",
        "freebsd/processes",
        "netbsd/processes",
        "openbsd/processes",
        "netbsd/net.inet6.tcp6.pcblist",
        "netbsd/net.inet6.udp6.pcblist",
        "netbsd/net.inet6.raw6.pcblist",
        "netbsd/net.local.seqpacket.pcblist",
    };

    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        const struct pl_feed *feed = &pl_feeds[i];
        /* What explains sockets is always optional; sockets and owners are not. */
        bool want = feed->slot == PL_SLOT_COUNTERS || feed->slot == PL_SLOT_REFERENCES ||
                    (feed->system != PL_SYSTEM_LINUX &&
                     (feed->slot == PL_SLOT_ADDRS || feed->slot == PL_SLOT_LIMITS));

        for (size_t j = 0; j < COUNT_OF(names); j++)
            want |= strcmp(names[j], feed->name) == 0;
        if (feed->optional != want)
            fail_msg("%s: %s", feed->name, want ? "not optional" : "optional");
    }
}

static void find(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++)
        assert_string_equal(pl_feed_find(pl_feeds[i].name)->name, pl_feeds[i].name);
    assert_null(pl_feed_find(""));
    assert_null(pl_feed_find("linux/diag/tc"));
    assert_null(pl_feed_find("linux/diag/tcpx"));
    assert_null(pl_feed_find("LINUX/diag/tcp"));
}

/* An empty feed is not damaged. */
static void empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        struct recorder_sink *got = recorder_new();
        int err = decode_feed(pl_feeds[i].name, "", 0, &got->sink);

        if (pl_feeds[i].system == PL_SYSTEM_LINUX)
            assert_int_equal(err, 0);
        assert_int_equal(got->sock_count + got->owner_count + got->process_count, 0);
        recorder_free(got);
    }
}

static void assert_whole(const char *name, const struct bytes *b, int want)
{
    struct recorder_sink *got = recorder_new();

    assert_int_equal(decode_whole_feed(name, b->data, b->len, &got->sink), want);
    assert_int_equal(got->sock_count + got->name_count, 0);
    recorder_free(got);
}

/* A whole dump ends with NLMSG_DONE. */
static void ends(void **state)
{
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        const char *name = pl_feeds[i].name;
        struct bytes b = {0};

        if (strncmp(name, "linux/diag/", 11) != 0 && strncmp(name, "linux/rtnl/", 11) != 0)
            continue;
        count++;
        assert_whole(name, &b, -EBADMSG);
        nl_end(&b, nl_begin(&b, 3, 2));
        assert_whole(name, &b, 0);
        nl_end(&b, nl_begin(&b, 1, 2));
        assert_whole(name, &b, -EBADMSG);
        nl_end(&b, nl_begin(&b, 3, 2));
        assert_whole(name, &b, 0);
    }
    assert_true(count >= 6);
}

/* A table of /proc/net has at least titles; other files may be empty. */
static void titles(void **state)
{
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        const struct bytes b = {0};
        bool table = strncmp(pl_feeds[i].name, "linux/proc/net/", 15) == 0 &&
                     pl_feeds[i].slot >= PL_SLOT_SOCKS;

        count += table;
        if (table)
            assert_whole(pl_feeds[i].name, &b, -EBADMSG);
    }
    assert_true(count >= 6);
    assert_whole("linux/owners", &(struct bytes){0}, 0);
}

static void protocols(void **state)
{
    const uint32_t bsd =
        PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_RAW) | PL_BIT(PL_PROTO_UNIX);
    const struct pl_feed *feed;

    (void)state;
    assert_int_equal(pl_feed_protos(PL_SYSTEM_NETBSD), bsd);
    assert_int_equal(pl_feed_protos(PL_SYSTEM_OPENBSD), bsd);
    assert_int_equal(pl_feed_protos(PL_SYSTEM_DARWIN), bsd);
    assert_int_equal(pl_feed_protos(PL_SYSTEM_FREEBSD) & bsd, bsd);
    assert_true(pl_feed_protos(PL_SYSTEM_LINUX) & PL_BIT(PL_PROTO_SMC));
    assert_int_equal(pl_feed_protos(PL_SYSTEM_UNKNOWN), 0);
    assert_int_equal(pl_slot_protos(PL_SLOT_ANY), bsd);
    assert_int_equal(pl_slot_protos(PL_SLOT_SOCKS + PL_PROTO_SCTP), PL_BIT(PL_PROTO_SCTP));
    feed = pl_feed_first(PL_SYSTEM_NETBSD, PL_SLOT_SOCKS + PL_PROTO_TCP);
    assert_string_equal(feed->name, "netbsd/net.inet.tcp.pcblist");
    feed = pl_feed_first(PL_SYSTEM_UNKNOWN, PL_SLOT_SOCKS + PL_PROTO_NETLINK);
    assert_string_equal(feed->title, "netlink sockets");
    assert_null(pl_feed_first(PL_SYSTEM_NETBSD, PL_SLOT_COUNTERS));
}

TEST_MAIN(TEST(protocols), TEST(rows), TEST(names), TEST(ranks), TEST(optional), TEST(find),
          TEST(empty), TEST(ends), TEST(titles))
