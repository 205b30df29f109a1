/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds what an interpreter runs, in its arguments: a script, a module, an archive or a class. */
#include "decode.h"
#include "model/array.h"

#include <string.h>

#define SCRIPT_MAX 64

/* Options are separated by blanks. */
struct interpreter {
    const char *name;   /* without a version */
    const char *none;   /* after these, there is no script: code, or standard input */
    const char *value;  /* a value follows */
    const char *target; /* what it runs follows */
    const char *skip;   /* words before the script */
    const char *rest;   /* letters with the value in the same argument */
    bool bundles;       /* one-letter options may be bundled */
    bool classes;       /* names of classes: org.example.Main */
};

#define PYTHON(word)                                                                \
    {                                                                               \
        word, "-c -", "-W -X -Q --check-hash-based-pycs", "-m", "", "", true, false \
    }
#define SHELL(word)                                                            \
    {                                                                          \
        word, "-c -s -", "-o -O --rcfile --init-file", "", "", "", true, false \
    }
#define NODE(word)                                                                             \
    {                                                                                          \
        word, "-e --eval -p --print -pe -i -",                                                 \
            "-r --require --import --loader --experimental-loader -C --conditions --env-file " \
            "--title",                                                                         \
            "--run", "inspect", "", false, false                                               \
    }

static const struct interpreter interpreters[] = {
    PYTHON("python"),
    PYTHON("pypy"),
    SHELL("sh"),
    SHELL("bash"),
    SHELL("dash"),
    SHELL("ksh"),
    SHELL("zsh"),
    NODE("node"),
    NODE("nodejs"),
    {"java", "-",
     "-cp -classpath --class-path -p --module-path --upgrade-module-path "
     "--add-modules --add-exports --add-opens --add-reads --limit-modules "
     "--patch-module --source",
     "-jar -m --module", "", "", false, true},
    {"perl", "-e -E -", "-I", "", "", "MmxCDFi0", true, false},
    {"ruby", "-e -", "-I -r -C -E", "", "", "xKTWFi0", true, false},
    {"php", "-r -B -R -E -a -", "-c -d -S -t -z -g --docroot --server", "-f -F --file", "", "",
     false, false},
    {"lua", "-e -", "-l", "", "", "", false, false},
    {"luajit", "-e -", "-l -j", "", "", "", false, false},
    {"tclsh", "-", "-encoding", "", "", "", false, false},
    {"Rscript", "-e -", "", "", "", "", false, false},
    {"deno", "eval repl -", "-c --config --import-map --lock --cert --location -L", "", "run serve",
     "", false, false},
    {"bun", "-e --eval -p --print -", "-c --cwd --preload -r", "", "run x", "", false, false},
    {"dotnet", "", "--roll-forward --fx-version --additionalprobingpath --depsfile", "", "exec run",
     "", false, false},
    {"mono", "", "--config", "", "", "", false, false},
};

enum effect { EFFECT_OTHER, EFFECT_NONE, EFFECT_VALUE, EFFECT_TARGET, EFFECT_SKIP };

static bool is_listed(const char *list, const char *word, size_t len)
{
    while (*list != '\0') {
        size_t own = strcspn(list, " ");

        if (own == len && memcmp(list, word, len) == 0)
            return true;
        list += own + (list[own] == ' ');
    }
    return false;
}

static enum effect effect_of(const struct interpreter *how, const char *word, size_t len)
{
    const char *const lists[] = {
        [EFFECT_OTHER] = "",           [EFFECT_NONE] = how->none, [EFFECT_VALUE] = how->value,
        [EFFECT_TARGET] = how->target, [EFFECT_SKIP] = how->skip,
    };

    for (enum effect effect = EFFECT_NONE; effect <= EFFECT_SKIP; effect++) {
        if (is_listed(lists[effect], word, len))
            return effect;
    }
    return EFFECT_OTHER;
}

/* Evaluates an argument such as "-Ec". *at: where the value begins, len if it is the next one. */
static enum effect effect_of_bundle(const struct interpreter *how, const char *word, size_t len,
                                    size_t *at)
{
    for (size_t i = 1; i < len; i++) {
        const char option[] = {'-', word[i]};
        enum effect effect = effect_of(how, option, sizeof(option));

        *at = i + 1;
        if (strchr(how->rest, word[i]) && word[i] != '\0')
            return EFFECT_OTHER;
        if (effect != EFFECT_OTHER)
            return effect;
    }
    *at = len;
    return EFFECT_OTHER;
}

/* Takes the next argument. Returns false at the end, and if its NUL is absent: it is truncated. */
static bool take_word(struct pl_slice *words, struct pl_text *word)
{
    const uint8_t *end = words->len > 0 ? memchr(words->data, '\0', words->len) : NULL;

    if (!end)
        return false;
    *word = (struct pl_text){(const char *)words->data, (uint32_t)(end - words->data)};
    *words = pl_slice_part(words, word->len + 1, words->len);
    return true;
}

static const struct interpreter *find_interpreter(struct pl_text path)
{
    struct pl_text name = pl_text_after(path, '/');

    for (;;) {
        for (size_t i = 0; i < COUNT_OF(interpreters); i++) {
            const char *own = interpreters[i].name;

            if (name.len > 0 && own[0] == name.data[0] && is_listed(own, name.data, name.len))
                return &interpreters[i];
        }
        /* python3.11 */
        if (name.len == 0 || !strchr(".0123456789", name.data[name.len - 1]))
            return NULL;
        name.len--;
    }
}

/* Returns the file name of a script, or the last part of the name of a class. */
static struct pl_text shorten(const struct interpreter *how, struct pl_text script)
{
    struct pl_text base = pl_text_after(script, '/');
    struct pl_text end = pl_text_after(base, '.');

    if (how->classes && !is_listed("jar war java", end.data, end.len))
        base = end;
    if (base.len == 0 || base.len > SCRIPT_MAX || is_listed(". ..", base.data, base.len))
        return (struct pl_text){NULL, 0};
    return base;
}

struct pl_text pl_decode_script(struct pl_slice words)
{
    static const struct pl_text none = {NULL, 0};
    const struct interpreter *how;
    struct pl_text word;

    if (!take_word(&words, &word))
        return none;
    how = find_interpreter(word);
    while (how && take_word(&words, &word)) {
        bool option = word.len > 0 && word.data[0] == '-';
        enum effect effect = effect_of(how, word.data, word.len);
        size_t at = word.len;

        if (how->bundles && option && effect == EFFECT_OTHER && word.len > 2 && word.data[1] != '-')
            effect = effect_of_bundle(how, word.data, word.len, &at);
        if (effect == EFFECT_TARGET && at < word.len)
            return shorten(how, (struct pl_text){word.data + at, word.len - (uint32_t)at});
        if (effect == EFFECT_NONE || (how->classes && word.len > 0 && word.data[0] == '@'))
            return none;
        if (effect == EFFECT_TARGET || (word.len == 2 && memcmp(word.data, "--", 2) == 0))
            return take_word(&words, &word) ? shorten(how, word) : none;
        if (effect == EFFECT_VALUE && at == word.len && !take_word(&words, &word))
            return none;
        if (effect == EFFECT_OTHER && !option)
            return shorten(how, word);
    }
    return none;
}
