/* SPDX-License-Identifier: BSD-2-Clause */
/* Escapes any bytes: the result is printable, and the original bytes can be recovered. */
#include "fuzz.h"

#include "view/text.h"

static unsigned int digit(char c)
{
    PROMISE((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Decodes what text_plain() wrote. */
static size_t unescape(const char *text, size_t len, uint8_t *out)
{
    size_t to = 0;

    for (size_t at = 0; at < len;) {
        if (text[at] != '\\') {
            out[to++] = (uint8_t)text[at++];
        } else if (text[at + 1] == '\\') {
            out[to++] = '\\';
            at += 2;
        } else {
            PROMISE(at + 3 < len && text[at + 1] == 'x');
            out[to++] = (uint8_t)(digit(text[at + 2]) << 4 | digit(text[at + 3]));
            at += 4;
        }
    }
    return to;
}

static void check_plain(const uint8_t *data, size_t size, const char *also)
{
    struct out out = {.fd = -1};
    uint8_t *back = malloc(size + 1);

    PROMISE(back);
    text_plain(&out, (struct pl_text){(const char *)data, (uint32_t)size}, also);
    PROMISE(out.error == 0);
    promise_plain(out.data, out.len, "");
    PROMISE(text_is_utf8((struct pl_text){out.data, (uint32_t)out.len}));
    PROMISE(text_width(out.data, out.len) <= out.len);
    for (size_t i = 0; i < out.len; i++)
        PROMISE(!strchr(also, out.data[i]));
    PROMISE(unescape(out.data, out.len, back) == size);
    PROMISE(size == 0 || memcmp(back, data, size) == 0);
    free(back);
    out_free(&out);
}

static void check_json(const uint8_t *data, size_t size)
{
    struct out out = {.fd = -1};
    bool backslash = false;

    text_json(&out, (struct pl_text){(const char *)data, (uint32_t)size});
    PROMISE(out.error == 0 && out.len >= 2);
    promise_plain(out.data, out.len, "");
    PROMISE(text_is_utf8((struct pl_text){out.data, (uint32_t)out.len}));
    PROMISE(out.data[0] == '"' && out.data[out.len - 1] == '"');
    for (size_t i = 1; i + 1 < out.len; i++) {
        PROMISE(out.data[i] != '"' || backslash);
        if (backslash)
            PROMISE(strchr("\"\\u", out.data[i]));
        backslash = !backslash && out.data[i] == '\\';
    }
    PROMISE(!backslash);
    out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct out out = {.fd = -1};

    check_plain(data, size, "");
    check_plain(data, size, " ,;");
    check_json(data, size);
    text_hex(&out, (struct pl_text){(const char *)data, (uint32_t)size});
    PROMISE(out.len == 2 * size);
    out_free(&out);
    return 0;
}
