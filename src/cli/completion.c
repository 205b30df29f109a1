/* SPDX-License-Identifier: BSD-2-Clause */
#include "completion.h"

#include "../view/column.h"

#include <errno.h>
#include <string.h>

/* Which words an argument takes: by its name in the option table. */
static const struct {
    const char *option;
    const char *words; /* NULL: names of columns, a list with commas; "-": folders */
} arguments[] = {
    {"columns", NULL},
    {"sort", NULL},
    {"group-by", NULL},
    {"source", "diag proc"},
    {"owners", "bpf scan"},
    {"color", "auto always never"},
    {"as", "netstat ss windows"},
    {"completion", "bash zsh fish"},
    {"record", "-"},
    {"replay", "-"},
};

#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

static const char *const verbs[] = {"state", "exclude", "sport", "dport", "port",     "src",
                                    "dst",   "and",     "or",    "not",   "autobound"};

static void put_columns(struct out *out)
{
    for (size_t i = 0; i < view_column_count; i++) {
        out_word(out, i > 0 ? " " : "");
        out_word(out, view_columns[i].name);
    }
}

static void put_states(struct out *out)
{
    const char *word;

    for (size_t i = 0; (word = pl_filter_state(i)) != NULL; i++) {
        out_word(out, i > 0 ? " " : "");
        out_word(out, word);
    }
}

/* Words that a filter can begin with. */
static void put_words(struct out *out)
{
    const char *word;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        out_word(out, i > 0 ? " " : "");
        out_word(out, verbs[i]);
    }
    for (unsigned int i = PL_PROTO_UNKNOWN + 1; i < PL_PROTO_MAX; i++) {
        out_char(out, ' ');
        out_word(out, pl_proto_name(i));
    }
    for (size_t i = 0; (word = pl_filter_field(i, NULL)) != NULL; i++) {
        out_char(out, ' ');
        out_word(out, word);
    }
}

static void put_options(const struct opt *table, size_t count, struct out *out)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].name) {
            out_word(out, i > 0 ? " --" : "--");
            out_word(out, table[i].name);
        }
        if (table[i].letter != 0) {
            out_word(out, " -");
            out_char(out, table[i].letter);
        }
    }
}

/*
 * Names in use now, asked of portls. Anybody chooses these: compgen -W would run a $(command) in
 * them, and a shell obeys what it completes to, so only words without such bytes are offered.
 */
static const char bash_values[] =
    "_portls_values() {\n"
    "    local word\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r word; do\n"
    "        case $word in '' | -* | *[![:alnum:]_./:@%+,-]*) continue ;; esac\n"
    "        [[ $word == \"$2\"* ]] && COMPREPLY+=(\"$word\")\n"
    "    done < <(portls -H --tsv --columns \"$1\" 2>/dev/null | tr ';' '\\n' | sort -u)\n"
    "}\n";

/*
 * bash. Values that are in use now are asked of portls itself; the word before says which column:
 * "process", "user", "pid", "port".
 */
