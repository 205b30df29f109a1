/* SPDX-License-Identifier: BSD-2-Clause */
/* Parsing of options. */
#include "harness.h"

#include "cli/opts.h"

enum { T = 1, U, L, A, N, P, E, C, COLUMNS, COLOR, QUIET };

static const struct opt table[] = {
    {T, 't', "tcp", OPT_NONE, NULL, "TCP"},
    {U, 'u', "udp", OPT_NONE, NULL, "UDP"},
    {L, 'l', "listening", OPT_NONE, NULL, "listeners"},
    {A, 'a', "all", OPT_NONE, NULL, "all"},
    {N, 'n', NULL, OPT_NONE, NULL, "numbers"},
    {P, 'p', "processes", OPT_NONE, NULL, "processes"},
    {P, 0, "programs", OPT_NONE, NULL, NULL},
    {E, 'e', "extended", OPT_NONE, NULL, "more"},
    {E, 0, "extend", OPT_NONE, NULL, NULL},
    {C, 'c', "continuous", OPT_NUMBER, "SEC", "again"},
    {COLUMNS, 'C', "columns", OPT_TEXT, "LIST", "these"},
    {COLOR, 0, "color", OPT_TEXT, "WHEN", "a long one, for which the names need a line of theirs"},
    {QUIET, 'q', "quiet-as-a-mouse-in-a-church", OPT_NONE, NULL, "nothing"},
};

#define WORDS_MAX 16

/*
 * Parses words (separated by blanks, '_' for an empty one) and writes the results: the letter of
 * the id, "=value" if it has one, "." for an operand, "!" for an error.
 */
static const char *parse(const char *line, char *problem, size_t size)
{
    static char result[512];
    char words[256];
    char *argv[WORDS_MAX] = {NULL};
    char *rest;
    char *word;
    size_t count = 0;
    static const char letters[] = "?tulanpecCoq";
    struct opts opts = {.table = table, .count = COUNT_OF(table), .argv = argv};
    int id;

    (void)snprintf(words, sizeof(words), "%s", line);
    rest = words;
    while (words[0] != 0 && (word = strsep(&rest, " "))) {
        assert_true(count < WORDS_MAX - 1);
        argv[count++] = strcmp(word, "_") == 0 ? word + 1 : word;
    }
    result[0] = '\0';
    while ((id = opts_next(&opts)) != OPT_END) {
        size_t len = strlen(result);

        if (id == OPT_BAD) {
            (void)snprintf(problem, size, "%s", opts.problem);
            (void)snprintf(result + len, sizeof(result) - len, "!");
            break;
        }
        (void)snprintf(result + len, sizeof(result) - len, "%c%s%s",
                       id == OPT_WORD ? '.' : letters[id], opts.value ? "=" : "",
                       opts.value ? opts.value : "");
    }
    return result;
}

static void good(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"-tulpen", "tulpen"},
        {"-antp", "antp"},
        {"-lntp", "lntp"},
        {"-plant", "plant"},
        {"-t -u -l", "tul"},
        {"-c", "c"},
        {"-c5", "c=5"},
        {"-c 5", "c=5"},
        {"-tc5n", "tc=5n"},
        {"-tc 5 -n", "tc=5n"},
        {"-tcn 5", "tcn.=5"}, /* the letter is not the last, so 5 is an operand */
        {"-c x", "c.=x"},
        {"-c -t", "ct"},
        {"-c5x", "c=5!"},
        {"-c05", "c=05"},
        {"-c 5s", "c.=5s"},
        {"-c12345678901234", "c=12345678901234"},
        {"--continuous", "c"},
        {"--continuous=5", "c=5"},
        {"--continuous=", "c="},
        {"--continuous=abc", "c=abc"},
        {"--continuous 5 -t", "c=5t"},
        {"--continuous abc", "c.=abc"},
        {"--tcp --udp", "tu"},
        {"--tc --ud --li", "tul"}, /* any unambiguous prefix */
        {"--p --pro", "pp"},       /* two names of one option are not ambiguous */
        {"--ext --extend --extended", "eee"},
        {"--programs", "p"},
        {"--columns=a,b", "C=a,b"},
        {"--columns a,b", "C=a,b"},
        {"--columns -t", "C=-t"},
        {"--columns= -t", "C=t"},
        {"--columns=a=b", "C=a=b"},
        {"--colu x", "C=x"},
        {"-Ca,b", "C=a,b"},
        {"-C a,b", "C=a,b"},
        {"-tCn -u", "tC=nu"},
        {"-tC -u", "tC=-u"},
        {"-C _", "C="},
        {"word -t", ".=wordt"},
        {"- -t", ".=-t"},
        {"_ -t", ".=t"},
        {"-t -- -u --udp -- w", "t.=-u.=--udp.=--.=w"},
        {"--", ""},
    };
    char problem[256];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(parse(cases[i][0], problem, sizeof(problem)), cases[i][1]);
}

