/* SPDX-License-Identifier: BSD-2-Clause */
/* The selected line and the first visible one, while keys and changes follow each other. */
#include "scene.h"

#include "screen/state.h"

#define PAGE 5

/* A screen of so many listeners, from port 1. The first line is selected. */
static struct screen *screen_new(uint32_t count)
{
    struct screen *screen = calloc(1, sizeof(*screen));

    assert_non_null(screen);
    screen->choice.protos = PROTOS;
    screen->now = SECOND;
    for (uint32_t i = 1; i <= count; i++) {
        const struct pl_sock sock = tcp(i, i, 0, PL_STATE_LISTEN);

        assert_non_null(rows_add(&screen->rows, &sock));
    }
    return screen;
}

static void screen_free(struct screen *screen)
{
    order_free(&screen->order);
    rows_free(&screen->rows);
    free(screen);
}

/* Makes the order again, as after a change. */
static void refresh(struct screen *screen)
{
    const struct order_by by = {.column = COLUMN_LOCAL};

    assert_int_equal(order_make(&screen->order, &screen->rows, &screen->choice, &by), 0);
    cursor_follow(screen);
}

/* Two keys that are typed before the screen is drawn move the view by two lines. */
static void quick_keys(void **state)
{
    struct screen *screen = screen_new(30);

    (void)state;
    refresh(screen);
    assert_int_equal(screen->cursor.index, 0);
    cursor_to(screen, 20);
    cursor_show(screen, PAGE);
    assert_int_equal(screen->cursor.top, 16);
    cursor_move(screen, -4);
    cursor_show(screen, PAGE);
    assert_int_equal(screen->cursor.top, 16);
    for (size_t i = 0; i < 2; i++) {
        cursor_move(screen, -1);
        refresh(screen);
    }
    cursor_show(screen, PAGE);
    assert_int_equal(screen->cursor.index, 14);
    assert_int_equal(screen->cursor.top, 14);
    cursor_move(screen, 4);
    for (size_t i = 0; i < 2; i++) {
        cursor_move(screen, 1);
        refresh(screen);
    }
    cursor_show(screen, PAGE);
    assert_int_equal(screen->cursor.index, 20);
    assert_int_equal(screen->cursor.top, 16);
    screen_free(screen);
}

/* The selected socket stays on its line of the screen when others before it come and go. */
static void followed(void **state)
{
    struct screen *screen = screen_new(30);

    (void)state;
    refresh(screen);
    cursor_to(screen, 20);
    cursor_show(screen, PAGE);
    rows_remove(&screen->rows, scene_row(&screen->rows, 3));
    refresh(screen);
    cursor_show(screen, PAGE);
    assert_int_equal(screen->cursor.index, 19);
    assert_int_equal(screen->cursor.top, 15);
    assert_ptr_equal(cursor_row(screen), scene_row(&screen->rows, 21));
    /* One that leaves is followed by none, until a key moves the cursor. */
    rows_remove(&screen->rows, scene_row(&screen->rows, 21));
    refresh(screen);
    assert_null(cursor_row(screen));
    cursor_move(screen, 1);
    assert_ptr_equal(cursor_row(screen), scene_row(&screen->rows, 22));
    screen_free(screen);
}

TEST_MAIN(TEST(quick_keys), TEST(followed))
