/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters: the tree, and the parts of the parser. */
#ifndef PL_FILTER_FILTER_H
#define PL_FILTER_FILTER_H

#include "field/field.h"

#include <regex.h>

#define PL_FILTER_DEPTH 100  /* nesting of parentheses and "not" */
#define PL_FILTER_TURNS 1000 /* changes between "and" and "or" */

enum pl_node_kind { PL_NODE_ALL, PL_NODE_ANY, PL_NODE_NOT, PL_NODE_TEST };

enum pl_test_kind {
    PL_TEST_PRESENT, /* the value is present, and not 0, false or empty */
    PL_TEST_RANGE,   /* low <= number <= high */
    PL_TEST_MASK,    /* low has the bit with this number */
    PL_TEST_BITS,    /* number & high == low */
    PL_TEST_TEXT,
    PL_TEST_GLOB,
    PL_TEST_REGEX,
    PL_TEST_PREFIX, /* the first bits equal those of addr */
    PL_TEST_SPANS,  /* any of the spans that pl_filter_index() makes of many ranges or prefixes */
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
    uint8_t aspect; /* used by the dialect instead of the field; 0: none */
    uint64_t low, high;
    char *text;            /* owned; NUL-terminated */
    size_t len;            /* of text, or of spans */
    struct pl_span *spans; /* owned; sorted, and none overlaps another */
    regex_t *regex;        /* owned */
    uint8_t addr[16];
    uint8_t family; /* PL_FAMILY_INET also matches v4-mapped IPv6, unless strict */
    uint8_t bits;
    bool strict;
    bool comm;     /* PL_TEST_TEXT: of PL_COMM_MAX bytes, to which the kernel truncates names */
    bool fold;     /* PL_TEST_TEXT, PL_TEST_GLOB: ignore case */
    bool unnamed;  /* treat an absent text as empty */
    bool push;     /* PL_TEST_PRESENT of autobound: also use the kernel's flag */
    bool service;  /* a port that was given by the name of a service */
    bool below;    /* a range without a lower bound; includes negative numbers */
    uint64_t hint; /* the running kernel's id of text: interface index or cgroup id; 0: unknown */
    /* Evaluates the test for a dialect; returns false to use the common evaluation. May be NULL. */
    bool (*judge)(const struct pl_test *test, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, enum pl_truth *out);
};

struct pl_node {
    enum pl_node_kind kind;
    struct pl_test test;
    struct pl_node *first; /* of its operands */
    struct pl_node *start; /* where evaluation starts: spans replace the operands that they hold */
    struct pl_node *next;  /* operand of the same parent */
    uint32_t from, end;    /* offsets in the expression; end 0: of an operand's part */
    uint16_t subject;      /* several.c: the port or field compared; 0: cannot be listed */
    bool either;           /* the first operand is of the local side, the second of the peer's */
    struct pl_node *made;  /* list of all nodes for pl_filter_free() */
};

/* A word that is no service and no known program. */
struct pl_unknown {
    struct pl_unknown *next;
    struct pl_node *node;        /* compares names of processes with the word */
    struct pl_filter_error near; /* its advice is a suggestion */
};

struct pl_filter {
    struct pl_node *root;
    struct pl_node *made;
    struct pl_unknown *unknown; /* list in the order of the expression */
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
    PL_TOKEN_BAD, /* unterminated quote */
};

struct pl_token {
    enum pl_token_kind kind;
    enum pl_op op;
    const char *text; /* without quotes */
    size_t len;
    size_t from; /* offset in the expression */
    size_t end;
    bool quoted;
    bool regex;     /* "/.../" or "/.../i"; text includes the slashes */
    bool published; /* "8080->80/tcp"; text ends before the "->" */
};

/* lex.c: reads the token at or after offset at. */
void pl_lex(const char *expression, size_t at, struct pl_token *out);
/*
 * Reads a value. "and" is not a value, but a sign that it is missing. regex: allow "/.../", which
 * may contain blanks and operators.
 */
