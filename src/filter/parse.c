/* SPDX-License-Identifier: BSD-2-Clause */
/* Parser of filters, by recursive descent with limited depth. portls(1) has the EBNF. */
#include "api/filter.h"
#include "filter.h"
#include "model/array.h"
#include "model/near.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

static void advance(struct pl_parser *parser)
{
    parser->end = parser->token.end;
    pl_lex(parser->expression, parser->token.end, &parser->token);
}

/*
 * Takes the value: the next token, or the one after a comparison operator. field is NULL if the
 * subject is not a field.
 */
static bool take_value(struct pl_parser *parser, const struct pl_token *subject,
                       const struct pl_field *field, enum pl_op *op, struct pl_token *out)
{
    bool regex = field && pl_regex_may_stand(parser, field);
    size_t at;

    *op = pl_lex_op(&parser->token);
    if (*op == PL_OP_MATCH &&
        (!parser->dialect->regexes || !field || field->kind != PL_KIND_TEXT)) {
        (void)pl_parser_blame(parser, "~ compares text fields only, not", subject);
        return false;
    }
    at = *op != PL_OP_NONE ? parser->token.end : parser->token.from;
    pl_lex_value(parser->expression, at, regex || *op == PL_OP_MATCH, out);
    if (*op == PL_OP_NONE)
        *op = PL_OP_EQ;
    if (out->kind == PL_TOKEN_BAD) {
        (void)pl_parser_blame(parser, "unterminated quote", out);
        return false;
    }
    if (out->kind != PL_TOKEN_WORD) {
        (void)pl_parser_blame(parser, "missing value after", subject);
        return false;
    }
    parser->token = *out;
    advance(parser);
    return true;
}

/* Completes a condition whose value was parsed with = for op; subject is that of the value. */
static struct pl_node *compare(struct pl_parser *parser, enum pl_op op, struct pl_node *node,
                               uint16_t subject)
{
    if (op == PL_OP_NE)
        return pl_parser_negate(parser, node);
    return op == PL_OP_EQ ? pl_parser_about(node, subject) : node;
}

/* ---- conditions ---- */

static struct pl_node *unknown_state(struct pl_parser *parser, const struct pl_token *value)
{
    struct pl_near near;

    pl_near_start(&near, value->text, value->len, 2);
    near.starts = true;
    pl_field_words_near(pl_field_row(PL_FIELD_STATE), &near);
    return pl_parser_blame_near(parser, "unknown state", value, &near);
}

/* A sequence of "state X" and "exclude X", which add and remove states. */
static struct pl_node *parse_states(struct pl_parser *parser)
{
    struct pl_test test = {.field = pl_field_row(PL_FIELD_STATE), .kind = PL_TEST_MASK};
    uint16_t about = pl_subject_field(test.field);
    bool first = true;

    while (pl_token_is_word(&parser->token, "state") ||
           pl_token_is_word(&parser->token, "exclude") ||
           pl_token_is_word(&parser->token, "excl")) {
        struct pl_token subject = parser->token;
        struct pl_token value;
        bool add = subject.len == 5;
        enum pl_op op;
        uint64_t bits;

        advance(parser);
        if (!take_value(parser, &subject, NULL, &op, &value))
            return NULL;
        if (op != PL_OP_EQ && op != PL_OP_NE)
            return pl_parser_blame(parser, "only = and != compare states; use one of them after",
                                   &subject);
        bits = pl_parse_states(parser, &value);
        if (bits == 0)
            return unknown_state(parser, &value);
        /* "exclude" starts from "state all", "!=" from all states. */
        if (first && add && op == PL_OP_NE)
            test.low = UINT64_MAX;
        else if (first)
            test.low = add == (op == PL_OP_EQ) ? 0 : pl_words_state("all", 3);
        add = add == (op == PL_OP_EQ);
        about = add ? about : 0;
        test.low = add ? test.low | bits : test.low & ~bits;
        first = false;
    }
    return pl_parser_about(pl_parser_test(parser, &test), about);
}

/* A sequence of protocols: "tcp udp" matches either. */
static struct pl_node *parse_protos(struct pl_parser *parser)
{
    uint64_t all = 0;
    uint64_t bits;

    while (parser->token.kind == PL_TOKEN_WORD && !parser->token.quoted &&
           (bits = pl_words_proto(parser->token.text, parser->token.len)) != 0) {
        all |= bits;
        advance(parser);
    }
    return pl_parser_mask(parser, PL_FIELD_PROTO, all);
}

