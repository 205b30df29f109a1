/* SPDX-License-Identifier: BSD-2-Clause */
#include "opts.h"
#include "model/near.h"

#include "view/out.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define HELP_COLUMN    26
#define HELP_WIDTH     79
#define LONG_MIN_BYTES 4   /* of a long option after one dash */
#define CULPRIT_MAX    200 /* bytes of an argument that a message quotes */

/* Keeps "what 'dashes culprit'" as the problem. */
static int bad(struct opts *opts, const char *what, const char *dashes, const char *culprit,
               size_t len)
{
    (void)snprintf(opts->problem, sizeof(opts->problem), "%s '%s%.*s'", what, dashes,
                   (int)(len < CULPRIT_MAX ? len : CULPRIT_MAX), culprit);
    return OPT_BAD;
}

static bool is_digits(const char *word)
{
    return word && *word != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* Returns the option of a whole name, or of an unambiguous prefix. */
static const struct opt *find_name(const struct opts *opts, const char *name, size_t len)
{
    const struct opt *found = NULL;

    for (size_t i = 0; i < opts->count; i++) {
        const struct opt *opt = &opts->table[i];

        if (!opt->name || strncmp(opt->name, name, len) != 0)
            continue;
        if (opt->name[len] == '\0')
            return opt;
        if (found && found->id != opt->id)
            return NULL;
        found = opt;
    }
    return found;
}

/* Sets the advice for an option of another program. Returns false for any other option. */
static bool advise(struct opts *opts, const char *name, size_t len)
{
    for (const struct opt_other *other = opts->others; other && other->names; other++) {
        for (const char *word = other->names; *word != '\0'; word += strspn(word, " ")) {
            size_t size = strcspn(word, " ");

            if (size == len && memcmp(word, name, len) == 0) {
                (void)snprintf(opts->advice, sizeof(opts->advice), "; %s", other->advice);
                return true;
            }
            word += size;
        }
    }
    return false;
}

/* Sets the advice: the options of similar names, or those that begin with name. */
static void suggest(struct opts *opts, const char *name, size_t len)
{
    struct pl_near near;

    if (advise(opts, name, len))
        return;
    pl_near_start(&near, name, len, 2);
    near.starts = true;
    for (size_t i = 0; i < opts->count; i++) {
        if (opts->table[i].name)
            pl_near_add(&near, opts->table[i].name);
    }
    pl_near_print(&near, "--", opts->advice, sizeof(opts->advice));
}

static int long_option(struct opts *opts, const char *word)
{
    size_t len = strcspn(word, "=");
    const struct opt *opt = len > 0 && !advise(opts, word, len) ? find_name(opts, word, len) : NULL;
    bool has_value = word[len] == '=';

    if (!opt) {
        suggest(opts, word, len);
        return bad(opts, "unknown option", "--", word, len);
    }
    opts->form = OPT_BY_NAME;
    opts->value = has_value ? word + len + 1 : NULL;
    if (opt->kind == OPT_NONE && has_value)
        return bad(opts, "unexpected value for", "--", word, len);
    if (opt->kind == OPT_TEXT && !has_value) {
        if (!*opts->argv)
            return bad(opts, "missing value for", "--", word, len);
        opts->value = *opts->argv++;
    }
    if (opt->kind == OPT_NUMBER && !has_value && is_digits(*opts->argv))
        opts->value = *opts->argv++;
    return opt->id;
}

/* Takes the digits after the letter in a bundle: "-tc5n". */
static int bundle_number(struct opts *opts, const struct opt *opt)
{
    size_t len = strspn(opts->bundle, "0123456789");

    if (len >= sizeof(opts->digits))
        return bad(opts, "number too large:", "", opts->bundle, len);
    if (len > 0) {
        memcpy(opts->digits, opts->bundle, len);
        opts->digits[len] = '\0';
        opts->value = opts->digits;
        opts->bundle += len;
    } else if (*opts->bundle == '\0' && is_digits(*opts->argv)) {
        opts->value = *opts->argv++;
    }
    return opt->id;
}

static int letter_value(struct opts *opts, const struct opt *opt)
{
    if (opt->kind == OPT_NUMBER)
        return bundle_number(opts, opt);
    if (opt->kind == OPT_NONE)
        return opt->id;
    if (*opts->bundle != '\0') {
        opts->value = opts->bundle;
        opts->bundle = "";
        return opt->id;
    }
    if (!*opts->argv)
        return bad(opts, "missing value for", "-", &opt->letter, 1);
    opts->value = *opts->argv++;
    return opt->id;
}

static int short_option(struct opts *opts)
{
    char letter = *opts->bundle++;

    opts->form = OPT_BY_LETTER;
    for (size_t i = 0; i < opts->count; i++) {
        const struct opt *opt = &opts->table[i];

        if (opt->letter == letter ||
            (opts->any_case && opt->letter == tolower((unsigned char)letter)))
            return letter_value(opts, opt);
    }
    /* "-json": argv[-1] is the bundle. */
    if (!advise(opts, &letter, 1) && strlen(opts->argv[-1]) >= LONG_MIN_BYTES)
        suggest(opts, opts->argv[-1] + 1, strlen(opts->argv[-1] + 1));
    return bad(opts, "unknown option", "-", &letter, 1);
}

int opts_next(struct opts *opts)
{
    const char *word;

    opts->value = NULL;
    if (opts->bundle && *opts->bundle != '\0')
        return short_option(opts);
    if (!*opts->argv)
        return OPT_END;
    word = *opts->argv++;
    if (!opts->words_only && strcmp(word, "--") == 0) {
        opts->words_only = true;
        return opts_next(opts);
    }
    if (!opts->words_only && word[0] == '-' && word[1] == '-')
        return long_option(opts, word + 2);
    if (!opts->words_only && word[0] == '-' && word[1] != '\0' &&
        !(opts->numbers && isdigit((unsigned char)word[1]))) {
        opts->bundle = word + 1;
        return short_option(opts);
    }
    opts->value = word;
    return OPT_WORD;
}

/* padding: the blanks before an option without a letter. */
static void put_names(const struct opt *opt, const char *padding, struct out *out)
{
    out_word(out, "  ");
    if (opt->letter != 0) {
        out_char(out, '-');
        out_char(out, opt->letter);
        out_word(out, opt->name ? ", " : "");
    } else {
        out_word(out, padding);
    }
    if (opt->name) {
        out_word(out, "--");
        out_word(out, opt->name);
    }
    if (opt->arg) {
        if (opt->kind == OPT_NUMBER)
            out_word(out, opt->name ? "[=" : "[");
        else
            out_char(out, opt->name ? '=' : ' ');
        out_word(out, opt->arg);
        out_word(out, opt->kind == OPT_NUMBER ? "]" : "");
    }
}

static void put_row(const struct opt *opt, struct out *out)
{
    size_t from = out->len;

    put_names(opt, "    ", out);
    if (out->len - from >= HELP_COLUMN) {
        out_char(out, '\n');
        from = out->len;
    }
    out_pad(out, HELP_COLUMN - (out->len - from));
    out_word(out, opt->help);
    out_char(out, '\n');
}

/* Appends to the line that starts at *from, or starts the next one. */
static void put_brief(const struct opt *opt, size_t *from, struct out *out)
{
    if (out->len - *from + strlen("  -x, --") + strlen(opt->name) > HELP_WIDTH) {
        out_char(out, '\n');
        *from = out->len;
    }
    put_names(opt, "", out);
}

void opts_help(const struct opt *table, size_t count, struct out *out)
{
    bool brief = false;
    size_t from = 0;

    for (size_t i = 0; i < count; i++) {
        const struct opt *opt = &table[i];

        if (!opt->help)
            continue;
        if (opt->help[0] == '\0') {
            from = brief ? from : out->len;
            brief = true;
            put_brief(opt, &from, out);
            continue;
        }
        out_word(out, brief ? "\n" : "");
        brief = false;
        if (opt->id > 0) {
            put_row(opt, out);
            continue;
        }
        out_char(out, '\n');
        out_word(out, opt->help);
        out_word(out, ":\n");
    }
    out_word(out, brief ? "\n" : "");
}
