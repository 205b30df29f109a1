/* SPDX-License-Identifier: BSD-2-Clause */
/* -i for upper layer protocols of TCP and for MPTCP (struct mptcp_info). */
#include "layout.h"
#include "model/array.h"

/* ---- TLS: include/uapi/linux/tls.h ---- */

/* Prints words[n - first] for the number n. */
static void put_word(const struct ss_row *row, enum pl_attr_id id, const char *name, uint64_t first,
                     const char *const *words, size_t count)
{
    uint64_t n;

    if (!ss_has(row, id))
        return;
    n = ss_number(row, id);
    out_word(row->out, name);
    if (n >= first && n - first < count) {
        out_word(row->out, words[n - first]);
        return;
    }
    ss_put_field(row, "unknown(", n);
    out_char(row->out, ')');
}

static void put_tls(const struct ss_row *row)
{
    static const char *const versions[] = {"1.2", "1.3"};
    static const char *const ways[] = {"none", "sw", "hw", "hw-record"};
    static const struct ss_part zero_copy[] = {{PL_ATTR_TLS_ZERO_COPY, " zc_ro_tx", SS_NAME}};
    uint64_t cipher = ss_number(row, PL_ATTR_TLS_CIPHER);

    put_word(row, PL_ATTR_TLS_VERSION, " version: ", 0x0303, versions, COUNT_OF(versions));
    /* ss has no names for other numbers. */
    if (cipher == 51 || cipher == 52)
        out_word(row->out, cipher == 51 ? " cipher: aes-gcm-128" : " cipher: aes-gcm-256");
    put_word(row, PL_ATTR_TLS_RXCONF, " rxconf: ", 1, ways, COUNT_OF(ways));
    put_word(row, PL_ATTR_TLS_TXCONF, " txconf: ", 1, ways, COUNT_OF(ways));
    SS_PARTS(row, zero_copy);
}

/* ---- subflows: include/uapi/linux/mptcp.h ---- */

/* MPTCP_SUBFLOW_FLAG_*, from the lowest bit. */
static void put_flags(const struct ss_row *row, uint64_t flags)
{
    static const char letters[] = "MmJjBbecv";

    if (flags == 0)
        return;
    out_word(row->out, " flags:");
    for (unsigned int i = 0; i < sizeof(letters) - 1; i++) {
        if (flags >> i & 1)
            out_char(row->out, letters[i]);
    }
}

static void put_end(const struct ss_row *row, const char *name, enum pl_attr_id token,
                    enum pl_attr_id id)
{
    ss_put_hex(row, name, ss_number(row, token), 4);
    ss_put_field(row, "(id:", ss_number(row, id));
    out_char(row->out, ')');
}

static void put_subflow(const struct ss_row *row)
{
    static const struct ss_part parts[] = {
        {PL_ATTR_SUBFLOW_MAP_SEQ, " seq:", SS_HEX, SS_GIVEN},
        {PL_ATTR_SUBFLOW_MAP_SFSEQ, " sfseq:", SS_HEX, SS_GIVEN},
        {PL_ATTR_SUBFLOW_SSN_OFFSET, " ssnoff:", SS_HEX, SS_GIVEN},
        {PL_ATTR_SUBFLOW_MAP_DATALEN, " maplen:", SS_HEX, SS_GIVEN},
    };

    put_flags(row, ss_number(row, PL_ATTR_SUBFLOW_FLAGS));
    if (ss_has(row, PL_ATTR_SUBFLOW_TOKEN_REM) && ss_has(row, PL_ATTR_SUBFLOW_TOKEN_LOC) &&
        ss_has(row, PL_ATTR_SUBFLOW_ID_REM) && ss_has(row, PL_ATTR_SUBFLOW_ID_LOC)) {
        put_end(row, " token:", PL_ATTR_SUBFLOW_TOKEN_REM, PL_ATTR_SUBFLOW_ID_REM);
        put_end(row, "/", PL_ATTR_SUBFLOW_TOKEN_LOC, PL_ATTR_SUBFLOW_ID_LOC);
    }
    SS_PARTS(row, parts);
}

void ss_put_ulp(const struct ss_row *row)
{
    if (ss_text(row, PL_ATTR_ULP).len > 0)
        ss_put_text(row, " tcp-ulp-", PL_ATTR_ULP, " ");
    put_tls(row);
    put_subflow(row);
}

/* ---- MPTCP ---- */

void ss_put_mptcp(const struct ss_row *row)
{
    static const struct ss_part counts[] = {
        {PL_ATTR_MPTCP_SUBFLOWS, " subflows:"},
        {PL_ATTR_MPTCP_ADD_ADDR_SIGNAL, " add_addr_signal:"},
        {PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED, " add_addr_accepted:"},
        {PL_ATTR_MPTCP_SUBFLOWS_MAX, " subflows_max:"},
        {PL_ATTR_MPTCP_ADD_ADDR_SIGNAL_MAX, " add_addr_signal_max:"},
        {PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED_MAX, " add_addr_accepted_max:"},
    };
    static const struct ss_part sequences[] = {
        {PL_ATTR_MPTCP_TOKEN, " token:", SS_HEX},
        {PL_ATTR_MPTCP_WRITE_SEQ, " write_seq:", SS_HEX},
        {PL_ATTR_MPTCP_SND_UNA, " snd_una:", SS_HEX},
        {PL_ATTR_MPTCP_RCV_NXT, " rcv_nxt:", SS_HEX},
    };
    uint64_t flags = ss_number(row, PL_ATTR_MPTCP_FLAGS);

    if (!row->view->info)
        return;
    SS_PARTS(row, counts);
    out_word(row->out, flags & 1 ? " fallback" : "");
    out_word(row->out, flags & 2 ? " remote_key" : "");
    SS_PARTS(row, sequences);
}
