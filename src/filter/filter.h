/* SPDX-License-Identifier: BSD-2-Clause */
/* A filter as a tree, and the parts of its parser. */
#ifndef PL_FILTER_FILTER_H
#define PL_FILTER_FILTER_H

#include "field/field.h"

#include <regex.h>

#define PL_FILTER_DEPTH 100  /* parentheses and "not" within each other */
#define PL_FILTER_TURNS 1000 /* changes between "and" and "or", all in all */

enum pl_node_kind { PL_NODE_ALL, PL_NODE_ANY, PL_NODE_NOT, PL_NODE_TEST };

enum pl_test_kind {
    PL_TEST_PRESENT, /* the socket has a value, and it is not 0, false or empty */
    PL_TEST_RANGE,   /* low <= number <= high */
    PL_TEST_MASK,    /* bit of the number in low */
    PL_TEST_BITS,    /* the bits in high of the number are those in low */
    PL_TEST_TEXT,
    PL_TEST_GLOB,
    PL_TEST_REGEX,
    PL_TEST_PREFIX, /* the first bits of addr */
    PL_TEST_SPANS,  /* any of the spans: pl_filter_index() makes it of many ranges or prefixes */
};

enum pl_truth { PL_FALSE, PL_TRUE, PL_MAYBE };

#define PL_SPAN_KEY 16 /* bytes of a number or an IPv6 address, the most significant first */

/* Keys from low to high, both included. */
struct pl_span {
    uint8_t low[PL_SPAN_KEY], high[PL_SPAN_KEY];
};

struct pl_test {
    const struct pl_field *field;
    enum pl_test_kind kind;
    uint8_t aspect; /* what the dialect looks at instead; 0: nothing */
    uint64_t low, high;
    char *text;            /* owned; NUL-terminated */
    size_t len;            /* of text, or of spans */
    struct pl_span *spans; /* owned; sorted, and none overlaps another */
    regex_t *regex;        /* owned */
    uint8_t addr[16];
    uint8_t family; /* PL_FAMILY_INET also matches v4-mapped IPv6, unless strict */
    uint8_t bits;
    bool strict;
    bool fold;    /* PL_TEST_TEXT, PL_TEST_GLOB: without regard to case */
    bool unnamed; /* a text: a socket without one has the empty one */
    bool push;    /* PL_TEST_PRESENT of autobound: the kernel's own word counts, too */
    bool below;   /* a range without a lower bound: negative numbers are in it */
    uint64_t
        hint; /* what the running kernel calls text: number of a device, id of a cgroup; or 0 */
    /* How a dialect evaluates it; false: as ever, in this socket. NULL: as ever in all of them. */
    bool (*judge)(const struct pl_test *test, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, enum pl_truth *out);
};

struct pl_node {
    enum pl_node_kind kind;
    struct pl_test test;
    struct pl_node *first; /* of its operands */
    struct pl_node *start; /* where evaluation starts: spans replace the operands that they hold */
    struct pl_node *next;  /* operand of the same parent */
    struct pl_node *made;  /* before this one: what pl_filter_free() walks */
};

struct pl_filter {
    struct pl_node *root;
    struct pl_node *made;
    uint32_t need;
};

enum pl_op {
    PL_OP_NONE,
    PL_OP_EQ,
    PL_OP_NE,
    PL_OP_LT,
    PL_OP_GT,
    PL_OP_LE,
    PL_OP_GE,
    PL_OP_MATCH, /* a regular expression */
};

enum pl_token_kind {
    PL_TOKEN_END,
    PL_TOKEN_WORD,
    PL_TOKEN_OPEN,
    PL_TOKEN_CLOSE,
    PL_TOKEN_AND,
    PL_TOKEN_OR,
    PL_TOKEN_NOT,
    PL_TOKEN_OP,
    PL_TOKEN_BAD, /* a quote that is not closed */
};

struct pl_token {
    enum pl_token_kind kind;
    enum pl_op op;
    const char *text; /* without quotes */
    size_t len;
    size_t from; /* place in the expression */
    size_t end;
    bool quoted;
    bool regex; /* "/.../" or "/.../i", which text and len have whole */
};

/* lex.c: the token at or after the place. */
void pl_lex(const char *expression, size_t at, struct pl_token *out);
/*
 * The same where a value stands: "and" is a missing one. regex: it may be "/.../", with blanks and
 * signs inside.
 */