/* Keywords for one side or both sides of a socket. */
static const struct {
    const char *word;
    unsigned int sides;
    bool port; /* a port, with all comparisons; otherwise an endpoint, with = and != */
} sides[] = {
    {"src", PL_SIDE_LOCAL, false},
    {"dst", PL_SIDE_PEER, false},
    {"local", PL_SIDE_LOCAL, false},
    {"peer", PL_SIDE_PEER, false},
    {"address", PL_SIDE_BOTH, false},
    {"host", PL_SIDE_BOTH, false},
    {"sport", PL_SIDE_LOCAL, true},
    {"dport", PL_SIDE_PEER, true},
    {"port", PL_SIDE_BOTH, true},
    {"lport", PL_SIDE_LOCAL, true},
    {"rport", PL_SIDE_PEER, true},
    {"remote", PL_SIDE_PEER, false},
    {"foreign", PL_SIDE_PEER, false},
    {"net", PL_SIDE_BOTH, false},
    {"Local-Address", PL_SIDE_LOCAL, false},
    {"Foreign-Address", PL_SIDE_PEER, false},
};

static struct pl_node *blame_word(struct pl_parser *parser, const char *text,
                                  const struct pl_token *word)
{
    const enum pl_field_id enumerations[] = {PL_FIELD_STATE, PL_FIELD_PROTO, PL_FIELD_FAMILY};
    static const char *const others[] = {"state", "exclude", "and", "or", "not"};
    const struct pl_record *record = parser->dialect->record;
    struct pl_near near;
    const char *name;

    pl_near_start(&near, word->text, word->len, 2);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        pl_near_add(&near, others[i]);
    for (size_t i = 0; i < COUNT_OF(sides); i++)
        pl_near_add(&near, sides[i].word);
    for (size_t i = 0; record && i < record->count; i++)
        pl_near_add(&near, record->fields[i].name);
    if (record && record->bare)
        pl_field_words_near(record->bare, &near);
    for (size_t i = 0; !record && (name = pl_filter_field(i, NULL)) != NULL; i++)
        pl_near_add(&near, name);
    for (size_t i = 0; !record && i < COUNT_OF(enumerations); i++)
        pl_field_words_near(pl_field_row(enumerations[i]), &near);
    pl_services_near(word, !record, &near);
    return pl_parser_blame_near(parser, text, word, &near);
}

struct pl_node *pl_parser_unknown(struct pl_parser *parser, const struct pl_token *word)
{
    return blame_word(parser, "unknown word", word);
}

/* A port, with an optional family prefix as for endpoints. */
static struct pl_node *parse_port(struct pl_parser *parser, const struct pl_token *value,
                                  unsigned int on, enum pl_op op)
{
    struct pl_token port = *value;
    uint8_t family = pl_take_family(parser, &port);

    if (family <= PL_FAMILY_INET6)
        return pl_parse_port(parser, &port, on, op);
    if (on != PL_SIDE_BOTH)
        return pl_parse_family_port(parser, &port, value, family, on, op);
    return pl_parser_either(parser,
                            pl_parse_family_port(parser, &port, value, family, PL_SIDE_LOCAL, op),
                            pl_parse_family_port(parser, &port, value, family, PL_SIDE_PEER, op));
}

static struct pl_node *parse_side(struct pl_parser *parser, size_t row)
{
    struct pl_token subject = parser->token;
    struct pl_token value;
    unsigned int on = sides[row].sides;
    bool port = sides[row].port;
    enum pl_op op, positive;

    advance(parser);
    /* tcpdump(8)'s "src port 22" */
    if (!port && on != PL_SIDE_BOTH && pl_token_is_word(&parser->token, "port")) {
        subject = parser->token;
        advance(parser);
        port = true;
    }
    if (!take_value(parser, &subject, NULL, &op, &value))
        return NULL;
    positive = op == PL_OP_NE ? PL_OP_EQ : op;
    if (parser->dialect->side && on != PL_SIDE_BOTH && (port || positive == PL_OP_EQ))
        return compare(parser, op, parser->dialect->side(parser, &value, on, port, positive), 0);
    if (port)
        return compare(parser, op, parse_port(parser, &value, on, positive),
                       pl_subject_port(on, &value));
    if (op != PL_OP_EQ && op != PL_OP_NE)
        return pl_parser_blame(parser, "only = and != compare addresses; use one of them after",
                               &subject);
    return compare(parser, op, pl_parse_endpoint(parser, &value, on), 0);
}

/* Fields that need no value: "v6only", "owner_unknown". */
static bool stands_alone(const struct pl_parser *parser, const struct pl_field *field)
{
    const struct pl_token *next = &parser->token;

    if (pl_lex_op(next) != PL_OP_NONE)
        return false;
    if (next->kind != PL_TOKEN_WORD || field->kind == PL_KIND_BOOL)
        return true;
    if (field->id == PL_FIELD_OWNER_UNKNOWN) {
        struct pl_near near;

        pl_near_start(&near, next->text, next->len, 1);
        pl_field_words_near(field, &near);
        return near.count == 0;
    }
    return field->id == PL_FIELD_OWNERS || field->id == PL_FIELD_HOLDERS ||
           field->id == PL_FIELD_PEER_OWNERS;
}

