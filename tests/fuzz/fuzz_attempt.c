/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts: the first byte is the width of the terminal; each 12 bytes after it are a segment of a few
 * ends. Nothing stays in the table, each attempt is possible, and its picture and its row have only
 * visible characters.
 */
#include "fuzz.h"

#include "wire/attempts.h"

#define SEGMENT 12

struct state {
    struct out out;
    struct ladder ladder;
    size_t passed;
};

static void check_text(const struct out *out)
{
    PROMISE(out->error == 0);
    for (size_t i = 0; i < out->len; i++)
        PROMISE(out->data[i] == '\n' || (out->data[i] >= ' ' && out->data[i] <= '~'));
}

static int take(void *arg, const struct pl_attempt *attempt)
{
    struct state *state = arg;
    const struct pl_field *columns[ATTEMPT_COLUMNS];
    struct sheet_column shown[ATTEMPT_COLUMNS];
    const struct format *format = view_format_find("json");
    struct view view = {.columns = columns, .data = true};
    struct attempt_row row;
    struct sheet sheet;

    PROMISE(attempt->verdict > PL_VERDICT_NONE && attempt->verdict < PL_VERDICT_MAX);
    PROMISE(!(attempt->have & PL_ATTEMPT_SYN) || attempt->syn_count > 0);
    PROMISE(attempt->taken <= attempt->syn_data);
    state->passed++;
    columns_row(attempt, &row);
    state->out.len = 0;
    ladder_print(&row, &state->ladder, &state->out);
    view.column_count = columns_default(format, state->ladder.explain, columns);
    sheet = columns_sheet(&view, shown);
    sheet_print_items(&sheet, format, &row, sizeof(row), 1, &state->out);
    check_text(&state->out);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint64_t keys[PL_ATTEMPT_KEYS] = {1, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    struct state state = {.out = {.fd = -1}};
    struct pl_attempts *attempts = NULL;
    uint64_t time = UINT64_C(1795969217000000000);
    size_t bytes;

    if (size < 1 || pl_attempts_new(keys, take, &state, &attempts) < 0)
        return 0;
    state.ladder = (struct ladder){.explain = (data[0] & 1) != 0, .width = data[0]};
    for (size_t at = 1; at + SEGMENT <= size; at += SEGMENT) {
        const uint8_t *from = data + at;
        struct pl_segment segment = {.family = from[0] & 1 ? 6 : 4,
                                     .source_port = from[0] >> 1 & 3,
                                     .target_port = from[0] >> 3 & 3,
                                     .icmp = (from[0] & 0xe0) == 0xe0,
                                     .bad = (from[0] & 0xe0) == 0xc0,
                                     .flags = (uint16_t)(from[1] | (from[2] & 1) << 8),
                                     .seq = (uint32_t)from[3] - 8U,
                                     .ack = (uint32_t)from[4] - 8U,
                                     .data = from[5],
                                     .type = from[6],
                                     .code = from[7],
                                     .syn = {.have = (uint16_t)(from[6] << 8 | from[7]),
                                             .mss = (uint16_t)(from[8] << 8 | from[9]),
                                             .scale = from[8]}};

        segment.source[3] = from[2] >> 1 & 1;
        segment.target[3] = from[2] >> 2 & 1;
        time += (uint64_t)(from[10] << 8 | from[11]) * (from[2] & 8 ? 100000000 : 1000);
        segment.time = from[2] & 16 ? time - UINT64_C(5000000000) : time;
        PROMISE(pl_attempts_add(attempts, &segment) == 0);
        PROMISE(pl_attempts_count(attempts, &bytes) <= at / SEGMENT + 1);
    }
    PROMISE(pl_attempts_end(attempts, (data[0] & 2) != 0) == 0);
    PROMISE(pl_attempts_count(attempts, &bytes) == 0);
    PROMISE(state.passed <= size / SEGMENT * 2);
    pl_attempts_free(attempts);
    out_free(&state.out);
    return 0;
}
