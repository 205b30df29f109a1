/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds what an interpreter runs, in its arguments: a script, a module, an archive or a class. */
#include "decode.h"
#include "model/array.h"

#include <string.h>

#define SCRIPT_MAX 64

/*
 * Lists are separated by blanks. Arrays, because pointers would be relocated at each start of the
 * program.
 */
struct interpreter {
    char name[8];    /* without a version */
    char none[30];   /* after these, there is no script: code, or standard input */
    char target[20]; /* options that a script, module or archive follows */
    char skip[12];   /* words before the script */
    char rest[9];    /* letters that precede their value in the same argument */
    bool bundles;    /* one-letter options may be bundled */
    bool plus;       /* options may begin with '+', which is then treated like '-' */
    bool classes;    /* names of Java classes */
    char value[182]; /* options that a value follows */
};

#define PYTHON \
    .none = "-c -", .target = "-m", .bundles = true, .value = "-W -X -Q --check-hash-based-pycs"
#define SHELL \
    .none = "-c -s -", .bundles = true, .plus = true, .value = "-o -O --rcfile --init-file"
#define NODE                                                                       \
    .none = "-e --eval -p --print -pe -i -", .target = "--run", .skip = "inspect", \
    .value =                                                                       \
        "-r --require --import --loader --experimental-loader -C --conditions --env-file --title"

static const struct interpreter interpreters[] = {
    {.name = "python", PYTHON},
    {.name = "pypy", PYTHON},
    {.name = "sh", SHELL},
    {.name = "bash", SHELL},
    {.name = "dash", SHELL},
    {.name = "ksh", SHELL},
    {.name = "zsh", SHELL},
    {.name = "node", NODE},
    {.name = "nodejs", NODE},
    {.name = "java",
     .target = "-jar -m --module",
     .classes = true,
     .value = "-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules "
              "--add-exports --add-opens --add-reads --limit-modules --patch-module --source"},
    {.name = "perl", .none = "-e -E -", .rest = "MmxCDFi0", .bundles = true, .value = "-I"},
    {.name = "ruby", .none = "-e -", .rest = "xKTWFi0", .bundles = true, .value = "-I -r -C -E"},
    {.name = "php",
     .none = "-r -B -R -E -a -",
     .target = "-f -F --file",
     .value = "-c -d -S -t -z -g --docroot --server"},
    {.name = "lua", .none = "-e -", .value = "-l"},
    {.name = "luajit", .none = "-e -", .value = "-l -j"},
    {.name = "tclsh", .none = "-", .value = "-encoding"},
    {.name = "Rscript", .none = "-e -"},
    {.name = "deno",
     .none = "eval repl -",
     .skip = "run serve",
     .value = "-c --config --import-map --lock --cert --location -L"},
    {.name = "bun",
     .none = "-e --eval -p --print -",
     .skip = "run x",
     .value = "-c --cwd --preload -r"},
    {.name = "dotnet",
     .skip = "exec run",
     .value = "--roll-forward --fx-version --additionalprobingpath --depsfile"},
    {.name = "mono", .value = "--config"},
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
    if (is_listed(how->none, word, len))
        return EFFECT_NONE;
    if (is_listed(how->value, word, len))
        return EFFECT_VALUE;
    if (is_listed(how->target, word, len))
        return EFFECT_TARGET;
    return is_listed(how->skip, word, len) ? EFFECT_SKIP : EFFECT_OTHER;
}

/* Evaluates an argument such as "-Ec". *at: where the value begins, len if it is the next one. */
static enum effect effect_of_bundle(const struct interpreter *how, const char *word, size_t len,
                                    size_t *at)
{
    for (size_t i = 1; i < len; i++) {
        const char option[] = {'-', word[i]};
        enum effect effect = effect_of(how, option, sizeof(option));

        *at = i + 1;
        if (strchr(how->rest, word[i]))
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

/* Returns whether the name is that of the interpreter, perhaps with a version: python3.11. */
static bool is_version_of(const char *interpreter, struct pl_text name)
{
    size_t len;

    if (name.len == 0 || name.data[0] != interpreter[0])
        return false;
    len = strlen(interpreter);
    if (name.len < len || memcmp(name.data, interpreter, len) != 0)
        return false;
    while (len < name.len && strchr(".0123456789", name.data[len]))
        len++;
    return len == name.len;
}

static const struct interpreter *find_interpreter(struct pl_text path)
{
    struct pl_text name = pl_text_after(path, '/');

    for (size_t i = 0; i < COUNT_OF(interpreters); i++) {
        if (is_version_of(interpreters[i].name, name))
            return &interpreters[i];
    }
    return NULL;
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

/* Takes the next argument as the script. */
static struct pl_text take_script(const struct interpreter *how, struct pl_slice *words)
{
    struct pl_text word;

    return take_word(words, &word) ? shorten(how, word) : (struct pl_text){NULL, 0};
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
        bool plus = how->plus && word.len > 0 && word.data[0] == '+';
        bool option = plus || (word.len > 0 && word.data[0] == '-');
        enum effect effect = effect_of(how, word.data, word.len);
        size_t at = word.len;

        if (plus || (option && effect == EFFECT_OTHER && word.len > 2 && word.data[1] != '-' &&
                     how->bundles))
            effect = effect_of_bundle(how, word.data, word.len, &at);
        if (effect == EFFECT_TARGET && at < word.len)
            return shorten(how, (struct pl_text){word.data + at, word.len - (uint32_t)at});
        if (effect == EFFECT_TARGET || (word.len == 2 && memcmp(word.data, "--", 2) == 0))
            return take_script(how, &words);
        /* java reads arguments from a file @NAME. */
        if (effect == EFFECT_NONE || (how->classes && word.len > 0 && word.data[0] == '@') ||
            (effect == EFFECT_VALUE && at == word.len && !take_word(&words, &word)))
            return none;
        if (effect == EFFECT_OTHER && !option)
            return shorten(how, word);
    }
    return none;
}
