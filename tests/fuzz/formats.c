/* SPDX-License-Identifier: BSD-2-Clause */
#include "formats.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 8
#define KEYS_MAX  512

struct json {
    const char *at, *end;
    const char *wrong; /* a message; NULL: nothing so far */
};

static char peek(const struct json *json)
{
    return json->at < json->end ? *json->at : '\0';
}

static bool fail(struct json *json, const char *wrong)
{
    if (!json->wrong)
        json->wrong = wrong;
    return false;
}

static bool take(struct json *json, char c)
{
    if (json->at == json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Returns the length of a UTF-8 sequence, or 0 if it is invalid, overlong or a surrogate. */
static size_t utf8_length(const unsigned char *s, size_t room)
{
    static const struct {
        unsigned char first, last, low, high; /* ranges of the first and the second byte */
        unsigned char len;
    } rows[] = {{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
                {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
                {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};

    if (s[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (s[0] < rows[i].first || s[0] > rows[i].last)
            continue;
        if (room < rows[i].len || s[1] < rows[i].low || s[1] > rows[i].high)
            return 0;
        for (size_t j = 2; j < rows[i].len; j++) {
            if (s[j] < 0x80 || s[j] > 0xbf)
                return 0;
        }
        return rows[i].len;
    }
    return 0;
}

static bool take_escape(struct json *json)
{
    json->at++;
    if (take(json, 'u')) {
        for (int i = 0; i < 4; i++, json->at++) {
            if (!is_hex(peek(json)))
                return fail(json, "an escape without four digits");
        }
        return true;
    }
    if (peek(json) == '\0' || !strchr("\"\\/bfnrt", peek(json)))
        return fail(json, "an unknown escape");
    json->at++;
    return true;
}

static bool take_string(struct json *json)
{
    if (!take(json, '"'))
        return fail(json, "a string is missing");
    while (peek(json) != '"') {
        const unsigned char *c = (const unsigned char *)json->at;
        size_t len;

        if (json->at == json->end || *c < 0x20)
            return fail(json, "an unterminated string, or a control byte in it");
        if (*c == '\\') {
            if (!take_escape(json))
                return false;
            continue;
        }
        len = utf8_length(c, (size_t)(json->end - json->at));
        if (len == 0)
            return fail(json, "a string that is not UTF-8");
        json->at += len;
    }
    json->at++;
    return true;
}

static bool take_digits(struct json *json)
{
    if (!is_digit(peek(json)))
        return fail(json, "a digit is missing");
    while (is_digit(peek(json)))
        json->at++;
    return true;
}

static bool take_number(struct json *json)
{
    (void)take(json, '-');
    if (take(json, '0')) {
        if (is_digit(peek(json)))
            return fail(json, "a number with a leading zero");
    } else if (!take_digits(json)) {
        return false;
    }
    if (take(json, '.') && !take_digits(json))
        return false;
    if (take(json, 'e') || take(json, 'E')) {
        if (!take(json, '-'))
            (void)take(json, '+');
        return take_digits(json);
    }
    return true;
}

static bool take_word(struct json *json, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(json->end - json->at) < len || memcmp(json->at, word, len) != 0)
        return fail(json, "an unknown word");
    json->at += len;
    return true;
}

static bool take_value(struct json *json, int depth);

static bool is_new_key(struct json *json, const char *const *keys, size_t count, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(keys[i], keys[count], len) == 0)
            return fail(json, "a key twice");
    }
    return count < KEYS_MAX || fail(json, "too many keys");
}

static bool take_object(struct json *json, int depth)
{
    const char *keys[KEYS_MAX + 1];
    size_t count = 0;

    json->at++;
    if (take(json, '}'))
        return true;
    do {
        keys[count] = json->at;
        if (!take_string(json) || !is_new_key(json, keys, count, (size_t)(json->at - keys[count])))
            return false;
        count++;
        if (!take(json, ':'))
            return fail(json, "a colon is missing");
        if (!take_value(json, depth))
            return false;
    } while (take(json, ','));
    return take(json, '}') || fail(json, "an object without its end");
}

static bool take_array(struct json *json, int depth)
{
    json->at++;
    if (take(json, ']'))
        return true;
    do {
        /* Each row begins on a new line. */
        (void)take(json, '\n');
        /* Lists of owners correspond by index: an unknown item is null. */
        if (!(peek(json) == 'n' ? take_word(json, "null") : take_value(json, depth)))
            return false;
    } while (take(json, ','));
    (void)take(json, '\n');
    return take(json, ']') || fail(json, "an array without its end");
}

static bool take_value(struct json *json, int depth)
{
    if (depth == DEPTH_MAX)
        return fail(json, "too deep");
    switch (peek(json)) {
    case '{':
        return take_object(json, depth + 1);
    case '[':
        return take_array(json, depth + 1);
    case '"':
        return take_string(json);
    case 't':
        return take_word(json, "true");
    case 'f':
        return take_word(json, "false");
    default:
        return take_number(json);
    }
}

static const char *check_object(struct json *json)
{
    if (peek(json) != '{')
        return "not an object";
    if (!take_value(json, 0))
        return json->wrong;
    return take(json, '\n') ? NULL : "no line feed after the object";
}

const char *formats_json(const char *text, size_t len)
{
    struct json json = {.at = text, .end = text + len};
    const char *wrong = check_object(&json);

    return wrong || json.at == json.end ? wrong : "more after the document";
}

const char *formats_jsonl(const char *text, size_t len)
{
    struct json json = {.at = text, .end = text + len};
    const char *wrong = NULL;

    while (!wrong && json.at < json.end)
        wrong = check_object(&json);
    return wrong;
}

/* ---- rows of fields ---- */

/* Returns the end of the field, or NULL. */
static const char *take_field(const char *at, const char *end, char separator)
{
    if (separator == ',' && at < end && *at == '"') {
        for (at++; at < end; at++) {
            if (*at != '"')
                continue;
            if (at + 1 == end || at[1] != '"')
                return at + 1;
            at++;
        }
        return NULL;
    }
    while (at < end && *at != separator && *at != '\n') {
        if (separator == ',' && *at == '"')
            return NULL;
        at++;
    }
    return at;
}

static const char *check_rows(const char *text, size_t len, char separator)
{
    const char *end = text + len;
    size_t want = 0;

    if (len > 0 && end[-1] != '\n')
        return "the last row has no end";
    while (text < end) {
        size_t fields = 1;

        while ((text = take_field(text, end, separator)) && text < end && *text == separator) {
            text++;
            fields++;
        }
        if (!text || text == end || *text != '\n')
            return "a quote in the wrong place";
        text++;
        if (want != 0 && fields != want)
            return "a row of another length";
        want = fields;
    }
    return NULL;
}

const char *formats_csv(const char *text, size_t len)
{
    return check_rows(text, len, ',');
}

const char *formats_tsv(const char *text, size_t len)
{
    return check_rows(text, len, '\t');
}
