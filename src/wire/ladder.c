/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts as ladders: time runs down, and each segment is an arrow between its ends. */
#include "attempts.h"

#include "page.h"
#include "view/column.h"
#include "view/terminal.h"
#include "view/text.h"

#define RAIL_AT     4  /* column of the initiator's line */
#define RAILS_MOST  60 /* columns between the lines */
#define RAILS_LEAST 34
#define TIME_WIDTH  12 /* after the responder's line */
#define LINES_MAX   8  /* of one text */
#define TEXT_WIDTH  79

struct drawing {
    const struct attempt_row *row;
    const struct ladder *ladder;
    struct out *out;
    size_t rails; /* columns between the lines */
};

static void put_style(const struct drawing *drawing, const char *style)
{
    out_word(drawing->out, drawing->ladder->color ? style : "");
}

/* Frees a text that was made beside the output. */
static void end_part(const struct drawing *drawing, struct out *part)
{
    if (part->error != 0)
        drawing->out->error = part->error;
    out_free(part);
}

/* The two ends: one at each side. */
static void put_ends(const struct drawing *drawing)
{
    const struct view view = {.data = false};
    struct cell cell = {.kind = CELL_ENDPOINT, .sock = &drawing->row->sock};
    struct out *out = drawing->out;
    size_t start = out->len;
    size_t right = RAIL_AT + drawing->rails + 2;
    size_t from, width;

    if (drawing->row->attempt.have & PL_ATTEMPT_NO_ADDRESS)
        out_char(out, '-');
    else
        cell_plain(out, &view, &cell, ',', "");
    width = out->len - start;
    from = out->len;
    cell.peer = true;
    cell_plain(out, &view, &cell, ',', "");
    if (width + 1 + out->len - from > right + TIME_WIDTH) {
        /* Long addresses: one below the other. */
        struct out copy = {.fd = -1};

        out_bytes(&copy, out->data + from, out->len - from);
        out->len = from;
        out_char(out, '\n');
        out_pad(out, right > copy.len ? right - copy.len : 0);
        out_bytes(out, copy.data, copy.len);
        end_part(drawing, &copy);
    } else {
        struct out copy = {.fd = -1};
        size_t end = right > out->len - from ? right - (out->len - from) : 0;

        out_bytes(&copy, out->data + from, out->len - from);
        out->len = from;
        out_pad(out, end > width ? end - width : 1);
        out_bytes(out, copy.data, copy.len);
        end_part(drawing, &copy);
    }
    out_char(out, '\n');
}

/* The first owner of each end, and how many there are: one at each side. */
static void put_owners(const struct drawing *drawing)
{
    const struct pl_attempt *attempt = &drawing->row->attempt;
    struct out *out = drawing->out;
    size_t right = RAIL_AT + drawing->rails + 2;
    size_t start = out->len;
    struct out other = {.fd = -1};
    size_t width;

    owners_text(out, attempt, 0);
    owners_text(&other, attempt, 1);
    width = text_width(out->data + start, out->len - start);
    if (other.len > 0) {
        size_t end = text_width(other.data, other.len);

        out_pad(out, right > width + end ? right - width - end : 1);
        out_bytes(out, other.data, other.len);
    }
    if (out->len > start)
        out_char(out, '\n');
    end_part(drawing, &other);
}

/* A line of text between the lines of the ends. */
static void put_line(const struct drawing *drawing, const char *text, size_t len, const char *style,
                     const char *time)
{
    struct out *out = drawing->out;
    size_t room = drawing->rails;

    out_pad(out, RAIL_AT);
    out_word(out, "|  ");
    put_style(drawing, style);
    out_bytes(out, text, len);
    put_style(drawing, style[0] != '\0' ? TERMINAL_PLAIN : "");
    out_pad(out, room > len + 2 ? room - len - 2 : 0);
    out_char(out, '|');
    if (time[0] != '\0') {
        out_word(out, "  ");
        out_word(out, time);
    }
    out_char(out, '\n');
}

static void put_text(const struct drawing *drawing, const char *text, const char *style,
                     const char *time)
{
    struct page_line lines[LINES_MAX];
    size_t count = page_wrap(text, strlen(text), drawing->rails - 3, lines, LINES_MAX);

    for (size_t i = 0; i < count; i++)
        put_line(drawing, lines[i].text, lines[i].len, style, i == 0 ? time : "");
}

static void put_arrow(const struct drawing *drawing, bool back)
{
    struct out *out = drawing->out;

    out_pad(out, RAIL_AT);
    out_word(out, back ? "|<" : "|");
    for (size_t i = 0; i + 1 < drawing->rails; i++)
        out_char(out, '-');
    out_word(out, back ? "|\n" : ">|\n");
}

