#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# OpenBSD: source/bsd/openbsd.c.
# shellcheck source=tests/double/lib.sh
. "$(dirname -- "$0")/lib.sh"

tables openbsd-7-amd64-more openbsd-7-amd64-encoded

try 'all tables' -tunapx </dev/null
same
says
ends 0
calls kern.file.bypid read 1
calls kern.file.byfile read 1

record
chaos 24 kern.file.bypid kern.file.byfile
refuse kern.file.bypid kern.file.byfile

try 'tables that grow once' -tunap <<'END'
kern.file.bypid 2 3 grown 100000
kern.file.byfile 2 3 grown 100000
END
same
says
ends 0
calls kern.file.bypid read 2
calls kern.file.byfile read 2

try 'no memory can be locked for one table' -tunap <<'END'
kern.file.byfile 2 2 error 12
kern.file.byfile 4 4 error 12
END
shows tcp udp
says 'portls: cannot read sockets: No buffer space available'
ends 0

try 'a table that grows in each attempt' -tunap <<'END'
kern.file.bypid 1 0 growing 20000
END
shows tcp udp
says 'portls: cannot read sockets of processes: Resource temporarily unavailable; run it again'
ends 0

try 'records of another length' -tunap <<'END'
kern.file.bypid 1 1 error 22
END
shows tcp udp
says 'portls: cannot read sockets of processes: Invalid argument'
ends 0

printf '\001\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000sshd\000-D\000' \
    >"$DOUBLE_TABLES/args.101"
try 'command lines, which follow pointers' '-tln --columns local,reach,process,command' </dev/null
shows 'sshd -D' any_v4

printf '\001\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000sshd\000-D\000\000\000' >"$DOUBLE_TABLES/args.101"
try 'pointers without an end' '-tln --columns local,process,command' </dev/null
shows sshd
lacks -D

finish
