/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal text: an error names a place in the text; what was read prints as what was read. */
#include "fuzz.h"

#include "wire/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    static struct hex hex;
    static struct hex again;
    size_t lines = 1;
    char *text;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    if (hex_read(&hex, (const char *)data, size) != HEX_FINE) {
        PROMISE(hex.error == HEX_EMPTY || (hex.line >= 1 && hex.line <= lines && hex.column >= 1));
        PROMISE(hex.column <= size + 1);
        return 0;
    }
    PROMISE(hex.count > 0 && hex.count <= size);
    text = malloc(hex.count * 2);
    PROMISE(text);
    for (size_t i = 0; i < hex.count; i++) {
        text[i * 2] = digits[hex.bytes[i] >> 4];
        text[i * 2 + 1] = digits[hex.bytes[i] & 15];
    }
    PROMISE(hex_read(&again, text, hex.count * 2) == HEX_FINE && again.count == hex.count);
    PROMISE(memcmp(again.bytes, hex.bytes, hex.count) == 0);
    free(text);
    return 0;
}