void pl_lex_value(const char *expression, size_t at, bool regex, struct pl_token *out);
/* Is that its text? */
bool pl_token_is(const struct pl_token *token, const char *text);
/* Is it a word that stands for itself, not quoted? */
bool pl_token_is_word(const struct pl_token *token, const char *word);
/* Is it a part of an endpoint that says nothing, "" or "*"? */
bool pl_token_is_any(const struct pl_token *token);
/* "=", "ge" ...; PL_OP_NONE for a token that is no comparison. */
enum pl_op pl_lex_op(const struct pl_token *token);

struct pl_parser;

/* How another program reads the language, where it is not as we do. */
struct pl_dialect {
    /* A number of an address or prefix length. */
    bool (*number)(const char *text, size_t len, uint64_t max, uint64_t *out);
    /* A port or a range of them. */
    bool (*ports)(const char *text, size_t len, uint64_t *first, uint64_t *last);
    /* The value of "src", "dst", "sport" or "dport"; NULL: as everywhere. */
    struct pl_node *(*side)(struct pl_parser *parser, const struct pl_token *token,
                            unsigned int side, bool port, enum pl_op op);
    /* Sets the aspect and judge of a test, and push; NULL: they stay unset. */
    void (*settle)(struct pl_test *test);
    bool regexes;         /* "~" and "/.../" */
    bool ordered_marks;   /* marks are compared by order, too */
    bool short_addresses; /* "127.1" is 127.1.0.0; "[any]" is any host */
    bool any_port_is_all; /* port "*" is every socket, rather than those with a port */
    bool one_family;      /* one is listed, the last that was named, for hosts the chosen one */
};

extern const struct pl_dialect pl_dialect_own;

/* As pl_filter_parse(), in a dialect; family is the one chosen for addresses that say none, or 0. */
int pl_filter_parse_dialect(const char *expression, const struct pl_filter_names *names,
                            const struct pl_dialect *dialect, uint8_t family,
                            struct pl_filter **out, struct pl_filter_error *error);

/* parse.c and its parts share this. A function that fails has set error and answers NULL. */
struct pl_parser {
    const char *expression;
    struct pl_token token; /* the one to be looked at */
    struct pl_filter *filter;
    const struct pl_filter_names *names;
    const struct pl_dialect *dialect;
    uint32_t families; /* bits of those that a prefix named: nothing else is listed */
    struct pl_filter_error *error;
    unsigned int depth;
    unsigned int turns;
    uint8_t family; /* of addresses that do not say theirs, in a dialect */
    bool out_of_memory;
};

struct pl_node *pl_parser_blame(struct pl_parser *parser, const char *text,
                                const struct pl_token *token);
struct pl_node *pl_parser_no_memory(struct pl_parser *parser);
struct pl_node *pl_parser_node(struct pl_parser *parser, enum pl_node_kind kind);
struct pl_node *pl_parser_test(struct pl_parser *parser, const struct pl_test *test);
/* Either of them may be NULL: an operand that failed. */
struct pl_node *pl_parser_pair(struct pl_parser *parser, enum pl_node_kind kind, struct pl_node *a,
                               struct pl_node *b);
/* One test on the sides, either of them: of the field local or of peer. */
struct pl_node *pl_parser_sides(struct pl_parser *parser, unsigned int sides,
                                const struct pl_test *test, enum pl_field_id local,
                                enum pl_field_id peer);
/* PL_TEST_MASK of a field. */
struct pl_node *pl_parser_mask(struct pl_parser *parser, enum pl_field_id id, uint64_t bits);
struct pl_node *pl_parser_negate(struct pl_parser *parser, struct pl_node *node);

/* Sides of a socket. */
enum { PL_SIDE_LOCAL = 1, PL_SIDE_PEER = 2, PL_SIDE_BOTH = 3 };

/* endpoint.c: "[::1]:443", "10.0.0.0/8", ":ssh", "*%lo:53", "inet:name" ... */
struct pl_node *pl_parse_endpoint(struct pl_parser *parser, const struct pl_token *token,
                                  unsigned int sides);
/*
 * "inet:" and the like before host is taken off it, and the listing restricted to that family;
 * PL_FAMILY_UNSPEC: there is none.
 */
uint8_t pl_take_family(struct pl_parser *parser, struct pl_token *host);

/* family.c: what follows "unix:", "link:", "netlink:" or "vsock:"; blamed is the whole. */
struct pl_node *pl_parse_family(struct pl_parser *parser, const struct pl_token *word,
                                const struct pl_token *blamed, uint8_t family, unsigned int side);