static void bad(void **state)
{
    static const struct {
        const char *line, *before, *problem;
    } cases[] = {
        {"-x", "!", "unknown option '-x'"},
        {"-tx", "t!", "unknown option '-x'"},
        {"-t-", "t!", "unknown option '--'"},
        {"-t=5", "t!", "unknown option '-='"},
        {"--nosuch", "!", "unknown option '--nosuch'"},
        {"--nosuch=5", "!", "unknown option '--nosuch'"},
        {"--=5", "!", "unknown option '--'"},
        {"--co", "!", "unknown option '--co'"},   /* of three */
        {"--col", "!", "unknown option '--col'"}, /* of two */
        {"--tcpp", "!", "unknown option '--tcpp'"},
        {"--TCP", "!", "unknown option '--TCP'"},
        {"--tcp=yes", "!", "unexpected value for '--tcp'"},
        {"--tcp=", "!", "unexpected value for '--tcp'"},
        {"--columns", "!", "missing value for '--columns'"},
        {"-C", "!", "missing value for '-C'"},
        {"-tC", "t!", "missing value for '-C'"},
        {"-c1234567890123456", "!", "number too large: '1234567890123456'"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char problem[256] = "";

        assert_string_equal(parse(cases[i].line, problem, sizeof(problem)), cases[i].before);
        assert_string_equal(problem, cases[i].problem);
    }
}

/* For any invalid argument, the message has its beginning. */
static void long_culprit(void **state)
{
    static char word[5000] = "--";
    char *argv[] = {word, NULL};
    struct opts opts = {.table = table, .count = COUNT_OF(table), .argv = argv};

    (void)state;
    memset(word + 2, '\x1b', sizeof(word) - 3);
    assert_int_equal(opts_next(&opts), OPT_BAD);
    assert_int_equal(strlen(opts.problem), strlen("unknown option '--'") + 200);
    assert_int_equal(opts.problem[strlen(opts.problem) - 1], '\'');
    assert_memory_equal(opts.problem, "unknown option '--\x1b", 19);
}

/* The number out of a bundle is the caller's until the next option. */
static void numbers_follow(void **state)
{
    char problem[256];

    (void)state;
    assert_string_equal(parse("-c5 -c -c7 6", problem, sizeof(problem)), "c=5cc=7.=6");
    assert_string_equal(parse("-c5c6", problem, sizeof(problem)), "c=5c=6");
}

static void help(void **state)
{
    struct out out = {.fd = -1};
    char text[4096];

    (void)state;
    opts_help(table, COUNT_OF(table), &out);
    (void)out_text(&out, text, sizeof(text));
    out_free(&out);
    assert_non_null(strstr(text, "  -t, --tcp               TCP\n"));
    assert_non_null(strstr(text, "  -n                      numbers\n"));
    assert_non_null(strstr(text, "  -c, --continuous[=SEC]  again\n"));
    assert_non_null(strstr(text, "  -C, --columns=LIST      these\n"));
    assert_non_null(strstr(text, "      --color=WHEN        a long one"));
    /* a longer name has a separate line */
    assert_non_null(strstr(text, "  -q, --quiet-as-a-mouse-in-a-church\n"
                                 "                          nothing\n"));
    assert_null(strstr(text, "programs"));
    assert_null(strstr(text, "extend\n"));
}

/* Headings, and options that share lines of at most 79 columns. */
static void sections(void **state)
{
    static const struct opt rows[] = {
        {.help = "First"},
        {1, 't', "tcp", OPT_NONE, NULL, "TCP"},
        {.help = "Second"},
        {2, 0, "a-name-of-thirty-characters-00", OPT_NONE, NULL, OPT_BRIEF},
        {3, 'x', "a-name-of-thirty-one-characters", OPT_NONE, NULL, OPT_BRIEF},
        {4, 'y', "y", OPT_NONE, NULL, OPT_BRIEF},
        {.help = "Third"},
        {5, 'z', "z", OPT_NONE, NULL, OPT_BRIEF},
    };
    struct out out = {.fd = -1};
    char text[512];

    (void)state;
    opts_help(rows, COUNT_OF(rows), &out);
    (void)out_text(&out, text, sizeof(text));
    out_free(&out);
    assert_string_equal(
        text, "\nFirst:\n"
              "  -t, --tcp               TCP\n"
              "\nSecond:\n"
              "  --a-name-of-thirty-characters-00  -x, --a-name-of-thirty-one-characters\n"
              "  -y, --y\n"
              "\nThird:\n"
              "  -z, --z\n");
}

TEST_MAIN(TEST(good), TEST(bad), TEST(long_culprit), TEST(numbers_follow), TEST(help),
          TEST(sections))
