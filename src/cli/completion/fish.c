/* SPDX-License-Identifier: BSD-2-Clause */
/* fish: an option a line, and one function for the words behind them. */
#include "shells.h"

#include "cli/words.h"

#include <string.h>

static const char head[] =
    "# fish completion for @; made by @ --completion fish\n"
    "# __@_used COLUMNS: what they hold now\n"
    "function __@_used\n"
    "    set -l none '^$'\n"
    "    string match -q '*port*' -- $argv[1]; and set none '^0*$'\n"
    "    portls -H --tsv --columns $argv[1] 2>/dev/null | tr '\\t;' '\\n\\n' |\n"
    "        string match -rv $none | sort -u\n"
    "end\n"
    "# __@_list WORDS: each behind what was typed of a list with commas\n"
    "function __@_list\n"
    "    set -l head (commandline -ct | string replace -r '^--[a-z-]+=' '' |\n"
    "        string match -r '^.*,|^')\n"
    "    printf '%s\\n' $head$argv\n"
    "end\n"
    "complete -c @ -f\n";

static const char names[] = "function __@_words\n"
                            "    set -l cur (commandline -ct)\n"
                            "    if string match -qr '^[a-zA-Z]' -- $cur\n"
                            "        @ --tsv -H --search $cur 2>/dev/null | cut -f 3 | sort -u\n"
                            "    else\n"
                            "        __@_used local_port,peer_port\n"
                            "    end\n"
                            "end\n";

static void put_variable(const char *name, const char *program, struct out *out)
{
    completion_text("set -g __@_", program, out);
    out_word(out, name);
    out_char(out, ' ');
}

static void put_argument(const struct completion_argument *argument, const char *program,
                         struct out *out)
{
    switch (argument->kind) {
    case COMPLETION_WORDS:
        out_word(out, " -x -a '");
        out_word(out, argument->words);
        out_char(out, '\'');
        break;
    case COMPLETION_COLUMNS:
        completion_text(" -x -a '(__@_list $__@_column)'", program, out);
        break;
    case COMPLETION_SORT:
        completion_text(" -x -a '(__@_list none $__@_column -$__@_column)'", program, out);
        break;
    case COMPLETION_FOLDER:
        out_word(out, " -x -a '(__fish_complete_directories)'");
        break;
    case COMPLETION_FILE:
        out_word(out, " -r -F");
        break;
    case COMPLETION_NAMES:
        completion_text(" -x -a '(__@_words)'", program, out);
        break;
    case COMPLETION_NOTHING:
        out_word(out, " -x");
        break;
    }
}

static void put_option(const struct opt *opt, const char *program, struct out *out)
{
    const struct completion_argument *argument = completion_argument(opt);

    completion_text("complete -c @ -l ", program, out);
    out_word(out, opt->name);
    if (opt->letter != 0) {
        out_word(out, " -s ");
        out_char(out, opt->letter);
    }
    if (argument)
        put_argument(argument, program, out);
    out_word(out, " -d '");
    for (const char *c = opt->help; *c != '\0'; c++)
        out_word(out, *c == '\'' ? "\\'" : (char[]){*c, '\0'});
    out_word(out, "'\n");
}

static void put_filter(const char *program, struct out *out)
{
    completion_text("function __@_words\n"
                    "    set -l typed (commandline -opc)\n"
                    "    set -l before $typed[-1]\n"
                    "    if string match -qr '^[=!<>]' -- $before; or contains -- "
                    "$before " COMPLETION_OPERATORS "\n"
                    "        set before $typed[-2]\n    end\n"
                    "    switch $before\n",
                    program, out);
    for (size_t i = 0; i < completion_value_count; i++) {
        const struct completion_value *value = &completion_values[i];

        out_word(out, "        case ");
        out_word(out, value->after);
        if (value->words >= 0) {
            completion_text("\n            printf '%s\\n' $__@_", program, out);
            out_word(out, words_name((enum words)value->words));
        } else {
            completion_text("\n            __@_used ", program, out);
            out_word(out, value->columns ? value->columns : "$before");
        }
        out_char(out, '\n');
    }
    completion_text("        case '*'\n"
                    "            if string match -q ':*' -- (commandline -ct)\n"
                    "                printf ':%s\\n' (__@_used local_port,peer_port)\n"
                    "            else\n"
                    "                printf '%s\\n' $__@_filter\n"
                    "            end\n    end\nend\n",
                    program, out);
}

void completion_fish(const char *program, const struct opt *table, size_t count, struct out *out)
{
    bool filter = strcmp(program, "portls") == 0;

    completion_text(head, program, out);
    if (filter) {
        put_variable("filter", program, out);
        completion_filter(out);
        out_char(out, '\n');
    }
    for (int i = 0; filter && i < WORDS_MAX; i++) {
        if (!completion_uses(i))
            continue;
        put_variable(words_name((enum words)i), program, out);
        completion_words(i, out);
        out_char(out, '\n');
    }
    for (size_t i = 0; i < count; i++) {
        if (table[i].help)
            put_option(&table[i], program, out);
    }
    if (filter)
        put_filter(program, out);
    else
        completion_text(names, program, out);
    completion_text("complete -c @ -a '(__@_words)'\n", program, out);
}
