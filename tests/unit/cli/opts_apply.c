/* SPDX-License-Identifier: BSD-2-Clause */
/* Effects of rows of options, and what they refuse. */
#include "harness.h"

#include "cli/opts.h"

#include <stddef.h>

#define USAGE 2

enum { TCP = 1, QUIET, HEADER, EVERY, WAY, FILE_NAME, ALL, VERSION, DEBUG, MAX };

struct settings {
    uint32_t protos;
    bool quiet, header;
    unsigned int every, way;
    const char *file;
    const char *words[4];
    size_t word_count;
    bool told;
};

static int tell(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    assert_int_equal(opt->id, VERSION);
    settings->told = true;
    return 0;
}

static const struct opt_clash unless_all[] = {{QUIET, " needs -a beside -q", {ALL}}, {0}};
static const struct opt_clash quiet[] = {{QUIET}, {0}};

#define AT(member) .at = offsetof(struct settings, member)

static const struct opt table[] = {
    {TCP, 't', "tcp", OPT_NONE, NULL, "", .set = opt_set_bits, AT(protos), .bits = 6,
     .clashes = unless_all},
    {TCP, 0, "transmission", OPT_NONE, NULL, NULL},
    {QUIET, 'q', NULL, OPT_NONE, NULL, "", .set = opt_set_true, AT(quiet)},
    {HEADER, 'H', NULL, OPT_NONE, NULL, "", .set = opt_set_false, AT(header)},
    {EVERY, 'c', NULL, OPT_NUMBER, "SEC", "", .set = opt_set_number, AT(every), .bits = 60,
     .takes = "seconds", .clashes = quiet},
    {WAY, 0, "way", OPT_TEXT, "WAY", "", .set = opt_set_choice, AT(way),
     .choices = "auto diag proc"},
    {FILE_NAME, 0, "file", OPT_TEXT, "FILE", "", .set = opt_set_text, AT(file), .once = true},
    {ALL, 'a', NULL, OPT_NONE, NULL, ""},
    {VERSION, 'V', "version", OPT_NONE, NULL, "", .set = tell, .alone = true},
    {DEBUG, 'd', NULL, OPT_NONE, NULL, "", .anywhere = true},
};

static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;

    if (strcmp(opts->value, "bad") == 0)
        return 4;
    assert_true(settings->word_count < COUNT_OF(settings->words));
    settings->words[settings->word_count++] = opts->value;
    return OPTS_GO_ON;
}

static int apply(const char *line, struct settings *settings)
{
    static char words[128];
    char *argv[16] = {NULL};
    char *rest = words;
    char *word;
    uint8_t given[MAX] = {0};
    struct opts opts = {
        .table = table,
        .count = COUNT_OF(table),
        .argv = argv,
        .settings = settings,
        .word = take_word,
        .help = "--help",
        .status = USAGE,
        .given = given,
    };

    *settings = (struct settings){.header = true};
    (void)snprintf(words, sizeof(words), "%s", line);
    for (size_t i = 0; i < COUNT_OF(argv) - 1 && (word = strsep(&rest, " ")); i++)
        argv[i] = word;
    return opts_apply(&opts);
}

static void sets(void **state)
{
    struct settings got;

    (void)state;
    assert_int_equal(apply("--transmission -Hc5 --way proc --file x w v", &got), OPTS_GO_ON);
    assert_int_equal(got.protos, 6);
    assert_false(got.header);
    assert_false(got.quiet);
    assert_int_equal(got.every, 5);
    assert_int_equal(got.way, 2);
    assert_string_equal(got.file, "x");
    assert_int_equal(got.word_count, 2);
    assert_string_equal(got.words[0], "w");
    assert_string_equal(got.words[1], "v");
    assert_int_equal(apply("-c -d", &got), OPTS_GO_ON);
    assert_int_equal(got.every, 1);
    assert_true(got.header);
}

static void refuses(void **state)
{
    static const struct {
        const char *line;
        int status;
    } rows[] = {
        {"-c 0", USAGE},
        {"-c61", USAGE},
        {"-c60", OPTS_GO_ON},
        {"--way pro", USAGE},
        {"--way auto diag", OPTS_GO_ON},
        {"--way=", USAGE},
        {"-Y", USAGE},
        {"bad", 4},
        {"-q -c", USAGE},
        {"-cq", USAGE},
        {"-c q", OPTS_GO_ON},
        {"-qt", USAGE},
        {"-q --tr", USAGE},
        {"-qta", OPTS_GO_ON},
        {"-q w", OPTS_GO_ON},
        {"-V -t", USAGE},
        {"-tV", USAGE},
        {"-V w", USAGE},
        {"-V w v", USAGE},
        {"-V bad", 4},
        {"-V -c0", USAGE},
        {"--file x --file x", OPTS_GO_ON},
        {"--file x --file y", USAGE},
    };
    struct settings got;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int status = apply(rows[i].line, &got);

        if (status != rows[i].status)
            fail_msg("%s: %d", rows[i].line, status);
        assert_false(got.told);
    }
}

static void alone(void **state)
{
    struct settings got;

    (void)state;
    assert_int_equal(apply("-V", &got), 0);
    assert_true(got.told);
    assert_int_equal(apply("-d --version -V", &got), 0);
    assert_true(got.told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets),
        cmocka_unit_test(refuses),
        cmocka_unit_test(alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
