/* SPDX-License-Identifier: BSD-2-Clause */
/* The option parser. Each line of the input is an argument. */
#include "fuzz.h"

#include "cli/opts.h"
#include "view/text.h"

#define WORDS_MAX 64

static const struct opt table[] = {
    {1, 't', "tcp", OPT_NONE, NULL, "TCP"},
    {2, 'u', "udp", OPT_NONE, NULL, "UDP"},
    {3, 'c', "continuous", OPT_NUMBER, "SEC", "again"},
    {4, 'n', NULL, OPT_NONE, NULL, "numbers"},
    {5, 0, "columns", OPT_TEXT, "LIST", "columns"},
    {6, 0, "color", OPT_TEXT, "WHEN", "color"},
    {7, 'o', "output", OPT_TEXT, "FILE", "output"},
    {1, 0, "tcp-only", OPT_NONE, NULL, NULL},
};

static void check(struct opts *opts, char **words, size_t count)
{
    /* The parser ends: an argument has at most one option for each of its bytes. */
    for (size_t steps = 0;; steps++) {
        int id = opts_next(opts);

        PROMISE(steps <= 100000);
        PROMISE(opts->argv >= words && opts->argv <= words + count);
        if (id == OPT_END)
            break;
        if (id == OPT_BAD) {
            struct out out = {.fd = -1};
            size_t len = strnlen(opts->problem, sizeof(opts->problem));

            PROMISE(len > 0 && len < sizeof(opts->problem));
            text_plain(&out, (struct pl_text){opts->problem, (uint32_t)len}, "");
            promise_plain(out.data, out.len, "");
            out_free(&out);
            break;
        }
        PROMISE(id == OPT_WORD || (id >= 1 && id <= 7));
        PROMISE(id != OPT_WORD || opts->value);
        PROMISE((id != 5 && id != 6 && id != 7) || opts->value);
        PROMISE((id != 1 && id != 2 && id != 4) || !opts->value);
        if (opts->value)
            PROMISE(strlen(opts->value) < 1000000);
    }
    PROMISE(!*opts->argv || opts->problem[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    char *words[WORDS_MAX + 1] = {NULL};
    struct opts opts = {.table = table, .count = sizeof(table) / sizeof(table[0]), .argv = words};
    size_t count = 0;
    char *rest = copy;

    PROMISE(copy);
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    while (rest && count < WORDS_MAX)
        words[count++] = strsep(&rest, "\n");
    check(&opts, words, count);
    free(copy);
    return 0;
}