void pl_lex_value(const char *expression, size_t at, bool regex, struct pl_token *out);
/* Returns whether the token has this text. */
bool pl_token_is(const struct pl_token *token, const char *text);
/* Returns whether the token is this word, unquoted. */
bool pl_token_is_word(const struct pl_token *token, const char *word);
/* Returns whether this part of an endpoint matches anything: "" or "*". */
bool pl_token_is_any(const struct pl_token *token);
/* Does it start with "0x"? */
bool pl_token_is_hex(const struct pl_token *token);
/* Returns the comparison operator ("=", "ge" ...), or PL_OP_NONE. */
enum pl_op pl_lex_op(const struct pl_token *token);

struct pl_parser;

/* Fields of records that are no sockets, but begin with one. */
struct pl_record {
    const struct pl_field *fields; /* before those of sockets */
    size_t count;
    const enum pl_field_id *shared; /* the fields of sockets that the records have, too */
    size_t shared_count;
    const struct pl_field *bare; /* its words need no keyword; NULL: none */
    const char *lacks;           /* the message about another field of sockets */
};

/* Differences of another program's filter language. */
struct pl_dialect {
    /* Parses a number of an address or a prefix length. */
    bool (*number)(const char *text, size_t len, uint64_t max, uint64_t *out);
    /* Parses a port or a range of ports. */
    bool (*ports)(const char *text, size_t len, uint64_t *first, uint64_t *last);
    /* Parses the value of "src", "dst", "sport" or "dport". May be NULL. */
    struct pl_node *(*side)(struct pl_parser *parser, const struct pl_token *token,
                            unsigned int side, bool port, enum pl_op op);
    /* Sets aspect, judge and push of a test. May be NULL. */
    void (*settle)(struct pl_test *test);
    bool regexes;         /* "~" and "/.../" */
    bool ordered_marks;   /* marks can be compared by order */
    bool short_addresses; /* "127.1" means 127.1.0.0, "[any]" any host */
    bool any_port_is_all; /* port "*" also matches sockets without a port */
    bool lists;           /* "80,443", and values side by side, match any of the values */
    bool targets;         /* narrow.c: no bare words, and narrow enough to be killed */
    bool one_family;      /* list only the family named last; for hosts, the requested one */
    const struct pl_record *record; /* NULL: sockets */
};

extern const struct pl_dialect pl_dialect_own;

/* As pl_filter_parse(), in a dialect; family is that of addresses without a prefix, or 0. */
int pl_filter_parse_dialect(const char *expression, const struct pl_filter_names *names,
                            const struct pl_dialect *dialect, uint8_t family,
                            struct pl_filter **out, struct pl_filter_error *error);

/* State shared by the parser's files. A function that fails sets error and returns NULL. */
struct pl_parser {
    const char *expression;
    struct pl_token token; /* the next one */
    size_t end;            /* offset after the token before it */
    struct pl_filter *filter;
    const struct pl_filter_names *names;
    const struct pl_dialect *dialect;
    uint32_t families; /* bits of families named by prefixes; only they are listed */
    struct pl_filter_error *error;
    unsigned int depth;
    unsigned int turns;
    uint8_t family; /* of addresses without a prefix, in a dialect */
    bool out_of_memory;
};

struct pl_node *pl_parser_blame(struct pl_parser *parser, const char *text,
                                const struct pl_token *token);
struct pl_near;
/* The same, with a suggestion after the message. */
struct pl_node *pl_parser_blame_near(struct pl_parser *parser, const char *text,
                                     const struct pl_token *token, const struct pl_near *near);
struct pl_node *pl_parser_no_memory(struct pl_parser *parser);
struct pl_node *pl_parser_node(struct pl_parser *parser, enum pl_node_kind kind);
struct pl_node *pl_parser_test(struct pl_parser *parser, const struct pl_test *test);
/* Joins two nodes. Returns NULL if either is NULL (it failed to parse). */
struct pl_node *pl_parser_pair(struct pl_parser *parser, enum pl_node_kind kind, struct pl_node *a,
                               struct pl_node *b);
/* Applies a test to the sides: to field local, to field peer, or to either. */
struct pl_node *pl_parser_sides(struct pl_parser *parser, unsigned int sides,
                                const struct pl_test *test, enum pl_field_id local,
                                enum pl_field_id peer);
/* Makes a PL_TEST_MASK of a field. */
struct pl_node *pl_parser_mask(struct pl_parser *parser, enum pl_field_id id, uint64_t bits);
/* Joins the conditions of both sides. */
struct pl_node *pl_parser_either(struct pl_parser *parser, struct pl_node *local,
                                 struct pl_node *peer);
