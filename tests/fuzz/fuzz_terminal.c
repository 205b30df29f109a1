/* SPDX-License-Identifier: BSD-2-Clause */
/* Environment variables for colours, and columns that are hidden on a narrow terminal. */
#include "fuzz.h"

#include "view/column.h"
#include "view/terminal.h"

#define COLUMNS 32

static void check_colors(char *rest)
{
    static const char *const names[] = {"NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = strsep(&rest, "\n");

        if (value && value[0] != '-')
            PROMISE(setenv(names[i], value, 1) == 0);
        else
            PROMISE(unsetenv(names[i]) == 0);
    }
    PROMISE(terminal_colors("always", -1));
    PROMISE(!terminal_colors("never", -1));
    /* NO_COLOR disables colours; without a terminal, only CLICOLOR_FORCE enables them. */
    if (getenv("NO_COLOR") && getenv("NO_COLOR")[0] != '\0')
        PROMISE(!terminal_colors("auto", -1));
    else if (!getenv("CLICOLOR_FORCE"))
        PROMISE(!terminal_colors("auto", -1));
}

static void check_fit(const uint8_t *data, size_t size)
{
    struct sheet_column columns[COLUMNS];
    size_t widths[COLUMNS];
    bool gone[COLUMNS];
    size_t count = 0;
    size_t sum = 0;
    size_t left = 0;

    for (size_t i = 1; i + 1 < size && count < COLUMNS; i += 2) {
        columns[count] = (struct sheet_column){.name = pl_fields[data[i] % PL_FIELD_COLUMNS].name};
        widths[count++] = data[i + 1];
    }
    if (count == 0)
        return;
    terminal_fit(columns, widths, count, data[0], gone);
    for (size_t i = 0; i < count; i++) {
        left += !gone[i];
        sum += widths[i] + (i > 0);
    }
    PROMISE(left > 0);
    PROMISE(sum > data[0] || left == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    PROMISE(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_colors(text);
    free(text);
    check_fit(data, size);
    return 0;
}
