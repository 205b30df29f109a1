# SPDX-License-Identifier: BSD-2-Clause
# awk -f ledger.awk LEDGER ROWS: compares columns 1 to 12 of sockmaker's ledger (sm_ledger.c) with rows
# of portls. "?" matches everything. Prints the differences.
#
#   -v lax=1  a socket without a known owner may be "not_permitted" instead of "not_found", since some
#             process could not be read.
BEGIN {
    FS = "\t"
    split("proto state local_address local_port peer_address peer_port recv_q send_q interface " \
          "inode owners owner_unknown", name, " ")
}
function key() { return $10 + 0 > 0 ? "inode " $10 : $1 " " $3 " " $4 " " $5 " " $6 }
NR == FNR {
    if ($13 == "hidden") { hidden[key()] = $0; next }
    claim[key()] = $0
    claims++
    next
}
{
    k = key()
    if (k in hidden) { print "listed, though it is in no table: " $0; next }
    if (!(k in claim)) { print "not in the ledger: " $0; next }
    if (k in seen) { print "listed twice: " $0; next }
    seen[k] = 1
    n = split(claim[k], want, "\t")
    for (i = 1; i <= 12; i++) {
        if (want[i] == "?" || want[i] == $i) continue
        if (i == 10 && want[i] == 0 && $i == "?") continue
        if (i == 12 && lax && want[i] == "not_found" && $i == "not_permitted") continue
        print name[i] " is " $i " instead of " want[i] " (" want[13] "): " $0
    }
}
END {
    for (k in claim) if (!(k in seen)) print "missing: " claim[k]
}