struct pl_node *pl_parser_negate(struct pl_parser *parser, struct pl_node *node);

/* several.c: how a value is parsed. */
struct pl_parse_how {
    const struct pl_field *field; /* NULL: a port of the sides */
    unsigned int sides;
    enum pl_op op;
};
typedef struct pl_node *pl_parse_part_fn(struct pl_parser *parser, const struct pl_token *part,
                                         const struct pl_parse_how *how);
/* Parses each part of a list separated by commas. Quoted text is one part. */
struct pl_node *pl_parse_each(struct pl_parser *parser, const struct pl_token *token,
                              pl_parse_part_fn *parse, const struct pl_parse_how *how);
/* Returns the bits of one state or a list of them; 0 if one is unknown. */
uint64_t pl_parse_states(const struct pl_parser *parser, const struct pl_token *token);
/* Returns the subject of a port or a field; 0 if values side by side must all match (ranges). */
uint16_t pl_subject_port(unsigned int sides, const struct pl_token *port);
uint16_t pl_subject_field(const struct pl_field *field);
/* The subject of endpoints such as "0.0.0.0:8080->80/tcp". */
uint16_t pl_subject_published(void);
/* Sets the subject. Returns node, which may be NULL. */
struct pl_node *pl_parser_about(struct pl_node *node, uint16_t subject);
/*
 * If both operands compare the same subject with a value, replaces *last by "last or operand" and
 * returns true. *last is NULL when out of memory.
 */
bool pl_parser_beside(struct pl_parser *parser, struct pl_node **last, struct pl_node *operand);

/* Sides of a socket. */
enum {
    PL_SIDE_LOCAL = 1,
    PL_SIDE_PEER = 2,
    PL_SIDE_BOTH = 3,
    PL_SIDE_USUAL = 4, /* pl_parse_service() only: also the usual port of the program */
};

/* endpoint.c: "[::1]:443", "10.0.0.0/8", ":ssh", "*%lo:53", "inet:name" ... */
struct pl_node *pl_parse_endpoint(struct pl_parser *parser, const struct pl_token *token,
                                  unsigned int sides);
/*
 * Removes a prefix such as "inet:" from host and restricts the listing to its family. Returns the
 * family, or PL_FAMILY_UNSPEC without a prefix.
 */
uint8_t pl_take_family(struct pl_parser *parser, struct pl_token *host);

/* family.c: parses the text after "unix:", "link:", "netlink:" or "vsock:"; errors name blamed. */
struct pl_node *pl_parse_family(struct pl_parser *parser, const struct pl_token *word,
                                const struct pl_token *blamed, uint8_t family, unsigned int side);
/* The same for a port comparison. */
struct pl_node *pl_parse_family_port(struct pl_parser *parser, const struct pl_token *word,
                                     const struct pl_token *blamed, uint8_t family,
                                     unsigned int side, enum pl_op op);
/* Parses a protocol in place of a port. Returns NULL without an error if it is none. */
struct pl_node *pl_parse_raw_port(struct pl_parser *parser, const struct pl_token *port,
                                  unsigned int side);

/* host.c: parses an address for one field. */
struct pl_node *pl_parse_address(struct pl_parser *parser, const struct pl_token *token,
                                 const struct pl_field *field);
/* Parses a nonempty host for the sides. Errors quote token; the family is that of like. */
struct pl_node *pl_parse_host(struct pl_parser *parser, const struct pl_token *token,
                              const struct pl_token *host, unsigned int sides,
                              const struct pl_test *like);
/* Parses a numeric address with an optional prefix length. Returns false if host is none. */
bool pl_parse_prefix(const struct pl_token *host, const struct pl_dialect *dialect,
                     struct pl_test *test);
