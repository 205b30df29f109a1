/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of iproute2 6.1's ss: their widths depend on all rows and on the terminal. */
#ifndef AS_SS_GRID_H
#define AS_SS_GRID_H

#include "view/out.h"

/* End a cell and a row. No cell contains these bytes, because control bytes are escaped. */
#define GRID_CELL      '\x1f'
#define GRID_ROW       '\x1e'
#define GRID_CELL_TEXT "\x1f"
#define GRID_ROW_TEXT  "\x1e"

/*
 * Prints rows of cells in all columns but the first ones. cells is in memory only; the cells that
 * end in its first measured bytes determine the widths. screen: columns of the terminal, over which
 * ss spreads the table; 0: not a terminal.
 */
void ss_grid_print(const struct out *cells, size_t measured, size_t first, size_t screen,
                   struct out *out);

#endif