/* The same where a port is compared. */
struct pl_node *pl_parse_family_port(struct pl_parser *parser, const struct pl_token *word,
                                     const struct pl_token *blamed, uint8_t family,
                                     unsigned int side, enum pl_op op);
/* A protocol, which stands where others have their port; NULL without an error: it is none. */
struct pl_node *pl_parse_raw_port(struct pl_parser *parser, const struct pl_token *port,
                                  unsigned int side);

/* host.c: an address alone, of one field. */
struct pl_node *pl_parse_address(struct pl_parser *parser, const struct pl_token *token,
                                 const struct pl_field *field);
/* host, which is not empty, of any of the sides; token is what to blame; like says the family. */
struct pl_node *pl_parse_host(struct pl_parser *parser, const struct pl_token *token,
                              const struct pl_token *host, unsigned int sides,
                              const struct pl_test *like);
/* The numeric address of host and the length of its prefix; false: it is none. */
bool pl_parse_prefix(const struct pl_token *host, const struct pl_dialect *dialect,
                     struct pl_test *test);
/* A word for any address: "*", "any" and the like. */
bool pl_is_any_host(const struct pl_token *host, const struct pl_dialect *dialect);
/* port.c: a port of any of the sides compared: "443", ":443", ":8000-8100", "ssh". */
struct pl_node *pl_parse_port(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int sides, enum pl_op op);
/* "8000-8100", or one alone: decimal, or hexadecimal after "0x". */
bool pl_parse_range(const char *text, size_t len, uint64_t *first, uint64_t *last);
/* Does it look like one: digits, a range, or a colon before? */
bool pl_is_port(const char *text, size_t len);
/* Ports of a service, or NULL without an error if there is no such service. */
struct pl_node *pl_parse_service(struct pl_parser *parser, const struct pl_token *token,
                                 unsigned int sides, enum pl_op op);
/* Numbers that compare as op says with value become low..high; a "!=" is left to the caller. */
void pl_range_of(enum pl_op op, uint64_t first, uint64_t last, struct pl_test *test);
bool pl_parse_number(const char *text, size_t len, uint64_t max, uint64_t *out);
/* As in C: also hexadecimal after "0x", and octal after "0". */
bool pl_parse_any_number(const char *text, size_t len, uint64_t max, uint64_t *out);

/* habit.c: a word that is no field: "443", "10.0.0.0/8", "listening", "4TCP", "ssh" ... */
struct pl_node *pl_parse_habit(struct pl_parser *parser, const struct pl_token *word);

/* regex.c: may the value of a field be "/.../", without an operator that says so? */
bool pl_regex_may_stand(const struct pl_parser *parser, const struct pl_field *field);
/* The value as a regular expression, between slashes or not. */
struct pl_node *pl_parse_regex(struct pl_parser *parser, const struct pl_field *field,
                               const struct pl_token *token);

/* value.c: the value of a field. */
struct pl_node *pl_parse_value(struct pl_parser *parser, const struct pl_field *field,
                               enum pl_op op, const struct pl_token *token);

/* A UNIX name of one side, as a pattern of fnmatch(3) without regard to case. */
struct pl_node *pl_parse_path(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int side);
/* An interface by its name, as we print it, or its number. */
struct pl_node *pl_parse_device(struct pl_parser *parser, const struct pl_token *token);

/* parse.c: a new node, owned by the filter; NULL when out of memory. */
struct pl_node *pl_filter_node(struct pl_filter *filter, enum pl_node_kind kind);

/* index.c: prepares the tree for evaluation. Returns 0 or -ENOMEM. */
int pl_filter_index(struct pl_filter *filter);
/* Is the value in one of the spans of a PL_TEST_SPANS? */
bool pl_match_spans(const struct pl_test *test, const struct pl_value *value);

bool pl_match_bits(const uint8_t *a, const uint8_t *b, unsigned int bits);

/* eval.c. snap NULL: a socket by itself, of which some fields are not known yet. */
enum pl_truth pl_filter_eval(const struct pl_filter *filter, const struct pl_snapshot *snap,
                             const struct pl_sock *sock);
/* PL_MAYBE: it would take the owners that are hidden from us to tell. */
enum pl_truth pl_filter_doubt(const struct pl_filter *filter, const struct pl_snapshot *snap,
                              const struct pl_sock *sock);

struct pl_list;
/* push.c: struct pl_push for the sockets of a protocol; empty where nothing can be told. */
int pl_filter_push(const struct pl_filter *filter, enum pl_proto proto, struct pl_list *out);

#endif