static const char *style_of(const struct step *step)
{
    if (strncmp(step->title, "RST", 3) == 0 || strncmp(step->title, "ICMP", 4) == 0)
        return "\033[31m";
    return "\033[1m";
}

static void put_step(const struct drawing *drawing, const struct step *step)
{
    char time[STEP_TIME] = "";

    if (step->timed)
        steps_time(step->us, time);
    put_text(drawing, step->title, style_of(step), time);
    put_text(drawing, step->check, "", "");
    put_text(drawing, step->text, "", "");
    if (drawing->ladder->explain && step->lesson)
        put_text(drawing, step->lesson, "", "");
    put_arrow(drawing, step->by_responder);
}

/* Lines of the whole width; the first bytes in a style. */
static void put_styled(const struct drawing *drawing, const char *text, const char *style,
                       size_t len)
{
    struct page_line lines[LINES_MAX];
    size_t width = drawing->ladder->width;
    size_t count = page_wrap(
        text, strlen(text), width > 0 && width < TEXT_WIDTH ? width : TEXT_WIDTH, lines, LINES_MAX);

    for (size_t i = 0; i < count; i++) {
        size_t first = i == 0 && len < lines[0].len ? len : 0;

        if (first > 0) {
            put_style(drawing, style);
            out_bytes(drawing->out, lines[0].text, first);
            put_style(drawing, style[0] != '\0' ? TERMINAL_PLAIN : "");
        }
        out_bytes(drawing->out, lines[i].text + first, lines[i].len - first);
        out_char(drawing->out, '\n');
    }
}

static void put_sentence(const struct drawing *drawing, const char *text)
{
    put_styled(drawing, text, "", 0);
}

static void put_verdict(const struct drawing *drawing)
{
    const struct pl_attempt *attempt = &drawing->row->attempt;
    const char *name = pl_verdict_name(attempt->verdict);
    char text[3 * STEP_TEXT];
    struct out remark = {.fd = -1};
    char times[2][STEP_TIME];

    columns_remark(&remark, attempt);
    out_char(&remark, '\0');
    steps_time(attempt->synack_us, times[0]);
    steps_time(attempt->third_us, times[1]);
    (void)snprintf(text, sizeof(text), "%s: %s%s%s", name, pl_verdict_text(attempt->verdict),
                   remark.data && remark.data[0] != '\0' ? "; " : "",
                   remark.data ? remark.data : "");
    put_styled(drawing, text, columns_style(attempt->verdict), strlen(name));
    if (attempt->have & PL_ATTEMPT_SYNACK_TIME && attempt->have & PL_ATTEMPT_THIRD_TIME) {
        (void)snprintf(text, sizeof(text), "SYN to SYN-ACK %s, SYN-ACK to ACK %s", times[0],
                       times[1]);
        put_sentence(drawing, text);
    }
    end_part(drawing, &remark);
}

/* A terminal that is too narrow for arrows. */
static void put_list(const struct drawing *drawing, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[3 * STEP_TEXT];
        char time[STEP_TIME] = "";

        if (steps[i].timed)
            steps_time(steps[i].us, time);
        (void)snprintf(text, sizeof(text), "%s %s%s%s%s%s", steps[i].by_responder ? "<" : ">",
                       steps[i].title, steps[i].check[0] != '\0' ? "  " : "", steps[i].check,
                       time[0] != '\0' ? "  " : "", time);
        put_sentence(drawing, text);
        if (drawing->ladder->explain && steps[i].lesson)
            put_sentence(drawing, steps[i].lesson);
    }
}

void ladder_print(const struct attempt_row *row, const struct ladder *ladder, struct out *out)
{
    struct drawing drawing = {.row = row, .ladder = ladder, .out = out, .rails = RAILS_MOST};
    size_t beside = RAIL_AT + 2 + TIME_WIDTH;
    struct step steps[STEPS];
    size_t count = steps_of(&row->attempt, steps);
    bool narrow = ladder->width > 0 && ladder->width < beside + RAILS_LEAST;

    if (!narrow && ladder->width > 0 && ladder->width < beside + RAILS_MOST)
        drawing.rails = ladder->width - beside;
    if (narrow)
        drawing.rails = RAILS_LEAST;
    put_ends(&drawing);
    put_owners(&drawing);
    if (narrow)
        put_list(&drawing, steps, count);
    for (size_t i = 0; i < count && !narrow; i++)
        put_step(&drawing, &steps[i]);
    put_verdict(&drawing);
}
