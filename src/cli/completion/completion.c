/* SPDX-License-Identifier: BSD-2-Clause */
#include "completion.h"

#include "cli/words.h"
#include "shells.h"

#include <string.h>

/* What the arguments of options are, by the option's name. */
static const struct completion_argument arguments[] = {
    {"columns", COMPLETION_COLUMNS, NULL},
    {"group-by", COMPLETION_COLUMNS, NULL},
    {"sort", COMPLETION_SORT, NULL},
    {"source", COMPLETION_WORDS, "auto diag proc"},
    {"owners", COMPLETION_WORDS, "auto bpf scan"},
    {"color", COMPLETION_WORDS, "auto always never"},
    {"as", COMPLETION_WORDS, "netstat ss windows"},
    {"completion", COMPLETION_WORDS, "bash zsh fish"},
    {"record", COMPLETION_FOLDER, NULL},
    {"replay", COMPLETION_FOLDER, NULL},
    {"services", COMPLETION_FILE, NULL},
    {"search", COMPLETION_NAMES, NULL},
};

const struct completion_value completion_values[] = {
    {"state exclude excl", WORDS_FILTER_STATE, NULL},
    {"proto", WORDS_PROTO, NULL},
    {"family", WORDS_FAMILY, NULL},
    {"type", WORDS_TYPE, NULL},
    {"reach", WORDS_REACH, NULL},
    {"place", WORDS_PLACE, NULL},
    {"class", WORDS_CLASS, NULL},
    {"owner_unknown", WORDS_REASON, NULL},
    {"port", -1, "local_port,peer_port"},
    {"sport", -1, "local_port"},
    {"dport", -1, "peer_port"},
    {"src local", -1, "local_address"},
    {"dst peer", -1, "peer_address"},
    {"host address", -1, "local_address,peer_address"},
    {"dev", -1, "interface"},
    {"local_port peer_port local_address peer_address interface scope uid user inode service "
     "peer_service common use pid fd process command exe process_uid cgroup",
     -1, NULL},
};

const size_t completion_value_count = sizeof(completion_values) / sizeof(completion_values[0]);

const struct completion_argument *completion_argument(const struct opt *opt)
{
    static const struct completion_argument unknown = {NULL, COMPLETION_NOTHING, NULL};

    if (opt->kind != OPT_TEXT)
        return NULL;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        if (strcmp(arguments[i].option, opt->name) == 0)
            return &arguments[i];
    }
    return &unknown;
}

bool completion_uses(int words)
{
    bool used = words == WORDS_COLUMN;

    for (size_t i = 0; i < completion_value_count; i++)
        used |= completion_values[i].words == words;
    return used;
}

void completion_text(const char *text, const char *program, struct out *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '@')
            out_word(out, program);
        else
            out_char(out, *text);
    }
}

void completion_words(int words, struct out *out)
{
    const char *word;

    for (size_t i = 0; (word = words_get((enum words)words, i)) != NULL; i++) {
        out_word(out, i > 0 ? " " : "");
        out_word(out, word);
    }
}

/* Is it in one of the kinds before the one of that index, or before it in its own? */
static bool is_earlier(const enum words *kinds, size_t kind, size_t index)
{
    const char *word = words_get(kinds[kind], index);
    const char *other;

    for (size_t k = 0; k <= kind; k++) {
        for (size_t i = 0; (other = words_get(kinds[k], i)) != NULL; i++) {
            if (k == kind && i == index)
                return false;
            if (strcmp(word, other) == 0)
                return true;
        }
    }
    return false;
}

void completion_filter(struct out *out)
{
    static const enum words kinds[] = {WORDS_GRAMMAR, WORDS_PROTO, WORDS_FAMILY, WORDS_FILTER_STATE,
                                       WORDS_FIELD};
    const char *before = "";

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        const char *word;

        for (size_t i = 0; (word = words_get(kinds[k], i)) != NULL; i++) {
            /* No signs: nobody completes them, and shells have their own ideas about them. */
            if (word[0] < 'a' || word[0] > 'z' || is_earlier(kinds, k, i))
                continue;
            out_word(out, before);
            out_word(out, word);
            before = " ";
        }
    }
}

void completion_options(const struct opt *table, size_t count, struct out *out)
{
    const char *before = "";

    for (size_t i = 0; i < count; i++) {
        if (!table[i].help)
            continue;
        if (table[i].name) {
            out_word(out, before);
            out_word(out, "--");
            out_word(out, table[i].name);
            before = " ";
        }
        if (table[i].letter != 0) {
            out_word(out, before);
            out_char(out, '-');
            out_char(out, table[i].letter);
            before = " ";
        }
    }
}

void completion_print(const char *program, const struct opt *table, size_t count, const char *shell,
                      struct out *out)
{
    static const struct {
        const char *shell;
        completion_fn *put;
    } shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(shells[i].shell, shell) == 0)
            shells[i].put(program, table, count, out);
    }
}
