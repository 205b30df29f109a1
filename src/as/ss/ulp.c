/* SPDX-License-Identifier: BSD-2-Clause */
/* -i: upper protocols of a TCP socket, and struct mptcp_info, in ss's words. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

/* ---- TLS: include/uapi/linux/tls.h ---- */

struct word {
    uint16_t number;
    const char *text;
};

static bool put_word(const struct word *words, size_t count, uint64_t n, struct out *out)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].number == n) {
            out_word(out, words[i].text);
            return true;
        }
    }
    return false;
}

static void put_unknown(uint64_t n, struct out *out)
{
    ss_put_field(out, "unknown(", n);
    out_char(out, ')');
}

static void put_tls(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct word versions[] = {{0x0303, "1.2"}, {0x0304, "1.3"}};
    static const struct word ciphers[] = {{51, " cipher: aes-gcm-128"},
                                          {52, " cipher: aes-gcm-256"}};
    static const struct word ways[] = {{1, "none"}, {2, "sw"}, {3, "hw"}, {4, "hw-record"}};
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } sides[] = {{PL_ATTR_TLS_RXCONF, " rxconf: "}, {PL_ATTR_TLS_TXCONF, " txconf: "}};

    if (ss_has(view, sock, PL_ATTR_TLS_VERSION)) {
        out_word(out, " version: ");
        if (!put_word(versions, COUNT_OF(versions), ss_number(view, sock, PL_ATTR_TLS_VERSION),
                      out))
            put_unknown(ss_number(view, sock, PL_ATTR_TLS_VERSION), out);
    }
    (void)put_word(ciphers, COUNT_OF(ciphers), ss_number(view, sock, PL_ATTR_TLS_CIPHER), out);
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        if (!ss_has(view, sock, sides[i].id))
            continue;
        out_word(out, sides[i].name);
        if (!put_word(ways, COUNT_OF(ways), ss_number(view, sock, sides[i].id), out))
            put_unknown(ss_number(view, sock, sides[i].id), out);
    }
    if (ss_number(view, sock, PL_ATTR_TLS_ZERO_COPY) != 0)
        out_word(out, " zc_ro_tx");
}

/* ---- subflows: include/uapi/linux/mptcp.h ---- */

/* MPTCP_SUBFLOW_FLAG_*, from the lowest bit. */
static void put_flags(uint64_t flags, struct out *out)
{
    static const char letters[] = "MmJjBbecv";

    if (flags == 0)
        return;
    out_word(out, " flags:");
    for (unsigned int i = 0; i < sizeof(letters) - 1; i++) {
        if (flags >> i & 1)
            out_char(out, letters[i]);
    }
}

static void put_end(const struct as_view *view, const struct pl_sock *sock, const char *name,
                    enum pl_attr_id token, enum pl_attr_id id, struct out *out)
{
    ss_put_hex(out, name, ss_number(view, sock, token), 4);
    ss_put_field(out, "(id:", ss_number(view, sock, id));
    out_char(out, ')');
}

static void put_subflow(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } fields[] = {
        {PL_ATTR_SUBFLOW_MAP_SEQ, " seq:"},
        {PL_ATTR_SUBFLOW_MAP_SFSEQ, " sfseq:"},
        {PL_ATTR_SUBFLOW_SSN_OFFSET, " ssnoff:"},
        {PL_ATTR_SUBFLOW_MAP_DATALEN, " maplen:"},
    };

    put_flags(ss_number(view, sock, PL_ATTR_SUBFLOW_FLAGS), out);
    if (ss_has(view, sock, PL_ATTR_SUBFLOW_TOKEN_REM) &&
        ss_has(view, sock, PL_ATTR_SUBFLOW_TOKEN_LOC) &&
        ss_has(view, sock, PL_ATTR_SUBFLOW_ID_REM) && ss_has(view, sock, PL_ATTR_SUBFLOW_ID_LOC)) {
        put_end(view, sock, " token:", PL_ATTR_SUBFLOW_TOKEN_REM, PL_ATTR_SUBFLOW_ID_REM, out);
        put_end(view, sock, "/", PL_ATTR_SUBFLOW_TOKEN_LOC, PL_ATTR_SUBFLOW_ID_LOC, out);
    }
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (ss_has(view, sock, fields[i].id))
            ss_put_hex(out, fields[i].name, ss_number(view, sock, fields[i].id), 1);
    }
}

void ss_put_ulp(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    struct pl_text name = ss_text(view, sock, PL_ATTR_ULP);

    if (name.len > 0) {
        out_word(out, " tcp-ulp-");
        text_plain(out, name, " ");
    }
    put_tls(view, sock, out);
    put_subflow(view, sock, out);
}

/* ---- MPTCP itself ---- */

void ss_put_mptcp(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } counts[] = {
        {PL_ATTR_MPTCP_SUBFLOWS, " subflows:"},
        {PL_ATTR_MPTCP_ADD_ADDR_SIGNAL, " add_addr_signal:"},
        {PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED, " add_addr_accepted:"},
        {PL_ATTR_MPTCP_SUBFLOWS_MAX, " subflows_max:"},
        {PL_ATTR_MPTCP_ADD_ADDR_SIGNAL_MAX, " add_addr_signal_max:"},
        {PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED_MAX, " add_addr_accepted_max:"},
    };
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } sequences[] = {
        {PL_ATTR_MPTCP_TOKEN, " token:"},
        {PL_ATTR_MPTCP_WRITE_SEQ, " write_seq:"},
        {PL_ATTR_MPTCP_SND_UNA, " snd_una:"},
        {PL_ATTR_MPTCP_RCV_NXT, " rcv_nxt:"},
    };
    uint64_t flags = ss_number(view, sock, PL_ATTR_MPTCP_FLAGS);

    if (!view->info)
        return;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        if (ss_number(view, sock, counts[i].id) != 0)
            ss_put_field(out, counts[i].name, ss_number(view, sock, counts[i].id));
    }
    out_word(out, flags & 1 ? " fallback" : "");
    out_word(out, flags & 2 ? " remote_key" : "");
    for (size_t i = 0; i < COUNT_OF(sequences); i++) {
        if (ss_number(view, sock, sequences[i].id) != 0)
            ss_put_hex(out, sequences[i].name, ss_number(view, sock, sequences[i].id), 1);
    }
}
