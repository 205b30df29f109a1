/* SPDX-License-Identifier: BSD-2-Clause */
/* zsh, by _arguments, so that options are shown with what they mean. */
#include "shells.h"

#include "cli/words.h"

#include <string.h>

static const char head[] =
    "#compdef @\n"
    "# made by @ --completion zsh\n"
    "_@_columns() { compset -P '*,'; compadd -S '' -a column; }\n"
    "_@_sort() { compset -P '*,'; compset -P '-'; compadd -S '' -- none $column; }\n"
    "# _@_used COLUMNS: what they hold now\n"
    "_@_used() {\n"
    "    local -a used\n"
    "    used=(${(f)\"$(portls -H --tsv --columns $1 2>/dev/null | tr '\\t;' '\\n\\n' |\n"
    "        LC_ALL=C sort -u)\"})\n"
    "    [[ $1 == *port* ]] && used=(${used:#0})\n"
    "    compadd -a used\n"
    "}\n";

/* Behind the options: portls a filter, portname names and ports. */
static const char names[] =
    "_@_filter() {\n"
    "    local -a names\n"
    "    if [[ $PREFIX == [a-zA-Z]* ]]; then\n"
    "        names=(${(f)\"$(@ --tsv -H --search $PREFIX 2>/dev/null | cut -f 3)\"})\n"
    "        compadd -a names\n"
    "    else\n"
    "        _@_used local_port,peer_port\n"
    "    fi\n"
    "}\n";

static void put_array(const char *name, struct out *out)
{
    out_word(out, "    local -a ");
    out_word(out, name);
    out_char(out, '=');
    out_char(out, '(');
}

static void put_help(const char *help, struct out *out)
{
    for (; *help != '\0'; help++) {
        if (*help == '\'')
            out_word(out, "'\\''");
        else if (*help != '[' && *help != ']')
            out_char(out, *help);
    }
}

static void put_argument(const struct opt *opt, const char *program, struct out *out)
{
    const struct completion_argument *argument = completion_argument(opt);

    if (!argument)
        return;
    out_char(out, ':');
    out_word(out, opt->arg);
    out_char(out, ':');
    switch (argument->kind) {
    case COMPLETION_WORDS:
        out_char(out, '(');
        out_word(out, argument->words);
        out_char(out, ')');
        break;
    case COMPLETION_COLUMNS:
        completion_text("_@_columns", program, out);
        break;
    case COMPLETION_SORT:
        completion_text("_@_sort", program, out);
        break;
    case COMPLETION_FOLDER:
        out_word(out, "_files -/");
        break;
    case COMPLETION_FILE:
        out_word(out, "_files");
        break;
    case COMPLETION_NAMES:
        completion_text("_@_filter", program, out);
        break;
    case COMPLETION_NOTHING:
        break;
    }
}

static void put_option(const struct opt *opt, const char *program, struct out *out)
{
    out_word(out, "        '--");
    out_word(out, opt->name);
    out_word(out, opt->kind == OPT_TEXT ? "=[" : "[");
    put_help(opt->help, out);
    out_char(out, ']');
    put_argument(opt, program, out);
    out_word(out, "' \\\n");
    if (opt->letter == 0)
        return;
    out_word(out, "        '-");
    out_char(out, opt->letter);
    out_word(out, opt->kind == OPT_TEXT ? "+[" : "[");
    put_help(opt->help, out);
    out_char(out, ']');
    put_argument(opt, program, out);
    out_word(out, "' \\\n");
}

static void put_value(const struct completion_value *value, const char *program, struct out *out)
{
    out_word(out, "    ");
    for (const char *c = value->after; *c != '\0'; c++)
        out_char(out, *c == ' ' ? '|' : *c);
    out_word(out, ") ");
    if (value->words >= 0) {
        out_word(out, "compadd -a ");
        out_word(out, words_name((enum words)value->words));
    } else {
        completion_text("_@_used ", program, out);
        out_word(out, value->columns ? value->columns : "$before");
    }
    out_word(out, " ;;\n");
}

static void put_filter(const char *program, struct out *out)
{
    completion_text("_@_filter() {\n    local before=${words[CURRENT-1]}\n"
                    "    case $before in\n"
                    "    [=!'<>']*",
                    program, out);
    for (const char *c = " " COMPLETION_OPERATORS; *c != '\0'; c++)
        out_char(out, *c == ' ' ? '|' : *c);
    out_word(out, ") (( CURRENT > 2 )) && before=${words[CURRENT-2]} ;;\n    esac\n"
                  "    case $before in\n");
    for (size_t i = 0; i < completion_value_count; i++)
        put_value(&completion_values[i], program, out);
    completion_text("    *) if compset -P ':'; then _@_used local_port,peer_port\n"
                    "        else compadd -a filter; fi ;;\n    esac\n}\n",
                    program, out);
}

void completion_zsh(const char *program, const struct opt *table, size_t count, struct out *out)
{
    bool filter = strcmp(program, "portls") == 0;

    completion_text(head, program, out);
    if (filter)
        put_filter(program, out);
    else
        completion_text(names, program, out);
    completion_text("_@() {\n", program, out);
    if (filter) {
        put_array("filter", out);
        completion_filter(out);
        out_word(out, ")\n");
    }
    for (int i = 0; filter && i < WORDS_MAX; i++) {
        if (!completion_uses(i))
            continue;
        put_array(words_name((enum words)i), out);
        completion_words(i, out);
        out_word(out, ")\n");
    }
    out_word(out, "    _arguments -s -S \\\n");
    for (size_t i = 0; i < count; i++) {
        if (table[i].help)
            put_option(&table[i], program, out);
    }
    completion_text("        '*::filter:_@_filter'\n}\n_@ \"$@\"\n", program, out);
}