static struct pl_node *parse_field(struct pl_parser *parser, const struct pl_field *field)
{
    const struct pl_test present = {.field = field, .kind = PL_TEST_PRESENT};
    struct pl_token subject = parser->token;
    struct pl_token value;
    enum pl_op op;
    struct pl_node *node;

    advance(parser);
    if (stands_alone(parser, field))
        return pl_parser_test(parser, &present);
    if (!take_value(parser, &subject, field, &op, &value))
        return NULL;
    if (!parser->dialect->ordered_marks && op != PL_OP_EQ && op != PL_OP_NE &&
        field->id == PL_FIELD_MARK)
        return pl_parser_blame(parser, "only = and != compare marks; use one of them after",
                               &subject);
    node = pl_parse_value(parser, field, op == PL_OP_NE ? PL_OP_EQ : op, &value);
    if (!node)
        parser->error->value = true;
    return compare(parser, op, node, pl_subject_field(field));
}

static struct pl_node *parse_habit(struct pl_parser *parser)
{
    struct pl_token word = parser->token;
    struct pl_node *node;

    advance(parser);
    if (!word.quoted && pl_lex_op(&parser->token) != PL_OP_NONE)
        return blame_word(parser, "unknown field", &word);
    node = pl_parse_habit(parser, &word);
    if (node && word.published && node->subject == 0)
        node->subject = pl_subject_published();
    return node;
}

/* Returns the field of the record with that name, or NULL. */
static const struct pl_field *find_own(const struct pl_parser *parser, const struct pl_token *word)
{
    const struct pl_record *record = parser->dialect->record;

    for (size_t i = 0; record && i < record->count; i++) {
        if (record->fields[i].get && pl_field_is_named(&record->fields[i], word->text, word->len))
            return &record->fields[i];
    }
    return NULL;
}

static struct pl_node *parse_condition(struct pl_parser *parser)
{
    const struct pl_token *word = &parser->token;
    const struct pl_field *field;

    if (word->kind == PL_TOKEN_BAD)
        return pl_parser_blame(parser, "unterminated quote", word);
    if (word->kind == PL_TOKEN_END)
        return pl_parser_blame(parser, "missing condition", word);
    if (word->kind != PL_TOKEN_WORD)
        return pl_parser_blame(parser, "missing condition before", word);
    if (word->quoted)
        return parse_habit(parser);
    field = find_own(parser, word);
    if (field)
        return parse_field(parser, field);
    if (pl_token_is_word(word, "state") || pl_token_is_word(word, "exclude") ||
        pl_token_is_word(word, "excl"))
        return parse_states(parser);
    if (pl_words_proto(word->text, word->len) != 0)
        return parse_protos(parser);
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        if (pl_token_is_word(word, sides[i].word))
            return parse_side(parser, i);
    }
    field = pl_token_is_word(word, "fwmark") ? pl_field_row(PL_FIELD_MARK)
                                             : pl_field_find(word->text, word->len);
    return field ? parse_field(parser, field) : parse_habit(parser);
}

/* ---- connectives ---- */

/* Returns whether the records have each field that the condition compares. */
static bool has_fields(const struct pl_record *record, const struct pl_node *node)
{
    const struct pl_field *field = node->test.field;
    bool has = node->kind != PL_NODE_TEST ||
               (field >= record->fields && field < record->fields + record->count);

    for (size_t i = 0; i < record->shared_count && !has; i++)
        has = field == pl_field_row(record->shared[i]);
    for (const struct pl_node *operand = node->first; operand && has; operand = operand->next)
        has = node->kind == PL_NODE_TEST || has_fields(record, operand);
    return has;
}

static struct pl_node *check_fields(struct pl_parser *parser, struct pl_node *node, size_t from)
{
    const struct pl_record *record = parser->dialect->record;
    const struct pl_token blamed = {.from = from, .end = parser->end};

    if (!node || !record || has_fields(record, node))
        return node;
    return pl_parser_blame(parser, record->lacks, &blamed);
}

static struct pl_node *parse_list(struct pl_parser *parser);

static struct pl_node *parse_group(struct pl_parser *parser)
{
    struct pl_token open = parser->token;
    struct pl_node *node;

    advance(parser);
    node = pl_parser_about(parse_list(parser), 0);
    if (!node)
        return NULL;
    if (parser->token.kind != PL_TOKEN_CLOSE)
        return pl_parser_blame(parser, "unmatched", &open);
    advance(parser);
    return node;
}

