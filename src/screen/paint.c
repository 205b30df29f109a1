/* SPDX-License-Identifier: BSD-2-Clause */
#include "paint.h"

#include "view/text.h"

/* Returns the length of the character at the start of text that is escaped. */
static size_t char_len(const char *text, size_t len)
{
    size_t size = 1;

    while (size < len && ((unsigned char)text[size] & 0xc0) == 0x80)
        size++;
    return size;
}

int paint_text(const struct paint *paint, int y, int x, int limit, unsigned int style,
               const char *text, size_t len)
{
    size_t room = limit > 0 ? (size_t)limit : 0;
    size_t end = 0;
    size_t width = 0;

    if (x < 0 || y < 0 || y >= paint->height || x >= paint->width)
        return 0;
    if (room > (size_t)(paint->width - x))
        room = (size_t)(paint->width - x);
    while (end < len) {
        size_t size = char_len(text + end, len - end);
        size_t wide = text_width(text + end, size);

        if (width + wide > room)
            break;
        width += wide;
        end += size;
    }
    if (end > 0)
        paint->put(paint->arg, y, x, style, text, end);
    return (int)width;
}

size_t paint_break(const char *text, size_t len, int width, size_t *next)
{
    size_t room = width > 0 ? (size_t)width : 1;
    size_t used = 0;
    size_t end = 0;
    size_t blank = 0; /* the last one, unless no word is before it */
    bool word = false;

    while (end < len && text[end] != '\n') {
        size_t size = char_len(text + end, len - end);

        used += text_width(text + end, size);
        if (text[end] == ' ' && word)
            blank = end;
        if (used > room && end > 0)
            break;
        word |= text[end] != ' ';
        end += size;
    }
    if (end < len && text[end] != '\n' && blank > 0)
        end = blank;
    *next = end < len && (text[end] == '\n' || text[end] == ' ') ? end + 1 : end;
    return end;
}

int paint_word(const struct paint *paint, int y, int x, unsigned int style, const char *word)
{
    return x + paint_text(paint, y, x, paint->width - x, style, word, strlen(word));
}

void paint_fill(const struct paint *paint, int y, int x, unsigned int style)
{
    static const char blanks[] = "                                ";

    while (x < paint->width) {
        int took = paint_text(paint, y, x, paint->width - x, style, blanks, sizeof(blanks) - 1);

        if (took <= 0)
            return;
        x += took;
    }
}
