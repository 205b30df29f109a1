/* SPDX-License-Identifier: BSD-2-Clause */
#include "opts.h"

#include "complain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 32

/* Writes "-l" or "--name" to buf, as the option was typed. */
static const char *name_of(const struct opts *opts, const struct opt *opt, char *buf)
{
    if (opt->letter != 0 && opts->given[opt->id] != OPT_BY_NAME)
        (void)snprintf(buf, NAME_MAX_BYTES, "-%c", opt->letter);
    else
        (void)snprintf(buf, NAME_MAX_BYTES, "--%s", opt->name);
    return buf;
}

int opts_refuse(const struct opts *opts, const char *what, const char *culprit, size_t len)
{
    complain_at(what, culprit, len, "", opts->help);
    return opts->status;
}

/* ---- what options do ---- */

static void *target(const struct opts *opts, const struct opt *opt)
{
    return (char *)opts->settings + opt->at;
}

int opt_set_true(struct opts *opts, const struct opt *opt)
{
    *(bool *)target(opts, opt) = true;
    return OPTS_GO_ON;
}

int opt_set_false(struct opts *opts, const struct opt *opt)
{
    *(bool *)target(opts, opt) = false;
    return OPTS_GO_ON;
}

int opt_set_bits(struct opts *opts, const struct opt *opt)
{
    *(uint32_t *)target(opts, opt) |= opt->bits;
    return OPTS_GO_ON;
}

int opt_set_text(struct opts *opts, const struct opt *opt)
{
    *(const char **)target(opts, opt) = opts->value;
    return OPTS_GO_ON;
}

/* Prints "-c takes TAKES, not 'VALUE'". */
static int refuse_value(const struct opts *opts, const struct opt *opt, const char *takes)
{
    char name[NAME_MAX_BYTES];
    char what[128];

    (void)snprintf(what, sizeof(what), "%s takes %s, not", name_of(opts, opt, name), takes);
    return opts_refuse(opts, what, opts->value, strlen(opts->value));
}

int opt_set_number(struct opts *opts, const struct opt *opt)
{
    const char *problem = NULL;

    *(unsigned int *)target(opts, opt) =
        opts->value ? (unsigned int)strtonum(opts->value, 1, opt->bits, &problem) : 1;
    return problem ? refuse_value(opts, opt, opt->takes) : OPTS_GO_ON;
}

/* Writes the words "a b c" as "a, b or c". */
static void put_choices(const char *words, char *buf, size_t size)
{
    buf[0] = '\0';
    for (size_t len = 0; *words != '\0'; words += len) {
        const char *before = buf[0] == '\0' ? "" : strchr(words + 1, ' ') ? ", " : " or ";

        words += *words == ' ';
        len = strcspn(words, " ");
        (void)snprintf(buf + strlen(buf), size - strlen(buf), "%s%.*s", before, (int)len, words);
    }
}

int opts_choice(const struct opts *opts, const struct opt *opt)
{
    const char *word = opt->choices;
    char takes[64];
    size_t len;

    for (int i = 0; *word != '\0'; i++, word += len + (word[len] == ' ')) {
        len = strcspn(word, " ");
        if (strlen(opts->value) == len && memcmp(opts->value, word, len) == 0)
            return i;
    }
    put_choices(opt->choices, takes, sizeof(takes));
    (void)refuse_value(opts, opt, takes);
    return -1;
}

int opt_set_choice(struct opts *opts, const struct opt *opt)
{
    int choice = opts_choice(opts, opt);

    if (choice < 0)
        return opts->status;
    *(unsigned int *)target(opts, opt) = (unsigned int)choice;
    return OPTS_GO_ON;
}

/* ---- contradictory options: rejected, never ignored ---- */

static const struct opt *row_of(const struct opts *opts, int id)
{
    const struct opt *opt = opts->table;

    while (opt->id != id)
        opt++;
    return opt;
}

static int refuse_pair(const struct opts *opts, const struct opt *opt, const char *text, int id)
{
    char names[2][NAME_MAX_BYTES];
    char what[128];

    (void)snprintf(what, sizeof(what), "%s%s%s", name_of(opts, opt, names[0]),
                   text ? text : " cannot be combined with ",
                   text ? "" : name_of(opts, row_of(opts, id), names[1]));
    return opts_refuse(opts, what, NULL, 0);
}

/* Rejects contradictory options; a list may contain its own option. with_text: only pairs whose row has a text, else only others. */
static int check_clashes(const struct opts *opts, bool with_text)
{
    for (const struct opt *opt = opts->table; opt < opts->table + opts->count; opt++) {
        if (!opts->given[opt->id])
            continue;
        for (const struct opt_clash *clash = opt->clashes; clash && clash->id != 0; clash++) {
            if (clash->id != opt->id && opts->given[clash->id] &&
                (clash->text != NULL) == with_text && !opts->given[clash->unless[0]] &&
                !opts->given[clash->unless[1]])
                return refuse_pair(opts, opt, clash->text, clash->id);
        }
    }
    return OPTS_GO_ON;
}

static int check_alone(const struct opts *opts, const struct opt *alone)
{
    char name[NAME_MAX_BYTES];
    char what[64];

    for (const struct opt *opt = opts->table; opt < opts->table + opts->count; opt++) {
        if (opts->given[opt->id] && opt->id != alone->id && !opt->anywhere)
            return refuse_pair(opts, opt, NULL, alone->id);
    }
    if (!opts->first_word)
        return OPTS_GO_ON;
    (void)snprintf(what, sizeof(what), "%s cannot be combined with", name_of(opts, alone, name));
    return opts_refuse(opts, what, opts->first_word, strlen(opts->first_word));
}

/* ---- all of a command line ---- */

static int refuse_bad(const struct opts *opts)
{
    complain_at(opts->problem, NULL, 0, opts->advice, opts->advice[0] != '\0' ? "" : opts->help);
    return opts->status;
}

/* Applies the option, unless it was given before with another value: then refuses it. */
static int set_option(struct opts *opts, const struct opt *opt)
{
    char name[NAME_MAX_BYTES];
    char what[128];

    if (opt->once && opts->once_value && strcmp(opts->once_value, opts->value) != 0) {
        (void)snprintf(what, sizeof(what), "%s can be given once, not again with",
                       name_of(opts, opt, name));
        return opts_refuse(opts, what, opts->value, strlen(opts->value));
    }
    if (opt->once)
        opts->once_value = opts->value;
    return opt->set ? opt->set(opts, opt) : OPTS_GO_ON;
}

static int take_word(struct opts *opts)
{
    if (!opts->first_word)
        opts->first_word = opts->value;
    return opts->word(opts);
}

int opts_apply(struct opts *opts)
{
    const struct opt *alone = NULL;
    const char *value = NULL;
    int status = OPTS_GO_ON;
    int id;

    while (status < 0 && (id = opts_next(opts)) != OPT_END) {
        const struct opt *opt = id > 0 ? row_of(opts, id) : NULL;

        if (id == OPT_BAD)
            return refuse_bad(opts);
        if (!opt) {
            status = take_word(opts);
            continue;
        }
        opts->given[id] = opts->form;
        if (opt->alone) {
            alone = opt;
            value = opts->value;
        } else {
            status = set_option(opts, opt);
        }
    }
    if (status >= 0)
        return status;
    if (alone) {
        status = check_alone(opts, alone);
        opts->value = value;
        return status < 0 ? alone->set(opts, alone) : status;
    }
    status = check_clashes(opts, false);
    return status < 0 ? check_clashes(opts, true) : status;
}