/* Returns whether it is a word for any address, such as "*" or "any". */
bool pl_is_any_host(const struct pl_token *host, const struct pl_dialect *dialect);
/* port.c: parses a port to compare: "443", ":443", ":8000-8100", "ssh". */
struct pl_node *pl_parse_port(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int sides, enum pl_op op);
/* Parses a number or a range such as "8000-8100": decimal, or hexadecimal after "0x". */
bool pl_parse_range(const char *text, size_t len, uint64_t *first, uint64_t *last);
/* Returns whether it looks like a port: digits, a range, or a leading colon. */
bool pl_is_port(const char *text, size_t len);
/* Tests for the ports of a service. Returns NULL without an error if there is no such service. */
struct pl_node *pl_parse_service(struct pl_parser *parser, const struct pl_token *token,
                                 unsigned int sides, enum pl_op op);
/* Sets low and high of a range from op and a value. The caller handles "!=". */
void pl_range_of(enum pl_op op, uint64_t first, uint64_t last, struct pl_test *test);
bool pl_parse_number(const char *text, size_t len, uint64_t max, uint64_t *out);
/* The same, as in C: hexadecimal after "0x", octal after "0". */
bool pl_parse_any_number(const char *text, size_t len, uint64_t max, uint64_t *out);
/*
 * date.c: the first and last second, since the Epoch, of the year, month, day, hour, minute or
 * second in text. It may also be a number of seconds, of more than four digits.
 */
bool pl_parse_time(const char *text, size_t len, uint64_t *first, uint64_t *last);

/*
 * narrow.c: lets ports and addresses without a side mean listeners, unless the filter names a state.
 * Returns root, or NULL if it matches too many sockets.
 */
struct pl_node *pl_filter_narrow(struct pl_parser *parser, struct pl_node *root);

/* parse.c: reports an unknown word, and suggests keywords and services. */
struct pl_node *pl_parser_unknown(struct pl_parser *parser, const struct pl_token *word);
/* port.c: adds services, and known programs, with a similar name to a search. */
void pl_services_near(const struct pl_token *word, bool programs, struct pl_near *near);
/*
 * habit.c: parses a word that is neither a keyword nor a field: "443", "10.0.0.0/8", "listening",
 * "4TCP", "ssh" ...
 */
struct pl_node *pl_parse_habit(struct pl_parser *parser, const struct pl_token *word);

/* regex.c: returns whether the value of the field may be "/.../" without the match operator. */
bool pl_regex_may_stand(const struct pl_parser *parser, const struct pl_field *field);
/* Parses the value as a regular expression, with or without slashes. */
struct pl_node *pl_parse_regex(struct pl_parser *parser, const struct pl_field *field,
                               const struct pl_token *token);

/* value.c: parses the value of a field. */
struct pl_node *pl_parse_value(struct pl_parser *parser, const struct pl_field *field,
                               enum pl_op op, const struct pl_token *token);

/* Parses a UNIX socket name of one side: an fnmatch(3) pattern that ignores case. */
struct pl_node *pl_parse_path(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int side);
/* Parses an interface: its name (as portls prints it) or its index. */
struct pl_node *pl_parse_device(struct pl_parser *parser, const struct pl_token *token);

/* parse.c: a new node, owned by the filter; NULL when out of memory. */
struct pl_node *pl_filter_node(struct pl_filter *filter, enum pl_node_kind kind);

/* index.c: prepares the tree for evaluation. Returns 0 or -ENOMEM. */
int pl_filter_index(struct pl_filter *filter);
/* Returns whether the value is in one of the spans of a PL_TEST_SPANS. */
bool pl_match_spans(const struct pl_test *test, const struct pl_value *value);

bool pl_match_bits(const uint8_t *a, const uint8_t *b, unsigned int bits);

/* eval.c. If snap is NULL, fields that depend on other records are unknown. */
enum pl_truth pl_filter_eval(const struct pl_filter *filter, const struct pl_snapshot *snap,
                             const struct pl_sock *sock);
/* The same, but returns PL_MAYBE if the result depends on hidden owners. */
enum pl_truth pl_filter_doubt(const struct pl_filter *filter, const struct pl_snapshot *snap,
                              const struct pl_sock *sock);
/*
 * Whether a socket that matches with one of its owners also matches with all of them. Not if a condition
 * excludes owners: "not process nginx".
 */
bool pl_filter_one_owner(const struct pl_filter *filter);

struct pl_list;
/* push.c: appends struct pl_push for a protocol; none if the kernel cannot apply any part. */
int pl_filter_push(const struct pl_filter *filter, enum pl_proto proto, struct pl_list *out);

#endif
