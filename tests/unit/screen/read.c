/* SPDX-License-Identifier: BSD-2-Clause */
/* When tables are due. */
#include "scene.h"

#include "screen/state.h"

#define COST (SECOND / 20)

static const struct screen_options options = {.interval = SECOND};

/* A screen that receives reports and has read this many tables. The last table took COST, at second 10. */
static struct screen *screen_new(uint32_t tables)
{
    static char stream;
    struct screen *screen = calloc(1, sizeof(*screen));

    assert_non_null(screen);
    screen->options = &options;
    screen->stream = (struct pl_stream *)(void *)&stream;
    screen->rows.round = tables;
    screen->read_cost = COST;
    screen->read_at = 10 * SECOND;
    screen->read_due = screen->read_at + read_wait(screen);
    return screen;
}

/* Sorts by the first column of numbers. */
static void sort_by_number(struct screen *screen)
{
    unsigned int column = 0;

    while (!views_get(VIEW_CONNECTIONS)->columns[column].right)
        column++;
    screen->by[VIEW_CONNECTIONS].column = column;
}

/* The first tables follow each other, until there are rates; later ones are needed less. */
static void first(void **state)
{
    (void)state;
    for (uint32_t tables = 1; tables <= 4; tables++) {
        struct screen *screen = screen_new(tables);

        assert_true(read_wait(screen) == (tables < 3 ? 3 : 30) * SECOND);
        free(screen);
    }
}

/* A key that makes the order depend on tables makes the next one due sooner, others do not. */
static void sooner(void **state)
{
    struct screen *screen = screen_new(5);

    (void)state;
    read_sooner(screen);
    assert_true(screen->read_due == 40 * SECOND);
    sort_by_number(screen);
    read_sooner(screen);
    assert_true(screen->read_due == 13 * SECOND);
    screen->by[VIEW_CONNECTIONS].column = 0;
    read_sooner(screen);
    assert_true(screen->read_due == 13 * SECOND);
    screen->read_due = 0; /* at once */
    read_sooner(screen);
    assert_true(screen->read_due == 0);
    free(screen);
}

/* A table that takes long comes later, also if it is needed; one that takes no time, once in the interval. */
static void cost(void **state)
{
    struct screen *screen = screen_new(5);

    (void)state;
    screen->read_cost = SECOND;
    assert_true(read_wait(screen) == 60 * SECOND);
    screen->read_cost = 0;
    assert_true(read_wait(screen) == SECOND);
    sort_by_number(screen);
    assert_true(read_wait(screen) == SECOND);
    screen->stream = NULL;
    screen->read_cost = COST;
    assert_true(read_wait(screen) == 3 * SECOND / 2);
    free(screen);
}

TEST_MAIN(TEST(first), TEST(sooner), TEST(cost))