static void put_bash(const struct opt *table, size_t count, struct out *out)
{
    out_word(out, "# bash completion for portls; made by portls --completion bash\n");
    out_word(out, bash_values);
    out_word(out, "_portls() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "    local columns='");
    put_columns(out);
    out_word(out, "'\n    case $prev in\n");
    for (size_t i = 0; i < ARGUMENTS; i++) {
        out_word(out, "    --");
        out_word(out, arguments[i].option);
        if (!arguments[i].words)
            out_word(out, ") local head=; [[ $cur == *,* ]] && head=${cur%,*},\n"
                          "        COMPREPLY=($(compgen -P \"$head\" -W \"$columns\" -- "
                          "\"${cur##*,}\")); return ;;\n");
        else if (strcmp(arguments[i].words, "-") == 0)
            out_word(out, ") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n");
        else {
            out_word(out, ") COMPREPLY=($(compgen -W '");
            out_word(out, arguments[i].words);
            out_word(out, "' -- \"$cur\")); return ;;\n");
        }
    }
    out_word(out, "    state|exclude) COMPREPLY=($(compgen -W '");
    put_states(out);
    out_word(out, "' -- \"$cur\")); return ;;\n"
                  "    process|user|pid|service|local_port|peer_port)\n"
                  "        _portls_values \"$prev\" \"$cur\"; return ;;\n"
                  "    port|sport) _portls_values local_port \"$cur\"; return ;;\n"
                  "    esac\n"
                  "    if [[ $cur == -* ]]; then\n        COMPREPLY=($(compgen -W '");
    put_options(table, count, out);
    out_word(out, "' -- \"$cur\"))\n    else\n        COMPREPLY=($(compgen -W '");
    put_words(out);
    out_word(out, "' -- \"$cur\"))\n    fi\n}\ncomplete -F _portls portls\n");
}

/* zsh's bashcompinit would do; its own way shows what options mean. */
static void put_zsh(const struct opt *table, size_t count, struct out *out)
{
    out_word(out, "#compdef portls\n# made by portls --completion zsh\n_portls() {\n"
                  "    local -a columns=(");
    put_columns(out);
    out_word(out, ") states=(");
    put_states(out);
    out_word(out, ")\n    _arguments -s -S \\\n");
    for (size_t i = 0; i < count; i++) {
        if (!table[i].name || !table[i].help)
            continue;
        out_word(out, "        '--");
        out_word(out, table[i].name);
        out_word(out, table[i].kind == OPT_TEXT ? "=[" : "[");
        for (const char *c = table[i].help; *c; c++)
            out_word(out, *c == '\'' ? "'\\''" : *c == '[' || *c == ']' ? "" : (char[]){*c, 0});
        out_char(out, ']');
        if (table[i].kind == OPT_TEXT) {
            out_char(out, ':');
            out_word(out, table[i].arg);
            out_char(out, ':');
            for (size_t a = 0; a < ARGUMENTS; a++) {
                if (strcmp(arguments[a].option, table[i].name) != 0)
                    continue;
                if (!arguments[a].words)
                    out_word(out, "_values -s , column $columns");
                else if (strcmp(arguments[a].words, "-") == 0)
                    out_word(out, "_files -/");
                else {
                    out_char(out, '(');
                    out_word(out, arguments[a].words);
                    out_char(out, ')');
                }
            }
        }
        out_word(out, "' \\\n");
        if (table[i].letter != 0) {
            out_word(out, "        '-");
            out_char(out, table[i].letter);
            out_word(out, "[as --");
            out_word(out, table[i].name);
            out_word(out, "]' \\\n");
        }
    }
    out_word(out, "        '*::filter:_portls_filter'\n}\n"
                  "_portls_filter() {\n"
                  "    case $words[CURRENT-1] in\n"
                  "    state|exclude) compadd -a states ;;\n"
                  "    process|user|pid|service|local_port|peer_port)\n"
                  "        compadd -- ${(f)\"$(portls -H --tsv --columns $words[CURRENT-1] "
                  "2>/dev/null | tr ';' '\\n' | sort -u)\"} ;;\n"
                  "    port|sport) compadd -- ${(f)\"$(portls -H --tsv --columns local_port "
                  "2>/dev/null | sort -u)\"} ;;\n"
                  "    *) compadd -- ");
    put_words(out);
    out_word(out, " ;;\n    esac\n}\n_portls \"$@\"\n");
}

static void put_fish(const struct opt *table, size_t count, struct out *out)
{
    out_word(out, "# fish completion for portls; made by portls --completion fish\n"
                  "complete -c portls -f\n");
    for (size_t i = 0; i < count; i++) {
        if (!table[i].name)
            continue;
        out_word(out, "complete -c portls -l ");
        out_word(out, table[i].name);
        if (table[i].letter != 0) {
            out_word(out, " -s ");
            out_char(out, table[i].letter);
        }
        out_word(out, table[i].kind == OPT_TEXT ? " -x" : "");
        for (size_t a = 0; a < ARGUMENTS; a++) {
            if (strcmp(arguments[a].option, table[i].name) != 0)
                continue;
            out_word(out, " -a '");
            if (!arguments[a].words)
                put_columns(out);
            else
                out_word(out, strcmp(arguments[a].words, "-") == 0 ? "(__fish_complete_directories)"
                                                                   : arguments[a].words);
            out_char(out, '\'');
        }
        if (table[i].help) {
            out_word(out, " -d \"");
            out_word(out, table[i].help);
            out_char(out, '"');
        }
        out_char(out, '\n');
    }
    out_word(out, "complete -c portls -a '");
    put_words(out);
    out_word(out, "'\ncomplete -c portls -n '__fish_prev_arg_in state exclude' -a '");
    put_states(out);
    out_word(out, "'\nfor c in process user pid service local_port peer_port\n"
                  "    complete -c portls -n \"__fish_prev_arg_in $c\" -a \"(portls -H --tsv "
                  "--columns $c 2>/dev/null | tr ';' '\\n' | sort -u)\"\nend\n");
}

int completion_print(const struct opt *table, size_t count, const char *shell, struct out *out)
{
    static const struct {
        const char *shell;
        void (*put)(const struct opt *table, size_t count, struct out *out);
    } shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        if (strcmp(shells[i].shell, shell) == 0) {
            shells[i].put(table, count, out);
            return 0;
        }
    }
    return -EINVAL;
}
