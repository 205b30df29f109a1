/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bash. What processes chose never goes through "compgen -W", which would run a $(...) in it.
 * "=" and ":" are words of their own to readline.
 */
#include "shells.h"

#include "cli/words.h"

#include <string.h>

static const char head[] =
    "# bash completion for @; made by @ --completion bash\n"
    "# _@_words WORDS [HEAD]: those that begin with what is typed behind HEAD\n"
    "_@_words() {\n"
    "    local word\n"
    "    for word in $1; do\n"
    "        [[ $word == \"${cur#\"${2-}\"}\"* ]] && COMPREPLY+=(\"${2-}$word\")\n"
    "    done\n"
    "}\n"
    "# _@_lines: the lines of standard input that begin with what is typed\n"
    "_@_lines() {\n"
    "    local line\n"
    "    while IFS= read -r line; do\n"
    "        [[ $line == \"$cur\"* && $line != *:* ]] && COMPREPLY+=(\"$(printf %q \"$line\")\")\n"
    "    done\n"
    "}\n"
    "# _@_used COLUMNS: what they hold now\n"
    "_@_used() {\n"
    "    local none='^$'\n"
    "    [[ $1 == *port* ]] && none='^0*$'\n"
    "    _@_lines < <(portls -H --tsv --columns \"$1\" 2>/dev/null |\n"
    "        tr '\\t;' '\\n\\n' | grep -v \"$none\" | LC_ALL=C sort -u)\n"
    "}\n"
    "_@() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} head= "
    "IFS=$' \\t\\n'\n";

static const char ends[] = "    COMPREPLY=()\n"
                           "    case $cur in = | '!=' | '<' | '>' | '<=' | '>=') cur= ;; esac\n"
                           "    case $prev in\n"
                           "    = | == | '!=' | '<' | '>' | '<=' | '>=' | ";

static const char list[] = "        [[ $cur == *,* ]] && head=${cur%,*},\n";

static void put_variable(const char *name, struct out *out)
{
    out_word(out, "    local ");
    out_word(out, name);
    out_word(out, "='");
}

/* "a b c" as "a|b|c". */
static void put_pattern(const char *words, struct out *out)
{
    for (; *words != '\0'; words++)
        out_char(out, *words == ' ' ? '|' : *words);
}

static void put_argument(const struct opt *opt, const char *program, struct out *out)
{
    const struct completion_argument *argument = completion_argument(opt);

    if (!argument || argument->kind == COMPLETION_NAMES)
        return;
    out_word(out, "    --");
    out_word(out, opt->name);
    if (opt->letter != 0) {
        out_word(out, "|-");
        out_char(out, opt->letter);
    }
    out_word(out, ")\n");
    switch (argument->kind) {
    case COMPLETION_WORDS:
        completion_text("        _@_words '", program, out);
        out_word(out, argument->words);
        out_word(out, "'\n");
        break;
    case COMPLETION_COLUMNS:
        out_word(out, list);
        completion_text("        _@_words \"$column\" \"$head\"\n", program, out);
        break;
    case COMPLETION_SORT:
        out_word(out, list);
        out_word(out, "        [[ ${cur#\"$head\"} == -* ]] && head=$head-\n");
        completion_text("        _@_words \"none $column\" \"$head\"\n", program, out);
        break;
    case COMPLETION_FOLDER:
    case COMPLETION_FILE:
        out_word(out, "        compopt -o filenames 2>/dev/null\n"
                      "        mapfile -t COMPREPLY < <(compgen ");
        out_word(out, argument->kind == COMPLETION_FILE ? "-f" : "-d");
        out_word(out, " -- \"$cur\")\n");
        break;
    case COMPLETION_NAMES:
    case COMPLETION_NOTHING:
        break;
    }
    out_word(out, "        return ;;\n");
}

static void put_value(const struct completion_value *value, const char *program, struct out *out)
{
    out_word(out, "    ");
    put_pattern(value->after, out);
    completion_text(value->words >= 0 ? ") _@_words \"$" : ") _@_used \"", program, out);
    if (value->words >= 0)
        out_word(out, words_name((enum words)value->words));
    else
        out_word(out, value->columns ? value->columns : "$prev");
    out_word(out, "\"; return ;;\n");
}

/* portls: fields and values of a filter. */
static void put_filter(const char *program, struct out *out)
{
    for (size_t i = 0; i < completion_value_count; i++)
        put_value(&completion_values[i], program, out);
    completion_text("    :) _@_used local_port,peer_port; return ;;\n    esac\n"
                    "    case $cur in\n"
                    "    :) cur=; _@_used local_port,peer_port ;;\n"
                    "    -*) _@_words \"$option\" ;;\n"
                    "    *) _@_words \"$filter\" ;;\n"
                    "    esac\n}\n",
                    program, out);
}

/* portname: names that the registry knows, and ports in use. */
static void put_names(const char *program, struct out *out)
{
    completion_text("    esac\n"
                    "    case $cur in\n"
                    "    -*) _@_words \"$option\" ;;\n"
                    "    [a-zA-Z]*) _@_lines < <(@ --tsv -H --search \"$cur\" 2>/dev/null |\n"
                    "        cut -f 3 | LC_ALL=C sort -u) ;;\n"
                    "    *) _@_used local_port,peer_port ;;\n"
                    "    esac\n}\n",
                    program, out);
}

void completion_bash(const char *program, const struct opt *table, size_t count, struct out *out)
{
    bool filter = strcmp(program, "portls") == 0;

    completion_text(head, program, out);
    put_variable("option", out);
    completion_options(table, count, out);
    out_word(out, "'\n");
    if (filter) {
        put_variable("filter", out);
        completion_filter(out);
        out_word(out, "'\n");
    }
    for (int i = 0; filter && i < WORDS_MAX; i++) {
        if (!completion_uses(i))
            continue;
        put_variable(words_name((enum words)i), out);
        completion_words(i, out);
        out_word(out, "'\n");
    }
    out_word(out, ends);
    put_pattern(COMPLETION_OPERATORS, out);
    out_word(out, ") [[ $COMP_CWORD -ge 2 ]] && prev=${COMP_WORDS[COMP_CWORD-2]} ;;\n    esac\n"
                  "    case $prev in\n");
    for (size_t i = 0; i < count; i++) {
        if (table[i].help)
            put_argument(&table[i], program, out);
    }
    if (filter)
        put_filter(program, out);
    else
        put_names(program, out);
    completion_text("complete -F _@ @\n", program, out);
}
