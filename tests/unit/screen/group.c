/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups and their totals. */
#include "scene.h"

#include "screen/group.h"

static void add(struct rows *rows, struct pl_sock sock, const char *name, uint32_t pid, float rate)
{
    struct row *row = rows_add(rows, &sock);

    assert_non_null(row);
    if (name) {
        row->holders = pl_holders_new(1);
        row->holders->items[0].pid = pid;
        (void)strlcpy(row->holders->items[0].name, name, sizeof(row->holders->items[0].name));
    }
    if (rate >= 0) {
        row->have = ROW_HAVE_RATE | ROW_HAVE_BYTES;
        row->rate_in = rate;
        row->bytes_in = 100;
    }
}

struct scene {
    struct rows rows;
    struct ordering order;
    struct groups groups;
};

static struct scene scene_new(void)
{
    const struct choice all = {.protos = PROTOS};
    const struct order_by by = {.column = COLUMN_LOCAL};
    struct pl_sock mapped = tcp(5, 80, 5002, PL_STATE_ESTABLISHED);
    struct scene scene = {0};

    mapped.family = PL_FAMILY_INET6;
    memcpy(mapped.peer_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
    add(&scene.rows, tcp(1, 80, 0, PL_STATE_LISTEN), "nginx", 20, -1);
    add(&scene.rows, tcp(2, 80, 5000, PL_STATE_ESTABLISHED), "nginx", 20, 10);
    add(&scene.rows, tcp(3, 5000, 80, PL_STATE_ESTABLISHED), "curl", 9, 50);
    add(&scene.rows, tcp(4, 80, 5001, PL_STATE_TIME_WAIT), NULL, 0, -1);
    add(&scene.rows, mapped, "nginx", 20, 30);
    assert_int_equal(order_make(&scene.order, &scene.rows, &all, &by), 0);
    return scene;
}

static void scene_free(struct scene *scene)
{
    groups_free(&scene->groups);
    order_free(&scene->order);
    rows_free(&scene->rows);
}

static void processes(void **state)
{
    struct scene scene = scene_new();
    const struct group *groups;

    (void)state;
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_PROCESS, GROUP_RATE_IN, true),
                     0);
    groups = scene.groups.items;
    assert_int_equal(scene.groups.count, 3);
    assert_int_equal(groups[0].row->holders->items[0].pid, 9);
    assert_int_equal(groups[0].sockets, 1);
    assert_int_equal(groups[1].sockets, 3);
    assert_int_equal(groups[1].listeners, 1);
    assert_true(groups[1].rate_in > 39 && groups[1].rate_in < 41);
    assert_true(groups[1].bytes_in == 200);
    /* Sockets without a process are a group, too; its rate is not known. */
    assert_null(groups[2].row->holders);
    assert_false(groups[2].rated);
    assert_false(groups[2].counted);
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_PROCESS, GROUP_NAME, false), 0);
    groups = scene.groups.items;
    assert_string_equal(groups[0].row->holders->items[0].name, "curl");
    assert_string_equal(groups[1].row->holders->items[0].name, "nginx");
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_PROCESS, GROUP_SOCKETS, true),
                     0);
    assert_int_equal(scene.groups.items[0].sockets, 3);
    scene_free(&scene);
}

/* The rate of a group is not known until all its sockets of the start have theirs. */
static void lacking(void **state)
{
    struct scene scene = scene_new();
    struct row *row = scene_row(&scene.rows, 2);

    (void)state;
    row->have = ROW_HAVE_BYTES | ROW_BEFORE;
    row->sampled = SECOND;
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_PROCESS, GROUP_NAME, false), 0);
    assert_string_equal(scene.groups.items[1].row->holders->items[0].name, "nginx");
    assert_false(scene.groups.items[1].rated);
    assert_true(scene.groups.items[0].rated);
    scene_free(&scene);
}

/* A mapped address is that of the same machine. */
static void remotes(void **state)
{
    struct scene scene = scene_new();
    struct pl_sock sock;

    (void)state;
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_REMOTE, GROUP_SOCKETS, true),
                     0);
    assert_int_equal(scene.groups.count, 2);
    assert_int_equal(scene.groups.items[0].sockets, 4);
    assert_int_equal(scene.groups.items[1].sockets, 1); /* the listener has no peer */
    sock = row_sock(scene.groups.items[1].row);
    assert_false(pl_sock_has_peer(&sock));
    scene_free(&scene);
}

/* Both ends of a connection count to the port of the server. */
static void ports(void **state)
{
    struct scene scene = scene_new();

    (void)state;
    assert_int_equal(groups_make(&scene.groups, &scene.order, GROUP_PORT, GROUP_NAME, false), 0);
    assert_int_equal(scene.groups.count, 1);
    assert_int_equal(scene.groups.items[0].sockets, 5);
    assert_true(scene.groups.items[0].low == 81);
    assert_true(scene.groups.items[0].high == PL_PROTO_TCP);
    scene_free(&scene);
}

static void none(void **state)
{
    struct ordering order = {0};
    struct groups groups = {0};

    (void)state;
    assert_int_equal(groups_make(&groups, &order, GROUP_PORT, GROUP_NAME, false), 0);
    assert_int_equal(groups.count, 0);
}

TEST_MAIN(TEST(processes), TEST(lacking), TEST(remotes), TEST(ports), TEST(none))