static struct pl_node *parse_one(struct pl_parser *parser)
{
    size_t from = parser->token.from;
    struct pl_node *node;

    if (parser->depth == PL_FILTER_DEPTH &&
        (parser->token.kind == PL_TOKEN_NOT || parser->token.kind == PL_TOKEN_OPEN))
        return pl_parser_blame(parser, "parentheses or \"not\" nested more than 100 deep at",
                               &parser->token);
    parser->depth++;
    if (parser->token.kind == PL_TOKEN_OPEN) {
        node = parse_group(parser);
    } else if (parser->token.kind == PL_TOKEN_NOT) {
        advance(parser);
        node = pl_parser_negate(parser, parse_one(parser));
    } else {
        node = check_fields(parser, parse_condition(parser), from);
    }
    parser->depth--;
    if (node) {
        node->from = (uint32_t)from;
        node->end = (uint32_t)parser->end;
    }
    return node;
}

/* The connective between two operands. Without one, both must hold. */
static bool take_connective(struct pl_parser *parser, enum pl_node_kind *kind, bool *written)
{
    enum pl_token_kind token = parser->token.kind;

    if (token == PL_TOKEN_END || token == PL_TOKEN_CLOSE)
        return false;
    *kind = token == PL_TOKEN_OR ? PL_NODE_ANY : PL_NODE_ALL;
    *written = token == PL_TOKEN_OR || token == PL_TOKEN_AND;
    if (*written)
        advance(parser);
    return true;
}

/* "and" and "or" have the same precedence and associate to the left. */
static struct pl_node *parse_list(struct pl_parser *parser)
{
    struct pl_node *node = parse_one(parser);
    struct pl_node **last = &node; /* the last operand, which is node until there are two */
    enum pl_node_kind kind;
    bool written;

    while (node && take_connective(parser, &kind, &written)) {
        struct pl_node *operand = parse_one(parser);

        if (!written && pl_parser_beside(parser, last, operand))
            continue;
        if (operand && last != &node && node->kind == kind) {
            (*last)->next = operand;
            last = &(*last)->next;
            node->end = operand->end;
        } else {
            if (parser->turns++ == PL_FILTER_TURNS)
                return pl_parser_blame(parser,
                                       "\"and\" and \"or\" alternate more than 1000 times before",
                                       &parser->token);
            node = pl_parser_pair(parser, kind, node, operand);
            last = node ? &node->first->next : last;
        }
    }
    return node;
}

/* Restricts the filter to the families named by prefixes. */
static struct pl_node *restrict_families(struct pl_parser *parser, struct pl_node *root)
{
    if (parser->families == 0)
        return root;
    return pl_parser_pair(parser, PL_NODE_ALL,
                          pl_parser_mask(parser, PL_FIELD_FAMILY, parser->families), root);
}

/* ---- life ---- */

const struct pl_dialect pl_dialect_own = {
    .number = pl_parse_number,
    .ports = pl_parse_range,
    .regexes = true,
    .ordered_marks = true,
    .lists = true,
};

int pl_filter_parse(const char *expression, const struct pl_filter_names *names,
                    struct pl_filter **out, struct pl_filter_error *error)
{
    return pl_filter_parse_dialect(expression, names, &pl_dialect_own, PL_FAMILY_UNSPEC, out,
                                   error);
}

int pl_filter_parse_dialect(const char *expression, const struct pl_filter_names *names,
                            const struct pl_dialect *dialect, uint8_t family,
                            struct pl_filter **out, struct pl_filter_error *error)
{
    struct pl_filter_error found = {0};
    struct pl_parser parser = {.expression = expression,
                               .names = names,
                               .dialect = dialect,
                               .family = family,
                               .error = &found};

    parser.filter = calloc(1, sizeof(*parser.filter));
    if (!parser.filter)
        return -ENOMEM;
    pl_lex(expression, 0, &parser.token);
    if (parser.token.kind != PL_TOKEN_END) {
        parser.filter->root = parse_list(&parser);
        if (parser.filter->root && parser.token.kind != PL_TOKEN_END)
            parser.filter->root = pl_parser_blame(&parser, "unmatched", &parser.token);
        if (parser.filter->root)
            parser.filter->root = restrict_families(&parser, parser.filter->root);
        if (parser.filter->root && dialect->targets)
            parser.filter->root = pl_filter_narrow(&parser, parser.filter->root);
    }
    if (!found.text && pl_filter_index(parser.filter) < 0)
        (void)pl_parser_no_memory(&parser);
    if (found.text) {
        pl_filter_free(parser.filter);
        *error = found;
        return parser.out_of_memory ? -ENOMEM : -EINVAL;
    }
    *out = parser.filter;
    return 0;
}
