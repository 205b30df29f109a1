/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/grid.h"
#include "model/array.h"

#include <errno.h>

/* text: "|" ends a cell, ";" a row. ignored: bytes at its end that are not measured. */
static void prints(const char *text, size_t ignored, size_t first, size_t screen, const char *want)
{
    struct out cells = {.fd = -1};
    struct out out = {.fd = -1};

    out_word(&cells, text);
    for (size_t i = 0; i < cells.len; i++) {
        char *c = cells.data + i;

        *c = *c == '|' ? GRID_CELL : *c == ';' ? GRID_ROW : *c;
    }
    ss_grid_print(&cells, cells.len - ignored, first, screen, &out);
    assert_int_equal(out.error, 0);
    holds(&out, want);
    out_free(&cells);
}

#define ROW_A "tcp|ESTAB|0|12|a:|1|bb:|*|xyz;"
#define ROW_B "udp|UNCONN|10|0|aaa:|22|b:|53|;"

/* Only addresses are aligned to the right, and only ports and the last column follow directly. */
static void columns(void **state)
{
    (void)state;
    prints(ROW_A ROW_B, 0, 0, 0,
           "tcp ESTAB  0  12   a:1  bb:* xyz\n"
           "udp UNCONN 10 0  aaa:22  b:53   \n");
    prints("ESTAB|0|12|a:|1|bb:|*|xyz;", 0, 1, 0, "ESTAB 0 12 a:1 bb:*xyz\n");
    prints("0|12|a:|1|bb:|*|xyz;0|1|a:|1|b:|*|;", 0, 2, 0, "0 12 a:1 bb:*xyz\n0 1  a:1  b:*   \n");
    prints("", 0, 0, 0, "");
}

/* The last cell is longer than its column, and the end of the row is not measured either. */
static void unmeasured(void **state)
{
    (void)state;
    prints(ROW_B "tcp|ESTAB|0|12|a:|1|bb:|*|xyz;", 1, 0, 0,
           "udp UNCONN 10 0  aaa:22  b:53\n"
           "tcp ESTAB  0  12   a:1  bb:* xyz\n");
}

/* On a terminal the columns that fit into a line share the rest of it; the last ones get more. */
static void terminal(void **state)
{
    (void)state;
    prints(ROW_A ROW_B, 0, 0, 32,
           "tcp ESTAB  0  12   a:1  bb:* xyz\n"
           "udp UNCONN 10 0  aaa:22  b:53   \n");
    prints(ROW_A ROW_B, 0, 0, 44,
           "tcp  ESTAB   0   12     a:1     bb:*   xyz  \n"
           "udp  UNCONN  10  0    aaa:22     b:53       \n");
    prints(ROW_A, 0, 0, 12, "tcp ESTAB 0  12 a:1 bb:*xyz         \n");
    prints(ROW_A, 0, 0, 1, "tcp ESTAB 0 12 a:1 bb:*xyz\n");
}

/* One cell cannot make every row huge. */
static void limit(void **state)
{
    struct out cells = {.fd = -1};
    struct out out = {.fd = -1};

    (void)state;
    out_word(&cells, "tcp|");
    out_pad(&cells, 70000);
    out_word(&cells, "|0|0|a:|1|b:|*|;udp|U|0|0|a:|1|b:|*|;");
    for (size_t i = 0; i < cells.len; i++) {
        char *c = cells.data + i;

        *c = *c == '|' ? GRID_CELL : *c == ';' ? GRID_ROW : *c;
    }
    ss_grid_print(&cells, cells.len, 0, 0, &out);
    assert_int_equal(out.len, strlen("tcp  0 0 a:1 b:*\n") + 70000 + strlen("udp") + 65535 +
                                  strlen(" 0 0 a:1 b:*\n"));
    out_free(&out);
    out_free(&cells);
}

static void no_memory(void **state)
{
    const struct out cells = {.fd = -1, .error = ENOMEM};
    struct out out = {.fd = -1};

    (void)state;
    ss_grid_print(&cells, 0, 0, 0, &out);
    assert_int_equal(out.error, ENOMEM);
}

TEST_MAIN(TEST(columns), TEST(unmeasured), TEST(terminal), TEST(limit), TEST(no_memory))
